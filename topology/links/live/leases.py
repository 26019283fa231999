"""Who carries executions out on a live region, as its ledger was last heard."""

from collections.abc import Callable, Coroutine
from typing import Any

from topology.links.live.act.acting import Acting
from topology.links.protocol import CarriedOut, PlannedWork
from topology.records.ledger.values import KeptExecution, LedgerState


class LiveLeases:
    """The leases in a region's ledger. *seen* gives what was last read of it; *in_time* gives a call of it a deadline."""

    def __init__(
        self,
        seen: Callable[[], LedgerState | None],
        acting: Callable[[], Acting | None],
        in_time: Callable[[Coroutine[Any, Any, None]], Coroutine[Any, Any, None]],
    ) -> None:
        self._seen = seen
        self._acting_now = acting
        self._in_time = in_time

    @property
    def _acting(self) -> Acting | None:
        return self._acting_now()

    @property
    def elsewhere(self) -> tuple[CarriedOut, ...]:
        """What others carry out right now."""
        seen = self._seen()
        if seen is None:
            return ()
        held = {lease.execution for lease in seen.leases} - self._own
        return tuple(CarriedOut(one.id, one.owner, one.command) for one in seen.executions if one.id in held)

    def is_carried_out(self, execution: str) -> bool:
        """Say whether somebody holds the lease of an execution; while the ledger was never read, somebody may."""
        seen = self._seen()
        return seen is None or execution in self._own or any(one.execution == execution for one in seen.leases)

    async def begin(self, execution: str, operator: str, *, plan: str, command: str, work: PlannedWork) -> None:
        """Take the lease of an execution, before anything of it is done.

        Raises:
            LinkError: the ledger could not be told.
        """
        if self._acting is not None:
            kept = KeptExecution(execution, plan, command, len(work.servers), operator)
            await self._in_time(self._acting.begin(kept, work))

    async def take_over(self, execution: str, operator: str) -> bool:
        """Take the lease of an execution that nobody carries out any more; false where the ledger has its end already.

        Raises:
            LinkError: somebody holds it, or the ledger could not be told.
        """
        found = [False]

        async def taken(acting: Acting) -> None:
            found[0] = await acting.take_over(execution, operator)

        if self._acting is not None:
            await self._in_time(taken(self._acting))
        return found[0]

    @property
    def _own(self) -> set[str]:
        return set() if self._acting is None else self._acting.own
