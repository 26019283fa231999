"""Who else is at a region: seen, heard of, taken over, and stopped, also from another machine's console."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.refusal import RefusedError
from console.words.colleagues import changed_by
from tests.topology.links.live.rig import Rig, until
from topology.command.grammar.syntax import TakeOver
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Kind
from topology.execution.progress import Phase
from topology.planning.plan import Confirmation, Effort
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.records.ledger.colleagues import Presence

PlayTwo = Callable[[Callable[[Any, Any, Any], Awaitable[None]]], None]


def test_that_each_sees_the_other_and_what_is_previewed_there(play_two: PlayTwo) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        people = ana.operator.colleagues
        people.show(ana.plan("remove 3 servers from billing")[0])
        following = begin(people.follow())
        await ana.until(lambda: people.gathering.colleagues)
        await ben.operator.colleagues.look()
        (seen,) = ben.operator.colleagues.gathering.colleagues
        assert (seen.operator, seen.servers, seen.subsystems, seen.is_here) == ("ana", 3, ("billing",), False)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await ben.operator.colleagues.look()
        assert ben.operator.colleagues.gathering.colleagues == ()

    play_two(scenario)


def test_that_a_look_that_began_earlier_and_took_longer_undoes_no_later_one(play_two: PlayTwo) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        people, gate, waits = ben.operator.colleagues, asyncio.Event(), asyncio.Event()
        meeting = people._link.meeting
        read = meeting.read

        async def late() -> Any:
            seen = await read()
            if not waits.is_set():
                waits.set()
                await gate.wait()
            return seen

        meeting.read = late
        first = begin(people.look())
        await waits.wait()
        await meeting.appear(Presence("another", "ana"))
        second = begin(people.look())
        await asyncio.wait({second}, timeout=0.2)
        gate.set()
        await asyncio.gather(first, second)
        assert [one.operator for one in people.gathering.colleagues] == ["ana"]

    play_two(scenario)


def test_that_what_a_lost_console_left_is_taken_over_by_name_once_its_lease_is_gone(play_two: PlayTwo) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ana.carry_out(begin, "remove 6 servers from index")
        await ana.until_after(5, lambda: len(ana.out()) == 3)
        entry = ana.progress.entry
        ben.operator.history.read_new()
        people = ben.operator.colleagues
        await people.look()
        assert [(one.operator, one.carried_out, one.sent) for one in people.gathering.executions] == [("ana", True, 3)]
        with pytest.raises(RefusedError, match=f"ana carries entry {entry} out still"):
            await people.take_over(TakeOver(entry))
        ana.operator._holding.let_go()  # her console is gone, and nothing of it is told
        ben.operator.history.read_new()
        await people.look()
        assert [one.carried_out for one in people.gathering.executions] == [False]
        notice = next(one for one in people.notices() if one.text)
        assert (notice.kind, notice.offers) == ("alarm", (("Take it over …", f"take-over {entry}"),))
        (found,) = await people.take_over(TakeOver(entry))
        assert len(found.done) == 3
        assert dict(found.offers)["Resume"].startswith("remove servers index-")
        last = [one for one in ben.entries() if one.kind is Kind.TAKEN_OVER][-1]
        assert (last.operator, last.details["from"]) == ("ben", "ana")
        with pytest.raises(RefusedError, match="is no execution that is unfinished"):
            await people.take_over(TakeOver(entry))

    play_two(scenario)


def test_that_an_undo_of_anothers_execution_is_carried_out_under_ones_own_name(play_two: PlayTwo) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        await ana.carry_out(begin, "remove 3 servers from index")
        await ana.until_after(60, lambda: ana.progress.phase is Phase.FINISHED)
        await ben.hear()
        ben.operator.history.read_new()
        await ben.carry_out(begin, f"undo {ana.progress.entry}")
        await ben.until_after(60, lambda: ben.progress.phase is Phase.FINISHED)
        assert ben.out() == set()
        assert [one.operator for one in ben.entries() if one.kind is Kind.INTENT] == ["ana", "ben"]

    play_two(scenario)


def test_that_a_console_on_another_machine_shows_what_is_carried_out_here_and_stops_it(tmp_path: Path) -> None:
    """Two consoles share a ledger, and neither a journal nor a folder of locks, as on two machines."""

    async def opened(rig: Rig, name: str) -> tuple[LiveDesk, Any]:
        link = rig.link()
        state = await link.load()
        journal = Journal.open(tmp_path / name)
        desk = LiveDesk(link, journal, name, tmp_path / name)
        desk.follow(state)
        return desk, state

    async def scenario(rig: Rig) -> None:
        ana, state = await opened(rig, "ana")
        ben, _ = await opened(rig, "ben")
        command = parse("remove 3 servers from index at 1/min", vocabulary_of(state)).command
        plan = preview(state, command)  # type: ignore[arg-type]
        await ana.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))  # type: ignore[arg-type]
        running = asyncio.ensure_future(ana.run())
        people = ben.colleagues

        async def seen() -> bool:
            await people.look()  # type: ignore[attr-defined]
            return bool(people.gathering.executions) and people.gathering.executions[0].sent > 0

        async with asyncio.timeout(20):
            while not await seen():  # noqa: ASYNC110 - another program writes what is waited for
                await asyncio.sleep(0.02)
        (one,) = people.gathering.executions
        assert (one.operator, one.command, one.total, one.entry) == (
            "ana",
            "remove 3 servers from index at 1/min",
            3,
            None,
        )
        await until(lambda: rig.links[1].leases.elsewhere)
        said = await ben.control("stop")
        assert said.startswith("Stopped remove 3 servers from index at 1/min of ana: no further server leaves")
        events = rig.links[0].events(state.revision)
        async for batch in events:
            ana.heard(batch)
            if batch.operation.endswith(".stop"):
                break
        await until(running.done)
        assert ana.progress is not None
        assert ana.progress.phase is Phase.STOPPED
        for desk in (ana, ben):
            await desk.aclose()
            if desk.record.journal is not None:
                desk.record.journal.close()

    async def main() -> None:
        rig = Rig(tmp_path)
        try:
            async with asyncio.timeout(40):
                await scenario(rig)
        finally:
            await rig.close()

    asyncio.run(main())


def test_that_a_change_of_a_plan_on_show_is_said_with_both_numbers(play_two: PlayTwo) -> None:
    async def scenario(ana: Any, ben: Any, begin: Any) -> None:
        before = ben.plan("remove 2 servers from index")[0]
        await ana.carry_out(begin, "remove 3 servers from index")
        await ben.hear()
        now = ben.plan("remove 2 servers from index")[0]
        assert changed_by(before, now, ["ana"]) == (
            "What ana does changes what you preview: index would end at 50 → 47, floor 20."
        )
        assert changed_by(before, before, ["ana"]) == ""
        assert changed_by(before, now, []) == ""

    play_two(scenario)
