"""What the ledger of a live region holds against its description: floors, what else guards, declared numbers, and doubts.

Who guards less than what was accepted waits for an acknowledgement; who guards more is accepted at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from topology.fleet.batches import EventBatch
from topology.fleet.lowered import LoweredGuard, SubsystemLost
from topology.fleet.reasons.anew import GuardedMore, GuardsAcknowledged, LedgerInDoubt
from topology.fleet.state import State
from topology.links.check.lowered import Guards, guards_of, lowered
from topology.links.live.calls import TimedCalls
from topology.links.live.follow.following import Following
from topology.links.live.scopes import all_declared, all_floors, all_listed
from topology.links.live.telling import Telling
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import LedgerState, ScopeUnits
from topology.region.errors import LinkError
from topology.region.region import Region


class Guarding:
    """Compares the region of *following* with what *ledger* holds. *now* is our own time."""

    def __init__(self, following: Following, ledger: Ledger, in_time: TimedCalls, now: Callable[[], float]) -> None:
        self.seen: LedgerState | None = None
        """What was last read of the ledger."""
        self.unacknowledged: tuple[LoweredGuard, ...] = ()
        """What guards less than was accepted."""
        self.declared: dict[tuple[str, str], int] = {}
        """The largest number listed for each (subsystem, scope), as the ledger has it."""
        self.to_declare = False
        """Whether more may be listed by now than the ledger knows of."""
        self._following = following
        self._ledger = ledger
        self._in_time = in_time
        self._now = now
        self._guarded: tuple[Region, Guards] | None = None
        """A region, and what it guards with."""
        self._compared: tuple[int, Region | None] = (0, None)
        """The revision of the floors that hold, and the region with which they were compared last."""

    def note_change(self, batch: EventBatch) -> None:
        """Take in that facts came: those that change the roster may list more."""
        self.to_declare = self.to_declare or batch.changes_roster

    async def open_for(self, region: str) -> None:
        """Open the ledger of a region that cannot be read now, and is known by what was kept of it."""
        guards = self._guards_of(self._following.state.region).to_json()
        self.seen = await self._in_time(self._ledger.open(region, (), guards))

    async def open(self, region: str, telling: Telling, opened: Callable[[], None]) -> None:
        """Open the ledger and compare everything: the region's id is known by now, and with it whose ledger this has to be.

        *opened* is told before anything is compared, for by then it is known what we may do there.
        """
        await self._work_out()
        state = self._following.state
        guards = self._guards_of(state.region).to_json()
        self.seen = seen = await self._in_time(self._ledger.open(region, all_floors(state), guards))
        telling.knows_stops(seen)
        opened()
        self.declared = by_scope(seen.declared)
        known = by_scope(all_declared(state))
        if any(units > known.get(scope, 0) for scope, units in self.declared.items()):
            await self._following.read(None)
        await self.compare()
        await self.declare()

    async def hear(self, seen: LedgerState, telling: Telling) -> None:
        """Take in what others wrote: stops, doubts, and what they acknowledged or guard more strictly with."""
        before, self.seen = self.seen, seen
        if seen.floors.revision != self._compared[0]:
            fell = any(units < self.declared.get(scope, 0) for scope, units in by_scope(seen.declared).items())
            self.declared = by_scope(seen.declared)
            if fell:
                await self._following.read(GuardsAcknowledged())
            told = self.unacknowledged
            await self.compare()
            if self.unacknowledged != told:
                telling.begin_anew(GuardsAcknowledged() if len(self.unacknowledged) < len(told) else GuardedMore())
        elif before is not None and bool(before.doubts) != bool(seen.doubts):
            telling.begin_anew(LedgerInDoubt(seen.doubts) if seen.doubts else GuardsAcknowledged())

    async def look_again(self) -> None:
        """Compare once more where the region is described anew since."""
        if self._compared[1] is not self._following.state.region:
            await self.compare()

    async def declare(self) -> None:
        """Keep what is listed now in the ledger, where that is more than was; a description that lists servers says it itself."""
        self.to_declare = False
        if self._following.reading.is_described:
            return
        more = [
            one
            for one in all_listed(self._following.state)
            if one.units > self.declared.get((one.subsystem, one.scope), 0)
        ]
        if more:
            await self._in_time(self._ledger.raise_declared(more))
            self.declared.update(by_scope(more))

    async def compare(self) -> None:
        """See whether the description, or the fleet, guards less than what was accepted; what guards more is accepted."""
        seen = await self._in_time(self._ledger.read())
        await self._work_out()
        state = self._following.state
        own = self._guards_of(state.region)
        guards = b"" if self._compared_to(seen)[1] or own.digest in seen.floors.waived.guards else own.to_json()
        held = await self._in_time(self._ledger.keep_floors(all_floors(state), seen.floors.revision, guards))
        self.seen, self._compared = replace(seen, floors=held), (held.revision, state.region)
        # By what holds now, not by what was read: somebody may have changed it in between.
        self.unacknowledged = self._compared_to(self.seen)[0]

    async def acknowledge(self, operator: str) -> None:
        """Let the description's floors and what is listed now hold from here on, lower ones too.

        Raises:
            LinkError: the ledger or the source cannot be read, or somebody else changed the floors meanwhile.
        """
        seen = await self._in_time(self._ledger.read())
        before, self.declared = self.declared, {}
        try:
            await self._following.read(GuardsAcknowledged())
            state = self._following.state
            own, listed = self._guards_of(state.region), all_listed(state)
            await self._in_time(
                self._ledger.acknowledge(
                    operator, seen.floors.revision, all_floors(state), listed, own.to_json(), _over(seen, own)
                )
            )
        except LinkError:
            self.declared = before
            await self._following.read(None)
            raise
        self.declared = {} if self._following.reading.is_described else by_scope(listed)
        await self.compare()

    def lacking(self, seen: LedgerState) -> tuple[LoweredGuard, ...]:
        """Give what nobody acknowledged, by what the ledger says in the moment of an act."""
        revision, region = self._compared
        is_compared = revision == seen.floors.revision and region is self._following.state.region
        return self.unacknowledged if is_compared else self._compared_to(seen)[0]

    def to_acknowledge(self) -> tuple[LoweredGuard, ...]:
        """Give all that waits for an acknowledgement."""
        return self.unacknowledged if self.seen is None else (*self.unacknowledged, *self.seen.doubts)

    def _compared_to(self, seen: LedgerState) -> tuple[tuple[LoweredGuard, ...], bool]:
        """Give what guards less than the ledger holds, and whether the description does (not only the fleet)."""
        state = self._following.state
        less = _lowered(seen, state, self._guards_of(state.region), self._now())
        return (*less, *_lost(seen, state)), bool(less)

    async def _work_out(self) -> None:
        """Work out beside the loop what the region guards with: with thousands of sets of subsystems that takes its time."""
        region = self._following.state.region
        if self._guarded is None or self._guarded[0] is not region:
            self._guarded = region, await asyncio.to_thread(guards_of, region)

    def _guards_of(self, region: Region) -> Guards:
        if self._guarded is None or self._guarded[0] is not region:
            self._guarded = region, guards_of(region)
        return self._guarded[1]


def by_scope(units: Sequence[ScopeUnits]) -> dict[tuple[str, str], int]:
    """Give units by (subsystem, scope)."""
    return {(one.subsystem, one.scope): one.units for one in units}


def _lowered(seen: LedgerState, state: State, described: Guards, now: float) -> tuple[LoweredGuard, ...]:
    if seen.floors.guards:
        accepted = Guards.from_json(seen.floors.guards)
        if accepted.digest != described.digest:
            found = lowered(accepted, described, now)
            if found:
                return found
    return seen.floors.lowered_by(all_floors(state))


def _over(seen: LedgerState, own: Guards) -> str:
    """Give the digest of the description that guards until it is acknowledged that ours does; empty where that is ours."""
    if not seen.floors.guards:
        return ""
    kept = Guards.from_json(seen.floors.guards).digest
    return "" if kept == own.digest else kept


def _lost(seen: LedgerState, state: State) -> tuple[SubsystemLost, ...]:
    """Give the subsystems that were listed, and of which the fleet has not one server any more."""
    region = state.region
    profiles = region.roster.profiles
    numbers = {number for at in np.unique(region.roster.profile).tolist() for number, _ in profiles[at]}
    listed = {region.subsystems[number].name for number in numbers} | _meant_to_have_none(state)
    once = {one.subsystem: one.units for one in seen.declared if one.scope == "region"}
    return tuple(SubsystemLost(name, units) for name, units in sorted(once.items()) if units and name not in listed)


def _meant_to_have_none(state: State) -> set[str]:
    """Name the subsystems that the source still knows, and means to have nothing of, where no floor minds."""
    floors: dict[str, int] = {}
    for one in all_floors(state):
        floors[one.subsystem] = max(one.units, floors.get(one.subsystem, 0))
    return {name for name, units in state.region.learnt.wanted.items() if not units and floors.get(name) == 0}
