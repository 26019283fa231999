"""Going through a playbook: each step planned like a typed command and held to what it expects, at the preview and at the act."""

from dataclasses import replace

import pytest

from console.words.findings.table import message
from tests.topology.strategies import state_of
from topology.command.complete import complete
from topology.command.grammar.syntax import Planned, Run
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import Planner
from topology.playbook.reading import PlaybookError, read_playbook
from topology.playbook.run import Done, PlaybookRun, begin, checked, words_of
from topology.region.description import read_region
from topology.region.server_states import ServerState

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


def going(state: State, text: str, behind: int = 1) -> PlaybookRun:
    run = parse(text, vocabulary_of(state)).command
    assert isinstance(run, Run)
    found = begin(run, PLAYBOOKS, vocabulary_of(state))
    assert isinstance(found, PlaybookRun)
    return replace(found, done=tuple(Done(number, "", "") for number in range(1, behind + 1)))


def command_of(found: PlaybookRun, state: State) -> Planned:
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
    messages = [message(finding) for finding in plan.findings if finding.code == "expects"]
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
    assert "this leaves 14" in message(late[0])


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
    assert any("this leaves 14" in message(finding) for finding in again.findings)


def test_that_what_must_hold_before_blocks_until_something_was_done(state: State) -> None:
    state.fleet.state[-4:] = ServerState.FAILED
    state.fleet.recount()
    plan = planned(state, "run shrink count=2 reason=x")
    assert plan.verdict is Verdict.BLOCKED
    assert "at most 3 servers may be out of service before it starts; 4 are" in message(plan.findings[0])
    found = going(state, "run shrink count=2 reason=x")
    found = replace(found, done=(Done(1, "", "", plan),))
    assert found.preview(Planner(state.region), state, command_of(found, state)).verdict is not Verdict.BLOCKED


def test_that_the_end_is_held_to_what_the_playbook_declares(state: State) -> None:
    found = going(state, "run shrink count=8 reason=x", behind=3)
    state.fleet.state[:8] = ServerState.REMOVED
    state.fleet.recount()
    assert found.step is None
    assert ["there is 18" in message(finding) for finding in found.unmet_after(state)].count(True) == 1


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
        ("run shrink ", ["count=", "reason=", "undo"]),
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


OPEN = PLAYBOOK.replace("[step.expects]\nservers_at_most = 8\nheadroom_at_least = 15\n", "").replace(
    "most = 20", "most = 5"
)
OPEN = OPEN.replace("headroom_at_least = 20", "servers_at_most = 4")


def opened(state: State, text: str) -> PlaybookRun:
    run = parse(text, vocabulary_of(state)).command
    assert isinstance(run, Run)
    found = begin(run, (read_playbook(OPEN, "open.toml"),), vocabulary_of(state))
    assert isinstance(found, PlaybookRun)
    return replace(found, done=(Done(1, "", ""),))


def leave(state: State, names: tuple[str, ...], to: ServerState = ServerState.REMOVED) -> None:
    state.fleet.state[[state.fleet.position[name] for name in names]] = to
    state.fleet.recount()
    state.revision += 1


def test_that_a_step_that_expects_nothing_keeps_its_servers_while_the_region_changes(state: State) -> None:
    leave(state, ("billing-0001",), ServerState.FAILED)
    found, planner = opened(state, "run shrink count=3 reason=x"), Planner(state.region)
    command = command_of(found, state)
    plan = found.preview(planner, state, command)
    leave(state, ("billing-0001",), ServerState.IN_SERVICE)
    assert found.preview(planner, state, command).servers != plan.servers  # a fresh choice would be another
    again = found.replan(planner, state, plan, command)
    assert (again.servers, again.digest) == (plan.servers, plan.digest)


def test_that_the_largest_safe_run_is_one_that_the_playbook_accepts(state: State) -> None:
    found = opened(state, "run shrink count=3 reason=x")
    plan = found.preview(Planner(state.region), state, command_of(found, state))
    assert plan.largest_safe is not None
    assert plan.largest_safe.command == "run shrink count=5 reason=x"


