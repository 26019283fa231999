"""Begins an execution: makes way for it, checks the plan once more, takes the right to it, and writes the intent down."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass

from console.operating.live.controls import Controls
from console.operating.live.executing.executions import LiveExecutions
from console.operating.live.executing.rules import SpokenRules
from console.operating.live.holding import Holding
from console.operating.live.people import People
from console.operating.live.record import Record
from console.operating.live.undoing import Undoing
from console.operating.refusal import RefusedError, refused
from topology.command.grammar.syntax import Planned, Remove, Restore, Undo
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError, Kind
from topology.links.protocol import RegionLink
from topology.planning.guards.guard import Guard
from topology.planning.guards.policy.second_person import PACE, lifted_in
from topology.planning.plan import Confirmation, Plan
from topology.planning.preview import check_confirmation
from topology.planning.selection.left_out import Why
from topology.playbook.run import PlaybookRun
from topology.records.locks import LockHeldError
from topology.region.errors import LinkError

WAIT_S = 5.0
"""How long a confirmation waits for another console to let go of what is undone."""
LOOK_S = 0.1
"""How often a lock of another console is looked at while waiting for it."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the operator confirmed. *step* is the run whose next step it is."""

    plan: Plan
    command: Planned | Undo
    word: Confirmation
    step: PlaybookRun | None = None


class Confirming:
    """What stands between the operator's word and the first server."""

    def __init__(
        self,
        link: RegionLink,
        record: Record,
        executions: LiveExecutions,
        controls: Controls,
        undoing: Undoing,
        people: People,
        operator: str,
        holding: Holding,
    ) -> None:
        self._link = link
        self._record = record
        self._executions = executions
        self._controls = controls
        self._undoing = undoing
        self._people = people
        self._operator = operator
        self._holding = holding

    async def make_way_for(self, plan: Plan) -> None:
        """Stop the execution that *plan* undoes.

        Raises:
            RefusedError: another one runs.
            LinkError: the region could not be told.
        """
        executor, undone = self._executions.carrying_out, plan.undoes
        if executor is not None:
            running = executor.execution
            if running.entry != undone:
                raise refused(
                    f"entry {running.entry or 0:,} is still running ({running.plan.command}): wait for it, or stop it"
                )
            await self._controls.stop(executor)
            await executor.ended.wait()
        elif undone is not None:
            past = self._undoing.target(undone, None)
            elsewhere = past.ended is None and not self._holding.is_free(past.execution)
            if elsewhere or any(one.why is Why.DRAINING for one in plan.left_out):
                await self._controls.stop_by_id(past.execution, past.command)
            if elsewhere:
                await self._until_free(past.execution)

    def _check(self, asked: Confirmed, guards: tuple[Guard, ...]) -> None:
        plan, state = asked.plan, self._executions.now()
        check = check_confirmation if asked.step is None else asked.step.objections
        findings = check(state, plan, asked.command, asked.word, guards)
        if findings:
            raise RefusedError(*findings)
        if plan.undoes is not None:
            self._undoing.check(state, plan, self._executions.running)

    async def begin(self, asked: Confirmed, guards: tuple[Guard, ...]) -> tuple[Execution, tuple[int, ...]]:
        """See that the plan holds now, take the right to it and write the intent; after that there is an execution.

        Gives it with the numbers of the approvals that it rests on.

        Raises:
            RefusedError: it does not hold, or that could not be done.
            LinkError: the approvals could not be read.
        """
        if asked.word.approvals:
            await self._people.look()
        try:
            self._check(asked, guards)
        except RefusedError as error:
            await self._people.void_left(error.findings)
            raise
        execution = await self._held(asked, guards)
        plan = asked.plan
        try:
            approvals = await self._people.approving.use(asked.word.approvals, execution.id)
        except BaseException:
            await self._not_begun(execution)
            raise
        try:
            entry = await self._record.write(
                Kind.INTENT,
                command=plan.command,
                plan=plan.digest,
                execution=execution.id,
                servers=plan.servers,
                details={key: value for key, value in _details(asked, execution).items() if value},
            )
        except JournalError as error:
            await self._not_begun(execution)
            raise refused(f"no act without a journal: {error}") from error
        execution.entry = entry.number
        return execution, approvals

    async def _until_free(self, execution: str) -> None:
        """Wait until the console that carries an execution out has let go of it; its region was told already."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                while not self._holding.is_free(execution):  # noqa: ASYNC110 - another process lets go of it
                    await asyncio.sleep(LOOK_S)

    async def _not_begun(self, execution: Execution) -> None:
        """Let go of the right to an execution of which nothing was written or done."""
        self._holding.let_go()
        with suppress(LinkError):
            await self._link.finish(execution.id, "not begun")

    async def _held(self, asked: Confirmed, guards: tuple[Guard, ...]) -> Execution:
        plan, command = asked.plan, asked.command
        try:
            await self._record.head()  # without a journal nothing is begun
            # A new name each time: the same plan may have been begun before, and got no further than the ledger.
            name = f"{plan.digest[:12]}-{secrets.token_hex(6)}"
            pace = None if isinstance(command, Undo) or command.pace is None else command.pace.per_minute
            state, rules = self._executions.now(), SpokenRules(guards, waits=PACE not in lifted_in(asked.plan))
            execution = Execution.of(plan, name, self._operator, state, pace, rules)
            await self._holding.take(execution)
        except (JournalError, LockHeldError) as error:
            raise refused(str(error)) from error
        except LinkError as error:
            raise refused(f"the region could not be told what is begun, so it is not: {error}") from error
        except OSError as error:
            folder = self._holding.folder
            raise refused(f"no lock could be written into {folder}: {error.strerror}; make it writable") from error
        return execution


def _details(asked: Confirmed, execution: Execution) -> dict[str, object]:
    plan, command, step = asked.plan, asked.command, asked.step
    return {
        "action": plan.action,
        "named": command.subsystems if isinstance(command, Remove | Restore) else (),
        "findings": plan.codes(),
        "verdict": plan.verdict.value,
        "effort": asked.word.effort.value,
        "approvals": asked.word.approvals,
        "pace_per_minute": execution.own_pace,
        "undoes": plan.undoes,
        "playbook": None if step is None else step.run.name,
        "step": None if step is None or step.step is None else step.step.number or "undo",
    }
