"""What a window asks of the other operators and tells them. At a training there are none."""

from collections.abc import Callable
from typing import Protocol

from console.operating.colleagues.gathering import Gathering, KnownRequest
from console.operating.notice import Notice
from console.operating.refusal import RefusedError, refused
from topology.approval.request import LivingApproval
from topology.command.grammar.syntax import Planned, StopOf, TakeOver, Undo
from topology.execution.unfinished import Unfinished
from topology.planning.plan import Confirmation, Plan

NOBODY = "there is nobody else here to ask"


class Colleagues(Protocol):
    """The others at one region. Every act gives a sentence, and raises `RefusedError` or `LinkError` where it was not done."""

    on_change: Callable[[], None]
    """Hears that the gathering is another."""

    @property
    def gathering(self) -> Gathering:
        """Who is there, as it was read last."""

    def approvals(self) -> tuple[LivingApproval, ...]:
        """Give the approvals of this operator that live and are not used yet, or by what runs here."""

    def notices(self) -> tuple[Notice, ...]:
        """Say what of others wants a look; an empty text where a notice is over."""

    def show(self, plan: Plan | None) -> None:
        """Let others see what is previewed here; None shows nothing."""

    def asked(self, number: int) -> tuple[KnownRequest, Plan] | str:
        """Give what a request is about, or a sentence why not."""

    async def ask(self, plan: Plan, command: Planned | Undo, reason: str) -> str:
        """Ask for an approval of a plan."""

    async def decide(self, number: int, plan: Plan | None, *, approve: bool, reason: str) -> str:
        """Approve the request whose plan was judged again as *plan*, or decline it."""

    async def withdraw(self, number: int, reason: str) -> str:
        """Take back a request or an approval."""

    async def break_glass(self, plan: Plan, command: Planned | Undo, reason: str) -> Confirmation:
        """Let the policy's exception hold for a plan, and tell everybody; gives what it is confirmed by."""

    async def take_over(self, whose: TakeOver) -> tuple[Unfinished, ...]:
        """Take over what nobody carries out any more: settle each, and say what goes on with it."""

    async def stop(self, whose: StopOf) -> str:
        """Stop what others carry out: that of an entry, or all of an operator."""

    async def follow(self) -> None:
        """Say that one is there and hear who else is, until cancelled."""


class Nobody:
    """Nobody else: what a training has."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.gathering = Gathering()

    def approvals(self) -> tuple[LivingApproval, ...]:
        """There are none."""
        return ()

    def notices(self) -> tuple[Notice, ...]:
        """There are none."""
        return ()

    def show(self, plan: Plan | None) -> None:
        """Nobody looks."""

    def asked(self, number: int) -> str:
        """Nobody asks."""
        return f"There is no request {number:,}: {NOBODY}."

    async def ask(self, plan: Plan, command: Planned | Undo, reason: str) -> str:
        """Nobody answers."""
        raise _nobody()

    async def decide(self, number: int, plan: Plan | None, *, approve: bool, reason: str) -> str:
        """Nobody asks."""
        raise _nobody()

    async def withdraw(self, number: int, reason: str) -> str:
        """Nobody asked."""
        raise _nobody()

    async def break_glass(self, plan: Plan, command: Planned | Undo, reason: str) -> Confirmation:
        """There is no policy to break."""
        raise _nobody()

    async def take_over(self, whose: TakeOver) -> tuple[Unfinished, ...]:
        """Nobody left anything."""
        raise _nobody()

    async def stop(self, whose: StopOf) -> str:
        """Nobody carries anything out."""
        raise _nobody()

    async def follow(self) -> None:
        """Nobody comes."""


def _nobody() -> RefusedError:
    return refused(NOBODY)
