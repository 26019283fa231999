"""Two operators at one region: one asks, the other decides, and what was decided holds at the act and in the journal."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from console.operating.refusal import RefusedError
from tests.console.operating.conftest import SMALL, opened
from topology.approval.request import ApprovalState
from topology.execution.progress import Phase
from topology.planning.guards.policy.second_person import approvals_of, as_if_approved
from topology.planning.guards.table import verdict_of
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import judge_again, preview

POLICY = '[approval]\nmore_than = "10%"\nlifts = ["frozen"]\nbreak_glass = ["share"]\nlasts = "10 min"\n'
FREEZE = "[[freeze]]\nfrom = 2020-01-01T00:00:00Z\nuntil = 2030-01-01T00:00:00Z\n"
COMMAND = "remove 6 servers from index"
Play = Callable[..., None]


@pytest.fixture
def play(make_desk: Callable[..., Any]) -> Play:
    async def main(scenario: Callable[..., Awaitable[None]], more: str, lifts: str) -> None:
        policy = POLICY.replace('"frozen"', lifts)
        text = SMALL.replace("[[subsystem]]", policy + more + "[[subsystem]]", 1)
        ana, ben = make_desk("ana", text), make_desk("ben", text)
        async with asyncio.timeout(60), opened(ana) as begin, opened(ben):
            await scenario(ana, ben, begin)

    return lambda scenario, more="", lifts='"frozen"': asyncio.run(main(scenario, more, lifts))


def planned(desk: Any, text: str = COMMAND) -> tuple[Plan, Any]:
    command = desk.plan(text)[1]
    desk.state.approvals = desk.operator.colleagues.approvals()
    return preview(desk.state, command), command


async def asked(desk: Any, text: str = COMMAND, reason: str = "why") -> int:
    plan, command = planned(desk, text)
    await desk.operator.colleagues.ask(plan, command, reason)
    return desk.operator.colleagues.gathering.requests[-1].number


async def decided(desk: Any, number: int, *, approve: bool = True, reason: str = "fine") -> str:
    colleagues = desk.operator.colleagues
    await colleagues.look()
    plan = colleagues.asked(number)[1]
    command = desk.plan(plan.command)[1]
    judged = judge_again(desk.state, plan, command)
    findings = as_if_approved(judged.findings)
    judged = judged.told(findings, verdict_of(judged.count, findings))
    return await colleagues.decide(number, judged, approve=approve, reason=reason)


async def started(desk: Any, begin: Any) -> None:
    begin(desk.operator.run())
    await asyncio.sleep(0)
    await desk.idle()


async def confirmed(desk: Any, text: str = COMMAND) -> Plan:
    await desk.operator.colleagues.look()
    plan, command = planned(desk, text)
    await desk.operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT, approvals_of(plan)))
    return plan


def test_that_nothing_is_begun_before_another_operator_approved_it(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await confirmed(ana)
        number = await asked(ana)
        with pytest.raises(RefusedError, match="request 1 is your own: another operator approves it"):
            await decided(ana, number)
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await confirmed(ana)
        assert "ben approved request 1" in await decided(ben, number)
        await confirmed(ana)
        await started(ana, begin)
        await ana.until_after(120, lambda: ana.progress.phase is Phase.FINISHED)
        assert len(ana.out()) == 6

    play(scenario)


def test_that_an_approval_is_used_by_one_execution(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await decided(ben, await asked(ana))
        await confirmed(ana)
        await started(ana, begin)
        await ana.until_after(120, lambda: ana.progress.phase is Phase.FINISHED)
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await confirmed(ana, "remove 6 servers from index")

    play(scenario)


def test_that_a_decline_comes_back_with_its_reason_and_stays(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await ana.operator.colleagues.look()
        await decided(ben, number, approve=False, reason="after the backup")
        await ana.operator.colleagues.look()
        notices = [one.text for one in ana.operator.colleagues.notices() if one.text]
        assert notices == ["ben declined request 1 (remove 6 servers from index): after the backup."]
        with pytest.raises(RefusedError, match="request 1 is declined already"):
            await decided(ben, number)
        with pytest.raises(RefusedError):
            await confirmed(ana)

    play(scenario)


def test_that_a_withdrawal_halts_what_runs_between_its_waves(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await decided(ben, number)
        await confirmed(ana)
        await started(ana, begin)
        await ana.until_after(5, lambda: len(ana.out()) == 3)
        await ben.operator.colleagues.withdraw(number, "storm warning")
        await ana.operator.colleagues.look()
        await ana.until_after(120, lambda: ana.progress.phase.is_end)
        assert ana.progress.phase is Phase.HALTED
        assert "ben withdrew request 1" in ana.progress.sentence
        assert len(ana.out()) == 3

    play(scenario)


def test_that_a_withdrawal_that_a_console_did_not_hear_of_is_heard_at_the_act(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await decided(ben, number)
        await confirmed(ana)
        await started(ana, begin)
        await ana.until_after(5, lambda: len(ana.out()) == 3)
        await ben.operator.colleagues.withdraw(number, "storm warning")
        await ana.until_after(120, lambda: ana.progress.phase.is_end)
        assert ana.progress.phase is Phase.HALTED
        assert "approval 1 was withdrawn by ben: storm warning" in ana.progress.sentence
        assert len(ana.out()) == 3

    play(scenario)


def test_that_a_freeze_is_lifted_by_an_approval_with_a_reason(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        plan, command = planned(ana, "remove 2 servers from index")
        assert plan.verdict is Verdict.BLOCKED
        with pytest.raises(RefusedError, match="an approval that lifts frozen needs a reason"):
            await ana.operator.colleagues.ask(plan, command, "")
        await decided(ben, await asked(ana, "remove 2 servers from index", "the host burns"))
        await confirmed(ana, "remove 2 servers from index")
        await started(ana, begin)
        await ana.until_after(120, lambda: ana.progress.phase is Phase.FINISHED)
        assert len(ana.out()) == 2

    play(scenario, FREEZE)


def test_that_the_wait_of_the_pace_is_lifted_where_somebody_approved_that(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ben.carry_out(begin, "remove 3 servers from index")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        await ana.hear()
        command = "remove 4 servers from index"
        plan = planned(ana, command)[0]
        assert approvals_of(plan) == ()
        assert "approval" not in plan.codes()
        await decided(ben, await asked(ana, command, "the rack burns"))
        began = ana.clock.time
        await confirmed(ana, command)
        await started(ana, begin)
        await ana.until_after(30, lambda: ana.progress.phase is Phase.FINISHED)
        assert ana.clock.time - began < 30

    play(scenario, lifts='"pace"')


def test_that_the_pace_is_waited_for_without_an_approval(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ben.carry_out(begin, "remove 3 servers from index")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        await ana.hear()
        began = ana.clock.time
        await confirmed(ana, "remove 4 servers from index")
        await started(ana, begin)
        await ana.until_after(120, lambda: ana.progress.phase is Phase.FINISHED)
        assert ana.clock.time - began > 30

    play(scenario, lifts='"pace"')


def test_that_what_breaks_a_floor_cannot_even_be_asked_for(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        plan, command = planned(ana, "remove 9 servers from billing")
        with pytest.raises(RefusedError, match="no approval lifts this: billing"):
            await ana.operator.colleagues.ask(plan, command, "why")

    play(scenario)


def test_that_a_plan_that_would_end_worse_than_was_asked_is_not_approved(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await ben.carry_out(begin, "remove servers index-0039, index-0040")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        with pytest.raises(
            RefusedError, match=r"since it was asked: index ends with headroom 24, approved was 26 or more"
        ):
            await decided(ben, number)

    play(scenario)


def test_that_breaking_glass_goes_on_alone_and_everybody_is_told_at_once(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ben.operator.colleagues.look()
        plan, command = planned(ana)
        confirmation = await ana.operator.colleagues.break_glass(plan, command, "fire in az1")
        plan, command = planned(ana)
        await ana.operator.confirm(plan, command, confirmation)
        await ben.operator.colleagues.look()
        notice = next(one for one in ben.operator.colleagues.notices() if one.text)
        assert (notice.kind, notice.text) == (
            "alarm",
            "ana broke glass for request 1 (remove 6 servers from index): fire in az1.",
        )
        assert "break-glass" in ana.kinds()

    play(scenario)


def test_that_glass_is_not_broken_for_what_the_policy_does_not_list(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        plan, command = planned(ana, "remove 2 servers from index")
        with pytest.raises(RefusedError, match="the policy lets nobody break glass for frozen"):
            await ana.operator.colleagues.break_glass(plan, command, "fire")

    play(scenario, FREEZE)


def test_that_every_word_is_in_the_journal_of_both_sides(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await ana.operator.colleagues.look()
        await decided(ben, number)
        await ana.operator.colleagues.look()
        said = [(one.operator, one.kind.value, one.details.get("by", "")) for one in ana.entries()]
        assert said == [("ana", "asked", ""), ("ben", "approved", ""), ("ana", "approved", "ben")]
        assert ana.operator.colleagues.gathering.request(number).state is ApprovalState.APPROVED

    play(scenario)


def test_that_the_time_of_an_approval_is_over_some_time(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await decided(ben, await asked(ana))
        ana.clock.time += 601
        await ana.hear()
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await confirmed(ana)

    play(scenario)


def test_that_an_approval_is_void_for_good_once_its_command_is_confirmed_outside_of_it(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await decided(ben, number)
        await ben.carry_out(begin, "remove servers index-0039, index-0040")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        await ana.hear()
        await ben.operator.colleagues.look()
        with pytest.raises(RefusedError, match="does not cover it"):
            await confirmed(ana)
        await ben.operator.colleagues.look()
        sentence = (
            "The approval of request 1 (remove 6 servers from index) is void: "
            "index ends with headroom 24, approved was 26 or more; ask again."
        )
        for desk in (ana, ben):
            assert desk.operator.colleagues.gathering.request(number).state is ApprovalState.VOID
            assert sentence in [one.text for one in desk.operator.colleagues.notices()]
        voided = [(one.operator, one.details.get("by", "")) for one in ana.entries() if one.kind.value == "voided"]
        assert voided == [("ana", ""), ("ben", "ana")]
        await ben.carry_out(begin, "restore servers index-0039, index-0040")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        await ana.hear()
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await confirmed(ana)

    play(scenario)


def test_that_an_approval_is_void_where_the_region_refuses_a_wave_as_outside_of_it(play: Play) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        number = await asked(ana)
        await decided(ben, number)
        await confirmed(ana)
        await ben.carry_out(begin, "remove servers index-0037, index-0038, index-0039")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        await started(ana, begin)
        await ana.until_after(120, lambda: ana.progress.phase.is_end)
        assert ana.progress.phase is Phase.HALTED
        assert "outside of approval 1" in ana.progress.sentence
        await ana.until(lambda: "voided" in ana.kinds())
        await ben.operator.colleagues.look()
        assert ben.operator.colleagues.gathering.request(number).state is ApprovalState.VOID

    play(scenario)
