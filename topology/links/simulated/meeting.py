"""What a simulated region's ledger has of others: where they meet in a file of its own, and what locks say in its place."""

import logging
from collections.abc import Callable

from topology.approval.request import ApprovalRequest
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.news import LedgerNews, LedgerWord
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.values import (
    KeptApproval,
    KeptExecution,
    LedgerLease,
    LedgerState,
    Presence,
)
from topology.region.errors import LinkError

_log = logging.getLogger(__name__)


class MeetingFile:
    """Who is there and what is approved, in a file beside the acts. Without it the region can be acted on alone."""

    def __init__(self, make: Callable[[], FileLedger]) -> None:
        self._make = make
        self._file: FileLedger | None = None

    @property
    def file(self) -> FileLedger:
        """The file; it is made when it is first asked for."""
        if self._file is None:
            self._file = self._make()
        return self._file

    async def open(self, region: str) -> LedgerState | None:
        """Open it; None where it cannot be, and whatever needs a second person then says why not."""
        try:
            return await self.file.open(region, ())
        except LinkError as error:
            _log.warning("%s", error)
            return None

    async def aclose(self) -> None:
        """Let go of it; the next time another is made."""
        file, self._file = self._file, None
        if file is not None:
            await file.aclose()


class MeetsInFile:
    """The part of a ledger that is about people, passed on to a `MeetingFile`."""

    def __init__(self, people: MeetingFile) -> None:
        self.people = people

    async def appear(self, presence: Presence) -> None:
        """Say who is there."""
        await self.people.file.appear(presence)

    async def leave(self, session: str) -> None:
        """Say who is gone."""
        await self.people.file.leave(session)

    async def ask_approval(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest:
        """Write a request down."""
        return await self.people.file.ask_approval(request, plan)

    async def keep_approval(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Write what was decided."""
        return await self.people.file.keep_approval(request)

    async def approval(self, number: int) -> KeptApproval | None:
        """Give a request."""
        return await self.people.file.approval(number)

    async def approval_plan(self, number: int) -> bytes:
        """Give the plan that a request is about."""
        return await self.people.file.approval_plan(number)

    async def tell(self, word: LedgerWord) -> None:
        """Nobody at another machine reads it."""

    async def news(self, after: int) -> LedgerNews:
        """What others did or said stands in the journal that its consoles share."""
        return LedgerNews(after)


class HeldByLocks:
    """The part of a ledger that is about who carries out what: a lock on this machine says that, and the journal the rest."""

    async def begin(self, execution: KeptExecution, work: PlannedWork | None = None) -> LedgerLease:
        """Give a lease that says nothing."""
        return LedgerLease(execution.id, execution.owner, 0)

    async def take_over(self, execution: str, owner: str) -> LedgerLease:
        """Give a lease that says nothing."""
        return LedgerLease(execution, owner, 0)

    async def release(self, lease: LedgerLease, outcome: str = "") -> None:
        """The lock is let go of elsewhere."""

    async def planned(self, execution: str) -> PlannedWork | None:
        """What an execution is about stands in the journal that its consoles share."""
        return None

    async def execution(self, execution: str) -> KeptExecution | None:
        """No execution is written down here."""
        return None
