"""The region's own check at the moment of action: a plain recount from server states.

It repeats on purpose what planning judges, and shares no code with it and none of the counters of `topology.fleet.fleet`: one
bug cannot defeat both. It reads the roster's columns and the states, and counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.links.check.pace import first_moment, never_fits, room_for_others
from topology.links.check.scene import Scene
from topology.links.check.second_person import cautioned, collateral, thinner, unapproved
from topology.links.protocol import Answer, Wave
from topology.refusals.at_act import (
    BelowFloor,
    CannotComeBack,
    ExecutionStopped,
    FloorMissing,
    LimitMissing,
    Misfit,
    NoServers,
    NotAcknowledged,
    OverCeiling,
    RegionFrozen,
    ServersMisfit,
    ServersProtected,
    StateUnknown,
    SupportsMissing,
    TooManyServers,
)
from topology.refusals.refusal import Refusal
from topology.region.region import Amount, Region, Roster, Subsystem
from topology.region.scope import WHOLE, Scope
from topology.region.server_states import STATE_NAMES, ServerState


@dataclass(frozen=True, slots=True)
class Judgement:
    """Refusals, or the moment before which it is too soon, or neither: then the answers may be carried out."""

    answers: tuple[tuple[str, Answer], ...]
    refusals: tuple[Refusal, ...] = ()
    not_before: float | None = None
    room: int | None = None
    """So many servers of others may leave besides before a window of the whole region is full; None: none counts."""

    @property
    def allowed(self) -> bool:
        """Whether at least one server may be acted on now."""
        return self.not_before is None and any(answer is Answer.DONE for _, answer in self.answers)


def judge_removal(scene: Scene, wave: Wave) -> Judgement:
    """Judge a whole wave that takes servers: all of it, or none."""
    refusals = [
        *_refused_at_all(scene, wave),
        *scene.not_approved,
        *([] if "frozen" in scene.lifts else _frozen(scene)),
        *_membership(scene, wave, (ServerState.IN_SERVICE,)),
    ]
    if not refusals:
        servers = [scene.position[name] for name in wave.servers]
        refusals = [
            *_protected(scene, servers),
            *([] if "too-large" in scene.lifts else _too_large(scene, wave)),
            *_floors(scene, servers),
            *unapproved(scene, wave, servers),
            *collateral(scene, wave, servers),
            *never_fits(scene, wave),
        ]
    if refusals:
        return _none_of(wave, tuple(refusals))
    moment = scene.time if "pace" in scene.lifts else first_moment(scene, wave)
    if moment > scene.time:
        return _none_of(wave, (), moment)
    room = None if "pace" in scene.lifts else room_for_others(scene, wave)
    return Judgement(tuple((name, Answer.DONE) for name in wave.servers), room=room)


def judge_restore(scene: Scene, wave: Wave) -> Judgement:
    """Judge a wave that brings servers back: all or nothing, but an undo leaves out only what cannot come back."""
    if wave.undo:
        return _undo(scene, wave)
    refusals = [*_refused_at_all(scene, wave), *_membership(scene, wave, (ServerState.REMOVED,))]
    if not refusals:
        refusals = list(_ceilings(scene, [scene.position[name] for name in wave.servers]))
    if refusals:
        return _none_of(wave, tuple(refusals))
    return Judgement(tuple((name, Answer.DONE) for name in wave.servers))


def _undo(scene: Scene, wave: Wave) -> Judgement:
    if wave.execution in scene.stopped:
        return _none_of(wave, (_stopped(wave),))
    answers, refusals = [], []
    for number, name in enumerate(wave.servers):
        why = _cannot_come_back(scene, name) if name not in wave.servers[:number] else Misfit.TWICE
        answers.append((name, Answer.REFUSED if why else Answer.DONE))
        if why:
            refusals.append(Refusal("stale", CannotComeBack((name,), why, scene.region.name)))
    return Judgement(tuple(answers), tuple(refusals))


def _cannot_come_back(scene: Scene, name: str) -> str:
    """Give what is found of a server that cannot come back; empty where it can."""
    server = scene.position.get(name)
    if server is None:
        return Misfit.ABSENT
    state = ServerState(scene.states[server])
    return "" if state in (ServerState.REMOVED, ServerState.DRAINING) else STATE_NAMES[state]


def _none_of(wave: Wave, refusals: tuple[Refusal, ...], not_before: float | None = None) -> Judgement:
    answer = Answer.REFUSED if not_before is None else Answer.TOO_SOON
    return Judgement(tuple((name, answer) for name in wave.servers), refusals, not_before)


def _stopped(wave: Wave) -> Refusal:
    return Refusal("stopped", ExecutionStopped(wave.execution))


def _refused_at_all(scene: Scene, wave: Wave) -> Iterator[Refusal]:
    if wave.execution in scene.stopped:
        yield _stopped(wave)
    if scene.silence:
        yield Refusal("unknown", StateUnknown(scene.region.name, scene.silence))
    if scene.unacknowledged:
        yield Refusal("unknown", NotAcknowledged(tuple(scene.unacknowledged)))
    if not wave.servers:
        yield Refusal("nothing-matches", NoServers())
    if len(wave.supports) != len(wave.servers):
        yield Refusal("unknown", SupportsMissing(len(wave.servers), len(wave.supports)))


def _frozen(scene: Scene) -> Iterator[Refusal]:
    for freeze in scene.region.freezes:
        if freeze.start.timestamp() <= scene.time < freeze.until.timestamp():
            yield Refusal("frozen", RegionFrozen(scene.region.name, freeze.until.timestamp(), freeze.reason))


def _membership(scene: Scene, wave: Wave, wanted: tuple[ServerState, ...]) -> Iterator[Refusal]:
    """See that each server is there once, in a wanted state, and supports what the plan saw."""
    absent, twice, other = [], [], []
    wrong: dict[int, list[str]] = {}
    seen: set[str] = set()
    for name, supports in zip(wave.servers, wave.supports, strict=False):
        server = scene.position.get(name)
        if name in seen:
            twice.append(name)
        elif server is None:
            absent.append(name)
        elif scene.states[server] not in wanted:
            wrong.setdefault(int(scene.states[server]), []).append(name)
        elif not scene.moves_load and sorted(_supports(scene.region, server)) != sorted(supports):
            other.append(name)
        seen.add(name)
    found: list[tuple[list[str], str]] = [(twice, Misfit.TWICE), (absent, Misfit.ABSENT)]
    found += [(names, STATE_NAMES[state]) for state, names in sorted(wrong.items())]
    found.append((other, Misfit.OTHER_SET))
    states = tuple(STATE_NAMES[state] for state in wanted)
    for names, what in found:
        if names:
            yield Refusal("stale", ServersMisfit(tuple(names), what, states, scene.region.name))


def _protected(scene: Scene, servers: list[int]) -> Iterator[Refusal]:
    roster, region = scene.region.roster, scene.region
    guarded = {number for number, subsystem in enumerate(region.subsystems) if subsystem.protected}
    names = [
        roster.names[server]
        for server in servers
        if roster.protected[server] or any(number in guarded for number, _ in roster.profiles[roster.profile[server]])
    ]
    if names:
        yield Refusal("protected", ServersProtected(tuple(names)))


def _too_large(scene: Scene, wave: Wave) -> Iterator[Refusal]:
    largest, listed = scene.region.policy.largest_command, scene.region.roster.count
    if largest is None:
        yield Refusal("unknown", LimitMissing("largest_command"))
        return
    share = (largest.value * 10 + largest.tenths) * listed // 1000
    most = max(1, share if largest.percent else largest.value)
    total = scene.taken.get(wave.execution, 0) + len(wave.servers)
    if total > most:
        yield Refusal("too-large", TooManyServers(total, most, listed))


def _floors(scene: Scene, servers: list[int]) -> Iterator[Refusal]:
    """Count every scope of every subsystem that loses something, before and after, from the states alone."""
    before = scene.states == ServerState.IN_SERVICE
    after = before.copy()
    after[servers] = False
    for number in _touched(scene.region.roster, servers):
        subsystem = scene.region.subsystems[number]
        is_stated = subsystem.floor is not None or subsystem.name in scene.region.learnt.budgets
        if not is_stated and not _is_floored_in_zones(scene.region, number):
            yield Refusal("unknown", FloorMissing(subsystem.name))
        for scope, floor, had, left in _counts(scene.region, number, before, after):
            if left < had:
                yield from thinner(scene, subsystem.name, scope, left - floor)
                yield from cautioned(scene, subsystem.name, scope, left - floor, floor)
            if left < had and left < floor:
                budget = "" if scope.place else _budget_of(scene.region, number, floor)
                yield Refusal("floor", BelowFloor(subsystem.name, str(scope), had, left, floor, budget))


def _counts(
    region: Region, number: int, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> Iterator[tuple[Scope, int, int, int]]:
    """Give scope, floor, units before and units after, for every scope with a floor."""
    roster, subsystem = region.roster, region.subsystems[number]
    units = _units(roster, number)[roster.profile]
    cell = roster.rack_cell[roster.rack]
    once, budget = region.learnt.most_listed, region.learnt.budgets.get(subsystem.name)
    if subsystem.floor is not None or budget is not None:
        meant = region.learnt.wanted.get(subsystem.name)
        listed = max(int(units.sum()) if meant is None else meant, once.get((subsystem.name, WHOLE), 0))
        stated = 0 if subsystem.floor is None else _count_of(subsystem.floor, _declared(subsystem, listed))
        floor = stated if budget is None else max(stated, budget.floor)
        yield WHOLE, floor, int(units[before].sum()), int(units[after].sum())
    zones, cells = dict(subsystem.zone_floors), dict(subsystem.cell_floors)
    places = (
        (
            [Scope("zone", zone) for zone in roster.zones],
            [zones.get(zone, subsystem.zone_floor) for zone in roster.zones],
            roster.cell_zone[cell],
        ),
        (
            [Scope("cell", *pair) for pair in roster.cells],
            [cells.get("/".join(pair), subsystem.cell_floor) for pair in roster.cells],
            cell,
        ),
    )
    for scopes, floors, place in places:
        if not any(floors):
            continue
        columns = (np.ones(len(units), np.bool_), before, after)
        sums = (np.bincount(place[mask], units[mask], len(scopes)).astype(np.int64) for mask in columns)
        for scope, floor_, listed, had, left in zip(scopes, floors, *(column.tolist() for column in sums), strict=True):
            if listed > 0 and floor_ is not None:
                declared = max(listed, once.get((subsystem.name, scope), 0))
                yield scope, _count_of(floor_, declared), had, left


def _budget_of(region: Region, number: int, floor: int) -> str:
    """Name the source's own budget, where it is what sets the floor."""
    budget = region.learnt.budgets.get(region.subsystems[number].name)
    return budget.name if budget is not None and budget.floor == floor else ""


