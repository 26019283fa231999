"""The figures of an alarm load, beside a slow count of the same definitions second by second."""

from hypothesis import given
from hypothesis import strategies as st

from topology.alarms.load import CALM, FLOOD, WINDOW_S, load_of
from topology.alarms.values import AlarmKey, AlarmStep, StepKind
from topology.region.alarming.policy import AlarmRule, Priority


def raised(time: float, about: str = "index", cause: AlarmKey | None = None) -> AlarmStep:
    return AlarmStep(StepKind.RAISED, AlarmKey(AlarmRule.BELOW_FLOOR, about), time, Priority.HIGH, cause=cause)


def test_that_twelve_an_hour_are_manageable_and_a_burst_is_not() -> None:
    calm = load_of([raised(300.0 * n, f"s{n}") for n in range(12)], 0.0, 3600.0)
    assert (calm.count, calm.per_hour, calm.worst_window, calm.flood_share) == (12, 12.0, 2, 0.0)
    assert calm.is_manageable
    burst = load_of([raised(float(n), f"s{n}") for n in range(11)], 0.0, 3600.0)
    assert burst.worst_window == 11
    assert not burst.is_manageable
    assert 0.16 < burst.flood_share < 0.17


def test_that_what_another_one_speaks_for_and_what_is_outside_the_time_is_not_counted() -> None:
    steps = [raised(10.0), raised(11.0, "b", AlarmKey(AlarmRule.BELOW_FLOOR, "index")), raised(-1.0), raised(90.0)]
    assert load_of(steps, 0.0, 60.0).count == 1


def test_that_three_within_a_minute_chatter() -> None:
    steps = [raised(time) for time in (0.0, 30.0, 60.0)] + [raised(time, "b") for time in (0.0, 30.0, 61.0)]
    assert [key.about for key in load_of(steps, 0.0, 3600.0).chattering] == ["index"]


def test_that_no_alarm_is_no_load() -> None:
    load = load_of([], 0.0, 3600.0)
    assert (load.count, load.top_share, load.worst_window, load.flood_share, load.most) == (0, 0.0, 0, 0.0, ())


@given(st.lists(st.integers(0, 4000), max_size=60))
def test_that_floods_are_those_that_a_count_second_by_second_finds(seconds: list[int]) -> None:
    end = 5000
    times = sorted(seconds)
    load = load_of([raised(float(time), f"s{number}") for number, time in enumerate(times)], 0.0, float(end))
    flooded, flood, worst = 0, False, 0
    for second in range(end):
        # At the start of each second what happened in it has happened; an alarm counts for ten minutes.
        inside = sum(second - WINDOW_S < time <= second for time in times)
        worst = max(worst, inside)
        flood = inside > FLOOD or (flood and inside >= CALM)
        flooded += flood
    assert load.worst_window == worst
    assert abs(load.flood_share * end - flooded) <= 1
