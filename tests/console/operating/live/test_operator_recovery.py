"""What a console says at its start of what an earlier one left, and of its journal."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from topology.command.grammar.syntax import RemoveServers
from topology.command.grammar.tokens import LONGEST
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Kind
from topology.execution.past_executions import PastExecution
from topology.execution.unfinished import resume_text, runs
from topology.records.locks import ExecutionLock
from topology.region.errors import LinkError

Play = Callable[[Callable[[Any, Any], Awaitable[None]]], None]


async def cut_off(desk: Any, begin: Any, text: str, out: int) -> Any:
    """Let a console end in the middle of an execution, as a crash would: nothing more is sent, and nothing written."""
    plan = await desk.confirm(text)
    running = begin(desk.operator.run())
    await asyncio.sleep(0)
    await desk.until_after(40, lambda: len(desk.out()) == out)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await desk.passes(10)
    return plan


def test_that_a_cut_off_execution_is_said_exactly_until_something_else_is_begun(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await cut_off(desk, begin, "remove 5 servers from billing", 3)
        doubt, [found] = await desk.operator.recover()
        assert doubt == ""
        assert set(found.done) == desk.out()
        assert (found.done, found.not_done, found.unknown) == (plan.servers[:3], plan.servers[3:], ())
        assert found.sentence == (
            "remove 5 servers from billing (entry 1 of ana) was cut off: 3 of 5 servers left service, 2 were not touched."
        )
        assert [label for label, _ in found.offers] == ["Resume", "Undo"]
        recovered = desk.entries()[-1]
        assert (recovered.kind, recovered.servers) == (Kind.RECOVERED, found.done)
        assert await desk.operator.recover() == ("", (found,))
        assert [entry.kind for entry in desk.entries()].count(Kind.RECOVERED) == 1
        await desk.carry_out(begin, "undo 1")
        await desk.until_after(30, lambda: not desk.operator.is_running)
        assert await desk.operator.recover() == ("", ())
        assert list((desk.folder / "journal" / "locks").iterdir()) == []

    play(scenario)


def test_that_what_is_offered_goes_on_with_the_rest_or_undoes_what_was_done(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await cut_off(desk, begin, "remove 5 servers from billing", 3)
        _, [found] = await desk.operator.recover()
        rest = await desk.carry_out(begin, dict(found.offers)["Resume"])
        assert set(rest.servers) == set(found.not_done)
        await desk.until_after(90, lambda: not desk.operator.is_running)
        assert desk.out() == set(plan.servers)
        await desk.carry_out(begin, dict(found.offers)["Undo"])
        await desk.until_after(30, lambda: not desk.operator.is_running)
        assert desk.out() == set(found.not_done)

    play(scenario)


def test_that_the_pace_of_a_cut_off_command_is_kept(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await cut_off(desk, begin, "remove 5 servers from billing at 2/min", 2)
        _, [found] = await desk.operator.recover()
        assert dict(found.offers)["Resume"].endswith(" at 2/min")

    play(scenario)


def test_that_what_the_region_cannot_say_is_unknown_and_said_again(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        plan = await cut_off(desk, begin, "remove 5 servers from billing", 3)
        outcome = desk.link.outcome

        async def silent(operation: str) -> None:
            raise LinkError("the region did not answer")

        desk.link.outcome = silent
        _, [found] = await desk.operator.recover()
        assert (found.unknown, found.not_done, found.offers) == (plan.servers[:3], plan.servers[3:], ())
        assert "of 3 the region cannot say yet" in found.sentence
        assert Kind.RECOVERED not in [entry.kind for entry in desk.entries()]
        desk.link.outcome = outcome
        _, [found] = await desk.operator.recover()
        assert (found.done, found.unknown) == (plan.servers[:3], ())

    play(scenario)


def test_that_an_execution_that_somebody_still_carries_out_is_not_offered(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await cut_off(desk, begin, "remove 5 servers from billing", 3)
        [intent, *_] = desk.entries()
        with ExecutionLock.take(desk.folder / "journal", intent.execution):
            assert await desk.operator.recover() == ("", ())
        assert len((await desk.operator.recover())[1]) == 1

    play(scenario)


def test_that_a_journal_whose_tail_was_cut_off_is_said_and_written_down(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        await desk.carry_out(begin, "remove 3 servers from billing")
        await desk.until_after(30, lambda: not desk.operator.is_running)
        assert (await desk.operator.recover())[0] == ""
        desk.journal.close()
        connection = sqlite3.connect(desk.journal.path)
        connection.execute("DELETE FROM entry WHERE number > 2")
        connection.commit()
        connection.close()
        other = type(desk)(desk.folder, desk.clock)
        await other.open()
        doubt, _ = await other.operator.recover()
        assert doubt.startswith(
            "The journal was changed by something else than this program: the journal ends at entry 2"
        )
        assert "entries 3 to 4 are missing" in doubt
        noted = next(entry for entry in other.entries() if entry.kind is Kind.NOTED)
        assert noted.details["first_bad"] == 3
        assert (await other.operator.recover())[0] == ""
        await other.link.aclose()
        other.journal.close()

    play(scenario)


def past(command: str, servers: tuple[str, ...]) -> PastExecution:
    from datetime import UTC, datetime

    return PastExecution(1, "e", datetime.now(UTC), "ana", command, "", servers, "remove", None, ())


def test_that_names_that_follow_each_other_are_offered_as_a_run() -> None:
    names = ("b-0001", "b-0002", "b-0003", "b-0009", "b-10000", "x", "a9", "a10")
    assert [str(run) for run in runs(names)] == ["a10", "a9", "b-0001..0003", "b-0009", "b-10000", "x"]


def test_that_a_list_too_long_to_type_is_offered_as_a_number(play: Play) -> None:
    many = tuple(f"billing-{number:04}" for number in range(1, 1000, 2))
    assert resume_text(past("remove 12% from billing in az1", many), many) == "remove 500 servers from billing in az1"
    assert resume_text(past("remove servers billing-0001..0999", many), many) == ""

    async def scenario(desk: Any, begin: Any) -> None:
        few = tuple(name for name in desk.region.roster.names if name.startswith("billing"))[::2]
        text = resume_text(past("remove 12% from billing", few), few)
        assert len(text) < LONGEST
        command = parse(text, vocabulary_of(desk.state)).command
        assert isinstance(command, RemoveServers)
        assert set(desk.plan(text)[0].servers) == set(few)

    play(scenario)
