"""What is said of a subsystem that a command does not name is about the scope that it hurts most."""

import pytest

from console.words.findings.table import message
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Finding
from topology.planning.preview import preview
from topology.region.description import read_region

TEXT = """format = 1
[region]
name = "two"
zones = ["a", "b"]
[policy]
pace = "100/min"
largest_command = "50%"
[[subsystem]]
name = "strict"
floor = {floor}
zone_floor = "60%"
[[subsystem]]
name = "loose"
floor = 0
zone_floor = "10%"
[[pool]]
name = "both"
count = 20
supports = ["strict", "loose"]
"""


def collateral(floor: int) -> Finding:
    region = read_region(TEXT.format(floor=floor), "two.toml")
    state = State(region, Fleet(region))
    command = parse("remove 4 from loose in a", vocabulary_of(state)).command
    assert command is not None
    [found] = [one for one in preview(state, command).findings if one.code == "collateral"]
    return found


@pytest.mark.parametrize(
    ("floor", "said"),
    [
        (0, "strict in a 10 → 6, floor 6"),
        (16, "strict 20 → 16, floor 16"),  # of two that end alike the wider one
        (15, "strict in a 10 → 6, floor 6"),
    ],
)
def test_that_a_finding_of_collateral_quotes_the_floor_that_is_nearest(floor: int, said: str) -> None:
    assert said in message(collateral(floor))
