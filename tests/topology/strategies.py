"""Random small regions, written as descriptions and read like any other, and states of them with servers in every state.

Small on purpose: few zones, cells and servers, floors close to what is there, so that every guard has something to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from topology.command.grammar.syntax import (
    All,
    Comparison,
    Count,
    NameRange,
    Not,
    Percent,
    Place,
    Remove,
    RemoveServers,
    Restore,
)
from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

NAMES = ("index", "placement", "billing", "metering")
ZONES = ("az1", "az2", "az10")
START = 1_488_303_420.0
"""A moment: 28 February 2017, 17:37 UTC."""


@dataclass
class Shape:
    """What a random region may be; the default is everything at once."""

    subsystems: int = 4
    zones: int = 3
    cells: int = 3
    profiles: tuple[tuple[str, ...], ...] | None = None
    """The only profiles that pools may have."""
    units: int = 3
    local_floors: bool = True
    missing_floors: bool = False
    protection: bool = True
    limits: bool = True
    """Whether `largest_command` may be small."""
    pool_sizes: st.SearchStrategy[int] = field(default_factory=lambda: st.integers(1, 12))


def quoted(texts: Iterable[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def amounts(most: int, percent: int = 100) -> st.SearchStrategy[str]:
    return st.one_of(st.integers(0, most).map(str), st.integers(0, percent).map(lambda number: f'"{number}%"'))


def rarely(one_in: int) -> st.SearchStrategy[bool]:
    """Seldom true; the middle of a range, since its ends are drawn more often than chance would have it."""
    return st.integers(0, one_in).map(lambda number: number == one_in // 2 + 1)


@st.composite
def region_texts(draw: st.DrawFn, shape: Shape | None = None) -> str:
    shape = shape or Shape()
    names = NAMES[: draw(st.integers(1, shape.subsystems))]
    if shape.profiles is not None:
        names = tuple(dict.fromkeys(name for profile in shape.profiles for name in profile))
    zones = ZONES[: draw(st.integers(1, shape.zones))]
    largest = draw(st.sampled_from(('"100%"', '"100%"', "6", '"30%"', "2"))) if shape.limits else '"100%"'
    lines = [
        "format = 1",
        "[region]",
        'name = "small"',
        f"zones = [{quoted(zones)}]",
        "[policy]",
        f'pace = "{draw(st.integers(1, 20))}/min"',
        f"largest_command = {largest}",
        f'tight = "{draw(st.integers(0, 30))}%"',
    ]
    for name in names:
        lines += ["[[subsystem]]", f'name = "{name}"']
        if not shape.missing_floors or not draw(rarely(8)):
            lines.append(f"floor = {draw(amounts(8, 90))}")
        if shape.local_floors:
            lines += [f"{key} = {draw(amounts(2, 90))}" for key in ("zone_floor", "cell_floor") if draw(rarely(2))]
        if draw(rarely(4)):
            lines.append(f"ceiling = {draw(st.integers(0, 20))}")
        if draw(rarely(4)):
            lines.append(f'pace = "{draw(st.integers(1, 9))}/min"')
        if shape.protection and draw(rarely(12)):
            lines.append("protected = true")
    lines += ["[[subsystem]]", 'name = "board"', "external = true", "observer = true", f'reports_on = ["{names[0]}"]']
    lines += draw(dependencies((*names, "board")))
    for number in range(draw(st.integers(2, 5))):
        lines += draw(pools(number, names, zones, shape))
    return "\n".join(lines) + "\n"


@st.composite
def dependencies(draw: st.DrawFn, names: tuple[str, ...]) -> list[str]:
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    lines = []
    for dependent, needs in draw(st.lists(pairs, max_size=6, unique=True)) if len(names) > 1 else []:
        kind = draw(st.sampled_from(("hard", "hard", "soft")))
        lines += ["[[dependency]]", f'from = "{dependent}"', f'to = "{needs}"', f'kind = "{kind}"']
        operations = draw(st.lists(st.sampled_from(("GET", "PUT")), max_size=2, unique=True))
        if operations:
            lines.append(f"for = [{quoted(operations)}]")
    return lines


@st.composite
def pools(draw: st.DrawFn, number: int, names: tuple[str, ...], zones: tuple[str, ...], shape: Shape) -> list[str]:
    choices = shape.profiles or None
    profile = draw(
        st.sampled_from(choices)
        if choices
        else st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)
    )
    supports = [f"{name}:{draw(st.integers(1, shape.units))}" if shape.units > 1 else name for name in profile]
    return [
        "[[pool]]",
        f'name = "p{number}"',
        f"count = {draw(shape.pool_sizes)}",
        f"supports = [{quoted(supports)}]",
        f"zones = {quoted([draw(st.sampled_from(('spread', *zones)))])}",
        f"cells_per_zone = {draw(st.integers(1, shape.cells))}",
        f"servers_per_rack = {draw(st.integers(1, 4))}",
        *(["protected = true"] if shape.protection and draw(rarely(8)) else []),
    ]


def regions(shape: Shape | None = None) -> st.SearchStrategy[Region]:
    return region_texts(shape).map(lambda text: read_region(text, "small.toml"))


def state_of(region: Region) -> State:
    return State(region, Fleet(region), revision=1, time=START)


def move(state: State, changes: dict[int, ServerState], operation: str | None = None, seconds: float = 1.0) -> None:
    """Let servers change state, as facts do."""
    state.revision += 1
    state.time += seconds
    servers = np.array(list(changes), np.int32)
    states = np.array(list(changes.values()), np.uint8)
    state.fleet.apply(
        EventBatch(state.revision, state.time, servers, states, operation, "somebody" if operation else None)
    )


@st.composite
def states(draw: st.DrawFn, shape: Shape | None = None, disturbed: bool = True) -> State:
    """A region in which servers failed, left by acts, and are about to leave."""
    state = state_of(draw(regions(shape)))
    size = len(state.region.roster)
    if not disturbed or size == 0:
        return state
    some = st.dictionaries(st.integers(0, size - 1), st.sampled_from(ServerState), max_size=4)
    if changes := draw(some):
        move(state, changes)
    removed = draw(st.lists(st.integers(0, size - 1), max_size=4, unique=True))
    if removed:
        move(state, dict.fromkeys(removed, ServerState.REMOVED), "act", draw(st.sampled_from((0.0, 40.0, 61.0))))
    state.pending = np.array(draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True)), np.int32)
    return state


@st.composite
def selections(draw: st.DrawFn, state: State, kind: type[Remove] | type[Restore] = Remove) -> Remove | Restore:
    region = state.region
    served = [subsystem.name for subsystem in region.subsystems if not subsystem.external]
    quantity = draw(st.one_of(st.integers(1, 14).map(Count), st.integers(1, 100).map(Percent), st.just(All())))
    places: tuple[Place, ...] = ()
    if region.roster.racks and draw(rarely(3)):
        zone, cell, rack = draw(st.sampled_from(region.roster.racks))
        places = (draw(st.sampled_from((Place(zone), Place(zone, cell), Place(zone, cell, rack)))),)
    where = draw(
        st.sampled_from(
            (
                None,
                None,
                Comparison("name", "=", ("p0*",)),
                Not(Comparison("rack", "=", ("r1",))),
                Comparison("zone", "in", ("az1", "az2")),
                Comparison("cell", "!=", ("c1",)),
            )
        )
    )
    subsystems = tuple(draw(st.lists(st.sampled_from(served), min_size=1, max_size=2, unique=True)))
    return kind(quantity, subsystems, places, where)


@st.composite
def named_removals(draw: st.DrawFn, state: State) -> RemoveServers:
    names = draw(
        st.lists(st.sampled_from((*state.region.roster.names, "p9-0001")), min_size=1, max_size=6, unique=True)
    )
    return RemoveServers(tuple(NameRange("", name) for name in names))


def removals(state: State) -> st.SearchStrategy[Remove | RemoveServers]:
    return st.one_of(selections(state), named_removals(state))
