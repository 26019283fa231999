"""What a keystroke costs in the command language, and that it does not grow with the fleet.

The target is 20 µs for reading and completing a usual command in a region of 7 subsystems and 14,000 servers.
"""

import timeit

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from topology.command.complete import Completion, complete
from topology.command.grammar.syntax import Place
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse

SUBSYSTEMS = ("billing", "front-end", "index", "key-map", "metering", "placement", "storage")


def region(servers: int) -> Vocabulary:
    zones = ("az1", "az2", "az4", "az5")
    cells = tuple(Place(zone, f"c{cell}") for zone in zones for cell in range(1, 5))
    racks = {f"r{rack}": tuple(Place(cell.zone, cell.cell, f"r{rack}") for cell in cells) for rack in range(10, 32)}
    each = servers // len(SUBSYSTEMS)
    names = tuple(sorted(f"{name}-{number:07}" for name in SUBSYSTEMS for number in range(1, each + 1)))
    return Vocabulary(SUBSYSTEMS, ("lambda",), zones, cells, racks, names, 20, dict.fromkeys(SUBSYSTEMS, each))


REGION = region(14_000)
TEXTS = [
    "rem",
    "remove 10% from index",
    "remove 40 servers from bill",
    "remove 40 servers from billing in az4",
    "remove 40 servers from billing in az4 wh",
    "remove 40 servers from billing in az4 where rack = r12",
    "remove servers billing-0000001..0000040",
    "remove servers billing-00000",
]


def keystroke(text: str, vocabulary: Vocabulary) -> tuple[Completion, ...]:
    return complete(parse(text, vocabulary), len(text), vocabulary)


@pytest.mark.parametrize("text", TEXTS)
def test_what_reading_and_completing_cost(benchmark: BenchmarkFixture, text: str) -> None:
    benchmark(keystroke, text, REGION)


def test_what_an_error_with_its_suggestion_costs(benchmark: BenchmarkFixture) -> None:
    benchmark(keystroke, "remove 40 servers from biling in az4", REGION)


def test_what_the_longest_text_costs(benchmark: BenchmarkFixture) -> None:
    text = "remove servers " + ", ".join(f"b-{number:04}" for number in range(247))
    assert 1_900 < len(text) <= 2_000
    benchmark(keystroke, text, REGION)


def _seconds(text: str, vocabulary: Vocabulary) -> float:
    keystroke(text, vocabulary)  # what is worked out once for a region is not part of a keystroke
    return min(timeit.repeat(lambda: keystroke(text, vocabulary), number=200, repeat=7))


def test_that_a_keystroke_costs_the_same_in_a_fleet_a_hundred_times_as_large() -> None:
    large = region(1_400_000)
    for text in (*TEXTS, "remove servers biling-0000001"):
        assert _seconds(text, large) < 3 * _seconds(text, REGION), text
