"""What a simulated region does when its clock leaps, its acts are put back, or it is busy while somebody stops."""

import asyncio
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from topology.fleet.lowered import ClockAhead
from topology.links.protocol import ResyncNeeded, WaveOutcome
from topology.links.simulated.simulated import SimLink
from topology.region.description import read_region
from topology.region.errors import LinkError

Run = Callable[[Coroutine[None, None, None]], None]
Codes = Callable[[WaveOutcome], list[str]]


def test_that_acts_put_back_to_an_older_copy_under_an_open_console_end_all_acting(
    bench: Any, run: Run, tmp_path: Path
) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.aclose()
        old = tmp_path / "old.db"
        shutil.copy(bench.acts, old)
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("billing-0001"))
        source, target = sqlite3.connect(old), sqlite3.connect(bench.acts)
        source.backup(target)
        source.close()
        target.close()
        with pytest.raises(LinkError, match="was put back to an older state while it was open: act 1 is gone"):
            await link.remove(bench.wave("billing-0002", number=2))
        link.advance(1)
        assert "was put back to an older state" in (await link.load()).freshness.reason
        with pytest.raises(LinkError, match="was put back to an older state"):
            await link.stop("e", "ana")
        await link.aclose()

    run(scenario())


def test_that_a_console_begun_after_the_clock_was_set_back_is_not_earlier_than_another_though_nobody_acted(
    bench: Any, run: Run
) -> None:
    async def scenario() -> None:
        one = bench.sim()
        await one.load()
        before = one.now()
        bench.clock.time -= 60
        other = bench.sim()
        await other.load()
        assert other.now() >= before
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_a_leap_of_the_clock_holds_up_acting_and_refills_no_pace_until_and_after_it_is_acknowledged(
    bench: Any, run: Run, codes: Codes
) -> None:
    async def scenario() -> None:
        one, other = bench.sim(), bench.sim()
        await one.load()
        state = await other.load()
        for number, name in enumerate(("index-0001", "index-0002", "index-0003"), 1):
            assert codes(await one.remove(bench.wave(name, number=number))) == []
        bench.clock.leap(7_200)
        for link in (one, other):
            link.advance(0)
            assert (await link.load()).unacknowledged == (ClockAhead(7_200.0),)
        with pytest.raises(ResyncNeeded, match="OwnClockLeapt"):
            await anext(other.events(state.revision))
        assert codes(await other.remove(bench.wave("index-0004", execution="f"))) == ["unknown"]
        assert codes(await one.restore(bench.wave("index-0001", execution="u", undo=True))) == []
        await one.acknowledge("ana")
        other.advance(0)
        assert (await other.load()).unacknowledged == ()
        wave = bench.wave("billing-0001", "billing-0002", "index-0004", "index-0005", execution="f", number=2)
        outcome = await other.remove(wave)
        assert outcome.not_before is not None
        assert 0 < outcome.not_before - other.now() <= 60
        await one.aclose()
        await other.aclose()

    run(scenario())


def test_that_a_year_that_the_clock_leaps_is_jumped_over(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        text = bench.text.replace("count = 16", "count = 2600")
        link = SimLink(read_region(text, "r"), "sim:large", bench.folder / "acts", clock=bench.clock)
        await link.load()
        bench.clock.leap(365 * 86_400)
        link.advance(0)
        before = time.process_time()
        await link.acknowledge("ana")
        assert time.process_time() - before < 2
        assert link.now() == bench.clock.time
        await link.aclose()

    run(scenario())


def test_that_a_stop_waits_for_no_reading_of_the_description(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.file()
        await link.load()
        source = link.store.description
        reading, go_on = threading.Event(), threading.Event()

        def read_for_long(now: float) -> bool:
            reading.set()
            return go_on.wait(20)

        source.look = read_for_long
        bench.clock.time += 1
        looking = asyncio.ensure_future(asyncio.to_thread(link.store.tick))
        await asyncio.to_thread(reading.wait, 5)
        async with asyncio.timeout(5):
            await link.stop("e", "ana")
        assert not go_on.is_set()
        go_on.set()
        await looking
        await link.aclose()

    run(scenario())


def test_that_a_stop_is_written_though_the_region_is_busy(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        one, other = bench.file(), bench.file()
        await one.load()
        await other.load()
        held, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with one.store.reading():
                held.set()
                go_on.wait(20)

        holding = asyncio.ensure_future(asyncio.to_thread(hold))
        await asyncio.to_thread(held.wait, 5)
        stopping = asyncio.ensure_future(one.stop("e", "ana"))
        while not other.store.acts_known.stopped:
            await asyncio.sleep(0)
            other.advance(0)
        assert codes(await other.remove(bench.wave("index-0001"))) == ["stopped"]
        assert not stopping.done()
        go_on.set()
        await asyncio.gather(holding, stopping)
        await one.aclose()
        await other.aclose()

    run(scenario())
