"""What a wave changes in a region in etcd, judged on what was read as of one moment, as the transaction that does it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from topology.etcd.values import (
    Absent,
    Comparison,
    Get,
    NoneAfter,
    Operation,
    Present,
    Put,
    StoredKey,
    TxnAnswer,
    Unchanged,
)
from topology.links.etcd.layout import (
    DoneWave,
    Place,
    Rack,
    RegionKeys,
    Supports,
    decoded,
    encoded,
    pack_capacity,
    pack_rack,
    unpack_capacity,
    unpack_rack,
)
from topology.links.fleet_source import Floors, ScopeFloor
from topology.refusals.at_act import BelowFloor
from topology.refusals.refusal import Refusal
from topology.refusals.sources import NotCounted
from topology.region.scope import Scope
from topology.region.server_states import ServerState

CellUnits = Counter[tuple[str, str, str]]
"""Units by subsystem, zone and cell."""


@dataclass(frozen=True, slots=True)
class WaveReads:
    """What is read to judge a wave: the racks of its servers, what was done or stopped already, and counters of capacity."""

    keys: RegionKeys
    wave: str
    execution: str
    places: tuple[Place, ...]
    ranges: tuple[str, ...]
    """What the counters begin with that the floors count, and those that the wave changes."""

    def gets(self) -> tuple[Get, ...]:
        """Give what is to be read."""
        first = (self.keys.act(self.wave), self.keys.stop(self.execution), self.keys.profiles)
        racks = (self.keys.rack(place) for place in self.places)
        agents = (self.keys.agent(place) for place in self.places)
        return (*map(Get, (*first, *racks, *agents)), *(Get(one, prefix=True) for one in self.ranges))


@dataclass(slots=True)
class WaveScene:
    """What was read, as values."""

    revision: int
    act: DoneWave | None
    is_stopped: bool
    profiles: tuple[Supports, ...]
    racks: dict[Place, tuple[Rack, int]]
    """Racks, with when each was written."""
    agents: frozenset[Place] = frozenset()
    """The racks of these whose agent is there."""
    capacity: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Units in service and draining by the key of the counter, with when it was written."""


def scene_of(wanted: WaveReads, answer: TxnAnswer) -> WaveScene:
    """Put what was read into values.

    Raises:
        LinkError: something cannot be read.
    """
    act, stop, profiles, *rest = answer.found
    count = len(wanted.places)
    racks = {}
    for place, found in zip(wanted.places, rest[:count], strict=True):
        if found:
            racks[place] = (unpack_rack(found[0].value, found[0].key), found[0].modified)
    scene = WaveScene(
        answer.revision,
        decoded(act[0].value, DoneWave, act[0].key) if act else None,
        bool(stop),
        decoded(profiles[0].value, tuple[Supports, ...], profiles[0].key) if profiles else (),
        racks,
        frozenset(place for place, found in zip(wanted.places, rest[count : 2 * count], strict=True) if found),
    )
    for entry in _all(rest[2 * count :]):
        scene.capacity[entry.key] = (*unpack_capacity(entry.value, entry.key), entry.modified)
    return scene


