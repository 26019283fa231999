"""What the commands one slip away would do: judged as if they had been typed, and in both directions."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.strategies import Shape, move, named_removals, selections, state_of, states
from topology.command.grammar.syntax import (
    Comparison,
    Count,
    NameRange,
    Percent,
    Place,
    Planned,
    Remove,
    RemoveServers,
    Restore,
    RestoreServers,
)
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.command.slips import Slip, SlipKind, each_slip, slips_of
from topology.fleet.state import State
from topology.planning import outlook
from topology.planning.neighbours import Neighbourhood, neighbours, survey
from topology.planning.outlook import Outlook, Outlooks
from topology.planning.plan import Plan, ScopeVerdict, Verdict
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.server_states import ServerState

ANYTHING = Shape(missing_floors=True)
REGION = """
format = 1
[region]
name = "small"
zones = ["az1", "az4"]
[policy]
pace = "20/min"
largest_command = "100%"
[[subsystem]]
name = "billing"
floor = 60
[[subsystem]]
name = "index"
floor = 880
zone_floor = "80%"
[[pool]]
name = "billing"
count = 100
supports = ["billing"]
[[pool]]
name = "shared"
count = 320
supports = ["billing", "index"]
[[pool]]
name = "index"
count = 680
supports = ["index"]
cells_per_zone = 2
servers_per_rack = 20
"""


def outlook_of(plan: Plan) -> Outlook:
    """Give a whole plan in brief."""
    moved = (effect for effect in plan.effects if effect.leaving)
    return Outlook(plan.verdict, plan.count, next(moved, None))


@pytest.fixture
def state() -> State:
    """420 of billing (floor 60; 320 of them shared with index), 1,000 of index (floor 880, 400 in each zone)."""
    return state_of(read_region(REGION, "small.toml"))


def around(state: State, text: str) -> tuple[Plan, Neighbourhood]:
    vocabulary = vocabulary_of(state)
    reading = parse(text, vocabulary)
    assert isinstance(reading.command, Planned)
    plan = preview(state, reading.command)
    return plan, neighbours(state, plan, reading.command, slips_of(reading, vocabulary))


def steps_of(state: State, text: str) -> Iterator[None]:
    vocabulary = vocabulary_of(state)
    reading = parse(text, vocabulary)
    assert isinstance(reading.command, Planned)
    return survey(state, preview(state, reading.command), reading.command, each_slip(reading, vocabulary))


def test_that_a_command_that_is_fine_is_shown_to_be_one_slip_from_disaster(state: State) -> None:
    plan, found = around(state, "remove 40 servers from billing")
    assert plan.verdict is Verdict.CLEAR
    worst = found.worst[0]
    assert found.breaking > 0
    assert (worst.command, worst.kind) == ("remove 440 servers from billing", SlipKind.DIGIT_DOUBLED)
    assert (worst.verdict, worst.subsystem, worst.scope, worst.headroom) == (Verdict.BLOCKED, "billing", "region", -60)


def test_that_a_blocked_command_looks_like_a_slip_of_a_far_smaller_one_that_is_fine(state: State) -> None:
    plan, found = around(state, "remove 400 servers from billing")
    assert plan.verdict is Verdict.BLOCKED
    assert found.looks_like is not None
    assert str(found.looks_like.command) == "remove 40 servers from billing"


def test_that_a_blocked_command_with_no_far_smaller_neighbour_looks_like_nothing(state: State) -> None:
    plan, found = around(state, "remove 4000 servers from billing")
    assert plan.verdict is Verdict.BLOCKED
    assert found.looks_like is None


def test_that_a_command_that_is_fine_looks_like_nothing_else(state: State) -> None:
    plan, found = around(state, "remove 40 servers from billing")
    assert not plan.blocked
    assert found.looks_like is None


def test_that_a_neighbour_hardly_smaller_is_not_what_a_blocked_command_looks_like() -> None:
    small = _with_floor(999)
    plan, found = around(small, "remove 2 from index")  # 1 can leave, and 1 is a slip away
    assert plan.verdict is Verdict.BLOCKED
    assert "remove 1 servers from index" in [slip.text for slip in _slips(small, plan.command)]
    assert found.looks_like is None


def _with_floor(index: int) -> State:
    return state_of(read_region(REGION.replace("floor = 880", f"floor = {index}"), "small.toml"))


def test_that_a_clause_forgotten_is_a_neighbour_with_its_own_verdict(state: State) -> None:
    _, found = around(state, "remove 20% from index in az4")
    assert "remove 20% from index" in [one.command for one in found.worst]


def test_that_the_worst_are_named_in_order_and_three_at_most(state: State) -> None:
    _, found = around(state, "remove 40 servers from billing")
    assert len(found.worst) == 3
    assert all(one.breaks for one in found.worst)
    assert [one.headroom for one in found.worst] == sorted(one.headroom or 0 for one in found.worst)


def test_that_a_neighbour_which_selects_nothing_is_counted_and_breaks_nothing(state: State) -> None:
    _, found = around(state, "restore 4 to billing")
    assert found.count > 0
    assert found.breaking == 0
    assert {one.verdict for one in found.worst} == {Verdict.NOTHING}
    assert {one.subsystem for one in found.worst} == {None}


def test_that_the_neighbourhood_is_written_in_the_stable_format(state: State) -> None:
    _, found = around(state, "remove 40 servers from billing")
    written = msgspec.json.decode(msgspec.json.encode(found.to_builtins()))
    assert list(written) == ["count", "breaking", "worst"]
    assert written["worst"][0] == {
        "command": "remove 440 servers from billing",
        "kind": "digit-doubled",
        "verdict": "blocked",
        "subsystem": "billing",
        "scope": "region",
        "headroom": -60,
    }


def test_that_a_survey_in_steps_finds_what_one_at_once_finds(state: State) -> None:
    text = "remove 40 servers from billing in az4"
    steps = steps_of(state, text)
    count = 0
    while True:
        try:
            next(steps)
            count += 1
        except StopIteration as end:
            assert end.value == around(state, text)[1]
            break
    assert count > 5


def test_that_a_survey_ends_without_a_result_once_the_region_moves_on(state: State) -> None:
    steps = steps_of(state, "remove 40 servers from billing")
    next(steps)
    move(state, {0: ServerState.FAILED})
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value is None


def test_that_a_survey_changes_nothing(state: State) -> None:
    before = state.fleet.state.tobytes(), state.fleet.capacity.tobytes(), state.revision
    around(state, "remove 400 servers from billing")
    assert (state.fleet.state.tobytes(), state.fleet.capacity.tobytes(), state.revision) == before


def test_that_an_order_known_before_is_used_and_changes_nothing(state: State) -> None:
    command = Remove(Count(40), ("billing",))
    whole = Outlooks(state, command, _order_of(state, command))
    for count in (1, 4, 40, 400, 420, 4000):
        slip = Remove(Count(count), ("billing",))
        assert whole.of(slip) == outlook_of(preview(state, slip))


def _order_of(state: State, command: Remove) -> outlook.Sequence:
    from topology.planning.selection.headrooms import headrooms_of
    from topology.planning.selection.matching import matching, named_subsystems
    from topology.planning.selection.select import sequence_of

    named = named_subsystems(state, command.subsystems)
    return sequence_of(state, headrooms_of(state), named, matching(state, command))


def commands_of(state: State) -> st.SearchStrategy[Planned]:
    def named_restoral(command: RemoveServers) -> RestoreServers:
        return RestoreServers(command.servers)

    return st.one_of(
        selections(state), selections(state, Restore), named_removals(state), named_removals(state).map(named_restoral)
    )


@st.composite
def commands_at_states(draw: st.DrawFn) -> tuple[State, list[Planned]]:
    state = draw(states(ANYTHING))
    return state, draw(st.lists(commands_of(state), min_size=1, max_size=6))


@given(commands_at_states())
def test_that_an_outlook_is_what_the_whole_plan_says(case: tuple[State, list[Planned]]) -> None:
    state, commands = case
    outlooks = Outlooks(state)
    for command in commands:
        assert outlooks.of(command) == outlook_of(preview(state, command)), str(command)


@given(commands_at_states())
def test_that_looking_at_few_servers_of_each_class_gives_the_same_outlook(case: tuple[State, list[Planned]]) -> None:
    state, commands = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outlook, "EACH", 1)
        patch.setattr(outlook, "AHEAD", 0)
        patch.setattr(outlook, "FEW_SERVERS", 2)
        outlooks = Outlooks(state)
        for command in commands:
            assert outlooks.of(command) == outlook_of(preview(state, command)), str(command)


@given(commands_at_states())
@settings(max_examples=examples(40))
def test_that_every_slip_is_planned_like_a_typed_command(case: tuple[State, list[Planned]]) -> None:
    state, commands = case
    vocabulary = vocabulary_of(state)
    outlooks = Outlooks(state)
    for command in commands[:2]:
        for slip in slips_of(parse(str(command), vocabulary), vocabulary):
            assert outlooks.of(slip.command) == outlook_of(preview(state, slip.command)), slip.text


@pytest.mark.parametrize(
    "command",
    [
        Remove(Count(3), ("index",), (Place("az4", "c1", "r2"),)),
        Remove(Count(3), ("index",), (Place("az4", "c1", "r2"), Place("az1")), Comparison("name", "!=", ("shared-*",))),
        Remove(Count(3), ("index",), (), Comparison("rack", "in", ("r1", "az4/c1/r2"))),
        Remove(Count(700), ("billing", "index")),
        RemoveServers((NameRange("index-", "0001", "0500"), NameRange("", "shared-0001"))),
        RemoveServers((NameRange("index-", "0600", "0700"), NameRange("", "shared-0001"))),
    ],
    ids=str,
)
def test_that_places_patterns_and_runs_have_the_outlook_of_their_plan(state: State, command: Planned) -> None:
    move(state, dict.fromkeys(range(0, 400, 7), ServerState.FAILED))
    assert Outlooks(state).of(command) == outlook_of(preview(state, command))


def test_that_a_percentage_of_nothing_leaves_no_mark_on_a_count_after_it(state: State) -> None:
    outlooks = Outlooks(state)
    none = Remove(Percent(1), ("index",), (Place("az4", "c1", "r2"),))
    for command in (none, replace(none, quantity=Count(3))):
        assert outlooks.of(command) == outlook_of(preview(state, command))
    none = Remove(Percent(1), ("billing",), (Place("az4", "c1"), Place("az1", "c2")))
    small = Outlooks(tiny := state_of(read_region(REGION.replace("count = 320", "count = 30"), "small.toml")))
    for command in (none, replace(none, quantity=Count(3))):
        assert small.of(command) == outlook_of(preview(tiny, command))


def test_that_of_several_missing_floors_the_first_name_is_the_worst() -> None:
    text = REGION.replace("floor = 60", "").replace('floor = 880\nzone_floor = "80%"', "")
    state = state_of(read_region(text.replace("count = 100", "count = 9000"), "small.toml"))
    command = Remove(Count(320), ("index",), (), Comparison("name", "=", ("shared-*",)))
    found = Outlooks(state).of(command)
    assert found == outlook_of(preview(state, command))
    assert found.worst is not None
    assert (found.worst.subsystem, found.worst.verdict) == ("billing", ScopeVerdict.UNKNOWN)


def test_that_protected_servers_in_front_of_their_class_hide_none_behind_them() -> None:
    protected = '[[pool]]\nname = "aside"\ncount = 200\nsupports = ["billing"]\nprotected = true\n'
    text = REGION.replace("[[pool]]", f"{protected}[[pool]]", 1)  # racks are filled in this order
    state = state_of(read_region(text, "small.toml"))
    command = Remove(Count(5), ("billing",), (Place("az1"),))
    found = Outlooks(state).of(command)
    assert found == outlook_of(preview(state, command))
    assert found.verdict is Verdict.CLEAR


def test_that_breaking_means_a_floor_and_not_just_any_block(state: State) -> None:
    plan, found = around(state, "remove 20 from billing where rack = r1")
    plans = [preview(state, slip.command) for slip in _slips(state, plan.command)]
    broken = [one for one in plans if any(effect.verdict is ScopeVerdict.BREAKS for effect in one.effects)]
    assert found.count == len(plans)
    assert found.breaking == len(broken) < sum(one.verdict is Verdict.BLOCKED for one in plans)


def _slips(state: State, text: str) -> tuple[Slip, ...]:
    vocabulary = vocabulary_of(state)
    return slips_of(parse(text, vocabulary), vocabulary)
