"""What part of the fleet is called: the text parses, and selects exactly the servers that were chosen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from tests.topology.strategies import states
from topology.command.grammar.names import expand
from topology.command.grammar.syntax import NameRange, Place, Remove, RemoveServers
from topology.command.grammar.tokens import LONGEST
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.facts import ChoiceReach, facts_of, members_around, place_around
from topology.fleet_map.marks import CellMark
from topology.fleet_map.saying import Said, runs_of, say_area, say_place
from topology.planning.selection.matching import matching, sort_out, spelled
from topology.region.description import read_region
from topology.region.region import Roster
from topology.region.server_states import ServerState


@pytest.fixture(scope="module")
def embedded() -> State:
    region = read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded")
    return State(region, Fleet(region), time=1_488_303_420.0)


def selected(state: State, said: Said) -> list[int]:
    """Read the text and give the servers that it selects, in order."""
    reading = parse(said.text, vocabulary_of(state))
    command = reading.command
    assert command is not None, (said, reading.error)
    assert str(command) == said.text
    if isinstance(command, RemoveServers):
        servers, others = sort_out(state, spelled(command.servers, 10**6), ServerState.IN_SERVICE)
        assert not others
        return sorted(servers.tolist())
    assert isinstance(command, Remove)
    return sorted(matching(state, command).tolist())


def in_service(state: State, members: np.typing.NDArray[np.int32], lit: str) -> list[int]:
    """Give by hand those of *members* that a removal can take."""
    return [
        server
        for server in members.tolist()
        if state.fleet.state[server] == ServerState.IN_SERVICE
        and server not in state.pending.tolist()
        and (not lit or state.region.index[lit] in state.fleet.subsystems_of(server))
    ]


def lit_in(state: State, data: st.DataObject) -> str:
    served = [subsystem.name for subsystem in state.region.subsystems if not subsystem.external]
    return data.draw(st.sampled_from(["", "", *served]))


@given(states(), st.data())
def test_that_a_place_is_said_as_a_command_that_selects_exactly_it(state: State, data: st.DataObject) -> None:
    server = data.draw(st.integers(0, len(state.region.roster) - 1))
    reach = data.draw(st.sampled_from((ChoiceReach.RACK, ChoiceReach.CELL, ChoiceReach.ZONE)))
    lit = lit_in(state, data)
    members = members_around(state, server, reach)
    said = say_place(state, place_around(state, server, reach), members, lit)
    expected = in_service(state, members, lit)
    assert said.servers == len(expected)
    if expected:
        assert selected(state, said) == expected
    else:
        assert said.text == ""
        assert "in service" in said.why_not


@given(states(), st.data())
def test_that_an_area_is_said_as_a_command_that_selects_exactly_it(state: State, data: st.DataObject) -> None:
    everyone = st.integers(0, len(state.region.roster) - 1)
    members = np.array(sorted(data.draw(st.sets(everyone))), np.int32)
    lit = lit_in(state, data)
    said = say_area(state, members, lit)
    expected = in_service(state, members, lit)
    assert said.servers == len(expected)
    if expected:
        assert selected(state, said) == expected
    else:
        assert said.why_not


@given(states(), st.data())
def test_that_what_is_around_a_server_is_what_its_place_has(state: State, data: st.DataObject) -> None:
    server = data.draw(st.integers(0, len(state.region.roster) - 1))
    own = state.fleet.place_of(server)
    for reach, parts in ((ChoiceReach.RACK, 3), (ChoiceReach.CELL, 2), (ChoiceReach.ZONE, 1)):
        expected = [
            other for other in range(len(state.region.roster)) if state.fleet.place_of(other)[:parts] == own[:parts]
        ]
        assert members_around(state, server, reach).tolist() == expected
        assert str(place_around(state, server, reach)) == "/".join(own[:parts])
    assert members_around(state, server, ChoiceReach.SERVER).tolist() == [server]


@given(st.sets(st.from_regex(r"[a-c]-?[0-9]{0,3}", fullmatch=True), max_size=40))
def test_that_runs_spell_the_names_again_each_once(names: set[str]) -> None:
    runs = runs_of(sorted(names))
    found = [name for run in runs for name in expand(run)]
    assert sorted(found) == sorted(names)


def test_that_neighbours_become_a_run_and_gaps_end_it() -> None:
    names = [f"billing-{number:04}" for number in (1, 2, 3, 7, 9, 10)]
    assert runs_of(names) == (
        NameRange("billing-", "0001", "0003"),
        NameRange("", "billing-0007"),
        NameRange("billing-", "0009", "0010"),
    )


def test_that_a_rack_is_said_with_the_subsystems_it_serves(embedded: State) -> None:
    server = embedded.fleet.position["billing-0001"]
    members = members_around(embedded, server, ChoiceReach.RACK)
    said = say_place(embedded, place_around(embedded, server, ChoiceReach.RACK), members)
    zone, cell, rack = embedded.fleet.place_of(server)
    assert said.text == f"remove all from billing, index, placement in {zone}/{cell}/{rack}"
    assert said.servers == len(members)


def test_that_a_lit_subsystem_is_the_only_one_said(embedded: State) -> None:
    server = embedded.fleet.position["billing-0001"]
    members = members_around(embedded, server, ChoiceReach.ZONE)
    said = say_place(embedded, place_around(embedded, server, ChoiceReach.ZONE), members, "billing")
    assert said.text == "remove all from billing in az1"
    assert said.servers == len(in_service(embedded, members, "billing"))


def test_that_an_area_that_takes_too_many_names_is_said_by_the_racks_it_fills(embedded: State) -> None:
    cell = members_around(embedded, 0, ChoiceReach.CELL)
    said = say_area(embedded, cell)
    assert said.text.endswith(" in az1/c1")
    assert selected(embedded, said) == cell.tolist()
    zone = members_around(embedded, 0, ChoiceReach.ZONE)
    assert say_area(embedded, zone).text.endswith(" in az1")


def test_that_an_area_that_cannot_be_said_says_why_and_what_to_do(embedded: State) -> None:
    cell = members_around(embedded, 0, ChoiceReach.CELL)[1:]
    said = say_area(embedded, cell)
    assert said.text == ""
    assert f"its {len(cell):,} servers take " in said.why_not
    assert f"at most {LONGEST:,}" in said.why_not
    assert "choose whole racks or cells, or a smaller area" in said.why_not


def test_that_a_place_of_too_many_subsystems_says_so(embedded: State) -> None:
    region = embedded.region
    many = tuple(
        replace(region.subsystems[-1], name=f"a-subsystem-with-a-rather-long-name-{number}") for number in range(80)
    )
    profiles = tuple(((number, 1),) for number in range(80))
    old = region.roster
    roster = Roster(
        old.names,
        old.rack,
        (np.arange(len(old)) % 80).astype(np.int32),
        old.state,
        old.protected,
        old.racks,
        old.rack_cell,
        old.cells,
        old.cell_zone,
        old.zones,
        profiles,
    )
    other = replace(region, subsystems=many, roster=roster, index={})
    state = State(other, Fleet(other))
    members = members_around(state, 0, ChoiceReach.ZONE)
    said = say_place(state, Place("az1"), members)
    assert said.text == ""
    assert "az1 serves 80 subsystems, too many for one command" in said.why_not
    assert say_place(state, Place("az1"), members, many[0].name).text


@pytest.mark.parametrize("name", ["from", "a..b"])
def test_that_a_name_that_would_be_read_as_something_else_is_not_said(embedded: State, name: str) -> None:
    old = embedded.region.roster
    roster = replace(old, names=(name, *old.names[1:]))
    region = replace(embedded.region, roster=roster, index={})
    state = State(region, Fleet(region))
    assert name in say_area(state, np.array([0, 1], np.int32)).why_not


def test_that_the_facts_of_a_server_are_its_own(embedded: State) -> None:
    region = embedded.region
    state = State(region, Fleet(region), time=2000.0)
    server = state.fleet.position["billing-0001"]
    state.fleet.state[server] = ServerState.DRAINING
    facts = facts_of(state, server, CellMark.DRAINING)
    assert (facts.name, facts.state, facts.mark) == ("billing-0001", ServerState.DRAINING, CellMark.DRAINING)
    assert facts.subsystems == ("billing", "index", "placement")
    assert str(facts.place) == "/".join(state.fleet.place_of(server))
    assert facts.since is None
    state.fleet.since[server] = 1990.0
    assert facts_of(state, server, CellMark.DRAINING).since == 1990.0