def test_that_the_largest_safe_run_follows_the_region(state: State) -> None:
    found, planner = going(state, "run shrink count=2 reason=x"), Planner(state.region)
    command = command_of(found, state)
    plan = found.preview(planner, state, command)
    leave(state, tuple(f"billing-{number:04}" for number in range(20, 23)), ServerState.FAILED)
    leave(state, ("billing-0030",), ServerState.DRAINING)
    found = replace(found, attempts=((3, plan),))  # of another step: only what must hold before is out of the way
    again = found.replan(planner, state, plan, command)
    assert again.largest_safe is not None
    assert again.largest_safe.count == 7  # 30 - 4 - 7 - floor 4 = 15


def test_that_a_step_begun_again_is_held_together_with_what_its_first_attempt_took(state: State) -> None:
    found, planner = going(state, "run shrink count=5 reason=x"), Planner(state.region)
    command = command_of(found, state)
    plan = found.preview(planner, state, command)
    left = plan.servers[:4]
    leave(state, left)
    found = found.stopped(plan, left)
    again = found.preview(planner, state, command)
    assert again.verdict is Verdict.BLOCKED
    assert "at most 8 servers, this removes 9: 1 more" in " ".join(message(one) for one in again.findings)
    assert again.largest_safe is not None
    assert again.largest_safe.count == 4
    assert found.replan(planner, state, again, command).verdict is Verdict.BLOCKED
    word = Confirmation(again.digest, Effort.COUNT)
    fine = replace(again, findings=(), verdict=Verdict.CAUTION)
    assert "this removes 9" in message(found.objections(state, fine, command, word)[0])
    leave(state, left, ServerState.IN_SERVICE)  # undone: the step is what it was
    assert found.preview(planner, state, command).verdict is not Verdict.BLOCKED


def test_that_the_end_counts_what_attempts_took(state: State) -> None:
    found = opened(state, "run shrink count=3 reason=x")
    plan = found.preview(Planner(state.region), state, command_of(found, state))
    found = found.stopped(plan, plan.servers[:2])
    rest = replace(plan, servers=("billing-0020", "billing-0021", "billing-0022"))
    found = replace(found, done=(Done(1, "", ""), Done(2, "", "", rest), Done(3, "", "")))
    assert "at most 4 servers" in message(found.unmet_after(state)[0])


def test_that_what_must_hold_before_is_judged_at_each_change_and_at_the_act(state: State) -> None:
    found, planner = going(state, "run shrink count=2 reason=x"), Planner(state.region)
    command = command_of(found, state)
    plan = found.preview(planner, state, command)
    assert not plan.blocked
    leave(state, tuple(f"index-{number:04}" for number in range(1, 5)), ServerState.FAILED)
    assert "before it starts" in message(found.replan(planner, state, plan, command).findings[0])
    late = found.objections(state, plan, command, Confirmation(plan.digest, Effort.COUNT))
    assert [finding.code for finding in late] == ["expects"]


def test_that_what_must_hold_before_stands_behind_the_floors(state: State) -> None:
    leave(state, tuple(f"index-{number:04}" for number in range(1, 5)), ServerState.FAILED)
    leave(state, tuple(f"billing-{number:04}" for number in range(1, 24)), ServerState.FAILED)
    codes = planned(state, "run shrink count=8 reason=x").codes()
    assert codes.index("floor") < codes.index("expects") < codes.index("pace")


@pytest.mark.parametrize("command", ["run other", " run other", "run"])
def test_that_a_step_cannot_run_a_playbook(command: str) -> None:
    with pytest.raises(PlaybookError) as raised:
        read_playbook(PLAYBOOK.replace("explain billing", command), "nested.toml")
    assert any("a step is one command" in problem for problem in raised.value.problems)


