"""Finds what an undo gives back: the execution that is meant, and the servers that it still has taken."""

from console.operating.live.history import JournalFollower
from console.operating.refusal import NothingToUndoError, refused
from topology.command.grammar.syntax import Undo
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError
from topology.execution.past_executions import PastExecution, PastExecutions
from topology.execution.progress import ServerOutcome
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.plan import Plan
from topology.planning.preview import undo_plan, undo_restore_plan
from topology.region.server_states import ServerState


class Undoing:
    """What the journal and the running execution say of earlier ones."""

    def __init__(self, history: JournalFollower, operator: str) -> None:
        self._history = history
        self._operator = operator

    def plan(self, state: State, entry: int | None, running: Execution | None, guards: tuple[Guard, ...] = ()) -> Plan:
        """Plan the undo of the operator's last execution that is not undone yet, or of that of journal *entry*.

        *guards* of an organisation's own are asked besides ours.

        Raises:
            NothingToUndoError: there is none, or it has nothing left to give back.
        """
        past = self.target(entry, running)
        servers = self.taken(past, running)
        if not servers:
            raise NothingToUndoError(f"Entry {past.entry:,} ({past.command}) has nothing left to give back.")
        make = undo_plan if past.action == "remove" else undo_restore_plan
        return make(state, servers, past.entry, str(Undo(past.entry)), past.named, guards)

    def target(self, entry: int | None, running: Execution | None) -> PastExecution:
        """Find the execution that is meant.

        Raises:
            NothingToUndoError: there is none.
        """
        past = self._read_now()
        if entry is not None:
            if entry not in past.by_entry:
                raise NothingToUndoError(f"Entry {entry:,} of the journal is not the beginning of an execution.")
            return past.by_entry[entry]
        if running is not None and running.plan.undoes is None and running.id in past.by_id:
            return past.by_id[running.id]
        found = past.last_of(self._operator)
        if found is None:
            raise NothingToUndoError(
                f"There is nothing to undo: {self._operator} has carried out nothing that is not undone already."
            )
        return found

    def taken(self, past: PastExecution, running: Execution | None) -> tuple[str, ...]:
        """Give the servers that an execution took (or put back) and no undo has given back."""
        if running is not None and running.id == past.execution:
            return running.servers(ServerOutcome.DONE)
        return self._history.past.taken(past)

    def check(self, state: State, plan: Plan, running: Execution | None) -> None:
        """See that an undo covers what its execution did, and nothing else.

        Raises:
            RefusedError: it does not (any more).
        """
        past = self.target(plan.undoes, running)
        taken, planned = set(self.taken(past, running)), set(plan.servers)
        foreign = sorted(planned - taken)
        if foreign:
            raise refused(f"{foreign[0]} is not what entry {past.entry:,} took: look at the undo again", "stale")
        able = ServerState.REMOVED if plan.action == "restore" else ServerState.IN_SERVICE
        position, states = state.fleet.position, state.fleet.state
        more = sorted(name for name in taken - planned if name in position and states[position[name]] == able)
        if more:
            what = f"{more[0]} and {len(more) - 1:,} more" if len(more) > 1 else more[0]
            raise refused(f"entry {past.entry:,} took {what} since the preview: look at the undo again", "stale")

    def _read_now(self) -> PastExecutions:
        if self._history.trouble:
            raise NothingToUndoError(
                f"Without its journal nothing is known of earlier executions: {self._history.trouble}"
            )
        try:
            return self._history.read_when_idle()
        except JournalError as error:
            raise NothingToUndoError(str(error)) from error
