"""What each guard refuses or warns of, and in which words. Take any guard out of the table and a test here fails."""

import ast
import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from console.words.findings.table import message
from tests.topology.planning.conftest import POLICY, Ask, Make, Read
from tests.topology.strategies import START, move
from topology.fleet.lowered import GuardedBy, GuardNumber, NumberLowered
from topology.fleet.state import Freshness, State
from topology.links.check import pace, recount, second_person
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Finding, Plan, Severity, Verdict
from topology.planning.preview import judge
from topology.region.server_states import ServerState

BLOCK, CAUTION, NOTE = Severity.BLOCK, Severity.CAUTION, Severity.NOTE


def said(plan: Plan, code: str) -> list[tuple[Severity, str]]:
    return [(finding.severity, message(finding)) for finding in plan.findings if finding.code == code]


def one(plan: Plan, code: str) -> Finding:
    (finding,) = (finding for finding in plan.findings if finding.code == code)
    return finding


def freeze(days: int) -> str:
    start = datetime.fromtimestamp(START, UTC) + timedelta(days=days)
    until = start + timedelta(days=1)
    return (
        f'\n[[freeze]]\nfrom = {start:%Y-%m-%dT%H:%M:%SZ}\nuntil = {until:%Y-%m-%dT%H:%M:%SZ}\nreason = "quarter end"\n'
    )


def depart(state: State, first: int, count: int, operation: str = "act", seconds: float = 0.0) -> None:
    move(state, dict.fromkeys(range(first, first + count), ServerState.REMOVED), operation, seconds)


def test_that_guards_speak_in_the_documented_order() -> None:
    assert [guard.code for guard in GUARDS] == [
        "floor",
        "unknown",
        "nothing-matches",
        "too-few-match",
        "too-large",
        "protected",
        "frozen",
        "stale",
        "approval",
        "effort",
        "ceiling",
        "pace",
        "tight",
        "collateral",
        "impact",
        "unusual",
        "self",
        "beside",
        "obstacle",
        "restart",
    ]


def test_that_the_guards_held_at_the_act_are_those_that_the_regions_own_check_refuses_by() -> None:
    refused = {
        node.args[0].value
        for module in (recount, pace, second_person)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal"
        if isinstance(node.args[0], ast.Constant)
    }
    assert {guard.code for guard in GUARDS if guard.held_at_act} == refused - {"stopped"}


@pytest.mark.parametrize(
    "text", ["remove 30 from billing", "remove 20 from index", "remove servers none-1", "remove 7 from index"]
)
def test_that_no_finding_weighs_more_than_its_guard_says(make: Make, ask: Ask, text: str) -> None:
    worst = {guard.code: guard.worst for guard in GUARDS}
    weights = list(Severity)
    for finding in ask(make(more=freeze(0)), text).findings:
        assert weights.index(finding.severity) >= weights.index(worst[finding.code])


