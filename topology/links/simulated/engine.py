"""A simulated region that several programs act on: the world that they share, and the check between them. No loop."""

import threading
from collections.abc import Sequence
from typing import Literal

from topology.approval.request import LivingApproval
from topology.execution.journal_entries import JournalHead
from topology.fleet.state import State
from topology.links.acts import Act, ActsFile
from topology.links.check.lowered import Guards, guards_of, lowered
from topology.links.check.recount import Judgement, judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.check.second_person import lifted
from topology.links.description import DescriptionFeed
from topology.links.protocol import Answer, OperationId, Refusal, Wave, WaveOutcome
from topology.links.simulated.world import READ_ANEW, SharedWorld
from topology.records.clock import SteadyClock, leap_sentence
from topology.region.errors import LinkError
from topology.simulation.simulation import Chance

STOP_WAITS_S = 0.1
"""So long a stop waits for the region's own view; after that it is written for everybody to see, and gives back later."""
_ACCEPTED = "accepted description"


class _StoppedError(Exception):
    """The execution was stopped while its wave was being written: the wave is taken back before it is done."""


class Engine(SharedWorld):
    """The region. *churn* lets servers fail by themselves; *watched* wants lowered descriptions acknowledged."""

    def __init__(
        self, source: DescriptionFeed, acts: ActsFile, clock: SteadyClock, chance: Chance, *, churn: bool, watched: bool
    ) -> None:
        super().__init__(source, acts, clock, chance, churn=churn)
        self._watched = watched
        self._stop_lock = threading.Lock()
        self._stops = ActsFile(acts.path)
        self._stopping: set[str] = set()
        self._unacknowledged: tuple[str, ...] = ()

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

    def _began(self) -> None:
        self._guards = guards_of(self._replica.region)
        self._compare(self._acts.note(_ACCEPTED) if self._acts_open else None)

    def _heard_acknowledgement(self) -> None:
        noted = self._acts.note(_ACCEPTED)
        if noted is not None:
            self._compare(noted)
            self.history.begin_anew(READ_ANEW)

    def _note(self) -> None:
        self._note_description()

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

    def _to_acknowledge(self) -> tuple[str, ...]:
        leap = leap_sentence(self.clock.leap_s)
        return (*self._unacknowledged, leap) if leap else self._unacknowledged
