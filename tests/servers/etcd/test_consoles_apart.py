"""What consoles at other machines did and said is known here, however short it was, and also while this one was closed."""

import asyncio
from pathlib import Path

from console.operating.alarms.entries import steps_in
from console.operating.alarms.keeper import AlarmKeeper
from console.operating.jobs import Jobs
from console.words.journal import outcome
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import console, seeded
from tests.servers.etcd.seats import Play, Seat, play, seated
from topology.alarms.readings import readings_of
from topology.alarms.values import Alarm, Standing
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, ShelveAlarm
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Entry, Kind
from topology.execution.progress import Phase
from topology.region.server_states import ServerState

__all__ = ["play"]
pytestmark = needs_etcd()
QUICK = "remove 1 server from index"
PAGE = '[status_page]\ntitle = "Shop"\n'


def told_of(seat: Seat) -> list[Entry]:
    return [entry for entry in seat.journal.entries() if entry.kind is Kind.ELSEWHERE]


async def quiet(seat: Seat) -> None:
    """Let a console look no more by itself."""
    for task in seat.tasks[:1]:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_that_what_began_and_ended_at_another_machine_between_two_looks_is_in_the_journal_here(play: Play) -> None:
    async def scenario(one: Seat, two: Seat) -> None:
        await two.people.look()
        await quiet(two)
        for _ in range(2):
            await (await one.carry_out(QUICK))
            assert one.phase() is Phase.FINISHED, one.desk.progress.sentence
        await two.people.look()
        await two.people.look()
        first, second = told_of(two)
        assert "by op1 at another machine, begun" in outcome(first)
        assert first.servers != second.servers
        acts = [entry for entry in one.journal.entries() if entry.kind is Kind.INTENT]
        assert [first.servers, second.servers] == [entry.servers for entry in acts]

    play(scenario)


