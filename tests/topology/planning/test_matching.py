"""Which servers a command means: places, conditions and names, against a slow look at every server."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from tests.topology.planning.conftest import Ask, Make
from tests.topology.strategies import Shape, move, regions, state_of, states
from topology.command.grammar.syntax import All, Both, Comparison, Condition, Either, Not, Percent, Remove
from topology.fleet.state import State
from topology.planning.preview import preview
from topology.planning.selection.matching import matching
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

PLAIN = Shape(protection=False, limits=False, local_floors=False)
VALUES = {
    "zone": ("az1", "az2", "az10"),
    "cell": ("c1", "c2", "az1/c1", "az2/c3"),
    "rack": ("r1", "r2", "az1/c1/r1", "az2/c2/r2"),
    "name": ("p0*", "p?-000[13]", "p[!0]-*", "p1-0002"),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    field = draw(st.sampled_from(("zone", "cell", "rack", "name")))
    operator = draw(st.sampled_from(("=", "!=", "in")))
    values = draw(
        st.lists(st.sampled_from(VALUES[field]), min_size=1, max_size=3 if operator == "in" else 1, unique=True)
    )
    return Comparison(field, operator, tuple(values))


conditions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Both(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
    ),
    max_leaves=5,
)


def holds(state: State, condition: Condition, server: int) -> bool:
    match condition:
        case Not(inner):
            return not holds(state, inner, server)
        case Both(parts):
            return all(holds(state, part, server) for part in parts)
        case Either(parts):
            return any(holds(state, part, server) for part in parts)
    zone, cell, rack = state.fleet.place_of(server)
    name = state.region.roster.names[server]
    found = {
        "zone": any(value == zone for value in condition.values),
        "cell": any(value in (cell, f"{zone}/{cell}") for value in condition.values),
        "rack": any(value in (rack, f"{zone}/{cell}/{rack}") for value in condition.values),
        "name": any(fnmatchcase(name, value) for value in condition.values),
    }[condition.field]
    return found != (condition.operator == "!=")


@given(states(PLAIN, disturbed=False), st.lists(conditions, min_size=1, max_size=3))
def test_that_a_condition_means_the_servers_that_meet_it(state: State, wanted: list[Condition]) -> None:
    for condition in wanted:
        names = tuple(subsystem.name for subsystem in state.region.subsystems if not subsystem.external)
        found = matching(state, Remove(All(), names, where=condition)).tolist()
        everyone = range(len(state.region.roster))
        assert sorted(found) == [server for server in everyone if holds(state, condition, server)]


def test_that_a_rack_name_found_in_several_places_means_each(make: Make, ask: Ask) -> None:
    state = make()
    everywhere = ask(state, "remove all from placement where rack = r4").servers
    places = {state.fleet.place_of(state.fleet.position[name]) for name in everywhere}
    assert places == {("az1", "c1", "r4"), ("az2", "c1", "r4")}
    here = ask(state, "remove all from placement in az1 where rack = az1/c1/r4").servers
    assert {state.fleet.place_of(state.fleet.position[name]) for name in here} == {("az1", "c1", "r4")}


@given(regions(PLAIN))
def test_that_a_percentage_is_of_the_servers_in_service_and_rounds_down(region: Region) -> None:
    state = state_of(region)
    name = state.region.subsystems[0].name
    for server in range(0, len(state.region.roster), 3):
        move(state, {server: ServerState.FAILED})
    in_service = len(preview(state, Remove(All(), (name,))).servers)
    for percent in (1, 33, 50, 99, 100):
        assert len(preview(state, Remove(Percent(percent), (name,))).servers) == in_service * percent // 100


def test_that_a_server_that_supports_two_named_subsystems_counts_once(make: Make, ask: Ask) -> None:
    assert len(ask(make(), "remove all from index, billing").servers) == 106


def test_that_a_region_without_servers_can_be_asked_about(make: Make, ask: Ask) -> None:
    text = (
        'format = 1\n[region]\nname = "r"\nzones = ["az1"]\n[policy]\npace = "1/min"\nlargest_command = 1\n'
        '[[subsystem]]\nname = "index"\nfloor = 0\n'
    )
    state = state_of(read_region(text, "empty"))
    assert ask(state, "remove 1 from index").codes() == ("nothing-matches",)
    assert ask(state, "remove servers index-0001").codes() == ("too-few-match",)
