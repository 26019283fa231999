"""What alarms cost: a second of a calm region, and a hundred thousand scopes that fall below their floors at once.

Targets: the burst grouped to what caused it in under a second of processor time. Prints milliseconds and the exponent of growth.
"""

from functools import cache, partial

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.generated import cost_of, exponent, rounded
from tests.console.operating.alarms.test_alarm_keeper import burst
from topology.alarms.board import AlarmBoard
from topology.alarms.conditions import conditions_of
from topology.alarms.readings import AlarmReadings
from topology.alarms.values import Alarm
from topology.graph.graph import graph_of
from topology.region.collecting import without_collection

SIZES = (1_000, 10_000, 100_000)


@cache
def readings(size: int) -> AlarmReadings:
    return burst(size)


def judge(size: int) -> tuple[Alarm, ...]:
    """Judge a burst from nothing, as the console does in its thread."""
    of = readings(size)
    board = AlarmBoard(of.region.alarms)
    with without_collection():
        board.step(conditions_of(of, graph_of(of.region), of.region.alarms), 0.0)
        return board.alarms


def test_what_a_burst_costs(benchmark: BenchmarkFixture) -> None:
    assert len(judge(SIZES[-1])) == SIZES[-1]
    benchmark.pedantic(judge, (SIZES[1],), rounds=1)
    costs = [cost_of(partial(judge, size), 3) for size in SIZES]
    benchmark.extra_info |= {"ms": rounded(costs), "exponent": round(exponent(costs, SIZES), 2)}
    assert exponent(costs, SIZES) < 1.3
