"""What every kind of ledger does. Each operation is one transaction of a few keys, so that etcd can stand behind it as well.

How a wave is sent: hold the execution's lease; `read` (revision R); read the source; recount *in service − others'
reservations − this wave ≥ floor* and the pace; `commit_wave`, which compares that R, the floors and the lease are as they were
and that there is no stop; send it; `answer`; and, once a read of the source that began after the answer shows what became of
its servers, `settle`. A wave that rests on approvals names them: the same transaction compares that each is the version that was
judged, lives still, and is used by this execution. The ledger holds reservations, never capacities.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from topology.approval.request import ApprovalRequest
from topology.execution.journal_entries import JournalHead
from topology.fleet.reasons.looking import WhyLooks
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.news import LedgerNews, LedgerWord
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptApproval,
    KeptExecution,
    KeptWave,
    LedgerLease,
    LedgerState,
    Presence,
    Reservation,
    ScopeUnits,
)

Left = tuple[Reservation, ...] | None
"""What is left of a reservation: one, none, or (None) it stays as it is."""


class Meeting(Protocol):
    """Where operators meet: who is there, what others carry out, and approvals. Every method may be slow, or raise `LedgerError`.

    What may be decided, and by whom, is `topology.approval.request`; the meeting keeps versions apart and counts the time.
    """

    async def read(self) -> LedgerState:
        """Read all that an act is judged by, with who is there and the last approvals."""

    async def appear(self, presence: Presence) -> None:
        """Say who is there and what is previewed; that is forgotten by itself after `PRESENCE_S` without another word."""

    async def leave(self, session: str) -> None:
        """Say that a session is over."""

    async def ask_approval(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest:
        """Write a request down with its whole plan (`Plan.to_json`); gives it with its number, version 1 and time.

        Raises:
            LedgerError: the plan has more than `LARGEST_PLAN` bytes.
        """

    async def keep_approval(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Write what was decided: the next version of what was read. None: somebody else wrote meanwhile; read, decide again.

        With the version in which `state` first is `APPROVED` its time begins to run: `lasts_s`, by the ledger's own expiry.
        """

    async def approval(self, number: int) -> KeptApproval | None:
        """Give a request, also one that is over, for as long as it is kept."""

    async def approval_plan(self, number: int) -> bytes:
        """Give the plan that a request is about.

        Raises:
            LedgerError: there is no such request, or it is over for long.
        """

    async def tell(self, word: LedgerWord) -> None:
        """Tell the consoles at other machines something; where all are on one machine, whose journal tells it, nothing is done."""

    async def news(self, after: int) -> LedgerNews:
        """Give what ended and what was told after a revision, 0 for all that is kept; nothing where all are on one machine."""

    async def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution, in order."""

    async def planned(self, execution: str) -> PlannedWork | None:
        """Give what an execution is about, or None: whoever began it did not say."""


class Ledger(Meeting, Protocol):
    """What is done on one region, shared by all who act on it. Every method may be slow, or raise `LedgerError`."""

    name: str
    """How it was addressed."""
    only_here: bool
    """Whether only programs on this machine see it."""
    operator: str
    """Who the ledger takes us for; empty where it asks nobody. Known before it is opened."""
    only_looks: WhyLooks | None
    """Why nothing can be written through it by who we are, which may change at any time; None where we may write."""

    async def open(self, region: str, floors: Sequence[ScopeUnits], guards: bytes = b"") -> LedgerState:
        """Open it for the region with this stable id, or begin it; stricter *floors* are kept, laxer change nothing.

        It may be opened again for the same region, with floors that are known by then.

        Whether its own floors guard less, the caller sees by `HeldFloors.lowered_by`, and *guards* in the same way.

        Raises:
            LedgerError: it belongs to another region, is of a newer format, or cannot be read.
        """

    def changes(self, after: int) -> AsyncIterator[int]:
        """Give the revision each time it rose beyond *after*, within a second of whoever raised it."""

    async def begin(self, execution: KeptExecution, work: PlannedWork | None = None) -> LedgerLease:
        """Write an execution down and take its lease, before anything of it is done; *work* is kept for other machines.

        Raises:
            LedgerError: the id was used before.
        """

    async def take_over(self, execution: str, owner: str) -> LedgerLease:
        """Take the lease of an execution that nobody carries out any more (a crash); the former holder's is worth nothing.

        Raises:
            LeaseHeldError: it is held.
        """

    async def release(self, lease: LedgerLease, outcome: str = "") -> None:
        """Let go of a lease; with an *outcome* the execution is at its end."""

    async def execution(self, execution: str) -> KeptExecution | None:
        """Give an execution, also one that ended long ago."""

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Write the intent, the reservation and the departures, if all that the judgement rested on still holds."""

    async def read_act(self, execution: str) -> ActGrounds:
        """Read all that an act of an execution is judged by, and what is known of that."""

    async def answer(
        self,
        wave: str,
        answers: Sequence[tuple[str, str]],
        refusals: Sequence[tuple[str, str]] = (),
        *,
        abandoned: bool = False,
        left: Left = None,
    ) -> None:
        """Keep what the source said. Servers to which nothing happened do not count as departed; *abandoned* burns the id.

        *left* settles in the same step, where the answer itself shows what became of the servers: see `settle`.
        """

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        """End a reservation, or replace it by what is *left* of it."""

    async def wave(self, wave: str) -> KeptWave | None:
        """Give a wave, or None: it was never committed."""

    async def taken(self) -> tuple[str, ...]:
        """Give the servers that were last taken (not given back) through this ledger, in the order in which they were."""

    async def stop(self, execution: str, operator: str) -> None:
        """Let nobody send a further wave of an execution. It waits for nothing but the write itself."""

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""

    async def keep_floors(self, floors: Sequence[ScopeUnits], seen: int, guards: bytes) -> HeldFloors:
        """Let the stricter of these floors and those that hold, hold from now on: a description was read again.

        *guards* take the place of those kept, unless they are empty (they guard less somewhere, and nobody acknowledged that)
        or the floors are no longer those of revision *seen*, against which they were compared.
        """

    async def raise_declared(self, listed: Sequence[ScopeUnits]) -> None:
        """Keep the larger of what is listed now and what was declared, for each scope."""

    async def acknowledge(
        self,
        operator: str,
        seen: int,
        floors: Sequence[ScopeUnits],
        declared: Sequence[ScopeUnits],
        guards: bytes = b"",
        over: str = "",
    ) -> HeldFloors:
        """Let these floors and declared numbers hold from now on, lower ones too, and end what is in doubt.

        Floors that were lowered by it come back by no description that states them still; any other that is stricter holds.
        *over* is the digest of the description whose guards *guards* take the place of: see `Waived`.

        Raises:
            LedgerError: the floors are no longer those of revision *seen*: somebody else changed them.
        """

    async def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head in place of the one before."""

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal, or None."""

    async def aclose(self) -> None:
        """Let go of files, leases and tasks."""
