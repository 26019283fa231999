"""The links `sim:` and `file:`: a simulated fleet under the same assembly as every live region, with its acts as the ledger."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

from topology.links.acts import ActsFile
from topology.links.deadline import Deadlines
from topology.links.description import DescriptionFeed, FixedDescription, WatchedDescription
from topology.links.live.link import LiveLink
from topology.links.simulated.acts_book import ActsBook
from topology.links.simulated.acts_ledger import ActsLedger
from topology.links.simulated.described import DescriptionOfStore
from topology.links.simulated.meeting import MeetingFile
from topology.links.simulated.source import SimulatedSource
from topology.links.simulated.store import SimulatedStore
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.region.region import Region
from topology.region.tables import Tell, silent
from topology.simulation.simulation import Chance

SEED = 2017
_PATIENT = Deadlines(600.0, 60.0, 60.0, 60.0, 60.0)
"""What is in this program is waited for: the disk says by itself when it takes too long."""


def acts_path(folder: Path, name: str) -> Path:
    """Give the place of the acts file for the region addressed as *name*; another name has another file."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[-40:]
    return folder / f"acts-{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}.db"


class SimulatedLink(LiveLink):
    """A simulated region. With a `ManualClock` nothing moves unless `advance` is called.

    *churn* lets servers fail by themselves; *watched* wants lowered descriptions acknowledged; *fresh* forgets every act.
    """

    def __init__(
        self,
        name: str,
        description: DescriptionFeed,
        acts: Path,
        *,
        seed: int,
        clock: Callable[[], float],
        fresh: bool,
        churn: bool,
        watched: bool,
    ) -> None:
        steady = SteadyClock(clock)
        self._manual = clock if isinstance(clock, ManualClock) else None
        self.store = SimulatedStore(description, ActsFile(acts), steady, Chance(seed), churn=churn)
        """The simulated servers themselves, for who sets a stage."""
        self._source = SimulatedSource(name, "", self.store, goes=self._manual is None, is_described=True)
        self._people = MeetingFile(lambda: FileLedger(_people_path(acts), SteadyClock(clock)))
        super().__init__(
            name,
            DescriptionOfStore(self.store, fresh),
            self._source,
            ActsLedger(acts, ActsBook(self.store, watched=watched), self._source, self._people),
            actor=self._source,
            clock=steady,
            deadlines=_PATIENT,
            has_leases=False,
        )

    @property
    def meeting(self) -> FileLedger:
        """Where those who have it open meet: a ledger beside the acts."""
        return self._people.file

    def advance(self, seconds: float) -> None:
        """Let time pass, at once and in this thread; only with a `ManualClock`.

        Raises:
            TypeError: the clock goes by itself.
        """
        if self._manual is None:
            raise TypeError("only a link with a ManualClock can be advanced")
        self._manual.time += seconds
        self._source.tick()
        self.joined.following.fold_news()


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
        tell: Tell = silent,
    ) -> None:
        super().__init__(
            f"file:{path}",
            WatchedDescription(path, tell),
            acts_path(folder, f"file:{path.resolve()}"),
            seed=seed,
            clock=clock,
            fresh=fresh,
            churn=False,
            watched=True,
        )


def _people_path(acts: Path) -> Path:
    return acts.with_name(acts.name.replace("acts-", "people-", 1))
