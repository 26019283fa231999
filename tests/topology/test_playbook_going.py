"""Going through a playbook: each step planned like a typed command and held to what it expects, at the preview and at the act."""

from dataclasses import replace

import pytest

from tests.topology.strategies import state_of
from topology.command.complete import complete
from topology.command.parse import parse
from topology.command.syntax import Planned, Run
from topology.command.vocabulary import Vocabulary, vocabulary_of
from topology.description import read_region
from topology.events import ServerState
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import Planner
from topology.playbook.going import Done, Going, begin, checked, words_of
from topology.playbook.reading import read_playbook
from topology.state import State

REGION = """
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "60/min"
largest_command = "100%"
[[subsystem]]
name = "billing"
floor = 4
[[subsystem]]
name = "index"
floor = 4
[[pool]]
name = "billing"
count = 30
supports = ["billing"]
[[pool]]
name = "index"
count = 10
supports = ["index"]
"""
PLAYBOOK = """
format = 1
[playbook]
name = "shrink"
title = "Shrink"
purpose = "Takes a few."
[[parameter]]
name = "count"
type = "count"
least = 1
most = 20
default = 2
[[parameter]]
name = "reason"
type = "text"
[before]
servers_at_most = 3
[[step]]
command = "headroom billing"
[[step]]
command = "remove {count} servers from billing because {reason}"
[step.expects]
servers_at_most = 8
headroom_at_least = 15
[[step]]
command = "explain billing"
[after]
headroom_at_least = 20
"""
PLAYBOOKS = (read_playbook(PLAYBOOK, "shrink.toml"),)


@pytest.fixture
def state() -> State:
    return state_of(read_region(REGION, "small.toml"))


def going(state: State, text: str, behind: int = 1) -> Going:
    run = parse(text, vocabulary_of(state)).command
    assert isinstance(run, Run)
    found = begin(run, PLAYBOOKS, vocabulary_of(state))
    assert isinstance(found, Going)
    return replace(found, done=tuple(Done(number, "", "") for number in range(1, behind + 1)))


def command_of(found: Going, state: State) -> Planned:
    command = found.command(vocabulary_of(state))
    assert isinstance(command, Planned)
    return command


def planned(state: State, text: str) -> Plan:
    found = going(state, text)
    return found.preview(Planner(state.region), state, command_of(found, state))


def test_that_a_step_within_what_it_expects_is_a_plan_like_any_other(state: State) -> None:
    plan = planned(state, "run shrink count=3 reason=x")
    assert (plan.verdict, plan.command) == (Verdict.CLEAR, 'remove 3 servers from billing because "x"')


def test_that_a_step_outside_of_what_it_expects_is_blocked_with_the_difference(state: State) -> None:
    plan = planned(state, "run shrink count=12 reason=x")
    messages = [finding.message for finding in plan.findings if finding.code == "expects"]
    assert plan.verdict is Verdict.BLOCKED
    assert messages == [
        "the step expects at most 8 servers, this removes 12: 4 more",
        "the step expects headroom of at least 15 in billing, this leaves 14: 1 short (billing 30 → 18, floor 4)",
    ]
    assert plan.largest_safe is not None
    assert (plan.largest_safe.count, plan.largest_safe.command) == (8, "run shrink count=8 reason=x")


def test_that_what_a_step_expects_is_judged_again_at_the_act(state: State) -> None:
    found = going(state, "run shrink count=8 reason=x")
    command = command_of(found, state)
    plan = found.preview(Planner(state.region), state, command)
    word = Confirmation(plan.digest, Effort.COUNT)
    assert not plan.blocked
    assert found.objections(state, plan, command, word) == ()
    others = [place for place, name in enumerate(state.region.roster.names) if name not in plan.servers][:4]
    state.fleet.state[others[:4]] = ServerState.FAILED
    state.fleet.recount()
    late = found.objections(state, plan, command, word)
    assert {finding.code for finding in late} == {"expects"}
    assert "this leaves 14" in late[0].message


