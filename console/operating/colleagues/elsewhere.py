"""What consoles on other machines carry out, or left: the ledger alone knows of it, for each machine has a journal of its own."""

import asyncio
from collections.abc import Callable, Iterable

from console.operating.colleagues.gathering import OtherExecution
from topology.links.protocol import PlannedWork
from topology.records.ledger.protocol import Meeting
from topology.records.ledger.values import KeptExecution, KeptWave, LedgerState, WaveKind

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
        self.ended: tuple[tuple[KeptExecution, PlannedWork | None, tuple[KeptWave, ...]], ...] = ()
        """Those that were there at the look before and are over now, with what they were about and their waves."""
        self._works: dict[str, PlannedWork | None] = {}
        self._running: dict[str, KeptExecution] = {}

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
        await self._see_ended({one.id: one for one in theirs})
        self._works = {one.id: self._works.get(one.id) for one in theirs}
        return tuple(found)

    async def _see_ended(self, now: dict[str, KeptExecution]) -> None:
        over = [one for one in self._running.values() if one.id not in now and not self._is_known(one.id)]
        found = []
        for one in over:
            async with asyncio.timeout(MEETING_S):
                found.append((one, await self._work(one.id), await self._meeting().waves(one.id)))
        self.ended, self._running = tuple(found), now

    async def _work(self, execution: str) -> PlannedWork | None:
        """Give what one is about: it never changes, so it is read once."""
        if execution not in self._works:
            self._works[execution] = await self._meeting().planned(execution)
        return self._works[execution]


def number_of(wave: KeptWave) -> int:
    """Give the number of a wave in its execution, whichever attempt it was."""
    return int(wave.id.removeprefix(f"{wave.execution}.").partition("-")[0])


def told_of(
    kept: KeptExecution, work: PlannedWork | None, waves: Iterable[KeptWave]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Give the details of the entry that stands for an execution of another machine, and its servers.

    Of one that was begun without a word about its servers, those are known that were sent.
    """
    sent = {number_of(wave): wave for wave in waves}
    if work is None:
        gave_back = any(wave.kind is WaveKind.GIVE_BACK for wave in sent.values())
        servers = tuple(dict.fromkeys(name for wave in sent.values() for name in wave.servers))
        work = PlannedWork("restore" if gave_back else "remove", servers)
    details: dict[str, object] = {"from": kept.owner, "action": work.action}
    if work.named:
        details["named"] = work.named
    if work.pace is not None:
        details["pace_per_minute"] = work.pace
    return {**details, "waves": {str(number): wave.servers for number, wave in sent.items()}}, work.servers


def done_of(waves: Iterable[KeptWave]) -> tuple[str, ...]:
    """Give the servers that waves moved, or may have, and that did not go back after a stop."""
    words = (pair for wave in waves for pair in (wave.answers or ((name, "unknown") for name in wave.servers)))
    return tuple(name for name, word in words if word in ("done", "unknown"))


def _execution(
    one: KeptExecution, work: PlannedWork | None, sent: int, waves: int, is_held: bool, stopped_by: str
) -> OtherExecution:
    restores = work is not None and work.action == "restore"
    return OtherExecution(one.id, one.owner, one.command, one.number, sent, waves, None, restores, is_held, stopped_by)


def _sent(wave: KeptWave) -> tuple[str, ...]:
    answers = dict(wave.answers)
    return tuple(name for name in wave.servers if answers.get(name, "unknown") not in _UNTOUCHED)
