"""What servers are marked as: kept up to date bit by bit, it is what marking everyone anew gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.strategies import move, removals, states
from topology.command.grammar.syntax import Planned as PlannedCommand
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.marks import ABNORMAL, GROUPS, CellMark, ColourBy, Marks, planned_of
from topology.planning.plan import Plan
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = "100%"
[[subsystem]]
name = "index"
floor = 0
[[subsystem]]
name = "billing"
floor = 0
[[subsystem]]
name = "metering"
floor = 0
[[pool]]
name = "index"
count = 6
supports = ["index"]
[[pool]]
name = "both"
count = 4
supports = ["billing", "index"]
[[pool]]
name = "billing"
count = 2
supports = ["billing"]
[[pool]]
name = "metering"
count = 1
supports = ["metering"]
"""


@pytest.fixture
def state() -> State:
    region = read_region(TEXT, "small.toml")
    return State(region, Fleet(region), time=1000.0)


def planned(state: State, text: str) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, PlannedCommand)
    return preview(state, command)


def marked(state: State, marks: Marks) -> dict[str, CellMark]:
    return {name: CellMark(int(mark)) for name, mark in zip(state.region.roster.names, marks.values[:-1], strict=True)}


def afresh(state: State, by: ColourBy, lit: str, plan: Plan | None) -> Marks:
    marks = Marks(state)
    marks.look(by, lit)
    marks.plan(state, plan)
    marks.update(state)
    return marks


@given(states(), st.data())
def test_that_marks_kept_up_to_date_are_those_made_anew(state: State, data: st.DataObject) -> None:
    marks = Marks(state)
    names = ["", *(subsystem.name for subsystem in state.region.subsystems)]
    plan = None
    for _ in range(data.draw(st.integers(1, 5))):
        match data.draw(st.integers(0, 3)):
            case 0:
                everyone = st.integers(0, len(state.region.roster) - 1)
                move(state, data.draw(st.dictionaries(everyone, st.sampled_from(ServerState), max_size=5)))
            case 1:
                marks.look(data.draw(st.sampled_from(ColourBy)), data.draw(st.sampled_from(names)))
            case 2:
                plan = preview(state, data.draw(removals(state)))
                marks.plan(state, plan)
            case _:
                state.pending = np.array(
                    data.draw(st.lists(st.integers(0, len(state.region.roster) - 1), max_size=3)), np.int32
                )
        before = marks.values.copy()
        moved = marks.update(state)
        changed = np.flatnonzero(marks.values != before)
        assert moved is None or set(moved.tolist()) == set(changed.tolist())
        expected = afresh(state, marks.by, marks.lit, plan)
        assert (marks.values == expected.values).all()
        assert marks.counts.tolist() == np.bincount(marks.values[:-1], minlength=len(CellMark)).tolist()
        assert marks.counts.tolist() == expected.counts.tolist()


@given(states())
def test_that_out_of_service_is_marked_as_what_it_is_however_it_is_looked_at(state: State) -> None:
    expected = {
        ServerState.JOINING: CellMark.JOINING,
        ServerState.DRAINING: CellMark.DRAINING,
        ServerState.REMOVED: CellMark.REMOVED,
        ServerState.FAILED: CellMark.FAILED,
    }
    for by in ColourBy:
        for lit in ("", state.region.subsystems[0].name):
            marks = afresh(state, by, lit, None)
            for now, mark in zip(state.fleet.state.tolist(), marks.values[:-1].tolist(), strict=True):
                if now != ServerState.IN_SERVICE:
                    assert mark == expected[ServerState(now)]
                else:
                    assert mark < ABNORMAL or mark == CellMark.PENDING


def test_that_a_calm_fleet_is_all_in_service(state: State) -> None:
    assert Marks(state).counted() == ((CellMark.IN_SERVICE, 13),)


def test_that_the_plan_shows_who_leaves_and_who_is_shared_with_what(state: State) -> None:
    plan = planned(state, "remove all from billing")
    marks = afresh(state, ColourBy.PLAN, "", plan)
    found = marked(state, marks)
    assert {found[name] for name in ("billing-0001", "billing-0002")} == {CellMark.PLANNED}
    assert {found[f"both-000{number}"] for number in range(1, 5)} == {CellMark.SHARED}
    assert marks.planned.also == (("index", 4),)
    assert len(marks.planned.shared) == plan.shared
    assert marks.counted() == ((CellMark.IN_SERVICE, 7), (CellMark.PLANNED, 2), (CellMark.SHARED, 4))


@given(states(), st.data())
def test_that_as_many_are_shared_as_the_plan_says(state: State, data: st.DataObject) -> None:
    plan = preview(state, data.draw(removals(state)))
    found = planned_of(state, plan)
    assert sorted(state.region.roster.names[server] for server in found.servers.tolist()) == sorted(plan.servers)
    assert len(found.shared) == plan.shared


def test_that_a_plan_is_only_shown_where_colours_tell_of_it(state: State) -> None:
    plan = planned(state, "remove all from billing")
    for by in (ColourBy.STATE, ColourBy.SUBSYSTEM):
        assert not {CellMark.PLANNED, CellMark.SHARED} & set(marked(state, afresh(state, by, "", plan)).values())


def test_that_subsystems_have_marks_of_their_own_the_largest_first(state: State) -> None:
    marks = afresh(state, ColourBy.SUBSYSTEM, "", None)
    assert marks.groups == (("index", GROUPS[0]), ("billing", GROUPS[1]), ("metering", GROUPS[2]))
    found = marked(state, marks)
    assert found["index-0001"] is CellMark.GROUP_1
    assert found["billing-0001"] is CellMark.GROUP_2
    assert found["metering-0001"] is CellMark.GROUP_3
    assert found["both-0001"] is CellMark.SEVERAL


def test_that_a_subsystem_lights_its_servers_and_the_rest_is_quiet(state: State) -> None:
    found = marked(state, afresh(state, ColourBy.STATE, "billing", None))
    lit = {name for name, mark in found.items() if mark is CellMark.LIT}
    assert lit == {name for name in found if name.startswith(("billing", "both"))}
    assert {mark for name, mark in found.items() if name not in lit} == {CellMark.QUIET}


def test_that_an_unknown_subsystem_lights_nothing(state: State) -> None:
    assert set(marked(state, afresh(state, ColourBy.STATE, "nothing", None)).values()) == {CellMark.IN_SERVICE}


def test_that_what_a_running_execution_will_take_is_marked_until_it_leaves(state: State) -> None:
    marks = Marks(state)
    state.pending = np.array([0, 1], np.int32)
    marks.update(state)
    assert marks.counted() == ((CellMark.IN_SERVICE, 11), (CellMark.PENDING, 2))
    move(state, {0: ServerState.DRAINING}, "act")
    marks.update(state)
    assert marks.counted() == ((CellMark.IN_SERVICE, 11), (CellMark.DRAINING, 1), (CellMark.PENDING, 1))


def test_that_the_next_that_is_not_normal_is_found_both_ways_and_round(state: State) -> None:
    marks = Marks(state)
    assert marks.next_abnormal(3, 1) == -1
    move(state, {2: ServerState.FAILED, 7: ServerState.REMOVED})
    marks.update(state)
    assert [marks.next_abnormal(server, 1) for server in (-1, 2, 5, 7)] == [2, 7, 7, 2]
    assert [marks.next_abnormal(server, -1) for server in (-1, 2, 5, 7)] == [7, 7, 2, 2]