def test_that_a_small_removal_of_servers_nobody_else_needs_is_clear(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 6 from billing")
    assert plan.verdict is Verdict.CLEAR
    assert plan.servers == tuple(f"bill-{number:04}" for number in (1, 3, 5, 2, 4, 6))
    assert plan.codes() == ("pace",)


def test_that_a_removal_that_breaks_floors_is_blocked_with_the_largest_count_that_fits(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 30 from billing")
    assert plan.verdict is Verdict.BLOCKED
    assert said(ask(make(), "remove 27 from billing"), "floor") == [
        (BLOCK, "index 100 → 79, floor 80: 1 below; at most 26 can leave")
    ]
    assert plan.largest_safe is not None
    assert plan.largest_safe.command == "remove 26 servers from billing"


def test_that_a_floor_of_a_zone_blocks_as_one_of_the_region_does(make: Make, ask: Ask) -> None:
    plan = ask(make(index='zone_floor = "90%"'), "remove 11 from index in az1")
    assert said(plan, "floor") == [(BLOCK, "index in az1 50 → 39, floor 45: 6 below; at most 5 can leave")]
    assert one(plan, "floor").scope == "zone:az1"


def test_that_taking_from_a_scope_already_below_its_floor_is_blocked(make: Make, ask: Ask) -> None:
    state = make(index="zone_floor = 60")
    plan = ask(state, "remove 1 from index in az1")
    assert plan.verdict is Verdict.BLOCKED
    assert said(plan, "floor") == [(BLOCK, "index in az1 50 → 49, floor 60: 11 below; none can leave")]
    below = [effect for effect in plan.effects if effect.verdict == "below"]
    assert [(effect.subsystem, effect.scope) for effect in below] == [("index", "zone:az2")]


def test_that_named_servers_that_break_a_floor_say_what_the_scope_can_give(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove servers both-0001..0021")
    assert said(plan, "floor") == [(BLOCK, "index 100 → 79, floor 80: 1 below; it can give 20 at most")]
    assert plan.largest_safe is None


def test_that_servers_still_to_leave_in_an_execution_count_as_gone(make: Make, ask: Ask) -> None:
    state = make()
    state.pending = np.arange(16, dtype=np.int32)
    pending = int(
        sum("index" in state.region.subsystems[n].name for s in range(16) for n in state.fleet.subsystems_of(s))
    )
    plan = ask(state, f"remove {20 - pending + 1} from index")
    assert said(plan, "floor")[0][1].startswith(f"index 100 → 79 ({pending} of it already leaving), floor 80: 1 below")
    assert not set(plan.servers) & {state.region.roster.names[server] for server in range(16)}
    assert not ask(state, f"remove {20 - pending} from index").blocked


@pytest.mark.parametrize("text", ["remove 1 from placement", "restore 1 to placement"])
def test_that_a_missing_floor_blocks_every_plan_that_touches_the_subsystem(make: Make, ask: Ask, text: str) -> None:
    state = make()
    description = state.region.subsystem("placement")
    subsystems = tuple(replace(one, floor=None) if one == description else one for one in state.region.subsystems)
    unknown = replace(state.region, subsystems=subsystems, index={})
    other = State(unknown, type(state.fleet)(unknown), time=START)
    depart(other, 125, 1)
    plan = ask(other, text)
    assert plan.verdict is Verdict.BLOCKED
    message = "placement states no floor, so no plan that touches it can be judged; 0 must be written"
    assert said(plan, "unknown") == [(BLOCK, message)]
    assert plan.largest_safe is None
    assert [effect.verdict for effect in plan.effects if effect.scope == "region"] == ["unknown"]


def test_that_shared_servers_of_a_subsystem_without_a_floor_leave_last_and_block(make: Make, ask: Ask) -> None:
    state = make()
    described = state.region.subsystem("index")
    subsystems = tuple(replace(one, floor=None) if one == described else one for one in state.region.subsystems)
    region = replace(state.region, subsystems=subsystems, index={})
    state = State(region, type(state.fleet)(region), time=START)
    assert ask(state, "remove 6 from billing").verdict is Verdict.CLEAR
    plan = ask(state, "remove 7 from billing")
    assert one(plan, "unknown").subsystem == "index"
    assert plan.largest_safe is not None
    assert plan.largest_safe.count == 6


@pytest.mark.parametrize(
    ("policy", "missing"), [("largest_command = 30\n", "pace"), ('pace = "1/min"\n', "largest_command")]
)
def test_that_a_policy_without_its_limits_blocks_every_removal(make: Make, ask: Ask, policy: str, missing: str) -> None:
    plan = ask(make(policy=policy), "remove 1 from index")
    assert said(plan, "unknown") == [(BLOCK, f"the policy states no {missing}, so nothing can be removed")]
    assert plan.largest_safe is None


def test_that_a_policy_without_its_limits_does_not_block_a_restore(make: Make, ask: Ask) -> None:
    state = make(policy="")
    depart(state, 0, 1)
    assert ask(state, "restore all to index, billing, placement").verdict is Verdict.CLEAR


@pytest.mark.parametrize(
    ("freshness", "message"),
    [
        (Freshness(12.0), "the newest fact is 12 s old; after 10 s the source counts as silent"),
        (Freshness(0.0, connected=False, reason="the file is gone"), "small does not answer: the file is gone"),
    ],
)
@pytest.mark.parametrize("text", ["remove 1 from index", "restore 1 to index"])
def test_that_a_silent_source_blocks(make: Make, ask: Ask, freshness: Freshness, message: str, text: str) -> None:
    state = make()
    move(state, {state.fleet.position["index-0001"]: ServerState.REMOVED}, "act", 0)
    state.freshness = freshness
    plan = ask(state, text)
    assert plan.verdict is Verdict.BLOCKED
    assert said(plan, "unknown") == [(BLOCK, message)]
    state.freshness = Freshness(9.9)
    assert "unknown" not in ask(state, text).codes()


def test_that_a_description_that_lowers_a_guard_blocks_until_it_is_acknowledged(make: Make, ask: Ask) -> None:
    state = make()
    state.unacknowledged = (NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 90, 80),)
    message = "nobody has acknowledged yet: index floor 90 → 80; acknowledge it first"
    assert said(ask(state, "remove 1 from index"), "unknown") == [(BLOCK, message)]


@pytest.mark.parametrize("amount", ["3", "50%", "all"])
def test_that_an_empty_match_is_an_error_and_never_all(make: Make, ask: Ask, amount: str) -> None:
    plan = ask(make(), f"remove {amount} from billing in az1 where name = index-*")
    assert plan.verdict is Verdict.NOTHING
    assert plan.servers == ()
    assert said(plan, "nothing-matches") == [
        (BLOCK, "no server in service matches billing in az1 where name = index-*")
    ]
    assert plan.largest_safe is None


def test_that_asking_for_more_than_match_is_an_error(make: Make, ask: Ask) -> None:
    plan = ask(make(policy='pace = "9/min"\nlargest_command = "100%"\n'), "remove 21 from placement")
    assert len(plan.servers) == 20
    assert said(plan, "too-few-match") == [(BLOCK, "21 servers asked for, 20 match")]


def test_that_a_percentage_of_less_than_one_server_is_an_error(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 4% from placement")
    assert plan.verdict is Verdict.NOTHING
    assert said(plan, "too-few-match") == [(BLOCK, "4% of 20 servers is less than one server")]
    assert len(ask(make(), "remove 9% from placement").servers) == 1


def test_that_every_named_server_must_exist_and_be_in_service(make: Make, ask: Ask) -> None:
    state = make()
    move(state, {state.fleet.position["bill-0002"]: ServerState.FAILED})
    state.pending = np.array([state.fleet.position["bill-0003"]], np.int32)
    plan = ask(state, "remove servers bill-0001..0004, bill-0007")
    assert plan.servers == ("bill-0001", "bill-0004")
    message = "3 servers cannot be removed: bill-0002 failed, bill-0003 already leaving, bill-0007 does not exist"
    assert said(plan, "too-few-match") == [(BLOCK, message)]


def test_that_of_many_missing_servers_the_first_ten_are_named(make: Make, ask: Ask) -> None:
    (finding,) = said(ask(make(), "remove servers none-0001..5000"), "too-few-match")
    assert finding[1].startswith("5,000 servers cannot be removed: none-0001 does not exist, none-0002 does not exist,")
    assert finding[1].endswith("none-0010 does not exist and 4,990 more")


@pytest.mark.parametrize(
    ("policy", "text", "message"),
    [
        ("30", "remove 31 from index, billing", "31 servers in one command; at most 30 may move in one (the policy)"),
        ('"5%"', "remove 7 from index", "7 servers in one command; at most 6 may move in one (5% of the 126 listed)"),
    ],
)
def test_that_one_large_command_is_blocked(make: Make, ask: Ask, policy: str, text: str, message: str) -> None:
    plan = ask(make(policy=f'pace = "9/min"\nlargest_command = {policy}\n'), text)
    assert said(plan, "too-large") == [(BLOCK, message)]
    assert plan.largest_safe is not None
    assert not ask(make(policy=f'pace = "9/min"\nlargest_command = {policy}\n'), plan.largest_safe.command).blocked


def test_that_protected_servers_are_never_taken(make: Make, ask: Ask) -> None:
    state = make(pool="protected = true")
    plan = ask(state, "remove 2 from placement")
    assert said(plan, "protected") == [
        (BLOCK, "placement-0001, placement-0003 are protected: no command may take them")
    ]
    assert plan.largest_safe is None


def test_that_a_protected_server_is_refused_wherever_it_stands_in_a_list(make: Make, read: Read) -> None:
    state = make(pool='[[pool]]\nname = "more"\ncount = 10\nsupports = ["placement"]\nprotected = true')
    plan = judge(state, read(state, "remove 3 from placement"), ("more-0001", "placement-0001", "placement-0003"))
    assert said(plan, "protected") == [(BLOCK, "more-0001 is protected: no command may take them")]


def test_that_a_protected_subsystem_gives_no_server_even_by_another_name(make: Make, ask: Ask) -> None:
    state = make(index="protected = true")
    assert ask(state, "remove 6 from billing").verdict is Verdict.CLEAR
    plan = ask(state, "remove 7 from billing")
    assert said(plan, "protected") == [(BLOCK, "index is protected: no command may take its servers")]
    assert one(plan, "protected").subsystem == "index"


def test_that_nothing_is_removed_in_a_freeze(make: Make, ask: Ask) -> None:
    plan = ask(make(more=freeze(0)), "remove 1 from index")
    message = "a change freeze (quarter end) is in force until 2017-03-01 17:37 UTC: nothing is removed"
    assert said(plan, "frozen") == [(BLOCK, message)]
    assert plan.largest_safe is None


@pytest.mark.parametrize("days", [-1, 1])
def test_that_a_freeze_holds_only_in_its_time(make: Make, ask: Ask, days: int) -> None:
    assert "frozen" not in ask(make(more=freeze(days)), "remove 1 from index").codes()


def test_that_capacity_can_be_given_back_in_a_freeze(make: Make, ask: Ask) -> None:
    state = make(more=freeze(0))
    move(state, {state.fleet.position["index-0001"]: ServerState.REMOVED}, "act", 0)
    plan = ask(state, "restore 1 to index")
    assert plan.verdict is Verdict.CAUTION
    assert one(plan, "frozen").severity is CAUTION


def test_that_a_restore_beyond_the_ceiling_is_blocked(make: Make, ask: Ask) -> None:
    state = make(placement="ceiling = 19")
    for number in range(1, 4):
        move(state, {state.fleet.position[f"placement-000{number}"]: ServerState.REMOVED}, "act", 0)
    assert ask(state, "restore 2 to placement").verdict is Verdict.CLEAR
    message = "placement 17 → 20, ceiling 19: 1 above; it can take 2 at most"
    assert said(ask(state, "restore 3 to placement"), "ceiling") == [(BLOCK, message)]


def test_that_a_ceiling_does_not_count_on_servers_that_are_still_to_leave(make: Make, ask: Ask) -> None:
    state = make(placement="ceiling = 19")
    move(state, {state.fleet.position["placement-0001"]: ServerState.REMOVED}, "act", 0)
    state.pending = np.array([state.fleet.position["placement-0002"]], np.int32)
    assert said(ask(state, "restore 1 to placement"), "ceiling") == [
        (BLOCK, "placement 19 → 20, ceiling 19: 1 above; it can take none")
    ]


def test_that_the_time_a_removal_takes_is_said(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 25 from index, billing")
    assert said(plan, "pace") == [(NOTE, "25 servers at 20/min: takes 1 min 15 s")]
    assert (plan.pace_per_minute, plan.minutes) == (20, 1.25)
    slower = ask(make(), "remove 6 from billing at 2/min")
    assert said(slower, "pace") == [(NOTE, "6 servers at 2/min: takes 3 min")]
    assert (slower.pace_per_minute, slower.minutes) == (2, 3.0)


def test_that_the_pace_of_a_touched_subsystem_counts_for_its_servers_only(make: Make, ask: Ask) -> None:
    plan = ask(make(index='pace = "1/min"'), "remove 10 from billing")
    assert said(plan, "pace") == [(NOTE, "4 servers of index at 1/min: takes 4 min")]
    assert plan.pace_per_minute == 2
    assert said(ask(make(index='pace = "1/min"'), "remove 6 from billing"), "pace")[0][1].startswith("6 servers at 20")


def test_that_earlier_removals_in_the_window_are_a_caution_with_the_time_of_the_next(make: Make, ask: Ask) -> None:
    state = make(policy='pace = "4/min"\nlargest_command = 30\n')
    first = [state.fleet.position[f"placement-{number:04}"] for number in range(1, 5)]
    move(state, dict.fromkeys(first[:3], ServerState.REMOVED), "act", 0)
    message = "2 servers at 4/min: takes less than a minute; earlier removals took 3 in the last minute, so 1 can leave at once"
    assert said(ask(state, "remove 2 from billing"), "pace") == [(CAUTION, message)]
    move(state, {first[3]: ServerState.REMOVED}, "act", 10)
    (finding,) = said(ask(state, "remove 2 from billing"), "pace")
    assert finding[1].endswith("earlier removals took 4 in the last minute, so the next is possible at 17:38:00 UTC")
    state.time += 50
    assert said(ask(state, "remove 2 from billing"), "pace")[0][1].endswith(
        "took 1 in the last minute, so 3 can leave at once"
    )
    state.time += 10
    assert said(ask(state, "remove 2 from billing"), "pace")[0][0] is NOTE


def test_that_failures_do_not_count_towards_the_pace(make: Make, ask: Ask) -> None:
    state = make()
    move(state, dict.fromkeys(range(3), ServerState.FAILED))
    assert said(ask(state, "remove 2 from billing"), "pace")[0][0] is NOTE


def test_that_a_scope_that_ends_tight_is_a_caution(make: Make, ask: Ask) -> None:
    assert said(ask(make(), "remove 16 from index"), "tight") == []
    plan = ask(make(), "remove 17 from index")
    assert said(plan, "tight") == [(CAUTION, "index 100 → 83, floor 80: 3 above, less than 5% of the floor")]
    assert plan.verdict is Verdict.CAUTION


def test_that_servers_shared_with_subsystems_not_named_are_a_caution(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 8 from billing")
    message = "2 servers of the 8 also serve index, which the command does not name: index 100 → 98, floor 80"
    assert said(plan, "collateral") == [(CAUTION, message)]
    assert plan.shared == 2
    assert said(ask(make(), "remove 8 from billing, index"), "collateral") == []


def test_that_servers_named_one_by_one_take_from_subsystems_that_nobody_named(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove servers both-0001")
    assert [finding.subsystem for finding in plan.findings if finding.code == "collateral"] == ["index", "billing"]
    assert not any(effect.named for effect in plan.effects)


def test_that_who_newly_loses_a_hard_need_is_a_caution_with_the_reason(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 11 from placement")
    assert [message for _, message in said(plan, "impact")] == [
        "front-end can no longer be served for PUT: front-end needs placement",
        "board can no longer be served: board needs placement",
        "lambda can no longer be served for PUT: lambda needs front-end, which needs placement",
    ]
    impacts = {impact.subsystem: impact for impact in plan.impacted}
    assert impacts["lambda"].because == ("lambda", "front-end", "placement")
    assert impacts["lambda"].operations == ("PUT",)
    assert not impacts["lambda"].already


def test_that_who_is_impacted_already_is_marked_and_not_cautioned_again(make: Make, ask: Ask) -> None:
    state = make()
    failing = dict.fromkeys((state.fleet.position[f"placement-{n:04}"] for n in range(1, 12)), ServerState.FAILED)
    move(state, failing)
    plan = ask(state, "remove 1 from billing")
    assert {impact.subsystem for impact in plan.impacted if impact.already} == {"front-end", "lambda", "board"}
    assert said(plan, "impact") == []
    worse = ask(state, "remove 22 from index")
    assert {impact.subsystem: impact.already for impact in worse.impacted} == {
        "front-end": False,
        "lambda": False,
        "board": True,
    }


def test_that_a_need_that_ends_without_headroom_is_a_caution(make: Make, ask: Ask) -> None:
    assert said(ask(make(), "remove 19 from index"), "impact") == []
    message = "front-end needs index, which ends with no headroom: index 100 → 80, floor 80"
    plan = ask(make(), "remove 20 from index")
    assert said(plan, "impact") == [(CAUTION, message)]
    assert plan.impacted == ()


def test_that_an_observer_that_depends_on_what_leaves_is_a_caution(make: Make, ask: Ask) -> None:
    message = "board is an observer and depends on what is being removed: board needs placement"
    plan = ask(make(), "remove 10 from placement")
    assert said(plan, "self") == [(CAUTION, message)]
    assert said(ask(make(), "remove 1 from index"), "self") == []


def test_that_an_observer_is_only_noted_while_what_leaves_keeps_room_to_spare(make: Make, ask: Ask) -> None:
    assert [severity for severity, _ in said(ask(make(), "remove 1 from placement"), "self")] == [NOTE]
    assert [severity for severity, _ in said(ask(make(), "remove 11 from placement"), "self")] == [CAUTION]


def test_that_every_finding_is_kept(make: Make, ask: Ask) -> None:
    state = make(policy=POLICY.replace("30", "5"), pool="protected = true", more=freeze(0))
    state.freshness = Freshness(99)
    plan = ask(state, "remove 21 from placement")
    assert plan.codes() == (
        "floor",
        "unknown",
        "too-few-match",
        "too-large",
        "protected",
        "frozen",
        "pace",
        "impact",
        "self",
    )