def ranges_of(keys: RegionKeys, floors: Iterable[ScopeFloor], cells: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Give the fewest prefixes of counters that hold all that *floors* count and all *cells*, (subsystem, zone, cell)."""
    wanted = {scope_key(keys, floor) for floor in floors} | {keys.capacity(*cell) for cell in cells}
    found: list[str] = []
    for key in sorted(wanted):
        if not found or not key.startswith(found[-1]):
            found.append(key)
    return tuple(found)


def scope_key(keys: RegionKeys, floor: ScopeFloor) -> str:
    """Give what the counters of a floor's scope begin with."""
    scope = Scope.read(floor.scope)
    return keys.capacity(floor.subsystem, *(part for part in (scope.zone, scope.cell) if part is not None))


@dataclass(slots=True)
class Change:
    """States that servers get, rack by rack, and what that changes in the counters."""

    states: dict[Place, dict[int, int]] = field(default_factory=dict)
    serving: CellUnits = field(default_factory=Counter)
    draining: CellUnits = field(default_factory=Counter)

    def put(self, scene: WaveScene, place: Place, at: int, state: int) -> None:
        """Give one server another state."""
        rack = scene.racks[place][0]
        for name, units in scene.profiles[rack.profiles[at]]:
            cell = (name, place[0], place[1])
            for counts, counted in ((self.serving, ServerState.IN_SERVICE), (self.draining, ServerState.DRAINING)):
                counts[cell] += units * ((state == counted) - (rack.states[at] == counted))
        self.states.setdefault(place, {})[at] = state

    @property
    def cells(self) -> set[tuple[str, str, str]]:
        """The cells whose counters change."""
        return {cell for counts in (self.serving, self.draining) for cell, units in counts.items() if units}

    def transaction(
        self, keys: RegionKeys, scene: WaveScene, ranges: Sequence[str] = ()
    ) -> tuple[list[Comparison], list[Operation]]:
        """Give what must be as it was read, and what is written; counters of *ranges* are compared with those already."""
        compare: list[Comparison] = []
        operations: list[Operation] = []
        for place, states in self.states.items():
            rack, modified = scene.racks[place]
            compare.append(Unchanged(keys.rack(place), modified))
            operations.append(Put(keys.rack(place), pack_rack(rack.with_states(states))))
        for cell in sorted(self.cells):
            key = keys.capacity(*cell)
            serving, draining, modified = scene.capacity.get(key, (0, 0, 0))
            if not key.startswith(tuple(ranges)):
                compare.append(Unchanged(key, modified))
            after = (serving + self.serving[cell], draining + self.draining[cell])
            operations.append(Put(key, pack_capacity(*(max(one, 0) for one in after))))
        return compare, operations


def short_of(
    keys: RegionKeys, scene: WaveScene, floors: Floors, change: Change, without_agent: CellUnits
) -> list[Refusal]:
    """Say which floors would not be kept; what racks without an agent serve counts for nothing."""
    found = []
    for floor in floors.floors:
        key = scope_key(keys, floor)
        counted = [(one, counts) for one, counts in scene.capacity.items() if one.startswith(key)]
        if not counted:
            found.append(Refusal("unknown", NotCounted(floor.subsystem, floor.scope)))
            continue
        serving = sum(counts[0] for _, counts in counted)
        serving -= sum(units for cell, units in without_agent.items() if keys.capacity(*cell).startswith(key))
        after = serving + sum(units for cell, units in change.serving.items() if keys.capacity(*cell).startswith(key))
        if after < floor.units:
            found.append(Refusal("floor", BelowFloor(floor.subsystem, floor.scope, None, after, floor.units)))
    return found


def compared(
    keys: RegionKeys, act: tuple[str, str], scene: WaveScene, ranges: Sequence[str], *, takes: bool
) -> list[Comparison]:
    """Give what must hold for every wave of *act* (wave, execution): never done, not stopped, no counter of *ranges* written since.

    The agents of racks that something leaves are there still.
    """
    wave, execution = act
    return [
        Absent(keys.act(wave)),
        Absent(keys.stop(execution)),
        *(Present(keys.agent(place)) for place in sorted(scene.agents) if takes),
        *unwritten(scene, ranges),
    ]


def unwritten(scene: WaveScene, ranges: Iterable[str]) -> list[Comparison]:
    """Give that no counter of *ranges* was written since it was read."""
    return [NoneAfter(one, scene.revision, prefix=True) for one in ranges]


def wider(keys: RegionKeys, ranges: Iterable[str], cells: Iterable[tuple[str, str, str]], most: int) -> tuple[str, ...]:
    """Give at most so many prefixes of counters that hold *ranges* and *cells*: whole subsystems, or all there are.

    Comparing more than the act rests on only lets it be judged again more often.
    """
    whole = {f"{keys.counters}{one.removeprefix(keys.counters).partition('/')[0]}/" for one in ranges}
    whole |= {keys.capacity(subsystem) for subsystem, _, _ in cells}
    return tuple(sorted(whole)) if len(whole) <= most else (keys.counters,)


def marked(keys: RegionKeys, act: DoneWave, lease: int) -> Put:
    """Give what writes down that a wave was done; it is known for as long as *lease* lives."""
    return Put(keys.act(act.wave), encoded(act), lease)


def positions_in(
    scene: WaveScene, servers: Iterable[str], place_of: Callable[[str], Place | None]
) -> dict[str, tuple[Place, int]]:
    """Find servers in the racks that were read."""
    found = {}
    for name in servers:
        place = place_of(name)
        if place in scene.racks:
            names = scene.racks[place][0].names
            if name in names:
                found[name] = (place, names.index(name))
    return found


def _all(found: Iterable[tuple[StoredKey, ...]]) -> Iterable[StoredKey]:
    return (entry for some in found for entry in some)
