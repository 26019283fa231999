"""What a simulated fleet does for those who act on it through a ledger: one acts file, judged and acted on in one step.

It knows no pace, no freeze and nobody's acknowledgement: those are for the ledger and for who holds it. What it is given it
judges again: every floor, every server's state and what it supports, and whether the wave's execution was stopped.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topology.links.acts import Act
from topology.links.fleet_source import (
    Answer,
    Facts,
    Floors,
    Refusal,
    RefusalFacts,
    ScopeFloor,
    SourceWave,
    Supports,
    Taken,
    WaveId,
)
from topology.links.simulated.world import SharedWorld
from topology.region.errors import LinkError
from topology.region.scope import Scope
from topology.region.server_states import STATE_NAMES, ServerState

ABANDONED = Refusal("stale", "it was given up, and is not done any more")


class SimulatedStore(SharedWorld):
    """The servers of a description, as its acts file has them. Methods block; all may raise `LinkError`."""

    def facts(self) -> Facts:
        """Give the whole fleet at this moment."""
        self._look()
        with self._lock:
            self._check_seen()
            self._tick()
            roster = self._replica.region.roster
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
            )

    def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let all servers of a wave drain, or none."""
        return self._act("remove", wave, floors)

    def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let the servers of a wave join; of an undo, those that can."""
        return self._act("restore", wave, floors)

    def stop(self, execution: str, operator: str) -> Taken:
        """Let nothing more of an execution leave, and give back what still drains."""
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                back = self._replica.still_draining(execution)
                answers = tuple((name, Answer.RETURNED) for name in back)
                if back or execution not in self._replica.ledger.stopped:
                    self._acts.append(Act("stop", self._replica.world.time, operator, execution, answers=answers))
            self._catch_up_if_possible()
            return Taken(f"{execution}.stop", answers)

    def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                if execution in self._replica.ledger.stopped:
                    self._acts.append(Act("resume", self._replica.world.time, operator, execution))
            self._catch_up_if_possible()

    def found(self, wave: WaveId, operator: str, *, abandon: bool) -> Taken | None:
        """Say what became of a wave; with *abandon* one that never happened never will."""
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                known = self._known(wave)
                if known is not None or not abandon or wave in self._replica.ledger.waves:
                    return known
                execution = wave.rpartition(".")[0]
                self._acts.append(Act("abandon", self._replica.world.time, operator, execution, wave))
            self._catch_up_if_possible()
            return None

    def _known(self, wave: WaveId) -> Taken | None:
        act = self._replica.ledger.waves.get(wave)
        if act is None or act.kind == "abandon":
            return None
        return Taken(wave, act.answers, tuple(Refusal(code, message) for code, message in act.refusals))

    def _act(self, kind: Literal["remove", "restore"], wave: SourceWave, floors: Floors) -> Taken:
        with self._lock:
            self._check_open()
            with self._acts.writing():
                self._catch_up()
                if wave.id in self._replica.ledger.waves:
                    return self._known(wave.id) or _refused(wave, ABANDONED)
                answers, refusals = self._judged(kind, wave, floors)
                if any(answer is Answer.DONE for _, answer in answers):
                    kept = tuple((one.code, one.message) for one in refusals)
                    time, act = self._replica.world.time, (wave.operator, wave.execution, wave.id, answers, kept)
                    self._acts.append(Act(kind, time, *act, wave.undo))
            self._catch_up_if_possible()
            return Taken(wave.id, answers, refusals)

    def _judged(
        self, kind: str, wave: SourceWave, floors: Floors
    ) -> tuple[tuple[tuple[str, Answer], ...], tuple[Refusal, ...]]:
        """Judge a wave: each server for itself, then the whole; only of an undo the rest may go on without some."""
        wrong = list(self._misfits(kind, wave))
        unfit = {name for refusal in wrong for name in refusal.facts.servers}
        going = [name for name in wave.servers if name not in unfit]
        whole = [] if wrong and not wave.undo else [*self._stopped(wave), *self._broken(kind, going, floors)]
        refused = bool(whole) or bool(wrong and not wave.undo)
        answers = tuple((name, Answer.REFUSED if refused or name in unfit else Answer.DONE) for name in wave.servers)
        return answers, (*wrong, *whole)

    def _misfits(self, kind: str, wave: SourceWave) -> Iterator[Refusal]:
        replica = self._replica
        able = {ServerState.IN_SERVICE if kind == "remove" else ServerState.REMOVED}
        if wave.undo:
            able.add(ServerState.DRAINING)
        for name, supports in zip(wave.servers, wave.supports, strict=True):
            at = replica.position.get(name)
            if at is None:
                yield Refusal("stale", f"{name} is not there", RefusalFacts(servers=(name,)))
            elif (state := ServerState(replica.world.states[at])) not in able:
                yield Refusal("stale", f"{name} is {STATE_NAMES[state]}", RefusalFacts(servers=(name,)))
            elif self._named(replica.region.roster.profiles[replica.region.roster.profile[at]]) != supports:
                yield Refusal("stale", f"{name} supports other subsystems now", RefusalFacts(servers=(name,)))

    def _stopped(self, wave: SourceWave) -> Iterator[Refusal]:
        if wave.execution in self._replica.ledger.stopped:
            yield Refusal("stopped", f"execution {wave.execution} was stopped; nothing more of it is done")

    def _broken(self, kind: str, names: list[str], floors: Floors) -> Iterator[Refusal]:
        """Count what would be in service, in every scope that a floor or a ceiling is given for."""
        moved = np.array([self._replica.position[name] for name in names], np.int64)
        serving = self._replica.world.states == ServerState.IN_SERVICE
        after = serving.copy()
        after[moved] = kind == "restore"
        for floor in floors.floors if kind == "remove" else ():
            had, left = self._count(floor, serving), self._count(floor, after)
            if left < floor.units and left < had:
                where = "" if floor.scope == "region" else f" in {floor.scope}"
                said = (
                    f"{floor.subsystem}{where} {had:,} → {left:,}, floor {floor.units:,}: {floor.units - left:,} below"
                )
                yield Refusal("floor", said, RefusalFacts(floor.subsystem, floor.scope, had, left, floor.units))
        for ceiling in floors.ceilings if kind == "restore" else ():
            had, left = self._count(ceiling, serving), self._count(ceiling, after)
            if left > ceiling.units:
                said = (
                    f"{ceiling.subsystem} {had:,} → {left:,}, ceiling {ceiling.units:,}: {left - ceiling.units:,} above"
                )
                yield Refusal("ceiling", said, RefusalFacts(ceiling.subsystem, ceiling.scope, had, left, ceiling.units))

    def _count(self, scope: ScopeFloor, serving: NDArray[np.bool_]) -> int:
        region = self._replica.region
        roster, number = region.roster, region.index.get(scope.subsystem)
        if number is None:
            return 0
        units = np.array([dict(profile).get(number, 0) for profile in roster.profiles], np.int64)[roster.profile]
        where = Scope.read(scope.scope)
        if where.kind == "region":
            return int(units[serving].sum())
        cell = roster.rack_cell[roster.rack]
        if where.kind == "zone":
            inside = np.array([zone == where.zone for zone in roster.zones], np.bool_)[roster.cell_zone[cell]]
        else:
            inside = np.array([pair == (where.zone, where.cell) for pair in roster.cells], np.bool_)[cell]
        return int(units[serving & inside].sum())

    def _named(self, profile: tuple[tuple[int, int], ...]) -> Supports:
        subsystems = self._replica.region.subsystems
        return tuple(sorted((subsystems[number].name, units) for number, units in profile))

    def _check_seen(self) -> None:
        if not self._is_open:
            raise LinkError("the source is closed; open it again")


def _refused(wave: SourceWave, why: Refusal) -> Taken:
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), (why,))
