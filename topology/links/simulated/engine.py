"""A simulated region that several programs act on: its description, its acts file, and the check between them. No loop.

Every method may block on the disk, so the link calls them in threads; one lock lets one at a time in. All that is known
of acts comes from the acts file, one's own included: what is not in it did not happen.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import msgspec

from topology.approval.request import LivingApproval
from topology.execution.journal_entries import JournalHead
from topology.fleet.state import Freshness, State
from topology.links.acts import Act, ActsFile
from topology.links.check.lowered import Guards, guards_of, lowered
from topology.links.check.recount import Judgement, judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.check.second_person import lifted
from topology.links.description import DescriptionFeed
from topology.links.history import History
from topology.links.protocol import Answer, OperationId, Refusal, Wave, WaveOutcome
from topology.links.simulated.replica import Replica
from topology.records.clock import Stamp, SteadyClock, leap_sentence
from topology.region.errors import LinkError
from topology.simulation.simulation import Chance

LOOK_EACH_S = 0.5
"""How often the description is looked at, and an acts file that could not be opened is tried again."""
STOP_WAITS_S = 0.1
"""So long a stop waits for the region's own view; after that it is written for everybody to see, and gives back later."""
NOTE_EACH_S = 1.0
"""How often it is written down how late it is."""
_ACCEPTED = "accepted description"
_SEEN = "latest time"
_READ_ANEW = "The description of the region was read anew."
_CLOCK_LEAPT = "The clock of this machine leapt ahead; nothing is removed until somebody acknowledges that it is right."
_CLOCK_ACCEPTED = "The clock of this machine is taken for right."


class _StoppedError(Exception):
    """The execution was stopped while its wave was being written: the wave is taken back before it is done."""


