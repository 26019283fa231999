"""What is far more than usual: by the median of the past, unmoved by what was itself unusual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.strategies import state_of
from topology.command.parse import parse
from topology.command.slips import Slip, slips_of
from topology.command.syntax import Planned
from topology.command.vocabulary import vocabulary_of
from topology.description import read_region
from topology.planning.choice import choose, intent_of
from topology.planning.classes import classes_of
from topology.planning.effects import held_by_executions
from topology.planning.judging import case_of
from topology.planning.matching import matching, named_subsystems
from topology.planning.plan import Finding, Severity
from topology.planning.select import sequence_of
from topology.planning.usual import FACTOR, FEWEST, Past, UsualCounts, unusual, unusual_guard
from topology.state import State

ALICE = Past("alice", (3, 4, 4, 4, 5))
counts = st.integers(1, 1_000)
REGION = """
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = "100%"
[[subsystem]]
name = "billing"
floor = 6
[[pool]]
name = "billing"
count = 60
supports = ["billing"]
"""


@pytest.fixture
def state() -> State:
    return state_of(read_region(REGION, "small.toml"))


@pytest.fixture
def slip(state: State) -> Slip:
    vocabulary = vocabulary_of(state)
    slips = slips_of(parse("remove 40 from billing", vocabulary), vocabulary)
    return next(slip for slip in slips if slip.text == "remove 4 from billing")


def test_that_ten_times_what_an_operator_usually_removes_is_a_caution() -> None:
    found = unusual(40, UsualCounts((ALICE,)))
    assert found is not None
    assert (found.code, found.severity) == ("unusual", Severity.CAUTION)
    assert found.message == "40 servers is 10 times what is usual for alice, 4"


def test_that_less_than_ten_times_as_much_is_not_unusual() -> None:
    assert unusual(39, UsualCounts((ALICE,))) is None


def test_that_each_past_that_a_count_stands_out_from_is_named() -> None:
    pasts = (ALICE, Past("playbook drain-rack", (1, 1, 1, 2, 2)), Past("billing", (40, 40, 40, 40, 40)))
    found = unusual(40, UsualCounts(pasts))
    assert found is not None
    assert "alice" in found.message
    assert "playbook drain-rack" in found.message
    assert "billing" not in found.message


def test_that_nothing_is_usual_before_a_few_removals() -> None:
    assert unusual(400, UsualCounts((Past("bob", (4,) * (FEWEST - 1)),))) is None
    assert unusual(400, UsualCounts((Past("bob", (4,) * FEWEST),))) is not None
    assert unusual(400, UsualCounts()) is None


def test_that_one_accident_does_not_make_the_next_one_usual() -> None:
    assert unusual(400, UsualCounts((Past("alice", (3, 4, 4, 4, 5, 400)),))) is not None


def test_that_somebody_whose_counts_vary_widely_is_not_warned_at_ten_times_the_median() -> None:
    assert Past("carol", (1, 2, 10, 50, 100, 400)).usual() == 30
    assert unusual(300, UsualCounts((Past("carol", (1, 2, 10, 50, 100, 400)),))) is None


def test_that_a_blocked_command_that_looks_like_a_slip_is_unusual_whatever_the_past(slip: Slip) -> None:
    found = unusual(40, UsualCounts(), slip)
    assert found is not None
    assert found.message == "this looks like a slip of remove 4 servers from billing, which keeps every floor"
    assert found.satisfied_by == "remove 4 servers from billing"


def test_that_both_reasons_make_one_finding(slip: Slip) -> None:
    found = unusual(40, UsualCounts((ALICE,)), slip)
    assert found is not None
    assert found.message.startswith("40 servers is 10 times")
    assert found.message.endswith("which keeps every floor")


def findings(state: State, text: str, usual: UsualCounts) -> list[Finding]:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    classes = classes_of(state.fleet)
    held = held_by_executions(state, classes)
    choice = choose(
        state,
        command,
        lambda one: sequence_of(state, classes, named_subsystems(state, one.subsystems), matching(state, one), held),
    )
    return list(unusual_guard(usual)(case_of(state, intent_of(command), choice)))


def test_that_the_guard_judges_what_was_asked_for_not_what_there_is(state: State) -> None:
    past = UsualCounts((Past("alice", (7, 7, 7, 7, 7)),))
    assert findings(state, "remove 70 from billing", past) != []  # 60 are there
    assert findings(state, "remove 60 from billing", past) == []


def test_that_the_guard_leaves_restores_alone(state: State) -> None:
    past = UsualCounts((Past("alice", (1, 1, 1, 1, 1)),))
    assert findings(state, "remove 50 from billing", past) != []
    assert findings(state, "restore 50 to billing", past) == []


@given(st.lists(counts, min_size=FEWEST), counts)
def test_that_more_is_never_less_unusual(past: list[int], count: int) -> None:
    somebody = Past("somebody", tuple(past))
    assert not somebody.stands_out(count) or somebody.stands_out(count + 1)


@given(st.lists(counts, min_size=FEWEST), counts)
def test_that_what_stands_out_is_ten_times_the_usual_or_more(past: list[int], count: int) -> None:
    somebody = Past("somebody", tuple(past))
    usual = somebody.usual()
    assert usual is not None
    assert not somebody.stands_out(count) or count >= FACTOR * usual


@given(st.lists(counts, min_size=FEWEST), counts)
def test_that_the_order_of_the_past_does_not_matter(past: list[int], count: int) -> None:
    turned = tuple(reversed(past))
    assert Past("one", tuple(past)).stands_out(count) == Past("one", turned).stands_out(count)
