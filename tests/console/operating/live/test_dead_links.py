"""What a console does when its region hangs, answers late, in part, too soon or with "unknown": nothing waits, nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from console.operating.live.executing import executor
from console.operating.refusal import NothingToUndoError, RefusedError
from tests.console.operating.lines import BadLine
from tests.served import served
from topology.execution.journal_entries import Kind
from topology.planning.plan import Confirmation, Effort

SOON_S = 1.0
"""A stop must have ended an execution by then."""
EVERYTHING = {"remove", "restore", "outcome", "stop", "keep_head"}
Play = Callable[[Callable[[Any, Any], Awaitable[None]]], None]


@pytest.fixture
def play(make_desk: Any, play_at: Any) -> Play:
    return lambda scenario: play_at(make_desk(line=BadLine), scenario)


async def send_and_stop(desk: Any, begin: Any) -> Any:
    """Send a wave into a line that holds it, and stop; gives the plan. It has to end in time."""
    plan = await desk.confirm("remove 6 servers from billing")
    running = begin(desk.operator.run())
    await desk.line.was_called("remove").wait()
    async with served() as taken:
        said = await desk.operator.control("stop")
        await running
    assert taken.seconds < SOON_S
    assert said == "Stopped remove 6 servers from billing: no further server leaves; the region has not answered yet."
    assert not desk.operator.is_running
    assert desk.progress.phase == "stopped"
    assert desk.progress.sentence == (
        "stopped by ana: 0 of 6 servers left service, 3 not touched, of 3 the region has not said yet"
    )
    return plan


def pending(desk: Any) -> set[str]:
    names = desk.region.roster.names
    return {names[number] for number in desk.operator.pending(desk.state).tolist()}


def test_that_a_stop_ends_at_once_although_the_region_hears_nothing(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.line.unheard |= EVERYTHING
        plan = await send_and_stop(desk, begin)
        assert pending(desk) == set(plan.servers[:3])
        end = desk.entries()[-1]
        assert (end.kind, end.details["unknown"]) == (Kind.FINISHED, list(plan.servers[:3]))
        desk.line.mend()
        await desk.until(lambda: desk.progress.unknown == 0)
        await desk.passes(90)
        # The stop and the wave reached the region in either order: what left went back, and nothing stays out.
        assert desk.out() == set()
        assert pending(desk) == set()
        assert desk.progress.left + desk.progress.returned == 6

    play(scenario)


def test_that_what_was_done_although_nobody_said_so_is_told_when_the_region_answers(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.is_deaf = True
        desk.line.unanswered |= {"remove"}
        desk.line.unheard |= {"stop", "outcome"}
        plan = await send_and_stop(desk, begin)
        desk.link.advance(60)  # they drain, while the line is dead
        desk.line.mend()
        await desk.until(lambda: not desk.operator._executions.latest.is_unsettled)
        assert desk.progress.sentence == "stopped by ana: 3 of 6 servers left service, 3 not touched"
        told = desk.entries()[-1]
        assert (told.kind, told.servers, told.details["after_end"]) == (Kind.OUTCOME, plan.servers[:3], True)
        desk.is_deaf = False
        desk.state = await desk.link.load()
        desk.operator.follow(desk.state)
        undo, _ = desk.plan("undo")
        assert set(undo.servers) == set(plan.servers[:3])

    play(scenario)


def test_that_servers_that_a_late_stop_gives_back_are_written_down(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.confirm("remove 6 servers from billing")
        running = begin(desk.operator.run())
        await desk.until(lambda: any(one.kind is Kind.OUTCOME for one in desk.entries()))
        desk.line.unheard |= {"stop"}
        await desk.operator.control("stop")
        await running
        end = desk.entries()[-1]
        assert (end.kind, end.servers) == (Kind.FINISHED, plan.servers[:3])
        desk.line.mend()
        await desk.until(lambda: "after_end" in desk.entries()[-1].details)
        told = desk.entries()[-1]
        assert (told.kind, told.execution) == (Kind.STOP, end.execution)
        assert told.details["returned"] == list(plan.servers[:3])
        assert desk.progress.sentence == "stopped by ana: 0 of 6 servers left service, 3 went back, 3 not touched"
        await desk.passes(30)
        assert desk.out() == set()
        with pytest.raises(NothingToUndoError):
            desk.plan("undo")
        assert [one for one in desk.entries() if one.kind is Kind.STOP and one.details.get("after_end")] == [told]

    play(scenario)


def test_that_another_act_is_possible_once_the_region_answers_and_counts_what_is_unknown(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.is_deaf = True
        desk.line.unheard |= {"remove", "stop", "outcome"}
        await send_and_stop(desk, begin)
        # Billing has 12, its floor is 4, and three may have left: five more may go, six may not.
        blocked, _ = desk.plan("remove 6 servers from billing")
        assert blocked.blocked
        plan, command = desk.plan("remove 5 servers from billing")
        await desk.operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        assert len(pending(desk)) == 8
        desk.is_deaf = False
        desk.line.mend()
        await desk.until(
            lambda: not desk.operator._executions.unsettled or not desk.operator._executions.unsettled[0].is_unsettled
        )
        begin(desk.operator.run())
        await asyncio.sleep(0)
        await desk.until_after(200, lambda: desk.progress.phase.is_end)
        assert desk.progress.done == 5
        assert desk.out() == set(plan.servers)

    play(scenario)


def test_that_a_plan_from_before_is_refused_when_servers_it_did_not_count_may_have_left(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.is_deaf = True
        before, command = desk.plan("remove servers billing-0004..0009")
        assert not before.blocked
        desk.line.unheard |= {"remove", "stop", "outcome"}
        await send_and_stop(desk, begin)
        with pytest.raises(RefusedError, match="already leaving"):
            await desk.operator.confirm(before, command, Confirmation(before.digest, Effort.COUNT))
        desk.line.mend()
        await desk.until(lambda: not desk.operator._executions.latest.is_unsettled)

    play(scenario)


def test_that_a_region_that_never_answers_leaves_the_console_free(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "PATIENCE_S", 0.2)
    monkeypatch.setattr(executor, "RETRY_S", 0.05)

    async def scenario(desk: Any, begin: Any) -> None:
        desk.line.unheard |= EVERYTHING
        plan = await desk.confirm("remove 6 servers from billing")
        await desk.operator.run()
        assert not desk.operator.is_running
        assert desk.progress.sentence == (
            "halted: the region did not answer within 0.2 s; "
            "0 of 6 servers left service, 3 not touched, of 3 the region has not said yet"
        )
        assert pending(desk) == set(plan.servers[:3])
        desk.line.mend()
        await desk.until(lambda: not desk.operator._executions.latest.is_unsettled)

    play(scenario)


def test_that_what_is_done_of_a_wave_stays_and_the_rest_is_sent_again_once(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.line.take_only = 1
        plan = await desk.carry_out(begin, "remove 3 servers from billing")
        assert desk.out() == set(plan.servers[:1])
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert [(wave.number, wave.servers) for wave in desk.line.waves] == [(1, plan.servers), (2, plan.servers[1:])]
        assert desk.progress.sentence == "finished: 3 of 3 servers left service"
        assert desk.out() == set(plan.servers)
        first, second = (entry for entry in desk.entries() if entry.kind is Kind.OUTCOME)
        assert (first.servers, first.details["too_soon"]) == (plan.servers[:1], list(plan.servers[1:]))
        assert second.servers == plan.servers[1:]
        undo, _ = desk.plan("undo")
        assert set(undo.servers) == set(plan.servers)

    play(scenario)


def test_that_what_the_region_cannot_say_is_asked_for_and_never_sent_twice(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.line.says_unknown = 1
        plan = await desk.carry_out(begin, "remove 3 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        assert desk.progress.sentence == "finished: 3 of 3 servers left service"
        assert [wave.servers for wave in desk.line.waves] == [plan.servers]

    play(scenario)


def test_that_a_console_closes_soon_although_its_region_is_dead(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        desk.line.unheard |= EVERYTHING
        await desk.confirm("remove 6 servers from billing")
        begin(desk.operator.run())
        await desk.line.was_called("remove").wait()
        async with served() as taken:
            await desk.operator.aclose()
        assert taken.seconds < SOON_S
        assert desk.entries()[-1].kind is Kind.FINISHED

    play(scenario)


@pytest.mark.parametrize("reached", [True, False], ids=["unanswered", "unheard"])
def test_that_an_undo_that_halts_says_how_many_are_still_out_and_another_gives_them_back(
    play: Play, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await desk.carry_out(begin, "remove 6 servers from billing")
        await desk.until_after(90, lambda: desk.progress.phase.is_end)
        monkeypatch.setattr(executor, "PATIENCE_S", 0.2)
        monkeypatch.setattr(executor, "RETRY_S", 0.05)
        (desk.line.unanswered if reached else desk.line.unheard).add("restore")
        await desk.carry_out(begin, "undo")
        await desk.until(lambda: desk.progress.undo and desk.progress.phase.is_end)
        counts = "3 of 6 servers came back, 3 not touched" if reached else "0 of 6 servers came back, 6 not touched"
        assert desk.progress.sentence == f"halted: the region did not answer within 0.2 s; {counts}"
        desk.line.mend()
        await desk.until(lambda: not desk.operator._executions.latest.is_unsettled)
        await desk.passes(30)
        assert desk.out() <= set(plan.servers)
        monkeypatch.setattr(executor, "PATIENCE_S", 60.0)
        again = await desk.carry_out(begin, "undo")
        assert (again.undoes, set(again.servers)) == (1, desk.out())
        await desk.until_after(30, lambda: desk.progress.phase.is_end)
        await desk.passes(30)
        assert desk.out() == set()

    play(scenario)
