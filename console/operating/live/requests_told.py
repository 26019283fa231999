"""What of requests for an approval is told to one operator: what others ask, and what became of one's own."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress

from console.operating.colleagues.gathering import Gathering, KnownRequest
from console.operating.notice import Notice
from console.words.colleagues import asks, came_of
from topology.approval.request import ApprovalState
from topology.links.protocol import RegionLink
from topology.planning.plan import Plan
from topology.records.ledger.values import KeptApproval

MEETING_S = 8.0


class RequestsTold:
    """Remembers what was heard of requests, and their plans; what was over before this console opened is not told."""

    def __init__(self, link: RegionLink, operator: str) -> None:
        self.plans: dict[int, Plan] = {}
        """The plans of requests that are open, as they were asked about."""
        self._link = link
        self._operator = operator
        self._heard: dict[int, ApprovalState] = {}
        self._told: set[int] = set()
        self._is_first = True

    async def fetch(self, approvals: Sequence[KeptApproval]) -> None:
        """Get the plans of requests that are open.

        Raises:
            LinkError: the ledger could not be read.
        """
        for one in approvals:
            if one.state in (ApprovalState.ASKED, ApprovalState.APPROVED) and one.number not in self.plans:
                async with asyncio.timeout(MEETING_S):
                    text = await self._link.meeting.approval_plan(one.number)
                with suppress(
                    ValueError, TypeError
                ):  # of another version: then it cannot be looked at here, and is said so
                    self.plans[one.number] = Plan.from_json(text)

    def news(self, approvals: Sequence[KeptApproval]) -> tuple[KeptApproval, ...]:
        """Give one's own requests on which others decided since this was asked last, and approvals one gave that are void."""
        found = []
        for one in approvals:
            before, self._heard[one.number] = self._heard.get(one.number), one.state
            if self._is_first or before is one.state:
                continue
            if one.state is not ApprovalState.ASKED:
                self._told.add(one.number)
            mine = one.request.operator == self._operator
            gave = one.state is ApprovalState.VOID and self._operator in one.request.approvers
            if gave or (mine and one.state not in (ApprovalState.ASKED, ApprovalState.EXPIRED)):
                found.append(one)
        self._is_first = False
        return tuple(found)

    def notices(self, gathering: Gathering) -> Iterator[Notice]:
        """Say what waits for this operator, and what became of requests since the console opened."""
        for one in gathering.requests:
            yield self._notice(one)

    def _notice(self, one: KnownRequest) -> Notice:
        key, request = f"request-{one.number}", one.request
        mine = request.operator == self._operator
        if one.state is ApprovalState.ASKED:
            if mine or request.may_decide(self._operator):
                return Notice(key, "")
            offers = (
                ("Look at it …", f"approve {one.number}"),
                ("Decline …", f'decline {one.number} because "'),
            )
            return Notice(key, asks(request), "caution", offers, lasting=True)
        if one.number not in self._told:
            return Notice(key, "")
        if request.glass_broken and one.state is ApprovalState.APPROVED:
            return Notice(key, came_of(request, one.state, None), "alarm")
        if not mine and self._operator not in request.approvers:
            return Notice(key, "")
        text = came_of(request, one.state, None)
        if one.state is not ApprovalState.APPROVED:
            return Notice(key, text, "caution")
        return Notice(key, text, "note", (("Show it", request.command),) if mine and not request.execution else ())
