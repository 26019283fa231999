"""Servers that join, go and move as facts: the fleet then counts what one made anew from the same servers would."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topology.fleet.batches import EventBatch, ListedServer
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.links.check.lowered import guards_of
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

TEXT = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2", "az10"]
[policy]
pace = "6/min"
largest_command = 10
[[subsystem]]
name = "index"
floor = "90%"
zone_floor = "50%"
cell_floor = 1
[[subsystem]]
name = "billing"
floor = 2
[[pool]]
name = "index"
count = 7
supports = ["index:2"]
cells_per_zone = 2
servers_per_rack = 2
[[pool]]
name = "both"
count = 3
supports = ["index", "billing"]
"""
SERVING, REMOVED = ServerState.IN_SERVICE, ServerState.REMOVED


def region() -> Region:
    return read_region(TEXT, "region.toml")


def batch(**changes: object) -> EventBatch:
    return EventBatch(2, 100.0, np.zeros(0, np.int32), np.zeros(0, np.uint8), **changes)  # type: ignore[arg-type]


def server(name: str, rack: str = "az1/c1/r01", supports: tuple[tuple[int, int], ...] = ((0, 1),)) -> ListedServer:
    zone, cell, number = rack.split("/")
    return ListedServer(name, (zone, cell, number), supports, SERVING)


def counted(fleet: Fleet) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By subsystem and scope: units in service, declared, and the floor."""
    scopes = fleet.scopes
    names = (fleet.region.subsystems[number].name for number in scopes.subsystem.tolist())
    columns = zip(fleet.capacity.tolist(), scopes.declared.tolist(), scopes.floor.tolist(), strict=True)
    return dict(zip(zip(names, scopes.names, strict=True), columns, strict=True))


def by_hand(fleet: Fleet) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Count units in service and units listed in every scope from the columns of the roster alone."""
    serving: Counter[tuple[str, str]] = Counter()
    listed: Counter[tuple[str, str]] = Counter()
    roster = fleet.region.roster
    for at, profile in enumerate(roster.profile.tolist()):
        zone, cell, _ = fleet.place_of(at)
        for number, units in roster.profiles[profile]:
            for scope in ("region", f"zone:{zone}", f"cell:{zone}/{cell}"):
                listed[fleet.region.subsystems[number].name, scope] += units
                if fleet.state[at] == SERVING:
                    serving[fleet.region.subsystems[number].name, scope] += units
    return serving, listed


def test_that_a_server_that_joins_counts_at_once_and_raises_what_is_declared() -> None:
    fleet = Fleet(region())
    before = counted(fleet)["index", "region"]
    fleet.apply(batch(joined=(server("new-1"), server("new-2"))))
    assert before == (17, 17, 16)
    assert counted(fleet)["index", "region"] == (19, 19, 18)
    assert (fleet.region.roster.names[10:], fleet.position["new-2"]) == (("new-1", "new-2"), 11)


def test_that_a_server_that_goes_never_lowers_a_floor() -> None:
    fleet = Fleet(region())
    before = counted(fleet)
    at = fleet.position["index-0001"]
    fleet.apply(batch(gone=(at,)))
    after = counted(fleet)
    assert after["index", "region"] == (15, 17, 16), "declared stays what it was"
    assert {scope: row[1:] for scope, row in after.items()} == {scope: row[1:] for scope, row in before.items()}
    fleet.apply(batch(joined=(server("new-1"),)))
    assert counted(fleet)["index", "region"] == (16, 17, 16)


def test_that_the_place_of_one_that_went_stays_empty_and_the_others_keep_theirs() -> None:
    state = State(region(), Fleet(region()))
    positions = dict(state.fleet.position)
    state.fold(batch(gone=(4,), joined=(server("new-1", "az3/c9/r01"),)))
    roster = state.region.roster
    assert (roster.names[4], roster.profiles[roster.profile[4]], state.fleet.state[4]) == ("", (), REMOVED)
    assert state.fleet.position == {name: at for name, at in positions.items() if at != 4} | {"new-1": 10}
    assert state.region is state.fleet.region


def test_that_a_name_may_come_back_as_another_server() -> None:
    fleet = Fleet(region())
    at = fleet.position["index-0001"]
    fleet.apply(batch(gone=(at,)))
    fleet.apply(batch(joined=(server("index-0001", "az2/c1/r07"),)))
    assert (fleet.position["index-0001"], fleet.place_of(10)) == (10, ("az2", "c1", "r07"))