def test_that_what_a_step_expects_is_judged_whenever_the_region_changes(state: State) -> None:
    found = going(state, "run shrink count=8 reason=x")
    command, planner = command_of(found, state), Planner(state.region)
    plan = found.preview(planner, state, command)
    state.fleet.state[
        [place for place, name in enumerate(state.region.roster.names) if name not in plan.servers][:4]
    ] = 4
    state.fleet.recount()
    state.revision += 1
    again = found.replan(planner, state, plan, command)
    assert again.verdict is Verdict.BLOCKED
    assert any("this leaves 14" in finding.message for finding in again.findings)


def test_that_what_must_hold_before_blocks_until_something_was_done(state: State) -> None:
    state.fleet.state[-4:] = ServerState.FAILED
    state.fleet.recount()
    plan = planned(state, "run shrink count=2 reason=x")
    assert plan.verdict is Verdict.BLOCKED
    assert "at most 3 servers may be out of service before it starts; 4 are" in plan.findings[0].message
    found = going(state, "run shrink count=2 reason=x")
    found = replace(found, done=(Done(1, "", "", plan),))
    assert found.preview(Planner(state.region), state, command_of(found, state)).verdict is not Verdict.BLOCKED


def test_that_the_end_is_held_to_what_the_playbook_declares(state: State) -> None:
    found = going(state, "run shrink count=8 reason=x", behind=3)
    state.fleet.state[:8] = ServerState.REMOVED
    state.fleet.recount()
    assert found.step is None
    assert ["there is 18" in finding.message for finding in found.unmet_after(state)].count(True) == 1


@pytest.mark.parametrize("reason", ['x" at 1/min', "x from index", '"; undo', "{count}", "because in az1"])
def test_that_no_value_smuggles_in_a_clause(state: State, reason: str) -> None:
    run = Run("shrink", (("count", "2"), ("reason", reason)))
    assert parse(str(run), Vocabulary()).command == run
    command = command_of(going(state, str(run)), state)
    assert (command.because, command.pace) == (reason, None)
    assert getattr(command, "subsystems", None) == ("billing",)


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("run shrink count=21 reason=x", "21", "count is 21; shrink accepts 1 to 20"),
        ("run shrink count=4% reason=x", "4%", "count: 4% is no count"),
        ('run shrink reason=x size="4"', '"4"', "shrink has no parameter size"),
    ],
)
def test_that_a_refused_value_is_an_error_in_its_place(state: State, text: str, wrong: str, message: str) -> None:
    vocabulary = vocabulary_of(state)
    error = checked(parse(text, vocabulary), PLAYBOOKS, vocabulary).error
    assert error is not None
    assert error.message.startswith(message)
    assert text[error.start : error.end] == wrong


def test_that_a_missing_value_is_unfinished_and_not_wrong(state: State) -> None:
    vocabulary = vocabulary_of(state)
    reading = checked(parse("run shrink count=3", vocabulary), PLAYBOOKS, vocabulary)
    assert reading.incomplete
    assert "reason is missing" in reading.notes[-1]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("run ", ["shrink"]),
        ("run shrink ", ["count=", "reason="]),
        ("run shrink count=2 r", ["reason="]),
        ("run shrink count=", ["2"]),
    ],
)
def test_that_completion_knows_playbooks_and_their_parameters(state: State, text: str, offered: list[str]) -> None:
    vocabulary = vocabulary_of(state)
    vocabulary = vocabulary.with_playbooks(words_of(PLAYBOOKS, vocabulary))
    assert [one.insert for one in complete(parse(text, vocabulary), len(text), vocabulary)] == offered


def test_that_a_playbook_that_is_not_there_is_an_error_with_a_suggestion(state: State) -> None:
    vocabulary = vocabulary_of(state)
    vocabulary = vocabulary.with_playbooks(words_of(PLAYBOOKS, vocabulary))
    error = parse("run shrnik ", vocabulary).error
    assert error is not None
    assert error.suggestion == "run shrink "