def test_that_what_was_done_while_this_console_was_closed_is_in_its_journal_once_and_is_undone_from_there(
    cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", takes_s=0.3):
            async with seated(console(cluster, prefix, "op1"), "op1", tmp_path / "one") as one:
                await (await one.carry_out(QUICK))
            for _ in range(2):
                async with seated(console(cluster, prefix, "op2"), "op2", tmp_path / "two") as two:
                    await two.people.look()
                    (entry,) = told_of(two)
            async with seated(console(cluster, prefix, "op2"), "op2", tmp_path / "two") as two:
                two.desk.history.read_new()
                await two.until(lambda: len(two.out()) == 1)
                await (await two.carry_out(f"undo {entry.number}"))
                assert two.phase() is Phase.FINISHED, two.desk.progress.sentence

    asyncio.run(asyncio.wait_for(work(), 90))


class Watcher:
    """The alarms of a console: looked at, and heard of from others, as its window would."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.keeper = AlarmKeeper(seat.desk.history.keep_alarms, lambda: None, seat.desk.name)
        self.now = 1_000.0

    async def look(self, seconds: float = 1.0, *, short: bool = True) -> Alarm | None:
        self.now += seconds
        await self.seat.people.look()
        self.keeper.hear(tuple(steps_in(self.seat.desk.history.heard_elsewhere())))
        state = self.seat.state
        kept = state.fleet.state.copy()
        if short:
            state.fleet.state[:20] = ServerState.FAILED
        state.fleet.recount()
        state.time = self.now
        readings = readings_of(state)
        state.fleet.state[:] = kept
        state.fleet.recount()
        await self.keeper.look(readings)
        found = [one for one in self.keeper.reading.alarms if (one.key.about, one.key.scope) == ("index", "region")]
        return found[0] if found else None


async def settled(*watchers: Watcher) -> list[Alarm | None]:
    """Let alarms be raised, for those hold back; then tell and hear."""
    for _ in range(40):
        found = [await one.look(5.0) for one in watchers]
    return found


def test_that_an_alarm_seen_at_one_machine_is_seen_at_the_other_until_it_is_over(
    cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with (
            seeded(cluster, f"{prefix}fleet/"),
            seated(console(cluster, prefix, "op1"), "op1", tmp_path / "one") as one,
            seated(console(cluster, prefix, "op2"), "op2", tmp_path / "two") as two,
        ):
            await quiet(one)
            await quiet(two)
            here, there = Watcher(one), Watcher(two)
            assert [alarm.standing for alarm in await settled(here, there)] == [Standing.RAISED] * 2
            await here.keeper.act(AcknowledgeAlarm("index"))
            await here.look()
            seen = await there.look()
            assert (seen.standing, seen.by) == (Standing.ACKNOWLEDGED, "op1")
            await there.keeper.act(ShelveAlarm("index", 30, "known"))
            await there.look()
            shelf = (await here.look()).shelf
            assert (shelf.operator, shelf.reason) == ("op2", "known")
            async with seated(console(cluster, prefix, "op3"), "op3", tmp_path / "three") as three:
                await quiet(three)
                late = Watcher(three)
                late.now = here.now
                found = (await settled(late))[0]
                assert (found.standing, found.by, found.shelf.operator) == (Standing.ACKNOWLEDGED, "op1", "op2")
            # It is over, and comes again: what was said of the one before is not said of this one.
            for _ in range(40):
                await here.look(5.0, short=False)
                await there.look(5.0, short=False)
            found = await settled(here, there)
            assert [(alarm.standing, alarm.shelf) for alarm in found] == [(Standing.RAISED, None)] * 2
            async with seated(console(cluster, prefix, "op3"), "op3", tmp_path / "three") as three:
                await quiet(three)
                late = Watcher(three)
                late.now = here.now
                assert (await settled(late))[0].standing is Standing.RAISED
            assert [one for one in two.kinds() if one == ("op2", "alarm")], "what is said here is journaled here"

    asyncio.run(asyncio.wait_for(work(), 90))


def test_that_an_announcement_of_another_machine_is_on_the_page_here_and_known_after_a_restart(
    cluster: Cluster, prefix: str, tmp_path: Path
) -> None:
    async def begun(seat: Seat) -> None:
        seat.jobs = Jobs(lambda text: None)
        seat.desk.page.begin(seat.state, seat.jobs)
        seat.desk.page.see(seat.state)
        await seat.until(lambda: seat.desk.page._is_ready)

    def titles(seat: Seat) -> list[str]:
        seat.desk.page.hear(seat.desk.history.heard_elsewhere())
        reading = seat.desk.page._keeper.page()
        return [one.title for one in reading.announcements]

    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/"):
            async with (
                seated(console(cluster, prefix, "op1", PAGE), "op1", tmp_path / "one") as one,
                seated(console(cluster, prefix, "op2", PAGE), "op2", tmp_path / "two") as two,
            ):
                await begun(one)
                await begun(two)
                text = 'announce "Orders are slow" for shop status investigating'
                await one.desk.page.act(parse(text, vocabulary_of(one.state)).command)
                await two.until(lambda: titles(two) == ["Orders are slow"])
                await two.until(lambda: [one for one in two.journal.entries() if one.kind is Kind.PAGE])
                (entry,) = [one for one in two.journal.entries() if one.details.get("from")]
                assert outcome(entry).startswith("by op1 at another machine: announcement 1: Orders are slow")
                await one.jobs.aclose()
                await two.jobs.aclose()
            async with seated(console(cluster, prefix, "op2", PAGE), "op2", tmp_path / "two") as two:
                await begun(two)
                assert [one.title for one in two.desk.page._keeper.page().announcements] == ["Orders are slow"]
                await two.people.look()
                assert titles(two) == ["Orders are slow"]
                assert len([one for one in two.journal.entries() if one.details.get("from")]) == 1
                await two.jobs.aclose()

    asyncio.run(asyncio.wait_for(work(), 90))
