"""Two operators at two consoles with a journal each meet in the ledger in etcd, over TLS, named by their certificates."""

import asyncio
import re
from pathlib import Path

import pytest

from console.operating.refusal import RefusedError
from console.words.journal import outcome
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import console, seeded
from tests.servers.etcd.seats import COMMAND, Play, Seat, play, seated
from topology.approval.request import ApprovalState
from topology.command.grammar.syntax import StopOf, TakeOver
from topology.execution.journal_entries import Kind
from topology.execution.progress import Phase
from topology.region.server_states import ServerState

__all__ = ["play"]
pytestmark = needs_etcd()
POLICY = '[approval]\nmore_than = "10%"\nbreak_glass = ["share"]\nlasts = "10 min"\n'
SLOW = "remove 12 servers from index at 4/min"


def test_that_each_sees_the_other_what_is_previewed_and_what_is_carried_out_and_stops_it(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        one.people.show(one.planned("remove 3 servers from billing")[0])
        seen = two.people
        await two.until(lambda: any(them.command for them in seen.gathering.colleagues))
        assert [(them.operator, them.servers) for them in seen.gathering.colleagues] == [("op1", 3), ("op2", 0)]
        await one.carry_out(SLOW)
        await two.until(lambda: seen.gathering.executions and seen.gathering.executions[0].sent)
        (other,) = seen.gathering.executions
        assert (other.operator, other.command, other.total, other.carried_out) == ("op1", SLOW, 12, True)
        assert str(other.stopping) == "stop of op1"
        with pytest.raises(RefusedError, match="nothing of op3 is carried out at another console"):
            await seen.stop(StopOf(None, "op3"))
        assert await seen.stop(other.stopping) == f"Stopped op1's {SLOW}: no further server leaves."
        await one.until(lambda: one.phase() is Phase.STOPPED)
        assert "op2" in one.desk.progress.sentence
        await two.until(lambda: not seen.gathering.executions)

    play(scenario)


def test_that_nothing_is_begun_before_the_other_approved_it_and_both_journals_keep_it(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await one.carry_out()
        number = await one.ask()
        with pytest.raises(RefusedError, match="is your own: another operator approves it"):
            await one.decide(number)
        assert f"op2 approved request {number}" in await two.decide(number)
        await one.until(lambda: ("op1", "approved") in one.kinds())
        await (await one.carry_out())
        assert one.phase() is Phase.FINISHED, one.desk.progress.sentence
        assert ("op2", "approved") in two.kinds()
        with pytest.raises(RefusedError, match="another operator has to approve this"):
            await one.carry_out()

    play(scenario, POLICY)


def test_that_a_decline_and_a_break_of_glass_are_told_to_the_other(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        number = await one.ask()
        await two.decide(number, approve=False, reason="after the backup")
        await one.until(lambda: any("op2 declined request" in text for text in one.told()))
        plan, command = one.planned(COMMAND)
        confirmation = await one.people.break_glass(plan, command, "fire in az1")
        await two.until(lambda: any("op1 broke glass for request" in text for text in two.told()))
        await one.people.look()
        await one.desk.confirm(one.planned(COMMAND)[0], command, confirmation)
        one.begin(one.desk.run())
        await one.until(lambda: one.phase() is Phase.FINISHED)

    play(scenario, POLICY)


def test_that_a_withdrawal_halts_what_runs_at_the_other_console(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        number = await one.ask(SLOW)
        await two.decide(number)
        await one.until(lambda: one.people.gathering.request(number).state is ApprovalState.APPROVED)
        await one.carry_out(SLOW)
        await two.until(lambda: two.people.gathering.executions and two.people.gathering.executions[0].sent)
        await two.people.withdraw(number, "storm warning")
        await one.until(lambda: one.phase() is Phase.HALTED)
        assert "op2 withdrew request" in one.desk.progress.sentence
        assert "withdrawn" in [one.kind.value for one in two.journal.entries()]

    play(scenario, POLICY)


async def dies(seat: Seat) -> None:
    """End a console so that nothing is told: its session's lease runs out."""
    for task in seat.tasks:
        task.cancel()
    await asyncio.gather(*seat.tasks, return_exceptions=True)
    session = seat.link._ledger._session
    task, session._task, session.lease = session._task, None, 0
    task.cancel()
    await seat.link.aclose()
    seat.journal.close()


def test_that_what_a_console_at_another_machine_left_is_taken_over_and_undone_by_its_operators_name(
    cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", takes_s=0.3):
            one = Seat(console(cluster, prefix, "op1"), "op1", tmp_path / "one")
            await one.open()
            async with seated(console(cluster, prefix, "op2"), "op2", tmp_path / "two") as two:
                await one.carry_out(SLOW)
                await one.until(lambda: len(one.out()) == 4)
                await two.until(lambda: len(two.out()) == 4 and len(two.desk.pending(two.state)) == 8)
                execution = one.desk._executions.running_id
                with pytest.raises(RefusedError, match="op1 left nothing: what somebody still carries out"):
                    await two.people.take_over(TakeOver(None, "op1"))
                await dies(one)
                await two.until(lambda: any("op1's console at another machine is gone" in text for text in two.told()))
                assert len(two.desk.pending(two.state)) == 0
                (left,) = two.people.gathering.executions
                assert str(left.taking_over) == "take-over of op1"
                (found,) = await two.people.take_over(left.taking_over)
                assert (len(found.done), len(found.not_done), found.operator) == (4, 8, "op1")
                assert set(dict(found.offers)) == {"Resume", "Undo"}
                kept = await two.link.meeting.execution(execution)
                assert kept is not None
                assert (kept.owner, kept.outcome) == ("op2", "taken over")
                assert [one.kind for one in two.journal.entries()] == [Kind.TAKEN_OVER, Kind.RECOVERED]
                assert not two.people.gathering.executions
                assert not [text for text in two.told() if "is gone" in text]
                with pytest.raises(RefusedError, match="op1 left nothing"):
                    await two.people.take_over(TakeOver(None, "op1"))
                await (await two.carry_out(dict(found.offers)["Undo"]))
                await two.until(lambda: not two.out())

    asyncio.run(asyncio.wait_for(work(), 90))


def test_that_what_was_done_at_another_machine_is_undone_from_here_by_an_entry_that_says_whose_it_was(
    play: Play,
) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        await one.carry_out("remove 12 servers from index at 60/min")
        await one.until(lambda: one.phase() is Phase.FINISHED)
        await two.until(lambda: Kind.ELSEWHERE in [entry.kind for entry in two.journal.entries()])
        (entry,) = two.journal.entries()
        assert re.fullmatch("by op1 at another machine, begun .{16} UTC: 12 of 12 servers left service", outcome(entry))
        await two.until(lambda: len(two.out()) == 12)
        two.desk.history.read_new()
        assert two.desk.history._journal.past.by_entry[entry.number].operator == "op1"
        await (await two.carry_out(f"undo {entry.number}"))
        assert two.phase() is Phase.FINISHED, two.desk.progress.sentence
        await one.until(lambda: not one.out())

    play(scenario)


def test_that_an_execution_of_the_same_machine_is_taken_over_by_the_number_of_its_entry(
    cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", takes_s=0.3):
            one = Seat(console(cluster, prefix, "op1"), "op1", tmp_path)
            await one.open()
            async with seated(console(cluster, prefix, "op2"), "op2", tmp_path) as two:
                await one.carry_out(SLOW)
                await one.until(lambda: len(one.out()) == 4)
                entry, execution = one.desk.progress.entry, one.desk._executions.running_id
                await two.until(lambda: not two.desk._holding.is_free(execution))
                await dies(one)
                two.desk.history.read_new()
                await two.until(lambda: two.desk._holding.is_free(execution))
                (found,) = await two.people.take_over(TakeOver(entry))
                assert (len(found.done), len(found.not_done)) == (4, 8)
                kept = await two.link.meeting.execution(execution)
                assert kept is not None
                assert (kept.owner, kept.outcome) == ("op2", "taken over")
                seen = await two.link.meeting.read()
                assert [one.id for one in seen.executions] == []
                assert [one.kind for one in two.journal.entries()][-2:] == [Kind.TAKEN_OVER, Kind.RECOVERED]

    asyncio.run(asyncio.wait_for(work(), 90))


def test_that_an_approval_that_is_void_is_told_to_both_and_kept(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        number = await one.ask()
        await two.decide(number)
        await (await two.carry_out("remove 2 servers from index"))
        await one.until(lambda: (one.state.fleet.state != ServerState.IN_SERVICE).sum() == 2)
        with pytest.raises(RefusedError, match="does not cover it"):
            await one.carry_out()
        for seat in (one, two):
            await seat.until(lambda seat=seat: any("is void: index ends with headroom" in text for text in seat.told()))
            await seat.until(lambda seat=seat: "voided" in [entry.kind.value for entry in seat.journal.entries()])
        kept = await two.link.meeting.approval(number)
        assert kept is not None
        assert (kept.state, kept.living) == (ApprovalState.VOID, None)

    play(scenario, POLICY)
