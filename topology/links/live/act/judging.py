"""The judgement of a wave in the moment of the act, on the ledger and the source."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from topology.fleet.lowered import LoweredGuard
from topology.fleet.reasons.doubting import WhyDoubted
from topology.links.check.recount import Judgement, judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.check.second_person import lifted, resting_on
from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer
from topology.links.ledger import Departed
from topology.links.live.act.kept_waves import left_by, taken_by
from topology.links.live.follow.following import Following
from topology.links.protocol import Wave
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import LedgerState, Reservation, WaveKind
from topology.refusals.at_act import Misfit, ServersMisfit
from topology.refusals.refusal import Refusal
from topology.region.server_states import ServerState

LARGE = 50_000
"""A region with more servers than this is counted beside the event loop."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a judgement rests on beside the ledger and the source.

    Why facts are in doubt, what nobody acknowledged, and which executions nothing more may be sent of from here.
    """

    silence: WhyDoubted = ""
    unacknowledged: tuple[LoweredGuard, ...] = ()
    stopping: frozenset[str] = frozenset()


class Judging:
    """Judges waves of the region of *following*."""

    def __init__(self, following: Following, actor: BoundedActor, ledger: Ledger) -> None:
        self._following = following
        self._actor = actor
        self._ledger = ledger

    async def judge(self, kind: WaveKind, wave: Wave, known: ActGrounds, grounds: Grounds) -> Judgement:
        """Say what may be done of a wave now, by what is *known* of the ledger."""
        scene = await self._scene(wave, known, grounds)
        judge = judge_removal if kind is WaveKind.TAKE else judge_restore
        # Counting a million servers takes its time, and the loop must not.
        is_large = len(scene.region.roster) > LARGE
        judgement = await asyncio.to_thread(judge, scene, wave) if is_large else judge(scene, wave)
        if kind is WaveKind.TAKE:
            return judgement
        if self._actor.abilities.simulated or not judgement.allowed:
            return judgement
        ours = set(await self._ledger.taken())
        foreign = tuple(name for name in wave.servers if name not in ours)
        if not foreign:
            return judgement
        refused = tuple((name, Answer.REFUSED if name in foreign else answer) for name, answer in judgement.answers)
        if not wave.undo:
            refused = tuple((name, Answer.REFUSED) for name in wave.servers)
        return Judgement(refused, (*judgement.refusals, Refusal("stale", ServersMisfit(foreign, Misfit.OTHER_LEDGER))))

    async def _scene(self, wave: Wave, known: ActGrounds, grounds: Grounds) -> Scene:
        seen, state = known.state, self._following.state
        time = max(self._following.now(), state.time)
        approvals, not_approved = resting_on(seen.approvals, wave)
        return Scene(
            state.region,
            self._counted_states(seen.reservations),
            state.fleet.position,
            time,
            grounds.silence,
            (*grounds.unacknowledged, *seen.doubts),
            {stop.execution for stop in seen.stops} | grounds.stopping,
            await self._departed(seen, time),
            {wave.execution: len(taken := taken_by(known.waves))},
            taken,
            approvals,
            not_approved,
            lifted(approvals),
            self._actor.abilities.moves_load,
        )

    def _counted_states(self, reservations: Iterable[Reservation]) -> np.ndarray:
        """Give the states with every reserved server as leaving: what is not settled counts as gone."""
        states = self._following.state.fleet.state.copy()
        position = self._following.state.fleet.position
        reserved = [position[name] for one in reservations for name in one.servers if name in position]
        at = np.array(reserved, np.int64)
        states[at[states[at] == ServerState.IN_SERVICE]] = ServerState.DRAINING
        return states

    async def _departed(self, seen: LedgerState, time: float) -> tuple[Departed, ...]:
        """Give what left lately, at times of our own clock that come from how long the ledger's entries still live."""
        longest = {entry.wave: entry for entry in sorted(seen.departures, key=lambda entry: entry.window_s)}
        found = []
        for entry in longest.values():
            servers = entry.names
            if not servers:
                kept = await self._ledger.wave(entry.wave)
                servers = () if kept is None else left_by(kept)
            found.append(Departed(time - (entry.window_s - entry.remaining_s), entry.execution, servers))
        return tuple(sorted(found, key=lambda one: one.time))
