"""What consoles on other machines carry out, or left: the ledger alone knows of it, for each machine has a journal of its own."""

import asyncio
from collections.abc import Callable

from console.operating.colleagues.gathering import OtherExecution
from topology.links.protocol import PlannedWork
from topology.records.ledger.protocol import Meeting
from topology.records.ledger.values import KeptExecution, KeptWave, LedgerState

MEETING_S = 8.0
_UNTOUCHED = ("refused", "too_soon")


class Elsewhere:
    """Follows them. *is_known* says of an execution whether the journal here tells of it."""

    def __init__(self, meeting: Callable[[], Meeting], is_known: Callable[[str], bool]) -> None:
        self.left: tuple[KeptExecution, ...] = ()
        """Those that nobody carries out any more, oldest first."""
        self.to_leave: tuple[str, ...] = ()
        """The servers that are still to leave by those that somebody carries out."""
        self._meeting = meeting
        self._is_known = is_known
        self._works: dict[str, PlannedWork | None] = {}

    async def look(self, seen: LedgerState, running: str | None) -> tuple[OtherExecution, ...]:
        """Give them as the ledger has them now; *running* is that of this console.

        Raises:
            LinkError: the ledger could not be read.
        """
        held = {lease.execution for lease in seen.leases}
        stops = {stop.execution: stop.operator for stop in seen.stops}
        theirs = [one for one in seen.executions if not self._is_known(one.id) and one.id != running]
        found, to_leave = [], list[str]()
        for one in theirs:
            async with asyncio.timeout(MEETING_S):
                waves = await self._meeting().waves(one.id)
                work = await self._work(one.id)
            sent = {name for wave in waves for name in _sent(wave)}
            if work is not None and work.action == "remove" and one.id in held and one.id not in stops:
                to_leave += (name for name in work.servers if name not in sent)
            found.append(_execution(one, work, len(sent), len(waves), one.id in held, stops.get(one.id, "")))
        self.left = tuple(one for one in theirs if one.id not in held)
        self.to_leave = tuple(to_leave)
        self._works = {one.id: self._works.get(one.id) for one in theirs}
        return tuple(found)

    async def _work(self, execution: str) -> PlannedWork | None:
        """Give what one is about: it never changes, so it is read once."""
        if execution not in self._works:
            self._works[execution] = await self._meeting().planned(execution)
        return self._works[execution]


def number_of(wave: KeptWave) -> int:
    """Give the number of a wave in its execution, whichever attempt it was."""
    return int(wave.id.removeprefix(f"{wave.execution}.").partition("-")[0])


def _execution(
    one: KeptExecution, work: PlannedWork | None, sent: int, waves: int, is_held: bool, stopped_by: str
) -> OtherExecution:
    restores = work is not None and work.action == "restore"
    return OtherExecution(one.id, one.owner, one.command, one.number, sent, waves, None, restores, is_held, stopped_by)


def _sent(wave: KeptWave) -> tuple[str, ...]:
    answers = dict(wave.answers)
    return tuple(name for name in wave.servers if answers.get(name, "unknown") not in _UNTOUCHED)
