"""In whatever order a table lists its servers, the roster has them by zone, cell, rack and name."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.region.description import read_region
from topology.region.region import Roster

TEXT = """format = 1
fleet = "fleet.csv"
[region]
name = "r"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = 8
[[subsystem]]
name = "index"
floor = 6
"""
HEADER = "name,zone,cell,rack,state,supports"


def roster_of(rows: list[str]) -> Roster:
    return read_region(TEXT, "r.toml", "\n".join([HEADER, *rows, ""]).encode()).roster


def rows_of(dice: Random, count: int) -> list[str]:
    numbers = dice.sample(range(1000), count)
    places = [f"az{dice.randint(1, 2)},c{dice.randint(1, 2)},r{dice.randint(1, 3)}" for _ in numbers]
    return [f"n{number},{place},in_service,index" for number, place in zip(numbers, places, strict=True)]


@given(st.integers(0, 1 << 32), st.integers(1, 60), st.integers(0, 6))
def test_that_the_order_of_a_table_does_not_matter(seed: int, count: int, swaps: int) -> None:
    dice = Random(seed)
    rows = rows_of(dice, count)
    in_order = sorted(rows, key=lambda row: (row.split(",")[1:4], row.split(",")[0]))
    nearly = list(in_order)
    for _ in range(swaps):
        one, other = dice.randrange(count), dice.randrange(count)
        nearly[one], nearly[other] = nearly[other], nearly[one]
    expected = [row.split(",")[0] for row in in_order]
    for some in (rows, nearly, in_order):
        roster = roster_of(some)
        assert list(roster.names) == expected
        assert [",".join(roster.racks[rack]) for rack in roster.rack.tolist()] == [
            ",".join(row.split(",")[1:4]) for row in in_order
        ]


@pytest.mark.parametrize("name", ["n1", "n02"])
def test_that_names_stand_as_text(name: str) -> None:
    rows = [f"{one},az1,c1,r1,in_service,index" for one in ("n10", name, "n2")]
    assert list(roster_of(rows).names) == sorted(["n10", name, "n2"])
