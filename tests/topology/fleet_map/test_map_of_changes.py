"""Servers that joined, moved or went since the roster was read: the map has each at its place, and nobody where one was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.fleet.test_roster_changes import batch, region, server
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY, CellGroup, MapArrangement, arrange
from topology.fleet_map.facts import ChoiceReach, members_around
from topology.fleet_map.marks import CellMark, Marks
from topology.region.region import Roster
from topology.region.standing_order import in_order

ROOM = CellGroup(900, 400, 17)
RACKS = ("az1/c1/r1", "az1/c1/r2", "az2/c1/r1", "az2/c9/r1", "az10/c2/r3")
names = st.text("abijx", min_size=1, max_size=3)


def changed(joined: dict[str, str], gone: tuple[int, ...] = (), moved: dict[int, str] | None = None) -> State:
    found = region()
    state = State(found, Fleet(found))
    listed = state.region.roster.names
    state.fold(
        batch(
            joined=tuple(server(name, rack) for name, rack in joined.items()),
            gone=gone,
            moved=tuple((at, server(listed[at], rack)) for at, rack in (moved or {}).items() if at not in gone),
        )
    )
    return state


def standing(roster: Roster) -> list[tuple[int, str]]:
    return [(int(roster.rack[at]), roster.names[at]) for at in in_order(roster).tolist() if roster.names[at]]


def test_that_a_server_that_joined_stands_among_those_of_its_rack() -> None:
    roster = changed({"index-0000": "az1/c1/r1", "zz": "az1/c1/r1"}).region.roster
    own = [name for rack, name in standing(roster) if roster.racks[rack] == ("az1", "c1", "r1")]
    assert own[0] == "index-0000"
    assert own[-1] == "zz"


@given(
    st.dictionaries(names, st.sampled_from(RACKS), max_size=6),
    st.sets(st.integers(0, 9), max_size=4),
    st.dictionaries(st.integers(0, 9), st.sampled_from(RACKS), max_size=3),
)
def test_that_every_server_has_its_own_cell_in_its_rack_and_nobody_is_where_one_went(
    joined: dict[str, str], gone: set[int], moved: dict[int, str]
) -> None:
    state = changed(joined, tuple(sorted(gone)), moved)
    roster = state.region.roster
    assert standing(roster) == sorted(standing(roster))
    assert len(set(in_order(roster).tolist())) == len(roster)
    made = arrange(roster, ROOM)
    assert_in_racks(made, roster)
    assert sum(made.zone_servers) == sum(map(bool, roster.names))
    marks = Marks(state)
    assert (marks.values[list(roster.gone)] == CellMark.NOBODY).all()
    assert sum(count for _, count in marks.counted()) == sum(map(bool, roster.names))
    for at in range(len(roster)):
        for reach in ChoiceReach if roster.names[at] else ():
            members_are_those_around(state, at, reach)


def assert_in_racks(made: MapArrangement, roster: Roster) -> None:
    for at, name in enumerate(roster.names):
        column, row = made.point(at)
        left, top, wide, high = made.racks[roster.rack[at]].tolist()
        assert left <= column < left + wide
        assert top <= row < top + high
        assert made.at(column, row) == (at if name else NOBODY)


def members_are_those_around(state: State, server: int, reach: ChoiceReach) -> None:
    depth = {ChoiceReach.SERVER: 4, ChoiceReach.RACK: 3, ChoiceReach.CELL: 2, ChoiceReach.ZONE: 1}[reach]
    roster = state.region.roster

    def key(at: int) -> tuple[str, ...]:
        return (*roster.racks[roster.rack[at]], roster.names[at])[:depth]

    expected = {at for at in range(len(roster)) if roster.names[at] and key(at) == key(server)}
    assert set(members_around(state, server, reach).tolist()) == expected


@pytest.mark.parametrize("number", [0, 9])
def test_that_a_mark_of_one_that_went_never_comes_back(number: int) -> None:
    state = changed({}, (number,))
    marks = Marks(state)
    state.fleet.state[number] = 4
    marks.update(state)
    assert marks.values[number] == CellMark.NOBODY
    assert not np.isin(number, np.flatnonzero(marks.values))
