"""What is far more than usual: by the median of the past, unmoved by what was itself unusual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words.findings.table import message, satisfied_by
from tests.topology.strategies import state_of
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.command.slips import Slip, slips_of
from topology.fleet.state import State
from topology.fleet.usual import FACTOR, FEWEST, Past, UsualCounts
from topology.planning.guards.meaning.unusual import finding_of
from topology.planning.neighbours import with_slip
from topology.planning.outlook import Outlooks
from topology.planning.plan import Finding, Severity, Verdict
from topology.planning.preview import preview
from topology.region.description import read_region

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
    found = finding_of(40, (ALICE,))
    assert found is not None
    assert (found.code, found.severity) == ("unusual", Severity.CAUTION)
    assert message(found) == "40 servers is 10 times what is usual for alice, 4"


def test_that_less_than_ten_times_as_much_is_not_unusual() -> None:
    assert finding_of(39, (ALICE,)) is None


def test_that_each_past_that_a_count_stands_out_from_is_named() -> None:
    pasts = (ALICE, Past("playbook drain-rack", (1, 1, 1, 2, 2)), Past("billing", (40, 40, 40, 40, 40)))
    found = finding_of(40, pasts)
    assert found is not None
    assert "alice" in message(found)
    assert "playbook drain-rack" in message(found)
    assert "billing" not in message(found)


def test_that_nothing_is_usual_before_a_few_removals() -> None:
    assert finding_of(400, (Past("bob", (4,) * (FEWEST - 1)),)) is None
    assert finding_of(400, (Past("bob", (4,) * FEWEST),)) is not None
    assert finding_of(400, ()) is None


def test_that_one_accident_does_not_make_the_next_one_usual() -> None:
    assert finding_of(400, (Past("alice", (3, 4, 4, 4, 5, 400)),)) is not None


def test_that_somebody_whose_counts_vary_widely_is_not_warned_at_ten_times_the_median() -> None:
    assert Past("carol", (1, 2, 10, 50, 100, 400)).usual() == 30
    assert finding_of(300, (Past("carol", (1, 2, 10, 50, 100, 400)),)) is None


def test_that_a_blocked_command_that_looks_like_a_slip_is_unusual_whatever_the_past(slip: Slip) -> None:
    found = finding_of(40, (), slip)
    assert found is not None
    assert message(found) == "this looks like a slip of remove 4 servers from billing, which keeps every floor"
    assert satisfied_by(found) == "remove 4 servers from billing"


def test_that_both_reasons_make_one_finding(slip: Slip) -> None:
    found = finding_of(40, (ALICE,), slip)
    assert found is not None
    assert message(found).startswith("40 servers is 10 times")
    assert message(found).endswith("which keeps every floor")


def findings(state: State, text: str, usual: UsualCounts) -> list[Finding]:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    state.usual = usual
    return [finding for finding in preview(state, command).findings if finding.code == "unusual"]


def test_that_only_the_pasts_of_named_subsystems_count(state: State) -> None:
    fives = (1, 1, 1, 1, 1)
    assert (
        findings(state, "remove 50 from billing", UsualCounts(of_subsystem={"billing": Past("billing", fives)})) != []
    )
    assert findings(state, "remove 50 from billing", UsualCounts(of_subsystem={"index": Past("index", fives)})) == []


def test_that_a_clear_plan_becomes_a_caution_where_its_count_is_unusual(state: State) -> None:
    command = parse("remove 20 from billing", vocabulary_of(state)).command
    assert isinstance(command, Planned)
    before = preview(state, command)
    state.usual = UsualCounts((Past("alice", (2, 2, 2, 2, 2)),))
    assert (before.verdict, preview(state, command).verdict) == (Verdict.CLEAR, Verdict.CAUTION)
    assert Outlooks(state).of(command).verdict is Verdict.CAUTION


def test_that_a_slip_is_told_in_a_blocked_plan_once_and_changes_nothing_else(state: State, slip: Slip) -> None:
    command = parse("remove 57 from billing", vocabulary_of(state)).command
    assert isinstance(command, Planned)
    state.usual = UsualCounts((Past("alice", (1, 1, 1, 1, 1)),))
    plan = preview(state, command)
    told = with_slip(plan, slip)
    assert plan.blocked
    assert [message(one) for one in told.findings if one.code == "unusual"] == [
        "57 servers is 57 times what is usual for alice, 1; "
        "this looks like a slip of remove 4 servers from billing, which keeps every floor"
    ]
    assert [one for one in told.findings if one.code != "unusual"] == [
        one for one in plan.findings if one.code != "unusual"
    ]
    assert (told.verdict, told.digest) == (plan.verdict, plan.digest)
    assert with_slip(told, slip) == told


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