def test_that_places_stay_in_natural_order_whatever_joins() -> None:
    fleet = Fleet(region())
    fleet.apply(batch(joined=(server("a", "az2/c1/r10"), server("b", "az2/c1/r9"), server("c", "az1/c0/r1"))))
    roster = fleet.region.roster
    assert roster.racks.index(("az2", "c1", "r9")) < roster.racks.index(("az2", "c1", "r10"))
    assert roster.cells[0] == ("az1", "c0")
    assert [fleet.place_of(at) for at in (10, 11)] == [("az2", "c1", "r10"), ("az2", "c1", "r9")]


def test_that_a_server_that_only_moved_is_in_its_state_for_as_long_as_it_was() -> None:
    fleet = Fleet(region())
    fleet.apply(EventBatch(1, 50.0, np.array([3], np.int32), np.array([REMOVED], np.uint8)))
    out = replace(server("index-0004"), state=REMOVED)
    ill = replace(server("index-0002"), state=ServerState.FAILED)
    fleet.apply(batch(moved=((0, server("index-0001")), (1, ill), (3, out)), gone=(2,), joined=(server("n"),)))
    assert fleet.since[[0, 1, 2, 3, 10]].tolist() == [0.0, 100.0, 100.0, 50.0, 100.0]
    assert fleet.state[[0, 1, 2, 3, 10]].tolist() == [SERVING, ServerState.FAILED, REMOVED, REMOVED, SERVING]


def test_that_who_read_the_roster_before_sees_none_of_it() -> None:
    fleet = Fleet(region())
    roster = fleet.region.roster
    kept = (roster.names, roster.profile.copy(), roster.state.copy(), roster.racks)
    fleet.apply(batch(gone=(0,), moved=((1, server("index-9", "az9/c1/r1")),), joined=(server("n"),)))
    assert fleet.region.roster is not roster
    assert (roster.names, roster.racks) == (kept[0], kept[3])
    assert (roster.profile == kept[1]).all()
    assert (roster.state == kept[2]).all()


_SERVER = st.builds(
    ListedServer,
    st.just(""),
    st.tuples(
        st.sampled_from(("az1", "az2", "az3")), st.sampled_from(("c1", "c2", "c3")), st.sampled_from(("r1", "r2"))
    ),
    st.sampled_from((((0, 1),), ((0, 2),), ((0, 1), (1, 3)), ((1, 1),), ())),
    st.sampled_from((SERVING, ServerState.DRAINING, ServerState.FAILED)),
)
_STEP = st.tuples(
    st.lists(_SERVER, max_size=3),
    st.lists(st.integers(0, 9), max_size=2, unique=True),
    st.lists(st.tuples(st.integers(0, 9), _SERVER), max_size=2),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(ServerState)), max_size=4),
)


@given(st.lists(_STEP, min_size=1, max_size=6))
def test_that_counters_after_any_changes_are_those_of_a_plain_count(steps: list[tuple[list, list, list, list]]) -> None:  # type: ignore[type-arg]
    fleet = Fleet(region())
    _, most = by_hand(fleet)
    for number, (joined, gone, moved, states) in enumerate(steps):
        names = fleet.region.roster.names
        change = batch(
            joined=tuple(replace(one, name=f"s-{number}-{at}") for at, one in enumerate(joined)),
            gone=tuple(gone),
            moved=tuple((at, replace(one, name=names[at])) for at, one in moved if at not in gone and names[at]),
        )
        fleet.apply(
            replace(
                change,
                servers=np.array([at for at, _ in states], np.int32),
                states=np.array([state for _, state in states], np.uint8),
            )
        )
        serving, listed = by_hand(fleet)
        most |= listed
        for scope, (capacity, declared, _) in counted(fleet).items():
            assert (capacity, declared) == (serving[scope], most[scope]), scope
        assert set(most) <= set(counted(fleet)) | {scope for scope in most if not most[scope]}
        assert fleet.position == {name: at for at, name in enumerate(fleet.region.roster.names) if name}


def test_that_shares_of_the_servers_listed_are_of_those_that_are_there() -> None:
    text = TEXT.replace("largest_command = 10", 'largest_command = "50%"').replace('"6/min"', '["6/min", "50% in 1 h"]')
    found = read_region(text, "region.toml")
    state = State(found, Fleet(found))
    assert largest_and_window(state) == (5, 5)
    state.fold(batch(gone=(0, 1, 2, 3)))
    assert largest_and_window(state) == (3, 3)


def largest_and_window(state: State) -> tuple[float | None, float | None]:
    """Give what one command and an hour may take, as an act is judged by."""
    guards = guards_of(state.region)
    return guards.most["largest command"], guards.most["pace within 1 h"]
