"""The links `sim:` and `file:`: a simulated region behind the protocol. Everything that may block runs in a thread."""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.acts import ActsFile
from topology.links.check.second_person import resting_on
from topology.links.description import DescriptionFeed, FixedDescription, WatchedDescription
from topology.links.protocol import Abilities, OperationId, Wave, WaveOutcome
from topology.links.simulated.engine import Engine
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.simulation.simulation import Chance

TICK_EACH_S = 0.1
"""How often the world is stepped and the acts of others are read."""
HEARTBEAT_S = 0.5
"""Without news, a reader of events hears so often that the source is alive."""
SEED = 2017

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


def acts_path(folder: Path, name: str) -> Path:
    """Give the place of the acts file for the region addressed as *name*; another name has another file."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[-40:]
    return folder / f"acts-{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}.db"


class SimulatedLink:
    """A simulated region. With a `ManualClock` nothing moves unless `advance` is called."""

    only_looks = ""
    leases = None
    """A lock on this machine says who carries what out."""
    operator = ""
    abilities = Abilities(
        atomic_waves=True,
        restores_by_name=True,
        stops_mid_wave=True,
        returns_load=True,
        remembers_waves=True,
        simulated=True,
    )

    def __init__(
        self,
        name: str,
        source: DescriptionFeed,
        acts: Path,
        *,
        seed: int,
        clock: Callable[[], float],
        fresh: bool,
        churn: bool,
        watched: bool,
    ) -> None:
        self.name = name
        self._fresh = fresh
        self._make_people: Callable[[], FileLedger] = lambda: FileLedger(_people_path(acts), SteadyClock(clock))
        self._people = self._make_people()
        self._manual = clock if isinstance(clock, ManualClock) else None
        self._engine = Engine(source, ActsFile(acts), SteadyClock(clock), Chance(seed), churn=churn, watched=watched)
        self._ticker: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._closed = False

    @property
    def meeting(self) -> FileLedger:
        """Where those who have it open meet: a ledger beside the acts."""
        return self._people

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is; never waits."""
        return self._engine.freshness()

    def now(self) -> float:
        """The link's time, seconds since 1970 UTC; never runs backwards."""
        return self._engine.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass, at once and in this thread; only with a `ManualClock`.

        Raises:
            TypeError: the clock goes by itself.
        """
        if self._manual is None:
            raise TypeError("only a link with a ManualClock can be advanced")
        self._manual.time += seconds
        self._engine.tick()
        self._wake()

    async def load(self) -> State:
        """Read the whole region: a state of its own, for the caller to keep and to fold events into."""
        fresh, self._fresh = self._fresh, False
        if self._closed:
            self._people = self._make_people()
        await asyncio.to_thread(self._engine.open, fresh)
        try:
            await self._people.open(self.name, ())
        except LinkError as error:
            # Without it the region can be looked at and acted on alone; whatever needs a second person says why not.
            _log.warning("%s", error)
        self._closed = False
        if self._manual is None and (self._ticker is None or self._ticker.done()):
            self._ticker = asyncio.get_running_loop().create_task(self._run(), name=f"ticks of {self.name}")
            self._ticker.add_done_callback(_log_failure)
        return await self._in_thread(self._engine.load)

    async def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more; one with no servers keeps the revision: all is well.

        Raises:
            ResyncNeeded: the region was described anew, or the reader is too far behind; load again.
        """
        heard = self.now()
        while not self._closed:
            news = self._news
            batches = self._engine.history.after(after)
            for batch in batches:
                after, heard = batch.revision, self.now()
                yield batch
            if batches:
                continue  # while they were read more may have come, or the description changed
            freshness = self.freshness
            if self.now() - heard >= HEARTBEAT_S and freshness.connected and freshness.age_s < HEARTBEAT_S:
                heard = self.now()
                yield batch_of(after, heard, [])
            await news.wait()

    async def remove(self, wave: Wave) -> WaveOutcome:
        """Judge the whole wave and take all of it out of service in one step, or none."""
        asks = wave.approvals or self._engine.asks
        kept = (await self._people.read()).approvals if asks else ()
        return await self._in_thread(self._engine.remove, wave, *resting_on(kept, wave))

    async def restore(self, wave: Wave) -> WaveOutcome:
        """Judge the whole wave and bring it back, or none; an undo leaves out only what cannot come back."""
        return await self._in_thread(self._engine.restore, wave)

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it did not happen."""
        return await self._in_thread(self._engine.outcome, operation)

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; those still draining go back. Gives their names."""
        return await self._in_thread(self._engine.stop, execution, operator)

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        await self._in_thread(self._engine.resume, execution, operator)

    async def finish(self, execution: str, outcome: str) -> None:
        """The acts say it all."""

    async def acknowledge(
        self, operator: str, undecided: tuple[str, ...] = (), unheard: tuple[UnheardRack, ...] = ()
    ) -> None:
        """Accept a description that guards less than the one before; readers of events load again.

        Nothing is undecided here, and no rack has an agent.
        """
        await self._in_thread(self._engine.acknowledge, operator)

    async def keep_head(self, head: JournalHead) -> None:
        """Keep the journal's head beside the region."""
        await self._in_thread(self._engine.keep_head, head)

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        return await self._in_thread(self._engine.kept_head, journal)

    async def aclose(self) -> None:
        """Let go of files and tasks; readers of events come to an end."""
        self._closed = True
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
            self._ticker = None
        await asyncio.to_thread(self._engine.close)
        await self._people.aclose()
        self._wake()

    async def _run(self) -> None:
        while True:
            await asyncio.to_thread(self._engine.tick)
            self._wake()
            await asyncio.sleep(TICK_EACH_S)

    async def _in_thread(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        result = await asyncio.to_thread(work, *arguments)
        self._wake()
        return result

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


class SimLink(SimulatedLink):
    """`sim:NAME`: a region that ships with the program, which lives by itself: failures, repairs, drains, joins."""

    def __init__(
        self,
        region: Region,
        name: str,
        folder: Path,
        *,
        seed: int = SEED,
        clock: Callable[[], float] = time.time,
        fresh: bool = False,
    ) -> None:
        super().__init__(
            name,
            FixedDescription(region),
            acts_path(folder, name),
            seed=seed,
            clock=clock,
            fresh=fresh,
            churn=True,
            watched=False,
        )


class FileLink(SimulatedLink):
    """`file:PATH`: a description that is read again when it changes; acts on it are simulated, nothing else moves."""

    def __init__(
        self,
        path: Path,
        folder: Path,
        *,
        seed: int = SEED,
        clock: Callable[[], float] = time.time,
        fresh: bool = False,
    ) -> None:
        super().__init__(
            f"file:{path}",
            WatchedDescription(path),
            acts_path(folder, f"file:{path.resolve()}"),
            seed=seed,
            clock=clock,
            fresh=fresh,
            churn=False,
            watched=True,
        )


def _people_path(acts: Path) -> Path:
    return acts.with_name(acts.name.replace("acts-", "people-", 1))


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("%s ended", task.get_name(), exc_info=task.exception())
