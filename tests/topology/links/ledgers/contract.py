"""What every kind of ledger promises, whichever file or store it is: the same acts, the same answers, by whichever console.

`TestEveryLedger` runs it over those on one machine; the tests of etcd over the one in etcd.
"""

import asyncio
import json
import sys
from collections.abc import Callable

import pytest

from tests.folders import ROOT
from tests.topology.links.ledgers.consoles import DRAINED_S, Consoles, codes, departed, out, said, server, wave
from topology.execution.journal_entries import JournalHead
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer
from topology.region.errors import LinkError

Make = Callable[..., Consoles]


class LedgerContract:
    """Each law wants *make*, which gives the consoles of one region with a pace and a floor."""

    def test_that_two_consoles_that_act_in_turn_cannot_break_a_floor_together(self, make: Make) -> None:
        consoles = make(floor=6)

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            assert said(await one.remove(wave(1, 2, 3, execution="a"))) == ["done"] * 3
            assert said(await other.remove(wave(4, 5, 6, execution="b"))) == ["done"] * 3
            for link, execution in ((one, "a"), (other, "b")):
                assert codes(await link.remove(wave(7, execution=execution, number=2))) == ["floor"]
            assert await out(one) == await out(other) == [1, 2, 3, 4, 5, 6]

        consoles.run(work())

    def test_that_two_consoles_that_act_at_once_cannot_break_a_floor_together(self, make: Make) -> None:
        consoles = make(floor=7)

        async def work() -> None:
            links = await consoles.opened(), await consoles.opened()

            async def takes(link: LiveLink, execution: str, numbers: range) -> None:
                for at, number in enumerate(numbers, 1):
                    outcome = await link.remove(wave(number, execution=execution, number=at))
                    while said(outcome) == ["too_soon"]:
                        consoles.pass_time(1)
                        outcome = await link.remove(wave(number, execution=execution, number=at))

            await asyncio.gather(takes(links[0], "a", range(1, 7)), takes(links[1], "b", range(7, 13)))
            assert len(await out(links[0])) == 5

        consoles.run(work())

    def test_that_a_wave_on_its_way_counts_for_all_others(self, make: Make) -> None:
        """One console wrote its wave down and sends it; another asks for what both cannot have."""
        consoles = make(floor=9)

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            sent, go = asyncio.Event(), asyncio.Event()
            take = one.source.take

            async def late(*arguments: object) -> object:
                sent.set()
                await go.wait()
                return await take(*arguments)  # type: ignore[arg-type] # as it was called

            one.source.take = late  # type: ignore[union-attr,method-assign,assignment] # a slow way to the source
            first = asyncio.ensure_future(one.remove(wave(1, 2, execution="a")))
            await sent.wait()
            second = await other.remove(wave(3, 4, execution="b"))
            go.set()
            both = [said(await first), said(second)]
            assert both.count(["done"] * 2) == 1
            assert len(await out(other)) == 2

        consoles.run(work())

    def test_that_all_consoles_share_one_pace_which_nothing_that_comes_back_refunds(self, make: Make) -> None:
        consoles = make(pace=3, floor=0)

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            assert said(await one.remove(wave(1, 2, execution="a"))) == ["done"] * 2
            begun = one.now()
            soon = await other.remove(wave(3, 4, execution="b"))
            assert (said(soon), codes(soon), soon.not_before) == (
                ["too_soon"] * 2,
                [],
                pytest.approx(begun + 60, abs=consoles.longer_s),
            )
            assert said(await one.restore(wave(1, 2, execution="u", undo=True))) == ["done"] * 2
            assert said(await other.remove(wave(3, 4, execution="b"))) == ["too_soon"] * 2
            assert (await departed(one), await departed(other)) == (2, 2)
            consoles.pass_time(60 + consoles.longer_s)
            assert said(await other.remove(wave(3, 4, execution="b"))) == ["done"] * 2

        consoles.run(work())

    def test_that_the_same_wave_is_done_once_whoever_sends_it(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one = await consoles.opened()
            first = await one.remove(wave(1, 2))
            assert await one.remove(wave(1, 2)) == first
            await one.finish("e", "halted")
            other = await consoles.opened()
            assert said(await other.remove(wave(1, 2))) == said(first) == ["done"] * 2
            assert said(await other.outcome("e.1")) == ["done"] * 2
            assert (await departed(one), await out(other)) == (2, [1, 2])

        consoles.run(work())

    def test_that_another_wave_under_a_number_that_was_used_is_not_done(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            link = await consoles.opened()
            await link.remove(wave(1))
            assert codes(await link.remove(wave(2))) == ["stale"]
            assert codes(await link.restore(wave(1))) == ["stale"]
            assert await out(link) == [1]

        consoles.run(work())

    def test_that_a_refused_wave_leaves_nothing_behind(self, make: Make) -> None:
        consoles = make(floor=11)

        async def work() -> None:
            link = await consoles.opened()
            assert codes(await link.remove(wave(1, 2))) == ["floor"]
            assert (await link.outcome("e.1"), await departed(link), await out(link)) == (None, 0, [])
            assert said(await link.remove(wave(1, number=2))) == ["done"]

        consoles.run(work())

    def test_that_anybody_stops_and_anybody_lets_go_on(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            await one.remove(wave(1, execution="a"))
            assert await other.stop("a", "sam") == (server(1),)
            assert codes(await one.remove(wave(2, execution="a", number=2))) == ["stopped"]
            assert said(await one.outcome("a.1")) == ["returned"]
            assert said(await other.remove(wave(3, execution="b"))) == ["done"], "what was not stopped goes on"
            later = await consoles.opened()
            await one.finish("a", "stopped")
            assert codes(await later.remove(wave(2, execution="a", number=2))) == ["stopped"]
            await later.resume("a", "pat")
            assert said(await later.remove(wave(2, execution="a", number=2))) == ["done"]
            assert await out(one) == [2, 3]

        consoles.run(work())

    def test_that_an_undo_gives_back_what_was_taken_and_nothing_else(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            await one.remove(wave(1, 2))
            consoles.pass_time(DRAINED_S)
            assert codes(await other.restore(wave(5, execution="v"))) == ["stale"]
            undone = await other.restore(wave(1, 2, execution="u", undo=True))
            assert said(undone) == ["done"] * 2
            assert await other.restore(wave(1, 2, execution="u", undo=True)) == undone
            consoles.pass_time(DRAINED_S)
            assert await out(one) == []

        consoles.run(work())

    def test_that_a_journals_head_is_kept_for_whoever_asks(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            await one.keep_head(JournalHead("journal", 3, "abc"))
            await one.keep_head(JournalHead("other", 9, "xyz"))
            assert await other.kept_head("journal") == JournalHead("journal", 3, "abc")
            await other.keep_head(JournalHead("journal", 4, "def"))
            assert await one.kept_head("journal") == JournalHead("journal", 4, "def")
            assert await one.kept_head("third") is None

        consoles.run(work())

    def test_that_a_number_that_was_given_up_is_never_done(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            assert await one.source.found("e.1", abandon=True) is None  # type: ignore[union-attr] # it acts
            assert codes(await one.remove(wave(1))) == ["stale"]
            await one.finish("e", "halted")
            assert codes(await other.remove(wave(1))) == ["stale"]
            assert (await out(other), await departed(other)) == ([], 0)
            assert said(await other.remove(wave(1, number=2))) == ["done"]

        consoles.run(work())

    def test_that_a_leap_of_the_clock_refills_no_pace_and_lets_nothing_leave_until_acknowledged(
        self, make: Make
    ) -> None:
        consoles = make(pace=2)

        async def work() -> None:
            link = await consoles.opened()
            await link.remove(wave(1, 2))
            await link.finish("e", "finished")
            consoles.clock.leap(7200)
            assert codes(await link.remove(wave(3, execution="f"))) == ["unknown"]
            await link.acknowledge("ana")
            consoles.pass_time(0)
            assert said(await link.remove(wave(3, execution="f"))) == ["too_soon"]
            consoles.pass_time(60 + consoles.longer_s)
            assert said(await link.remove(wave(3, execution="f"))) == ["done"]

        consoles.run(work())

    def test_that_all_of_it_is_there_for_the_next_console(self, make: Make) -> None:
        consoles = make(pace=5)

        async def work() -> None:
            first = await consoles.opened()
            await first.remove(wave(1, 2, execution="a"))
            await first.remove(wave(3, execution="b"))
            assert await first.stop("b", "sam") == (server(3),)
            await first.keep_head(JournalHead("journal", 3, "abc"))
            await first.finish("a", "finished")
            await consoles.close_all()
            again = await consoles.opened()
            assert (await out(again), await departed(again)) == ([1, 2], 3)
            assert [said(await again.outcome(one)) for one in ("a.1", "b.1", "b.2")] == [
                ["done"] * 2,
                ["returned"],
                None,
            ]
            assert codes(await again.remove(wave(4, execution="b", number=2))) == ["stopped"]
            assert said(await again.remove(wave(4, 5, 6, execution="c"))) == ["too_soon"] * 3
            assert await again.kept_head("journal") == JournalHead("journal", 3, "abc")
            consoles.pass_time(DRAINED_S)
            assert said(await again.restore(wave(1, execution="u", undo=True))) == ["done"]

        consoles.run(work())

    def test_that_whoever_carries_an_execution_out_does_it_alone_where_the_ledger_says_who(self, make: Make) -> None:
        consoles = make()

        async def work() -> None:
            one, other = await consoles.opened(), await consoles.opened()
            await one.remove(wave(1))
            assert (one.leases is not None) == consoles.has_leases
            if not consoles.has_leases:
                # On one machine a lock of the journal's folder says it, before the link is asked.
                assert said(await other.remove(wave(2, number=2))) == ["done"]
                return
            with pytest.raises(LinkError, match=r"carried out by .*another console"):
                await other.remove(wave(2, number=2))
            assert await out(other) == [1]

        consoles.run(work())

    @pytest.mark.parametrize("steps", [0, 1, 3, 6, 10, 20])
    def test_that_a_wave_that_was_cut_off_is_done_whole_or_not_at_all(self, make: Make, steps: int) -> None:
        consoles = make()

        async def work() -> None:
            first = await consoles.opened()
            act = asyncio.ensure_future(first.remove(wave(1, 2)))
            for _ in range(steps):
                await asyncio.sleep(0)
            act.cancel()
            await asyncio.gather(act, return_exceptions=True)
            await consoles.close(first)
            await settles(await consoles.opened())

        consoles.run(work())

    def test_that_a_console_killed_amid_a_wave_leaves_it_done_whole_or_not_at_all(self, make: Make) -> None:
        """Killed before the wave is written down, before it is sent, and before its answer is kept."""

        async def killed(consoles: Consoles, point: str) -> None:
            await asyncio.to_thread(consoles.folder.mkdir, exist_ok=True, parents=True)
            program = await asyncio.create_subprocess_exec(
                sys.executable, "-m", PROGRAM, json.dumps(consoles.address), point, cwd=ROOT
            )
            assert await program.wait() == -9
            link = await consoles.opened()
            happened = await settles(link)
            assert happened == (point == "answer")

        for point in ("commit_wave", "take", "answer"):
            consoles = make(part=point)
            consoles.run(killed(consoles, point))


PROGRAM = "tests.topology.links.ledgers.killed_console"


async def settles(link: LiveLink) -> bool:
    """What somebody finds of a wave of whose end nobody knows: it happened as is said, and is done once after all."""
    found = await link.outcome("e.1")
    happened = found is not None
    assert await out(link) == ([1, 2] if happened else [])
    assert await departed(link) == (2 if happened else 0)
    if happened:
        assert said(found) == ["done"] * 2
        again = await link.remove(wave(1, 2))
        assert again.servers(Answer.DONE) == (server(1), server(2))
    else:
        assert said(await link.remove(wave(1, 2, number=2))) == ["done"] * 2
    assert (await out(link), await departed(link)) == ([1, 2], 2)
    return happened
