"""Brings the parts of a live region together when it is opened, and keeps them together for as long as it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from topology.fleet.batches import EventBatch
from topology.fleet.reasons.anew import DescribedAnew, LedgerUsable, SourceAnswers, WhyAnew
from topology.fleet.reasons.doubting import FactsOld, WhyDoubted
from topology.fleet.state import Freshness
from topology.links.deadline import BoundedReader
from topology.links.description import DescriptionFeed
from topology.links.live.calls import TimedCalls
from topology.links.live.follow.following import Following
from topology.links.live.follow.keeping_up import keep_up
from topology.links.live.guarding import Guarding
from topology.links.live.last_known import Keeping
from topology.links.live.observing import Observing
from topology.links.live.telling import Telling
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import LedgerState
from topology.region.errors import LinkError
from topology.region.region import Region

LOOK_EACH_S = 0.5
"""How often the description is looked at, and reservations are looked over."""
_log = logging.getLogger(__name__)


class Joining:
    """The description, the source behind *following* and *ledger* of one region. *now* is our own time.

    *observing* looks at who calls whom, where the description names a graph source. *heed_rights* is told when it is known
    anew what we may do there; *look_over* is asked again and again.
    """

    def __init__(
        self,
        description: DescriptionFeed,
        reader: BoundedReader,
        ledger: Ledger,
        keeping: Keeping,
        in_time: TimedCalls,
        now: Callable[[], float],
        observing: Observing | None = None,
    ) -> None:
        self.heed_rights: Callable[[], None] = lambda: None
        self.look_over: Callable[[], Awaitable[None]] = _nothing
        self.following = Following(reader, lambda: _described(description.region, reader), self._most_listed, now)
        self.telling = Telling(self.following, now, lambda: reader.heartbeat_s)
        self.guarding = Guarding(self.following, ledger, in_time, now)
        self._description = description
        self._reader = reader
        self._ledger = ledger
        self._keeping = keeping
        self._observing = observing
        self._in_time = in_time
        self._now = now
        self._joined_by: WhyAnew = SourceAnswers()
        self._not_joined = ""
        """Why nothing is compared with the ledger yet, which needs the source to be read."""
        self._not_heard = ""
        """Why nothing is heard from the ledger, by which everything is judged; empty while it is."""
        self._tasks: list[asyncio.Task[None]] = []
        self.following.on_change = self._changed
        self.following.on_reading = self._read

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed since."""
        return bool(self._tasks)

    @property
    def cut_off(self) -> str:
        """Why nothing of the ledger is known; empty while it is."""
        return self._not_joined or self._not_heard

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is; never waits."""
        found, age_s = self.following.freshness, self.following.freshness.age_s
        outdated = self._description.trouble
        if outdated:  # as old as what it was put together with
            age_s = max(age_s, self._now() - self._description.read_at)
        return Freshness(age_s, found.connected and not self.cut_off, found.reason or self.cut_off, outdated)

    def silence(self) -> WhyDoubted:
        """Say why the facts may not be relied on; empty when they may."""
        freshness = self.freshness
        if why := self.following.trouble or self.cut_off:
            return why
        if not freshness.connected and freshness.reason:
            return freshness.reason
        if why := self._description.doubt():
            return why
        if freshness.is_silent(self._description.region.policy.stale_after_s):
            return FactsOld(freshness.age_s)
        return ""

    async def open(self, name: str) -> None:
        """Read the description, the source and the ledger, and follow all of them.

        Raises:
            LinkError: the description cannot be read.
        """
        self.telling.is_over = False
        await asyncio.to_thread(self._description.open, self._now())
        try:
            await self.following.read(None)
        except LinkError as error:
            await self._recall(str(error))
        else:
            try:
                await self._join()
            except LinkError as error:
                # Without its ledger a region can be looked at, as silent; nothing can be done there.
                self._not_joined = str(error)
                self._joined_by = LedgerUsable()
        works = [("facts", keep_up(self.following)), ("ledger", self._watch()), ("look", self._look())]
        if self._observing is not None:
            works.append(("calls", self._observing.run()))
        loop = asyncio.get_running_loop()
        for what, work in works:
            task = loop.create_task(work, name=f"{what} of {name}")
            task.add_done_callback(_log_failure)
            self._tasks.append(task)

    async def aclose(self) -> None:
        """Follow nothing any more, and keep what is known."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)
        self._tasks = []
        await self._keep(last=True)

    async def catch_up(self, *, anew: bool) -> None:
        """Bring what is known of a source in this program up to date at once; every other is followed as it tells.

        Raises:
            LinkError: what others did there cannot be read; where all is looked at *anew*, that shows as silence instead.
        """
        if (near := self._reader.near) is None:
            return
        await near.catch_up(anew=anew)
        try:
            await self.following.catch_up()
            if self._not_joined:
                await self._join_late()
            await self.hear_anew()
            await self.guarding.look_again()
        except LinkError as error:
            self._not_heard = str(error)
            if not anew:
                raise
        else:
            self._not_heard = ""

    async def hear_anew(self) -> LedgerState:
        """Read the ledger and take in what it says.

        Raises:
            LinkError: it cannot be read.
        """
        seen = await self._in_time(self._ledger.read())
        await self._hear(seen)
        return seen

    async def _recall(self, why: str) -> None:
        """Begin with what was kept of a source that cannot be read; the rest follows once it answers."""
        self._not_joined = f"the ledger {self._ledger.name} is compared once the source answers"
        kept = await self._keeping.recall()
        try:
            await self.following.recall(kept, why)
        except LinkError as error:
            _log.warning("%s: what was kept of it cannot be shown: %s", self._reader.region, error)
            kept = None
            await self.following.recall(None, why)
        if kept is not None:
            await self.guarding.open_for(kept.region)

    async def _join(self) -> None:
        await self.guarding.open(self._reader.region, self.telling, self.heed_rights)

    async def _join_late(self) -> None:
        """Open the ledger now that the source answers, and let readers load again: much may be otherwise."""
        try:
            await self._join()
        except LinkError as error:
            self._not_joined = str(error)
            raise
        self._not_joined = ""
        self.telling.begin_anew(self._joined_by)

    async def _look(self) -> None:
        """Look at the description, and over what is reserved, again and again."""
        while True:
            await asyncio.sleep(LOOK_EACH_S)
            try:
                self.heed_rights()
                if self._not_joined and self.following.is_read:
                    await self._join_late()
                if await asyncio.to_thread(self._description.look, self._now()):
                    await self.following.read(DescribedAnew())
                    await self.guarding.compare()
                if self.guarding.to_declare:
                    await self.guarding.declare()
                if not self._not_joined:
                    await self.look_over()
                await self._keep()
            except LinkError as error:
                _log.info("%s: %s", self._reader.region, error)

    async def _watch(self) -> None:
        """Hear of what others write into the ledger, and let readers know of their stops."""
        heard = 0
        while True:
            try:
                if self.guarding.seen is not None:  # else it is not open yet
                    if self._not_heard:
                        await self.hear_anew()
                        self._not_heard = ""
                    async for revision in self._ledger.changes(heard):
                        heard = revision
                        await self.hear_anew()
            except LinkError as error:
                self._not_heard = str(error)
                _log.info("%s: %s", self._reader.region, error)
            await asyncio.sleep(LOOK_EACH_S)

    async def _hear(self, seen: LedgerState) -> None:
        self.telling.tell_stops(seen)
        if self._not_joined:
            self.guarding.seen = seen
        else:
            await self.guarding.hear(seen, self.telling)

    async def _keep(self, *, last: bool = False) -> None:
        """Keep what is known for the day when the source cannot be reached."""
        following = self.following
        if following.is_read:
            await self._keeping.look(self._reader.region, following.state, following.heard, last=last)

    def _changed(self, batch: EventBatch) -> None:
        self.guarding.note_change(batch)
        self.telling.wake()

    def _read(self) -> None:
        self.guarding.to_declare = True
        self.telling.wake()

    def _most_listed(self) -> dict[tuple[str, str], int]:
        return self.guarding.declared


def _described(region: Region, reader: BoundedReader) -> Region:
    """Give what is described; a source that goes server by server gets waves of one, unless another size is written.

    One that takes only so many in one step gets no larger waves: each is judged by itself.
    """
    most = reader.abilities.largest_wave
    if most and region.policy.wave > most:
        gap = f"waves of {region.policy.wave:,} become waves of {most:,}: the source takes no more servers in one step"
        policy = replace(region.policy, wave=most)
        return replace(region, policy=policy, gaps=(*region.gaps, gap), index={})
    if reader.abilities.atomic_waves or region.policy.wave_stated:
        return region
    return replace(region, policy=replace(region.policy, wave=1), index={})


async def _nothing() -> None:
    """Nothing is reserved where nobody acts."""


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("%s ended", task.get_name(), exc_info=task.exception())
