"""What a full restart takes: checks, then servers at a rate, after what must be back before, and what cells change."""

import pytest

from console.words.findings.table import message, sentence
from console.words.restarts import duration, restart_sentence
from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Plan, Severity
from topology.planning.preview import preview
from topology.planning.restart import restart_cost
from topology.region.description import read_region

REGION = """
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = "100%"
[[subsystem]]
name = "index"
floor = 6
last_full_restart = 2009-03-01
restart = {{ checks_minutes = 60, servers_per_minute = 4, after = {index_after} }}
[[subsystem]]
name = "placement"
floor = 0
restart = {{ checks_minutes = 5, servers_per_minute = 2, after = ["index"] }}
[[subsystem]]
name = "billing"
floor = 0
[[pool]]
name = "index"
count = 120
supports = ["index:3"]
cells_per_zone = 4
[[pool]]
name = "placement"
count = 20
supports = ["placement", "billing"]
"""


def make(index_after: str = "[]") -> State:
    return state_of(read_region(REGION.format(index_after=index_after), "small.toml"))


def plan(state: State, text: str) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    return preview(state, command)


def test_that_checks_come_first_and_then_servers_not_units_at_their_rate() -> None:
    cost = restart_cost(make(), "index")
    assert (cost.servers, cost.alone, cost.total) == (120, 60 + 120 / 4, 90)


def test_that_what_must_be_back_before_counts_in_the_total() -> None:
    cost = restart_cost(make(), "placement")
    assert (cost.alone, cost.total, cost.order) == (15, 105, ("index", "placement"))


def test_that_waiting_in_a_circle_has_no_total() -> None:
    cost = restart_cost(make('["placement"]'), "placement")
    assert (cost.alone, cost.total) == (15, None)
    assert "waits in a circle" in restart_sentence(cost)


def test_that_one_of_n_cells_is_back_in_one_part_in_n_of_the_time() -> None:
    cost = restart_cost(make(), "index")
    assert [cost.with_cells(cells) for cells in (1, 4, 16)] == [90, 22.5, 5.625]
    assert (cost.cells, cost.largest_cell) == (4, 22.5)


def test_that_a_subsystem_without_a_model_says_so() -> None:
    cost = restart_cost(make(), "billing")
    assert cost.alone is None
    assert (
        restart_sentence(cost)
        == "what a full restart of billing takes is not stated; a full restart was never recorded"
    )


def test_that_a_plan_notes_the_restart_of_every_subsystem_that_loses_servers() -> None:
    found = plan(make(), "remove 2 servers from placement")
    notes = [finding for finding in found.findings if finding.code == "restart"]
    assert [(note.subsystem, note.severity) for note in notes] == [("placement", Severity.NOTE)]
    assert message(notes[0]).endswith("1 h 45 min with index before it; a full restart was never recorded")
    assert [cost.subsystem for cost in found.restart] == ["placement"]
    assert "What a full restart would cost: billing states no model of it." in map(sentence, found.not_evaluated)
    assert Plan.from_json(found.to_json()) == found


def test_that_giving_servers_back_needs_no_note_about_restarts() -> None:
    assert plan(make(), "restore 2 servers to placement").restart == ()


@pytest.mark.parametrize(("minutes", "text"), [(0.5, "30 s"), (36, "36 min"), (60, "1 h"), (221, "3 h 41 min")])
def test_that_durations_are_written_in_hours_and_minutes(minutes: float, text: str) -> None:
    assert duration(minutes) == text
