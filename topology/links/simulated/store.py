"""What a simulated fleet does for those who act on it through a ledger: one acts file, judged and acted on in one step.

It knows no pace, no freeze and nobody's acknowledgement: those are for the ledger and for who holds it. What it is given it
judges again: every floor, every server's state and what it supports, and whether the wave's execution was stopped. Where the
ledger is the acts file itself, a wave is taken only if nobody acted since it was judged.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from topology.links.acts import Act, ActsFile
from topology.links.description import DescriptionFeed
from topology.links.fleet_source import (
    Answer,
    Facts,
    Floors,
    SourceWave,
    Supports,
    Taken,
    WaveId,
)
from topology.links.simulated.counting import MovedUnits
from topology.links.simulated.world import SharedWorld
from topology.records.clock import SteadyClock
from topology.refusals.at_act import BelowFloor, ExecutionStopped, GivenUp, Misfit, OverCeiling, ServersMisfit
from topology.refusals.refusal import Refusal, kept_as_text, read_kept
from topology.region.errors import LinkError
from topology.region.server_states import STATE_NAMES, ServerState
from topology.simulation.simulation import Chance

STOP_WAITS_S = 0.1
"""So long a stop waits for the region's own view; after that it is written for everybody to see, and gives back later."""


@dataclass(frozen=True, slots=True)
class JudgedWave:
    """A wave as it was judged when *number* was the last act: what each server of it was told, and why."""

    number: int
    answers: tuple[tuple[str, Answer], ...]
    refusals: tuple[tuple[str, str], ...]


class _StoppedError(Exception):
    """The execution was stopped while its wave was being written: the wave is taken back before it is done."""


