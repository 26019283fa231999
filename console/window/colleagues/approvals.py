"""Asks for approvals and decides on them, in jobs beside the window, and tells what came of each."""

from collections.abc import Callable, Coroutine
from typing import Any

from console.operating.desk import Desk
from console.operating.jobs import Jobs
from console.operating.refusal import RefusedError
from console.operating.workbench import Work
from console.window.voice import Voice
from topology.command.grammar.syntax import (
    ApproveRequest,
    BreakGlass,
    Decline,
    Planned,
    Remove,
    RemoveServers,
    RequestApproval,
    Restore,
    RestoreServers,
    StopOf,
    TakeOver,
    Undo,
    Withdraw,
)
from topology.execution.unfinished import Unfinished
from topology.fleet.state import State
from topology.planning.guards.policy.second_person import needs_of
from topology.planning.plan import Confirmation, Plan
from topology.planning.preview import judge_again
from topology.region.errors import LinkError

Decides = Decline | Withdraw | TakeOver | StopOf
CarryOut = Callable[[Plan, Planned | Undo, Confirmation], Coroutine[Any, Any, None]]


class ApprovalActs:
    """What an operator does about approvals; *carry_out* is for what goes on at once, *state* gives the region as it is now."""

    def __init__(
        self,
        voice: Voice,
        desk: Desk,
        jobs: Jobs,
        carry_out: CarryOut,
        state: Callable[[], State | None],
        unfinished: Callable[[Unfinished], None],
    ) -> None:
        self._voice = voice
        self._desk = desk
        self._jobs = jobs
        self._carry_out = carry_out
        self._state = state
        self._unfinished = unfinished

    def takes(self, work: Work, confirmation: Confirmation) -> bool:
        """Do what a confirmation means where it is about an approval; gives whether it was."""
        plan, command, colleagues = work.plan, work.command, self._desk.colleagues
        if plan is None:
            return False
        if confirmation.digest != plan.digest:
            return False  # which the desk says
        match command:
            case ApproveRequest():
                act = colleagues.decide(command.number, plan, approve=True, reason=command.because or "")
            case RequestApproval() if work.asking is not None:
                act = colleagues.ask(plan, work.asking, command.because or "")
            case BreakGlass() if work.asking is not None:
                self._jobs.start("To break glass", self._break_glass(plan, work.asking, command.because))
                return True
            case Remove() | RemoveServers() | Restore() | RestoreServers() if needs_of(plan):
                act = colleagues.ask(plan, command, command.because or "")
            case Undo() if needs_of(plan):
                act = colleagues.ask(plan, command, "")
            case _:
                return False
        self._jobs.start("An approval", self._told(act, done=True))
        return True

    def do(self, command: Decides) -> None:
        """Do at once what takes nothing away: decline, withdraw, take over, stop."""
        colleagues = self._desk.colleagues
        if isinstance(command, TakeOver):
            self._jobs.start("To take over", self._take_over(command))
        elif isinstance(command, StopOf):
            self._jobs.start("To stop another's execution", self._told(colleagues.stop(command)))
        elif isinstance(command, Decline):
            act = colleagues.decide(command.number, None, approve=False, reason=command.because)
            self._jobs.start("To decline", self._told(act, done=True))
        else:
            self._jobs.start(
                "To withdraw", self._told(colleagues.withdraw(command.number, command.because or ""), done=True)
            )

    async def _told(self, act: Coroutine[Any, Any, str], *, done: bool = False) -> None:
        try:
            sentence = await act
        except (RefusedError, LinkError, TimeoutError) as error:
            self._voice.tell_failure(f"Not done: {_why(error)}")
            return
        if done:
            self._voice.begun.emit("")
        self._voice.tell(sentence)

    async def _break_glass(self, plan: Plan, command: Planned | Undo, reason: str) -> None:
        colleagues = self._desk.colleagues
        try:
            given = await colleagues.break_glass(plan, command, reason)
        except (RefusedError, LinkError, TimeoutError) as error:
            self._voice.tell_failure(f"Not done: {_why(error)}")
            return
        state = self._state()
        if state is not None:
            now = judge_again(state, plan, command, self._desk.guards)
            await self._carry_out(now, command, given)

    async def _take_over(self, whose: TakeOver) -> None:
        try:
            found = await self._desk.colleagues.take_over(whose)
        except (RefusedError, LinkError, TimeoutError) as error:
            self._voice.tell_failure(f"Not taken over: {_why(error)}")
            return
        self._voice.begun.emit("")
        for one in found:
            self._unfinished(one)


def _why(error: Exception) -> str:
    return str(error) or "the ledger does not answer"