def _is_floored_in_zones(region: Region, number: int) -> bool:
    """Say whether every zone in which a subsystem has servers states a floor for it, which together are one for the region."""
    roster, subsystem = region.roster, region.subsystems[number]
    if subsystem.zone_floor is not None:
        return True
    named = {zone for zone, _ in subsystem.zone_floors}
    serves = _units(roster, number)[roster.profile] > 0
    zones = set(roster.cell_zone[roster.rack_cell[roster.rack[serves]]].tolist())
    return bool(named) and all(roster.zones[zone] in named for zone in zones)


def _ceilings(scene: Scene, servers: list[int]) -> Iterator[Refusal]:
    """See that what serves, what joins already and what comes back stay within every ceiling."""
    roster = scene.region.roster
    serving = np.isin(scene.states, (ServerState.IN_SERVICE, ServerState.JOINING))
    for number in _touched(roster, servers):
        subsystem = scene.region.subsystems[number]
        units = _units(roster, number)[roster.profile]
        had, back = int(units[serving].sum()), int(units[servers].sum())
        if subsystem.ceiling is not None and had + back > subsystem.ceiling:
            yield Refusal("ceiling", OverCeiling(subsystem.name, "region", had, had + back, subsystem.ceiling))


def _supports(region: Region, server: int) -> list[str]:
    profile = region.roster.profiles[region.roster.profile[server]]
    return [region.subsystems[number].name for number, _ in profile]


def _touched(roster: Roster, servers: list[int]) -> list[int]:
    return sorted({number for server in servers for number, _ in roster.profiles[roster.profile[server]]})


def _units(roster: Roster, number: int) -> NDArray[np.int64]:
    """Give the units of a subsystem that a server of each profile has."""
    return np.array([sum(units for own, units in profile if own == number) for profile in roster.profiles], np.int64)


def _declared(subsystem: Subsystem, listed: int) -> int:
    return listed if subsystem.declared is None else subsystem.declared


def _count_of(floor: Amount, declared: int) -> int:
    """Give what must stay as a count; a percentage rounds up, of what must stay and of what may be missing alike."""
    share = ((floor.value * 10 + floor.tenths) * declared + 999) // 1000
    count = share if floor.percent else floor.value
    return max(0, declared - count) if floor.unavailable else count
