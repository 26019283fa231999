"""A training without a screen: acts meet the guards of an era, and what passes is carried out on a branch, in waves.

The same timeline, seed and acts give the same run, byte for byte. Only this part of incidents knows planning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from topology.command.parse import parse
from topology.command.syntax import All, Control, Planned, Remove, Undo
from topology.command.vocabulary import vocabulary_of
from topology.events import ServerState
from topology.fleet import NO_FLOOR
from topology.incident.acts import Act, Acts
from topology.incident.branch import Branch
from topology.incident.course import Course
from topology.incident.model import Era
from topology.incident.orders import Announce, Fail, Notice, Order, Restart, Silence, is_order, order_of
from topology.incident.timeline import Timeline
from topology.planning.plan import Plan, ScopeVerdict, Severity
from topology.planning.preview import preview
from topology.state import State


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one act: *kind* is `done`, `refused`, `shown` or `wrong` (no command, or nothing it could do)."""

    act: Act
    kind: str
    sentences: tuple[str, ...]
    servers: int = 0


@dataclass(slots=True)
class _Execution:
    name: str
    waves: list[tuple[float, tuple[int, ...]]]
    taken: list[int] = field(default_factory=list)


class Session:
    """One trainee on one branch."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.answers: list[Answer] = []
        self._executions: list[_Execution] = []
        self._position = {name: number for number, name in enumerate(branch.incident.region.roster.names)}

    def advance(self, until: float) -> None:
        """Let time pass up to a moment, and waves that are due leave."""
        while True:
            due = [(one.waves[0][0], number) for number, one in enumerate(self._executions) if one.waves]
            if not due or min(due)[0] > until:
                break
            time, number = min(due)
            self.branch.advance(time)
            self._leave(self._executions[number])
        self.branch.advance(until)

    def state(self) -> State:
        """Give what planning reads, as it is now. It is good until time passes."""
        pending = [server for one in self._executions for _, wave in one.waves for server in wave]
        branch = self.branch
        return State(branch.incident.region, branch.fleet, time=branch.time, pending=np.array(pending, np.int32))

    def act(self, act: Act) -> Answer:
        """Do what was typed, at its time."""
        self.advance(act.time)
        answer = self._order(act) if is_order(act.text) else self._command(act)
        self.answers.append(answer)
        kind = {"done": "act", "refused": "refused", "shown": "looked", "wrong": "refused"}[answer.kind]
        wrong = answer.kind in ("done", "refused") and bool(self._wrong)
        announced = answer.kind == "done" and act.text.startswith("announce")
        says = f": {answer.sentences[0]}" if answer.sentences else ""
        self.branch.tell(f"{act.text}{says}", kind, noticed=True, announced=announced, wrong=wrong)
        return answer

    # ---- orders -----------------------------------------------------------------------------------------------------

    def _order(self, act: Act) -> Answer:
        self._wrong = False
        try:
            order = order_of(act.text, self.branch.incident.region)
            return Answer(act, "done", (self._carry_out(order, act),))
        except ValueError as error:
            return Answer(act, "wrong", (str(error),))

    def _carry_out(self, order: Order, act: Act) -> str:
        match order:
            case Restart(name):
                return self.branch.restart(name)
            case Announce(_, channel):
                if channel or self.branch.can_report():
                    return f"told by {channel or 'the status board'}"
                raise ValueError(
                    "the status board needs what is down and cannot be updated; name another channel: by banner"
                )
            case Notice():
                return "seen"
            case Fail(count, subsystem, place):
                servers = self._serving(subsystem, place)
                some = servers if count is None else servers[:count]
                self.branch.fail(some, f"inject-{act.time:.3f}-{len(self.answers)}")
                return f"{len(some):,} servers fail"
            case Silence(name):
                self.branch.silence(name)
                return f"{name} is {'silent' if name in self.branch.silenced else 'no longer silent'}"

    def _serving(self, subsystem: str, place: str) -> list[int]:
        fleet = self.branch.fleet
        number = fleet.region.index[subsystem] if subsystem else -1
        found = []
        for server in np.flatnonzero(fleet.state == ServerState.IN_SERVICE).tolist():
            zone, cell, rack = fleet.place_of(server)
            inside = not place or place in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}")
            if inside and (number < 0 or number in fleet.subsystems_of(server)):
                found.append(server)
        return found

    # ---- commands of the console ------------------------------------------------------------------------------------

    def _command(self, act: Act) -> Answer:
        self._wrong = False
        state = self.state()
        reading = parse(act.text, vocabulary_of(state))
        command = reading.command
        if reading.error is not None or command is None:
            why = reading.error.message if reading.error else "the command is not finished"
            return Answer(act, "wrong", (why,))
        if isinstance(command, Control) and command.verb == "stop":
            return self._stop(act)
        if isinstance(command, Undo):
            return self._undo(act)
        if not isinstance(command, Planned):
            return Answer(act, "shown", ())
        plan = preview(state, command)
        if not plan.servers and isinstance(command, Remove) and self.branch.era.empty_means_all:
            # The tool of the day took a selection of nothing for no limit.
            plan = preview(state, replace(command, quantity=All(), places=(), where=None))
        return self._plan(act, plan)

    def _plan(self, act: Act, plan: Plan) -> Answer:
        era = self.branch.era
        blocks = tuple(one.message for one in plan.findings if one.severity is Severity.BLOCK and _holds(era, one.code))
        if not act.confirmed:
            return Answer(act, "shown", tuple(one.message for one in plan.findings), len(plan.servers))
        self._wrong = plan.action == "remove" and any(one.verdict is ScopeVerdict.BREAKS for one in plan.effects)
        if blocks or not plan.servers:
            return Answer(act, "refused", blocks or ("it matches no server",), len(plan.servers))
        servers = [self._position[name] for name in plan.servers]
        name = f"run-{len(self._executions) + 1}"
        if plan.action == "restore":
            self.branch.restore(servers, name)
            return Answer(act, "done", (f"{len(servers):,} servers come back",), len(servers))
        self._executions.append(_Execution(name, self._waves(servers, plan)))
        self.advance(self.branch.time)
        how = f"at {plan.pace_per_minute:,}/min" if era.paced and plan.pace_per_minute else "at once"
        return Answer(act, "done", (f"{len(servers):,} servers leave {how}",), len(servers))

    def _waves(self, servers: list[int], plan: Plan) -> list[tuple[float, tuple[int, ...]]]:
        now, pace = self.branch.time, plan.pace_per_minute
        if not self.branch.era.paced or not pace:
            return [(now, tuple(servers))]
        size = min(self.branch.incident.region.policy.wave, pace)
        return [
            (now + start * 60 / pace, tuple(servers[start : start + size])) for start in range(0, len(servers), size)
        ]

    def _leave(self, execution: _Execution) -> None:
        """Let the next wave leave, unless a floor that holds in this era would break by it now: then the rest stays."""
        _, wave = execution.waves.pop(0)
        serving = [server for server in wave if self.branch.fleet.state[server] == ServerState.IN_SERVICE]
        broken = self._would_break(serving) if _holds(self.branch.era, "floor") else ""
        if broken:
            execution.waves.clear()
            self.branch.tell(f"{execution.name} is halted: the next wave would take {broken} below its floor", "event")
            return
        execution.taken += serving
        self.branch.remove(serving, execution.name)

    def _would_break(self, servers: Sequence[int]) -> str:
        fleet = self.branch.fleet
        after = fleet.capacity.copy()
        for server in servers:
            number = int(fleet.class_of[server])
            after[fleet.class_rows[number]] -= fleet.class_units[number]
        wrong = ((after < fleet.scopes.floor) & (fleet.scopes.floor != NO_FLOOR) & (after < fleet.capacity)).nonzero()[
            0
        ]
        return fleet.region.subsystems[int(fleet.scopes.subsystem[wrong[0]])].name if len(wrong) else ""

    def _stop(self, act: Act) -> Answer:
        """Nothing more leaves, and what still drains goes back."""
        running = [one for one in self._executions if one.taken or one.waves]
        back = 0
        for one in running:
            left = sum(len(wave) for _, wave in one.waves)
            one.waves.clear()
            returned = self.branch.take_back(one.taken, f"{one.name}.stop")
            one.taken = [server for server in one.taken if server not in set(returned)]
            back += left + len(returned)
        return Answer(act, "done", (f"{back:,} servers stay",), back)

    def _undo(self, act: Act) -> Answer:
        """Give back what the last execution took; never refused."""
        taken = next((one for one in reversed(self._executions) if one.taken), None)
        if taken is None:
            return Answer(act, "wrong", ("there is nothing to undo",))
        taken.waves.clear()
        self.branch.take_back(taken.taken, f"{taken.name}.undo")
        gone = [server for server in taken.taken if self.branch.fleet.state[server] == ServerState.REMOVED]
        self.branch.restore(gone, f"{taken.name}.undo")
        count, taken.taken = len(taken.taken), []
        return Answer(act, "done", (f"{count:,} servers come back",), count)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole training: its acts, what became of each, and its course."""

    acts: Acts
    answers: tuple[Answer, ...]
    course: Course


def run_acts(timeline: Timeline, acts: Acts) -> Run:
    """Leave the timeline, do the acts, and go on until the end."""
    branch = Branch(timeline.incident, timeline.states_at(acts.branch), acts.branch, acts.era, acts.seed)
    session = Session(branch)
    for act in acts.acts:
        session.act(act)
    session.advance(acts.until)
    return Run(acts, tuple(session.answers), branch.course(acts.until))


def _holds(era: Era, code: str) -> bool:
    return era.guards is None or code in era.guards