UNDONE = (
    PLAYBOOK
    + """
[undo]
command = "restore {count} servers to billing"
[undo.expects]
servers_at_most = 2
"""
)


def test_that_the_undo_step_is_a_run_of_its_own(state: State) -> None:
    playbook, vocabulary = read_playbook(UNDONE, "undone.toml"), vocabulary_of(state)
    leave(state, tuple(f"billing-{number:04}" for number in range(1, 9)))
    run = parse("run shrink count=3 reason=x undo", vocabulary).command
    assert isinstance(run, Run)
    found = begin(run, (playbook,), vocabulary)
    assert isinstance(found, PlaybookRun)
    plan = found.preview(Planner(state.region), state, command_of(found, state))
    assert (plan.command, plan.action) == ("restore 3 servers to billing", "restore")
    assert [message(finding) for finding in plan.findings if finding.code == "expects"] == [
        "the step expects at most 2 servers, this restores 3: 1 more"
    ]
    assert found.advanced(Done(0, plan.command, "", plan)).step is None


def test_that_a_playbook_without_an_undo_step_says_so_in_its_place(state: State) -> None:
    vocabulary = vocabulary_of(state)
    text = "run shrink count=3 reason=x undo"
    error = checked(parse(text, vocabulary), PLAYBOOKS, vocabulary).error
    assert error is not None
    assert (error.message, text[error.start : error.end]) == ("shrink has no undo step", "undo")


def test_that_no_parameter_is_called_undo() -> None:
    with pytest.raises(PlaybookError, match="stands for the undo step"):
        read_playbook(PLAYBOOK.replace("reason", "undo"), "undo.toml")


TYPED = """
format = 1
[playbook]
name = "typed"
title = "Typed"
purpose = "Has a parameter of every kind."
[[parameter]]
name = "zone"
type = "zone"
default = "az1"
[[parameter]]
name = "share"
type = "percent"
default = "5%"
[[parameter]]
name = "server"
type = "server"
default = "billing-0001"
[[parameter]]
name = "limit"
type = "count"
default = 9
[[parameter]]
name = "count"
type = "count"
default = 4
most = "{limit}"
[[step]]
command = "remove {share} from billing in {zone}"
[[step]]
command = "remove servers {server}"
[[step]]
command = "remove {count} servers from billing"
"""


@pytest.mark.parametrize("text", ["zone=az", "share=5", "server=bill", "count=2 zone=a"])
def test_that_a_value_that_is_still_being_typed_is_not_wrong(state: State, text: str) -> None:
    playbooks, vocabulary = (read_playbook(TYPED, "typed.toml"),), vocabulary_of(state)
    assert checked(parse(f"run typed {text}", vocabulary), playbooks, vocabulary).incomplete
    assert checked(parse(f"run typed {text} limit=9", vocabulary), playbooks, vocabulary).error is not None


def test_that_a_misspelt_parameter_is_answered_with_the_one_that_was_meant(state: State) -> None:
    playbooks, vocabulary = (read_playbook(TYPED, "typed.toml"),), vocabulary_of(state)
    error = checked(parse("run typed cuont=4 zone=az1", vocabulary), playbooks, vocabulary).error
    assert error is not None
    assert error.suggestion == "run typed count=4 zone=az1"


def test_that_a_default_that_a_value_makes_wrong_is_an_error(state: State) -> None:
    playbooks, vocabulary = (read_playbook(TYPED, "typed.toml"),), vocabulary_of(state)
    error = checked(parse("run typed limit=2 ", vocabulary), playbooks, vocabulary).error
    assert error is not None
    assert "count is 4; typed accepts 1 to 2" in error.message


def test_that_all_values_that_are_wrong_are_named_at_once(state: State) -> None:
    playbooks, vocabulary = (read_playbook(TYPED, "typed.toml"),), vocabulary_of(state)
    error = checked(parse("run typed zone=az9 share=x limit=4", vocabulary), playbooks, vocabulary).error
    assert error is not None
    assert "az9" in error.message
    assert "share" in error.message
