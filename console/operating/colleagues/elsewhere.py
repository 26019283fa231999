"""What consoles on other machines carry out, or left: the ledger alone knows of it, for each machine has a journal of its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from console.operating.colleagues.gathering import OtherExecution
from topology.links.protocol import PlannedWork
from topology.records.ledger.protocol import Meeting
from topology.records.ledger.values import KeptExecution, KeptWave, LedgerState, WaveKind

MEETING_S = 8.0
MOST_OVER = 200
"""So many executions that ended while this console was closed are looked at, the last ones."""
AT_ONCE = 50
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
        """Those of which it was heard before the last look that they are over, with what they were about and their waves."""
        self._works: dict[str, PlannedWork | None] = {}
        self._over: deque[KeptExecution] = deque(maxlen=MOST_OVER)

    def hear(self, ended: Iterable[KeptExecution]) -> None:
        """Take in which executions ended, oldest first: since the last time, or at the start all that the ledger keeps."""
        self._over.extend(one for one in ended if not self._is_known(one.id))

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
        await self._see_ended()
        self._works = {one.id: self._works.get(one.id) for one in theirs}
        return tuple(found)

    async def _see_ended(self) -> None:
        self.ended = ()
        found = []
        for one in list(self._over)[:AT_ONCE]:
            async with asyncio.timeout(MEETING_S):
                waves, work = await self._meeting().waves(one.id), await self._work(one.id)
            if not self._is_known(one.id):
                found.append((one, work, waves))
        for _ in range(min(AT_ONCE, len(self._over))):
            self._over.popleft()
        self.ended = tuple(found)

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
    details: dict[str, object] = {"from": kept.owner, "action": work.action, "began": kept.started}
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