class Engine:
    """The region. *churn* lets servers fail by themselves; *watched* wants lowered descriptions acknowledged."""

    def __init__(
        self, source: DescriptionFeed, acts: ActsFile, clock: SteadyClock, chance: Chance, *, churn: bool, watched: bool
    ) -> None:
        self.history = History()
        self.clock = clock
        self._source = source
        self._acts = acts
        self._chance = chance
        self._churn = churn
        self._watched = watched
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._stop_lock = threading.Lock()
        self._stops = ActsFile(acts.path)
        self._stopping: set[str] = set()
        self._trouble = ""
        self._ticked_at = 0.0
        self._looked_at = 0.0
        self._tried_at = 0.0
        self._noted_at = 0.0
        self._leap_s = 0.0
        self._is_open = False
        self._acts_open = False
        self._unacknowledged: tuple[str, ...] = ()

    def open(self, fresh: bool) -> None:
        """Read the description and the acts. Without its acts a region can be looked at, as silent.

        Raises:
            LinkError: the description cannot be read, or the acts cannot be forgotten.
        """
        with self._lock:
            if self._is_open:
                return
            self._looked_at = self.clock.now()
            self._source.open(self._looked_at)
            try:
                self._acts.open(fresh)
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
            self._acts.close()

    def tick(self) -> None:
        """Look at the description, read what others did, let time pass. What cannot be read shows as silence."""
        self._look()
        with self._lock:
            if self._is_open:
                self._tick()

    def freshness(self) -> Freshness:
        """Say how old the newest fact is; never waits."""
        age = max(0.0, self.clock.now() - min(self._ticked_at, self._source.read_at))
        return Freshness(age, self._is_open and not self._trouble, self._trouble or self._source.trouble)

    def load(self) -> State:
        """Give the state as a value of its own."""
        self._look()
        with self._lock:
            if not self._is_open:
                raise LinkError("the link is closed; open it again")
            self._tick()
            replica, revision = self._replica, self.history.revision
            return State(
                replica.region,
                replica.fleet(revision),
                revision,
                replica.world.time,
                self.freshness(),
                unacknowledged=self._to_acknowledge(),
            )

    @property
    def asks(self) -> bool:
        """Whether the description leaves anything to two people."""
        return self._is_open and self._source.region.policy.approval.asks

    def remove(
        self, wave: Wave, approvals: Sequence[LivingApproval] = (), not_approved: Sequence[Refusal] = ()
    ) -> WaveOutcome:
        """Take all servers of a wave out of service in one step, or none; it rests on these *approvals*."""
        return self._act("remove", wave, approvals, not_approved)

    def restore(self, wave: Wave) -> WaveOutcome:
        """Bring the servers of a wave back."""
        return self._act("restore", wave)

    def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it is not in the file, and so did not happen."""
        with self._lock:
            self._check_open()
            self._catch_up()
            return self._replica.ledger.outcome(operation)

    def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let nothing more of an execution leave, and give back what still drains."""
        # Before waiting for anything: a wave that is being written right now is taken back.
        self._stopping.add(execution)
        try:
            if not self._lock.acquire(timeout=STOP_WAITS_S):
                self._write_stop(execution, operator)
                self._lock.acquire()
            try:
                return self._stop(execution, operator)
            finally:
                self._lock.release()
        except LinkError as error:
            raise LinkError(f"nothing more of this execution leaves through this console, but {error}") from error

    def _stop(self, execution: str, operator: str) -> tuple[str, ...]:
        self._check_open()
        with self._acts.writing():
            self._catch_up()
            back = self._replica.still_draining(execution)
            if back or execution not in self._replica.ledger.stopped:
                answers = tuple((name, Answer.RETURNED) for name in back)
                self._acts.append(Act("stop", self._replica.world.time, operator, execution, answers=answers))
        self._catch_up_if_possible()
        return back

    def _write_stop(self, execution: str, operator: str) -> None:
        """Let everybody know at once, through a file of its own: whatever else is read or judged now is not waited for."""
        if self._is_open and self._acts_open:
            with self._stop_lock:
                self._stops.open()
                try:
                    with self._stops.writing():
                        self._stops.append(Act("stop", self.clock.now(), operator, execution))
                finally:
                    self._stops.close()

    def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                if execution in self._replica.ledger.stopped:
                    self._acts.append(Act("resume", self._replica.world.time, operator, execution))
            self._stopping.discard(execution)
            self._catch_up_if_possible()

    def acknowledge(self, operator: str) -> None:
        """Accept the description as it is now."""
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                leap_s = self.clock.leap_s
                self.clock.follow()
                self._acts.set_note(_ACCEPTED, self._guards.to_json())
                self._acts.append(Act("acknowledge", self.clock.now(), operator, leap_s=leap_s))
            self._catch_up_if_possible()

    def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        with self._lock:
            self._check_open()
            self._acts.keep_head(head)

    def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        with self._lock:
            self._check_open()
            return self._acts.kept_head(journal)

    def _act(
        self,
        kind: Literal["remove", "restore"],
        wave: Wave,
        approvals: Sequence[LivingApproval] = (),
        not_approved: Sequence[Refusal] = (),
    ) -> WaveOutcome:
        with self._lock:
            self._check_open()
            try:
                with self._acts.writing():
                    self._catch_up()
                    if wave.operation in self._replica.ledger.waves:
                        return self._done_before(kind, wave)
                    judgement = self._judge(kind, wave, approvals, not_approved)
                    if judgement.allowed:
                        self._write(kind, wave, judgement)
            except _StoppedError:
                judgement = self._judge(kind, wave, approvals, not_approved)
            self._catch_up_if_possible()
            return WaveOutcome(wave.operation, judgement.answers, judgement.refusals, judgement.not_before)

    def _write(self, kind: Literal["remove", "restore"], wave: Wave, judgement: Judgement) -> None:
        refusals = tuple((refusal.code, refusal.message) for refusal in judgement.refusals)
        time, answers = self._replica.world.time, judgement.answers
        self._acts.append(Act(kind, time, wave.operator, wave.execution, wave.operation, answers, refusals, wave.undo))
        if wave.execution in self._stopping:
            raise _StoppedError

    def _judge(
        self,
        kind: Literal["remove", "restore"],
        wave: Wave,
        approvals: Sequence[LivingApproval],
        not_approved: Sequence[Refusal],
    ) -> Judgement:
        replica = self._replica
        scene = Scene(
            replica.region,
            replica.world.states,
            replica.position,
            replica.world.time,
            self._silence(),
            self._to_acknowledge(),
            replica.ledger.stopped | self._stopping,
            replica.ledger.departed,
            replica.ledger.taken,
            replica.ledger.names_taken(wave.execution),
            approvals,
            not_approved,
            lifted(approvals),
        )
        return judge_removal(scene, wave) if kind == "remove" else judge_restore(scene, wave)

    def _done_before(self, kind: Literal["remove", "restore"], wave: Wave) -> WaveOutcome:
        """Answer a wave that was done already: as it was done, if it is the same wave."""
        done, outcome = self._replica.ledger.waves[wave.operation], self._replica.ledger.outcome(wave.operation)
        if outcome and done.kind == kind and tuple(name for name, _ in done.answers) == wave.servers:
            return outcome
        refusal = Refusal("stale", f"wave {wave.number:,} was done already, with other servers; nothing is done")
        return WaveOutcome(wave.operation, tuple((name, Answer.REFUSED) for name in wave.servers), (refusal,))

    def _silence(self) -> str:
        doubt, freshness = self._trouble or self._source.doubt(), self.freshness()
        if not doubt and freshness.is_silent(self._replica.region.policy.stale_after_s):
            return f"its newest fact is {freshness.age_s:,.0f} s old"
        return doubt

    def _look(self) -> None:
        """Look at the description; reading it may take long, so nothing else waits for it."""
        with self._looking:
            now = self.clock.now()
            if self._is_open and now - self._looked_at >= LOOK_EACH_S:
                self._looked_at = now
                self._source.look(now)

    def _tick(self) -> None:
        now = self.clock.now()
        due = now - self._tried_at >= LOOK_EACH_S
        try:
            if due and not self._acts_open:
                self._tried_at = now
                self._acts.open()
                self._acts_open = True
                self._begin()
            if self._acts_open:
                self._catch_up()
                self._note_description()
                self._note_time()
        except LinkError as error:
            self._trouble = str(error)
        self._replica.advance(self.clock.now())
        self._ticked_at = self.clock.now()

    def _begin(self) -> None:
        """Make the view anew, from the description and every act in the file; whoever loaded before loads again."""
        region = self._source.region
        acts = self._acts.since(0) if self._acts_open else ()
        noted = self._acts.note(_ACCEPTED) if self._acts_open else None
        self._epoch = self._acts.epoch() if self._acts_open else 0
        self._hear_time()
        for act in acts[-1:]:
            self.clock.at_least(act.time)
        self._replica = Replica(region, acts, self.clock.now(), self._chance, self._churn, self.history)
        self._guards = guards_of(region)
        self._compare(noted)
        self.history.begin_anew(_READ_ANEW)

    def _catch_up(self) -> None:
        """Take in a new description and what is new in the acts file, from whomever, and let time pass up to now."""
        if self._source.region is not self._replica.region or self._acts.epoch() != self._epoch:
            self._begin()
        else:
            acts = self._acts.since(self._replica.ledger.number)
            noted = self._acts.note(_ACCEPTED) if any(act.kind == "acknowledge" for act in acts) else None
            for act in acts[-1:]:
                self.clock.at_least(act.time)
            self._replica.fold(acts)
            if noted is not None:
                self._compare(noted)
                self.history.begin_anew(_READ_ANEW)
        self._trouble = self._acts.only_for_looking
        self._replica.advance(self.clock.now())

    def _catch_up_if_possible(self) -> None:
        """Take in one's own act, which is on disk already; if that fails the next tick says so."""
        with suppress(LinkError):
            self._catch_up()

    def _compare(self, noted: bytes | None) -> None:
        """See whether the description guards less than the one last accepted."""
        accepted = self._guards if noted is None else Guards.from_json(noted)
        self._unacknowledged = lowered(accepted, self._guards, self.clock.now()) if self._watched else ()
        accepted_is_current = noted is not None and accepted.digest == self._guards.digest
        self._to_note = self._watched and not self._unacknowledged and not accepted_is_current

    def _note_description(self) -> None:
        """Keep what the description guards with, so that a later one can be compared with it, also after a restart."""
        if self._to_note:
            with self._acts.writing():
                self._acts.set_note(_ACCEPTED, self._guards.to_json())
            self._to_note = False

    def _note_time(self) -> None:
        """Write down how late it is, so that whoever starts later does not start earlier; and say that the clock leapt."""
        stamp, leapt = self.clock.stamp(), bool(self.clock.leap_s)
        if leapt != bool(self._leap_s):
            self._leap_s = self.clock.leap_s
            self.history.begin_anew(_CLOCK_LEAPT if leapt else _CLOCK_ACCEPTED)
        if stamp.time - self._noted_at >= NOTE_EACH_S and not self._acts.only_for_looking:
            with self._acts.writing():
                self._acts.set_note(_SEEN, msgspec.json.encode(stamp))
            self._noted_at = stamp.time

    def _hear_time(self) -> None:
        """Go on from the latest time that anybody wrote down."""
        noted = self._acts.note(_SEEN) if self._acts_open and not self._noted_at else None
        if noted is not None:
            with suppress(msgspec.DecodeError):
                self.clock.go_on_from(msgspec.json.decode(noted, type=Stamp))

    def _to_acknowledge(self) -> tuple[str, ...]:
        leap = leap_sentence(self.clock.leap_s)
        return (*self._unacknowledged, leap) if leap else self._unacknowledged

    def _check_open(self) -> None:
        if not self._acts_open:
            raise LinkError(self._trouble or "the link is closed; nothing was done; open it again")
