"""What every program sees of a simulated region: its description and its acts, carried on by time. No loop, and no judging.

Methods may block on the disk, so whoever has a loop calls them in threads; one lock lets one at a time in. All that is known
of acts comes from the acts file, one's own included: what is not in it did not happen.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from topology.fleet.reasons.anew import DescribedAnew, OwnClockAccepted, OwnClockLeapt
from topology.fleet.state import Freshness
from topology.links.acts import ActsFile
from topology.links.description import DescriptionFeed
from topology.links.history import BatchHistory
from topology.links.ledger import LedgerFold
from topology.links.simulated.replica import Replica
from topology.records.clock import Stamp, SteadyClock
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.server_states import ServerState
from topology.simulation.simulation import Chance

LOOK_EACH_S = 0.5
"""How often the description is looked at, and an acts file that could not be opened is tried again."""
NOTE_EACH_S = 1.0
"""How often it is written down how late it is."""
_SEEN = "latest time"


class SharedWorld:
    """One program's part in a simulated region. *churn* lets servers fail by themselves."""

    def __init__(
        self, description: DescriptionFeed, acts: ActsFile, clock: SteadyClock, chance: Chance, *, churn: bool
    ) -> None:
        self.history = BatchHistory()
        self.clock = clock
        self.description = description
        self.acts = acts
        self._chance = chance
        self._churn = churn
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._trouble = ""
        self._ticked_at = 0.0
        self._looked_at = 0.0
        self._tried_at = 0.0
        self._noted_at = 0.0
        self._leap_s = 0.0
        self._is_open = False
        self._acts_open = False

    def open(self, fresh: bool) -> None:
        """Read the description and the acts. Without its acts a region can be looked at, as silent.

        Raises:
            LinkError: the description cannot be read, or the acts cannot be forgotten.
        """
        with self._lock:
            if self._is_open:
                return
            self._looked_at = self.clock.now()
            self.description.open(self._looked_at)
            try:
                self.acts.open(fresh)
                self._acts_open = True
            except LinkError as error:
                if fresh:
                    raise
                self._trouble = str(error)
            try:
                self._begin()
            except LinkError as error:
                self._acts_open, self._trouble = False, str(error)
                self._begin()
            self._is_open = True
            self._tick()

    def close(self) -> None:
        """Let go of the acts file."""
        with self._lock:
            self._is_open = self._acts_open = False
            self.acts.close()

    def tick(self) -> None:
        """Look at the description, read what others did, let time pass. What cannot be read shows as silence."""
        self._look()
        with self._lock:
            if self._is_open:
                self._tick()

    def freshness(self) -> Freshness:
        """Say how old the newest fact is; never waits."""
        age = max(0.0, self.clock.now() - min(self._ticked_at, self.description.read_at))
        return Freshness(age, self._is_open and not self._trouble, self._trouble, self.description.trouble)

    @property
    def region(self) -> Region:
        """What is described, as all that is known here rests on it."""
        return self._replica.region

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed since."""
        return self._is_open

    @property
    def acts_known(self) -> LedgerFold:
        """What the acts add up to that were taken in; never waits. Others may have acted since.

        Raises:
            LinkError: it is closed.
        """
        self._check_open()
        return self._replica.ledger

    @contextmanager
    def reading(self) -> Iterator[Replica]:
        """Give what is known when all that anybody did was taken in; as long as this lasts nothing else goes on here.

        Raises:
            LinkError: the acts cannot be read, or it is closed.
        """
        with self._lock:
            self._check_open()
            self._catch_up()
            yield self._replica

    @contextmanager
    def writing(self) -> Iterator[Replica]:
        """Hold the only right to write acts, by what all others wrote before; what was written is taken in at the end.

        Raises:
            LinkError: the acts cannot be read or written, and nothing of it is kept; or it is closed.
        """
        with self._lock:
            self._check_open()
            with self.acts.writing():
                self._catch_up()
                yield self._replica
            self._catch_up_if_possible()

    def happen(self, server: int, state: ServerState) -> None:
        """Let something happen to a server (its place in the roster) by itself, in the view of this program alone."""
        with self._lock:
            self._replica.world.put(server, state)
            self.history.publish(self.clock.now(), [(server, state)])

    def _look(self) -> None:
        """Look at the description; reading it may take long, so nothing else waits for it."""
        with self._looking:
            now = self.clock.now()
            if self._is_open and now - self._looked_at >= LOOK_EACH_S:
                self._looked_at = now
                self.description.look(now)

    def _tick(self) -> None:
        now = self.clock.now()
        due = now - self._tried_at >= LOOK_EACH_S
        try:
            if due and not self._acts_open:
                self._tried_at = now
                self.acts.open()
                self._acts_open = True
                self._begin()
            if self._acts_open:
                self._catch_up()
                self._note_time()
        except LinkError as error:
            self._trouble = str(error)
        self._replica.advance(self.clock.now())
        self._ticked_at = self.clock.now()

    def _begin(self) -> None:
        """Make the view anew, from the description and every act in the file; whoever loaded before loads again."""
        region = self.description.region
        acts = self.acts.since(0) if self._acts_open else ()
        self._epoch = self.acts.epoch() if self._acts_open else 0
        self._hear_time()
        for act in acts[-1:]:
            self.clock.at_least(act.time)
        self._replica = Replica(region, acts, self.clock.now(), self._chance, self._churn, self.history)
        self.history.begin_anew(DescribedAnew())

    def _catch_up(self) -> None:
        """Take in a new description and what is new in the acts file, from whomever, and let time pass up to now."""
        if self.description.region is not self._replica.region or self.acts.epoch() != self._epoch:
            self._begin()
        else:
            acts = self.acts.since(self._replica.ledger.number)
            for act in acts[-1:]:
                self.clock.at_least(act.time)
            self._replica.fold(acts)
        self._trouble = self.acts.only_for_looking
        self._replica.advance(self.clock.now())

    def _catch_up_if_possible(self) -> None:
        """Take in one's own act, which is on disk already; if that fails the next tick says so."""
        with suppress(LinkError):
            self._catch_up()

    def _note_time(self) -> None:
        """Write down how late it is, so that whoever starts later does not start earlier; and say that the clock leapt."""
        stamp, leapt = self.clock.stamp(), bool(self.clock.leap_s)
        if leapt != bool(self._leap_s):
            self._leap_s = self.clock.leap_s
            self.history.begin_anew(OwnClockLeapt() if leapt else OwnClockAccepted())
        if stamp.time - self._noted_at >= NOTE_EACH_S and not self.acts.only_for_looking:
            with self.acts.writing():
                self.acts.set_note(_SEEN, msgspec.json.encode(stamp))
            self._noted_at = stamp.time

    def _hear_time(self) -> None:
        """Go on from the latest time that anybody wrote down."""
        noted = self.acts.note(_SEEN) if self._acts_open and not self._noted_at else None
        if noted is not None:
            with suppress(msgspec.DecodeError):
                self.clock.go_on_from(msgspec.json.decode(noted, type=Stamp))

    def _check_open(self) -> None:
        if not self._acts_open:
            raise LinkError(self._trouble or "the link is closed; nothing was done; open it again")
