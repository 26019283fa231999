"""Laws of an alarm's life: nothing is lost, nothing speaks twice, and only an operator makes it quiet while it is so."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.alarms.board import LONGEST_SHELF_S, AlarmBoard
from topology.alarms.values import (
    AlarmKey,
    AlarmStep,
    CapacityFacts,
    Condition,
    Standing,
    StepKind,
)
from topology.region.alarming.policy import AlarmPolicy, AlarmRule, Priority
from topology.region.scope import WHOLE

POLICY = AlarmPolicy()
AWAY = POLICY.off_after_s


def key(name: str = "index", rule: AlarmRule = AlarmRule.BELOW_FLOOR) -> AlarmKey:
    return AlarmKey(rule, name, "region")


def condition(name: str = "index", rule: AlarmRule = AlarmRule.BELOW_FLOOR, cause: AlarmKey | None = None) -> Condition:
    return Condition(key(name, rule), CapacityFacts(WHOLE, 5, 10), f"explain {name}", cause)


def kinds(steps: tuple[AlarmStep, ...]) -> list[str]:
    return [f"{step.kind} {step.key.about}" for step in steps]


def test_that_an_alarm_that_nobody_saw_stays_when_it_is_over_until_somebody_sees_it() -> None:
    board = AlarmBoard(POLICY)
    assert kinds(board.step([condition()], 0.0)) == ["raised index"]
    assert board.step([], 1.0) == ()
    assert kinds(board.step([], 1.0 + AWAY)) == ["returned index"]
    assert board.alarms[0].standing is Standing.RETURNED
    assert board.loud == board.alarms
    assert kinds(board.acknowledge([key()], "op1", 100.0)) == ["normal index"]
    assert board.alarms == ()


def test_that_an_alarm_that_was_seen_goes_when_it_is_over() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 0.0)
    assert kinds(board.acknowledge([key()], "op1", 1.0)) == ["acknowledged index"]
    assert board.loud == ()
    assert board.acknowledge([key()], "op2", 2.0) == ()
    board.step([], 3.0)
    assert kinds(board.step([], 3.0 + AWAY)) == ["normal index"]
    assert board.alarms == ()


def test_that_a_condition_that_comes_and_goes_within_the_off_delay_is_one_alarm() -> None:
    board, steps = AlarmBoard(POLICY), []
    for second in range(0, 600, 10):
        steps += board.step([condition()] if second % 40 else [], float(second))
    assert kinds(tuple(steps)) == ["raised index"]


def test_that_standing_at_the_floor_is_an_alarm_only_after_a_while() -> None:
    board = AlarmBoard(POLICY)
    standing = condition(rule=AlarmRule.NO_HEADROOM)
    assert board.step([standing], 0.0) == ()
    assert board.step([], 100.0) == ()
    assert board.step([standing], 110.0) == ()
    assert board.step([standing], 110.0 + POLICY.no_headroom_for_s - 1) == ()
    assert kinds(board.step([standing], 110.0 + POLICY.no_headroom_for_s)) == ["raised index"]


def test_that_a_cause_speaks_for_what_follows_from_it_and_counts_it() -> None:
    board = AlarmBoard(POLICY)
    follows = [condition(name, cause=key()) for name in ("placement", "billing")]
    steps = board.step([condition(), *follows], 0.0)
    assert steps[0].below == 2
    assert [step.cause for step in steps] == [None, key(), key()]
    assert [alarm.key.about for alarm in board.loud] == ["index"]
    assert [alarm.key.about for alarm in board.alarms] == ["index", "billing", "placement"]


def test_that_what_follows_from_a_cause_that_was_seen_already_speaks_for_itself() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 0.0)
    board.acknowledge([key()], "op1", 1.0)
    steps = board.step([condition(), condition("placement", cause=key())], 2.0)
    assert [(step.key.about, step.cause) for step in steps] == [("placement", None)]
    assert [alarm.key.about for alarm in board.loud] == ["placement"]
    assert [alarm.key.about for alarm in board.alarms] == ["placement", "index"], "what is loud stands first, by itself"
    assert board.acknowledge([key()], "op1", 3.0) == (), "who has seen the cause has not seen what came later"
    board.acknowledge([key("placement")], "op1", 4.0)
    assert [alarm.key.about for alarm in board.alarms] == ["index", "placement"], "seen, it lies below its cause"


def test_that_what_follows_from_a_cause_that_is_over_speaks_for_itself_from_then_on() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition(), condition("placement", cause=key())], 0.0)
    assert kinds(board.step([condition("placement")], 10.0)) == ["raised placement"]
    assert [alarm.key.about for alarm in board.loud] == ["index", "placement"]


def test_that_acknowledging_a_cause_has_seen_what_stands_below_it() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition(), condition("placement", cause=key())], 0.0)
    assert kinds(board.acknowledge([key()], "op1", 1.0)) == ["acknowledged index", "acknowledged placement"]


def test_that_a_shelf_ends_when_its_time_is_over_and_the_alarm_is_loud_again() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 0.0)
    assert kinds(board.shelve([key()], "op1", 600.0, "known", 1.0)) == ["shelved index"]
    assert board.loud == ()
    assert board.step([condition()], 600.0) == ()
    assert kinds(board.step([condition()], 601.0)) == ["unshelved index"]
    assert board.loud == board.alarms


def test_that_a_shelf_ends_when_the_condition_is_over() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 0.0)
    board.shelve([key()], "op1", 3600.0, "known", 1.0)
    board.step([], 2.0)
    assert kinds(board.step([], 2.0 + AWAY)) == ["normal index"]
    assert kinds(board.step([condition()], 200.0)) == ["raised index"]
    assert board.loud == board.alarms


@pytest.mark.parametrize(("seconds", "reason"), [(0.0, "x"), (-1.0, "x"), (LONGEST_SHELF_S + 1, "x"), (60.0, " ")])
def test_that_nothing_is_shelved_for_ever_or_without_a_reason(seconds: float, reason: str) -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 0.0)
    with pytest.raises(ValueError, match="shelved"):
        board.shelve([key()], "op1", seconds, reason, 1.0)
    assert board.loud == board.alarms


def test_that_who_saw_an_alarm_is_known_after_a_restart() -> None:
    before = AlarmBoard(POLICY)
    steps = [*before.step([condition(), condition("billing")], 0.0), *before.acknowledge([key()], "op1", 1.0)]
    after = AlarmBoard(POLICY)
    after.hear(steps)
    told = after.step([condition(), condition("billing"), condition("placement")], 500.0)
    assert kinds(told) == ["raised placement"]
    assert [(one.key.about, one.by, one.raised) for one in after.alarms] == [
        ("billing", "", 0.0),
        ("placement", "", 500.0),
        ("index", "op1", 0.0),
    ]
    after.step([], 600.0)
    after.step([], 600.0 + AWAY)
    assert kinds(after.step([condition()], 900.0)) == ["raised index"]
    assert key() in [alarm.key for alarm in after.loud]


def test_that_an_alarm_that_came_again_meanwhile_was_not_seen_by_whoever_saw_the_one_before() -> None:
    before = AlarmBoard(POLICY)
    steps = [*before.step([condition()], 0.0), *before.acknowledge([key()], "op1", 1.0), *before.step([], 2.0)]
    steps += before.step([], 2.0 + AWAY)
    after = AlarmBoard(POLICY)
    after.hear(steps)
    assert kinds(after.step([condition()], 500.0)) == ["raised index"]
    assert after.loud == after.alarms


def test_that_a_rule_that_is_off_raises_nothing_and_priorities_are_those_of_the_description() -> None:
    policy = replace(POLICY, off=frozenset({AlarmRule.FALLING}), priorities=((AlarmRule.BELOW_FLOOR, Priority.LOW),))
    board = AlarmBoard(policy)
    board.step([condition(rule=AlarmRule.FALLING), condition("billing")], 0.0)
    assert [(alarm.key.about, alarm.priority) for alarm in board.alarms] == [("billing", Priority.LOW)]


NAMES = ("a", "b", "c", "d")
MOMENTS = st.lists(
    st.tuples(
        st.frozensets(st.sampled_from(NAMES)),
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=3),
        st.sampled_from(["", "acknowledge", "shelve", "unshelve"]),
        st.sampled_from(NAMES),
        st.integers(1, 90),
    ),
    max_size=12,
)


@given(MOMENTS)
def test_that_nothing_is_lost_whatever_causes_circles_and_operators_there_are(moments: list) -> None:  # type: ignore[type-arg]
    board, now = AlarmBoard(POLICY), 0.0
    for present, causes, act, about, seconds in moments:
        now += seconds
        conditions = [
            condition(name, cause=key(causes[name]) if causes.get(name, name) in present - {name} else None)
            for name in sorted(present)
        ]
        board.step(conditions, now)
        listed = [alarm.key for alarm in board.alarms]
        assert len(listed) == len(set(listed))
        assert {key(name) for name in present} <= set(listed)
        standing = {alarm.key: alarm for alarm in board.alarms}
        for name in present:
            assert standing[key(name)].standing is not Standing.RETURNED
        # Whatever is so and makes no noise was seen, is shelved, or is spoken for by one that stands.
        for alarm in board.alarms:
            if alarm.hidden:
                assert alarm.condition.cause is not None or alarm.key not in {key(name) for name in present}
        if act:
            operate = {
                "acknowledge": lambda: board.acknowledge([key(about)], "op", now),  # noqa: B023 - called at once
                "shelve": lambda: board.shelve([key(about)], "op", 120.0, "why", now),  # noqa: B023
                "unshelve": lambda: board.unshelve([key(about)], "op", now),  # noqa: B023
            }
            operate[act]()
        assert {key(name) for name in present} <= {alarm.key for alarm in board.alarms}


@given(MOMENTS)
def test_that_every_alarm_is_raised_before_anything_else_happens_to_it_and_by_turns(moments: list) -> None:  # type: ignore[type-arg]
    board, now, lives = AlarmBoard(POLICY), 0.0, {}
    for present, _, act, about, seconds in moments:
        now += seconds
        steps = list(board.step([condition(name) for name in sorted(present)], now))
        if act == "acknowledge":
            steps += board.acknowledge([key(about)], "op", now)
        for step in steps:
            lives.setdefault(step.key, []).append(step.kind)
    for life in lives.values():
        assert life[0] is StepKind.RAISED
        for before, after in pairwise(life):
            assert after is not StepKind.RAISED or before in (StepKind.NORMAL, StepKind.RETURNED)
            assert before is not StepKind.NORMAL or after is StepKind.RAISED


def step(kind: StepKind, time: float, operator: str = "op2") -> AlarmStep:
    return AlarmStep(kind, key(), time, Priority.HIGH, operator)


def test_that_what_others_said_of_an_alarm_that_is_over_is_not_said_of_the_one_that_stands() -> None:
    board = AlarmBoard(POLICY)
    board.step([condition()], 1_000.0)
    board.hear([step(StepKind.ACKNOWLEDGED, 400.0), step(StepKind.NORMAL, 500.0, "")])
    assert board.alarms[0].standing is Standing.RAISED
    board.hear([step(StepKind.NORMAL, 600.0, ""), step(StepKind.ACKNOWLEDGED, 700.0)])
    assert (board.alarms[0].standing, board.alarms[0].by) == (Standing.ACKNOWLEDGED, "op2")


@pytest.mark.parametrize(("said", "counts"), [(2_000.0, True), (1_996.0, True), (1_990.0, False)])
def test_that_another_console_may_see_an_alarm_begin_a_moment_sooner_and_no_more(said: float, counts: bool) -> None:
    board = AlarmBoard(POLICY)
    board.step([], 1_000.0)
    board.step([condition()], 2_000.0)
    board.hear([step(StepKind.ACKNOWLEDGED, said)])
    assert (board.alarms[0].standing is Standing.ACKNOWLEDGED) is counts
