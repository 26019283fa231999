"""A subsystem that holds as a whole, and is tight in a place, says where; the pace of a command is that which it states."""

import pytest

from console.words.plan import row_below
from console.words.plan_rows import plan_rows
from topology.command.grammar.parts import parts_of
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.preview import preview
from topology.region.description import read_region

TEXT = """
format = 1
[region]
name = "small"
zones = ["a", "b"]
[policy]
pace = "20/min"
largest_command = 10
[[subsystem]]
name = "strict"
floor = 0
zone_floor = "60%"
[[subsystem]]
name = "loose"
floor = 0
[[pool]]
name = "both"
count = 20
supports = ["strict", "loose"]
"""


def test_that_a_place_that_ends_at_its_floor_is_told_beside_the_whole_that_holds() -> None:
    region = read_region(TEXT, "region.toml")
    state = State(region, Fleet(region), revision=1)
    command = parse("remove 4 servers from loose in a", vocabulary_of(state)).command
    assert command is not None
    rows = {row.name: row for row in plan_rows(preview(state, command))}  # type: ignore[arg-type]
    assert row_below(rows["strict"]) == "shared · tight in zone a, at its floor"
    assert row_below(rows["loose"]) == "in the command"


@pytest.mark.parametrize(
    ("command", "pace"),
    [
        ("remove 4 servers from billing", None),
        ("remove 4 servers from billing at 2/min", 2),
        ('remove 4 servers from billing at 12/min because "at 9/min"', 12),
        ('remove 4 servers from billing because "at 9/min"', None),
        ("remove 4 servers from at", None),
    ],
)
def test_that_the_pace_of_a_command_is_that_which_it_states(command: str, pace: int | None) -> None:
    assert parts_of(command).pace_per_minute == pace
