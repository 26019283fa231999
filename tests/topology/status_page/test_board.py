"""Laws of the board: no flicker, no lie for longer than the hold, the same steps the same page, no harm by a clock set back."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.region.public.policy import StatusPagePolicy
from topology.status_page.board import LONGEST_OVERRIDE_S, AnnouncingError, StatusBoard
from topology.status_page.values import (
    Announced,
    AnnouncementStatus,
    AnyPageStep,
    ServiceReading,
    ServiceState,
    Shown,
    Watched,
)

HOLD = 60.0
POLICY = StatusPagePolicy("Status", hold_s=HOLD)
GOOD, PART, BAD = (
    ServiceReading(ServiceState.AVAILABLE),
    ServiceReading(ServiceState.PARTIAL, ("PUT",)),
    ServiceReading(ServiceState.UNAVAILABLE),
)
STATUS = AnnouncementStatus
READINGS = st.sampled_from([GOOD, PART, BAD, ServiceReading(ServiceState.UNKNOWN)])
COURSES = st.lists(st.tuples(st.floats(0.5, 90.0), READINGS), min_size=1, max_size=60)


def board() -> StatusBoard:
    return StatusBoard(POLICY, ("s3",))


def judged(of: StatusBoard, reading: ServiceReading, now: float) -> list[Shown]:
    return [step for step in of.judge({"s3": reading}, now) if isinstance(step, Shown)]


def state_of(of: StatusBoard, now: float) -> ServiceState:
    return of.page("r", now).services[0].reading.state


def token() -> str:
    return "ab12cd34"


@given(COURSES)
def test_that_a_service_never_changes_twice_within_the_hold(course: list[tuple[float, ServiceReading]]) -> None:
    of, now, times = board(), 0.0, []
    for seconds, reading in course:
        now += seconds
        times += [step.time for step in judged(of, reading, now)]
    assert all(later - earlier >= HOLD for earlier, later in pairwise(times))


@given(COURSES)
def test_that_no_state_is_shown_that_was_not_so_for_as_long_as_the_hold(
    course: list[tuple[float, ServiceReading]],
) -> None:
    of, now, untrue_since = board(), 0.0, None
    for seconds, reading in course:
        now += seconds
        judged(of, reading, now)
        if of.page("r", now).services[0].reading == reading:
            untrue_since = None
        else:
            untrue_since = now if untrue_since is None else untrue_since
            assert now - untrue_since < HOLD


def test_that_what_flickers_between_two_bad_states_is_not_shown_as_available() -> None:
    of = board()
    judged(of, GOOD, 0.0)
    for number in range(1, 9):
        judged(of, BAD if number % 2 else PART, number * 20.0)
    assert state_of(of, 160.0) is not ServiceState.AVAILABLE


def test_that_the_first_reading_shows_at_once() -> None:
    of = board()
    assert [step.state for step in judged(of, BAD, 5.0)] == [ServiceState.UNAVAILABLE]


STEPS: list[Callable[[StatusBoard, float], object]] = [
    lambda of, now: of.judge({"s3": GOOD}, now),
    lambda of, now: of.judge({"s3": PART}, now),
    lambda of, now: of.judge({"s3": BAD}, now),
    lambda of, now: said(of, of.announce("Errors", ("s3",), STATUS.INVESTIGATING, now, token)),
    lambda of, now: said(of, of.announce("Work", ("s3",), STATUS.SCHEDULED, now, token, (now + 50, now + 100))),
    lambda of, now: said(of, of.update(1, "more", None, now)),
    lambda of, now: said(of, of.update(1, "over", STATUS.RESOLVED, now)),
    lambda of, now: said(of, *of.override("s3", ServiceState.AVAILABLE, 100.0, "seen", now)),
    lambda of, now: said(of, *of.release("s3", now)),
]


def said(of: StatusBoard, *steps: AnyPageStep) -> tuple[AnyPageStep, ...]:
    of.hear(steps)
    return steps


@given(st.lists(st.tuples(st.floats(-500.0, 5000.0), st.sampled_from(STEPS)), max_size=40))
def test_that_the_same_steps_make_the_same_page_wherever_they_are_heard_and_in_how_many_parts(
    course: list[tuple[float, Callable[[StatusBoard, float], tuple[AnyPageStep, ...]]]],
) -> None:
    first, steps, now = board(), [], 10_000.0
    for seconds, act in course:
        now += seconds
        try:
            steps += act(first, now)
        except AnnouncingError:
            continue
    again, parts = board(), board()
    again.hear(steps)
    for step in steps:
        parts.hear([step])
    assert first.page("r", now) == again.page("r", now) == parts.page("r", now)


@given(st.lists(st.tuples(st.floats(-100_000.0, 100_000.0), READINGS), max_size=40))
def test_that_a_days_seconds_add_up_whatever_the_clock_does(course: list[tuple[float, ServiceReading]]) -> None:
    of, now = board(), 1_000_000.0
    for seconds, reading in course:
        now = max(0.0, now + seconds)
        of.judge({"s3": reading}, now)
    for day in of.page("r", now).services[0].days:
        assert all(seconds > 0 for _, seconds in day.seconds)
        assert day.unwatched_s >= 0
        assert sum(seconds for _, seconds in day.seconds) + day.unwatched_s <= 86_400.0 + 0.001


def test_that_a_clock_that_was_ahead_for_a_while_leaves_no_page_of_the_future() -> None:
    of = board()
    judged(of, GOOD, 1000.0)
    judged(of, BAD, 1e9)
    judged(of, BAD, 1e9 + 61)
    assert [step.state for step in judged(of, GOOD, 2000.0)] == []
    judged(of, GOOD, 2061.0)
    page = of.page("r", 2061.0)
    assert page.made == 2061.0
    assert page.services[0].reading == GOOD
    assert page.services[0].since == 2061.0


def test_that_time_in_which_nobody_watched_is_told_apart() -> None:
    of, day = board(), 86_400.0
    judged(of, GOOD, 0.0)
    for hour in range(1, 7):
        assert of.judge({"s3": GOOD}, hour * 3600.0) == (Watched(hour * 3600.0),)
    of.judge({"s3": GOOD}, day / 2)
    of.judge({"s3": GOOD}, day / 2 + 3600.0)
    today = of.page("r", day / 2 + 3600.0).services[0].days[-1]
    assert today.seconds == ((ServiceState.AVAILABLE, 7 * 3600.0),)
    assert today.unwatched_s == 6 * 3600.0


def test_that_a_day_remembers_its_worst_state_and_how_long_it_was_so() -> None:
    of = board()
    for second in range(0, 7200, 30):
        of.judge({"s3": BAD if 600 <= second < 1800 else GOOD}, float(second))
    day = of.page("r", 7200.0).services[0].days[-1]
    assert day.worst is ServiceState.UNAVAILABLE
    assert day.seconds_in(ServiceState.UNAVAILABLE) == 1200.0


def test_that_an_operators_word_shows_at_once_until_its_time_and_then_what_is_measured_does() -> None:
    of = board()
    judged(of, BAD, 0.0)
    said(of, *of.override("s3", ServiceState.AVAILABLE, 100.0, "customers are served", 10.0))
    service = of.page("r", 10.0).services[0]
    assert (service.reading, service.reason) == (GOOD, "customers are served")
    judged(of, BAD, 109.0)
    assert state_of(of, 109.0) is ServiceState.AVAILABLE
    judged(of, BAD, 110.0)
    assert of.page("r", 110.0).services[0] == of.page("r", 110.0).services[0]
    assert (state_of(of, 110.0), of.page("r", 110.0).services[0].reason) == (ServiceState.UNAVAILABLE, "")


@pytest.mark.parametrize(
    ("service", "seconds", "reason"),
    [("ec2", 60.0, "why"), ("s3", 0.0, "why"), ("s3", LONGEST_OVERRIDE_S + 1, "why"), ("s3", 60.0, " ")],
)
def test_that_an_operators_word_needs_a_service_an_end_and_a_reason(service: str, seconds: float, reason: str) -> None:
    with pytest.raises(AnnouncingError):
        board().override(service, ServiceState.AVAILABLE, seconds, reason, 0.0)


def test_that_an_announcement_keeps_its_address_and_all_that_was_said_in_it() -> None:
    of = board()
    said(of, of.announce("Errors", ("s3",), STATUS.INVESTIGATING, 1.0, token))
    said(of, of.update(1, "The cause is found.", STATUS.IDENTIFIED, 2.0))
    said(of, of.update(1, "Index is coming back.", None, 3.0))
    page = of.page("r", 3.0)
    assert [one.key for one in page.open] == ["1-ab12cd34"]
    assert [(one.status, one.text) for one in page.open[0].updates] == [
        (STATUS.INVESTIGATING, ""),
        (STATUS.IDENTIFIED, "The cause is found."),
        (STATUS.IDENTIFIED, "Index is coming back."),
    ]
    said(of, of.update(1, "", STATUS.RESOLVED, 4.0))
    assert of.page("r", 4.0).open == ()
    assert [one.key for one in of.page("r", 4.0).past] == ["1-ab12cd34"]


def test_that_what_is_over_takes_no_more_updates_unless_it_is_opened_again() -> None:
    of = board()
    said(of, of.announce("Errors", ("s3",), STATUS.RESOLVED, 1.0, token))
    with pytest.raises(AnnouncingError, match="say a status"):
        of.update(1, "more", None, 2.0)
    said(of, of.update(1, "It is back.", STATUS.INVESTIGATING, 3.0))
    assert len(of.page("r", 3.0).open) == 1


def test_that_maintenance_begins_and_ends_at_its_times() -> None:
    of = board()
    said(of, of.announce("A move", ("s3",), STATUS.SCHEDULED, 0.0, token, (100.0, 200.0)))
    statuses = []
    for now in (0.0, 99.0, 100.0, 150.0, 200.0, 300.0):
        of.judge({"s3": GOOD}, now)
        statuses.append(of.page("r", now).announcements[0].status)
    assert statuses == [
        STATUS.SCHEDULED,
        STATUS.SCHEDULED,
        STATUS.IN_PROGRESS,
        STATUS.IN_PROGRESS,
        STATUS.COMPLETED,
        STATUS.COMPLETED,
    ]
    with pytest.raises(AnnouncingError):
        of.update(1, "x", STATUS.IDENTIFIED, 300.0)


def test_that_two_consoles_that_give_one_number_make_two_announcements() -> None:
    of = board()
    for name in ("aaaa", "bbbb"):
        of.hear([Announced(1.0, 1, name, "Errors", ("s3",), STATUS.INVESTIGATING)])
    assert {one.key for one in of.page("r", 1.0).open} == {"1-aaaa", "1-bbbb"}


def test_that_what_an_operator_said_counts_once_however_often_it_is_heard() -> None:
    of = board()
    step = of.announce("Errors", ("s3",), STATUS.INVESTIGATING, 1.0, token)
    more = of.update
    assert of.hear([step])
    update = more(1, "again", None, 2.0)
    assert of.hear([update])
    assert not of.hear([step, update])
    assert len(of.page("r", 2.0).open[0].updates) == 2


def test_that_a_copy_goes_its_own_way() -> None:
    of = board()
    judged(of, GOOD, 0.0)
    before = of.page("r", 1.0)
    other = of.copy()
    said(other, other.announce("Errors", ("s3",), STATUS.INVESTIGATING, 1.0, token))
    said(other, *other.override("s3", ServiceState.UNAVAILABLE, 60.0, "seen", 1.0))
    other.judge({"s3": BAD}, 500.0)
    assert of.page("r", 1.0) == before