class SimulatedStore(SharedWorld):
    """The servers of a description, as its acts file has them. Methods block; all may raise `LinkError`."""

    def __init__(
        self, description: DescriptionFeed, acts: ActsFile, clock: SteadyClock, chance: Chance, *, churn: bool
    ) -> None:
        super().__init__(description, acts, clock, chance, churn=churn)
        self.gave_back: dict[str, tuple[str, ...]] = {}
        """What a stop gave back that was written already, for the one who asks the fleet for it."""
        self._judged: dict[WaveId, JudgedWave] = {}
        self._stop_lock = threading.Lock()
        self._stops = ActsFile(acts.path)
        self._stopping: set[str] = set()

    def facts(self) -> Facts:
        """Give the whole fleet at this moment."""
        self._look()
        with self._lock:
            self._check_seen()
            self._tick()
            region = self._replica.region
            roster = region.roster
            profiles = tuple(self._named(profile) for profile in roster.profiles)
            return Facts(
                str(self.history.revision),
                self._replica.world.time,
                roster.names,
                roster.racks,
                profiles,
                roster.rack,
                roster.profile,
                self._replica.world.states.copy(),
                region=region,
            )

    def catch_up(self) -> None:
        """Take in what others did and let time pass; that alone makes nothing known newer."""
        with self.reading():
            pass

    def judge(self, wave: WaveId, judged: JudgedWave) -> None:
        """Let a wave be taken only as it was *judged*, and only if nobody acted since; never waits."""
        self._judged[wave] = judged

    def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let all servers of a wave drain, or none."""
        return self._act("remove", wave, floors)

    def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let the servers of a wave join; of an undo, those that can."""
        return self._act("restore", wave, floors)

    def is_stopping(self, execution: str) -> bool:
        """Say whether somebody here wants an execution stopped, written down or not yet."""
        return execution in self._stopping

    def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let nothing more of an execution leave, and give back what still drains; gives the names of that."""
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

    def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        with self.writing() as replica:
            if execution in replica.ledger.stopped:
                self.acts.append(Act("resume", replica.world.time, operator, execution))
            self._stopping.discard(execution)

    def found(self, wave: WaveId, operator: str, *, abandon: bool) -> Taken | None:
        """Say what became of a wave; with *abandon* one that never happened never will."""
        with self.reading() as replica:
            known = self._known(wave)
            if known is not None or not abandon or wave in replica.ledger.waves:
                return known
        with self.writing() as replica:
            if wave not in replica.ledger.waves:
                execution = wave.rpartition(".")[0]
                self.acts.append(Act("abandon", replica.world.time, operator, execution, wave))
            return self._known(wave)

    def _stop(self, execution: str, operator: str) -> tuple[str, ...]:
        with self.writing() as replica:
            back = replica.still_draining(execution)
            if back or execution not in replica.ledger.stopped:
                answers = tuple((name, Answer.RETURNED) for name in back)
                self.acts.append(Act("stop", replica.world.time, operator, execution, answers=answers))
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

    def _known(self, wave: WaveId) -> Taken | None:
        act = self._replica.ledger.waves.get(wave)
        if act is None or act.kind == "abandon":
            return None
        return Taken(wave, act.answers, read_kept(act.refusals))

    def _act(self, kind: Literal["remove", "restore"], wave: SourceWave, floors: Floors) -> Taken:
        try:
            with self.writing() as replica:
                if wave.id in replica.ledger.waves:
                    return self._known(wave.id) or _refused(wave, Refusal("stale", GivenUp(wave.id)))
                judged = self._judged.pop(wave.id, None)
                if judged is not None and judged.number != replica.ledger.number:
                    return Taken(wave.id, tuple((name, Answer.TOO_SOON) for name in wave.servers), (), 0.0)
                answers, refusals = self._again(kind, wave, floors)
                if any(answer is Answer.DONE for _, answer in answers):
                    self._write(kind, wave, _whole(wave, answers, refusals, judged))
        except _StoppedError:
            return _refused(wave, _stopped(wave))
        return Taken(wave.id, answers, refusals)

    def _write(self, kind: Literal["remove", "restore"], wave: SourceWave, whole: JudgedWave) -> None:
        time, act = self._replica.world.time, (wave.operator, wave.execution, wave.id, whole.answers, whole.refusals)
        self.acts.append(Act(kind, time, *act, wave.undo))
        if wave.execution in self._stopping:
            raise _StoppedError

    def _again(
        self, kind: str, wave: SourceWave, floors: Floors
    ) -> tuple[tuple[tuple[str, Answer], ...], tuple[Refusal, ...]]:
        """Judge a wave: each server for itself, then the whole; only of an undo the rest may go on without some."""
        misfits = list(self._misfits(kind, wave))
        wrong = [Refusal("stale", one) for one in misfits]
        unfit = {name for one in misfits for name in one.servers}
        going = [name for name in wave.servers if name not in unfit]
        whole = [] if wrong and not wave.undo else [*self._stopped(wave), *self._broken(kind, wave, going, floors)]
        refused = bool(whole) or bool(wrong and not wave.undo)
        answers = tuple((name, Answer.REFUSED if refused or name in unfit else Answer.DONE) for name in wave.servers)
        return answers, (*wrong, *whole)

    def _misfits(self, kind: str, wave: SourceWave) -> Iterator[ServersMisfit]:
        replica = self._replica
        able = {ServerState.IN_SERVICE if kind == "remove" else ServerState.REMOVED}
        if wave.undo:
            able.add(ServerState.DRAINING)
        for name, supports in zip(wave.servers, wave.supports, strict=True):
            at = replica.position.get(name)
            if at is None:
                yield ServersMisfit((name,), Misfit.ABSENT, where=replica.region.name)
            elif (state := ServerState(replica.world.states[at])) not in able:
                yield ServersMisfit((name,), STATE_NAMES[state])
            elif self._named(replica.region.roster.profiles[replica.region.roster.profile[at]]) != supports:
                yield ServersMisfit((name,), Misfit.OTHER_SET)

    def _stopped(self, wave: SourceWave) -> Iterator[Refusal]:
        if wave.execution in self._replica.ledger.stopped or wave.execution in self._stopping:
            yield _stopped(wave)

    def _broken(self, kind: str, wave: SourceWave, names: list[str], floors: Floors) -> Iterator[Refusal]:
        """Count what would be in service, in every scope that a floor or a ceiling is given for."""
        moved = np.array([self._replica.position[name] for name in names], np.int64)
        serving = np.flatnonzero(self._replica.world.states == ServerState.IN_SERVICE)
        counts = MovedUnits(
            self._replica.region, serving, moved[np.isin(moved, serving)] if kind == "remove" else moved
        )
        for floor in floors.floors if kind == "remove" else ():
            had, lost = counts.of(floor)
            left = had - lost
            if left < floor.units and lost:
                yield Refusal("floor", BelowFloor(floor.subsystem, floor.scope, had, left, floor.units))
        # What was taken may always come back.
        for ceiling in floors.ceilings if kind == "restore" and not wave.undo else ():
            had, back = counts.of(ceiling)
            left = had + back
            if left > ceiling.units:
                yield Refusal("ceiling", OverCeiling(ceiling.subsystem, ceiling.scope, had, left, ceiling.units))

    def _named(self, profile: tuple[tuple[int, int], ...]) -> Supports:
        subsystems = self._replica.region.subsystems
        return tuple(sorted((subsystems[number].name, units) for number, units in profile))

    def _check_seen(self) -> None:
        if not self._is_open:
            raise LinkError("the source is closed; open it again")


def _whole(
    wave: SourceWave,
    answers: tuple[tuple[str, Answer], ...],
    refusals: tuple[Refusal, ...],
    judged: JudgedWave | None,
) -> JudgedWave:
    """Put together what became of all servers of a wave, those that were judged and never sent among them."""
    said = kept_as_text(refusals)
    if judged is None:
        return JudgedWave(0, answers, said)
    became = dict(answers)
    whole = tuple((name, became.get(name, answer)) for name, answer in judged.answers)
    return JudgedWave(judged.number, whole, judged.refusals + said)


def _stopped(wave: SourceWave) -> Refusal:
    return Refusal("stopped", ExecutionStopped(wave.execution))


def _refused(wave: SourceWave, why: Refusal) -> Taken:
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), (why,))
