"""What an entry costs until it is on disk, that it does not grow with the journal, and how soon a stop takes effect.

The target for an entry is a median below 1 ms. A disk of a shared machine may itself be slower than that, so the gate also
allows what two plain synced writes take on it in the same run.
"""

import asyncio
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import resources
from console.operating.live.desk import LiveDesk
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Kind
from topology.fleet.state import State
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Confirmation, Effort
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.description import read_region

SERVERS = tuple(f"billing-{number:04}" for number in range(1, 41))
TARGET_S = 0.001
STOP_S = 0.1


def append(journal: Journal) -> None:
    journal.append(Kind.WAVE, "ana", execution="0123456789ab-0123456789ab", servers=SERVERS[:5], details={"wave": 1})


OPENED: list[Journal] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what a test opened."""
    yield
    while OPENED:
        OPENED.pop().close()


def opened(folder: Path) -> Journal:
    OPENED.append(Journal.open(folder))
    return OPENED[-1]


def filled(folder: Path, entries: int) -> Journal:
    journal = opened(folder)
    journal._connection.execute("PRAGMA synchronous = OFF")
    for _ in range(entries):
        append(journal)
    journal._connection.execute("PRAGMA synchronous = FULL")
    return journal


def medians_s(*works: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Give the median of each, done in turn, so that a disk that is busy for a while is busy for all."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(200):
        for work, taken in zip(works, times, strict=True):
            begin = clock()
            work()
            taken.append(clock() - begin)
    return [statistics.median(taken) for taken in times]


def synced_write(folder: Path) -> Callable[[], None]:
    descriptor = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write() -> None:
        os.write(descriptor, b"x" * 4096)
        os.fsync(descriptor)

    return write


def test_what_an_entry_costs(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    benchmark(append, filled(tmp_path, 100))


def test_that_an_entry_is_on_disk_within_a_millisecond(tmp_path: Path) -> None:
    journal = filled(tmp_path, 100)
    plain, entry = medians_s(synced_write(tmp_path), lambda: append(journal))
    assert entry < max(TARGET_S, 2 * plain)


def test_that_an_entry_costs_the_same_in_a_journal_a_hundred_times_as_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = (200, 2_000, 20_000)
    journals = [filled(tmp_path / str(entries), entries) for entries in sizes]
    works = [partial(append, journal) for journal in journals]
    times = medians_s(*works, clock=time.process_time)
    exponent = math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])
    with capsys.disabled():
        shown = ", ".join(f"{count:,}: {taken * 1e3:.2f} ms" for count, taken in zip(sizes, times, strict=True))
        sys.stdout.write(f"\nprocessor time of an entry: {shown}; exponent {exponent:.2f}\n")
    assert exponent < 0.2


def test_that_verifying_takes_a_second_for_a_hundred_thousand_entries_at_most(tmp_path: Path) -> None:
    journal = filled(tmp_path, 5_000)
    begin = time.process_time()
    assert journal.verify().ok
    assert time.process_time() - begin < 5_000 / 100_000 * 4  # a slow machine may take four


def test_that_no_server_leaves_later_than_a_tenth_of_a_second_after_stop(tmp_path: Path) -> None:
    gesture, told, left = asyncio.run(asyncio.wait_for(stopped_execution(tmp_path), 60))
    assert told - gesture < STOP_S
    assert left <= gesture + STOP_S


async def stopped_execution(folder: Path) -> tuple[float, float, float]:
    """Stop an execution on the embedded region; gives when, when the region knew, and when the last server left."""
    region = read_region((resources.path("regions") / "s3-us-east-1" / "region.toml").read_text(), "embedded")
    link = SimLink(region, "sim:embedded", folder / "acts")
    state = await link.load()
    operator = LiveDesk(link, opened(folder / "journal"), "ana", folder / "journal")
    operator.follow(state)
    departed: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follow(link, state, operator, departed))
        command = parse("remove 15 servers from billing", vocabulary_of(state)).command
        assert isinstance(command, Planned)
        plan = preview(state, command)
        await operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        running = tasks.create_task(operator.run())
        while not departed:  # noqa: ASYNC110 - looking is part of the follower's work here
            await asyncio.sleep(0.01)
        gesture = link.now()
        await operator.control("stop")
        told = link.now()
        await running
        # The next wave would have left by then: no drain takes longer than 8 s.
        await asyncio.sleep(9)
        following.cancel()
    await link.aclose()
    return gesture, told, max(departed)


async def follow(link: SimLink, state: State, operator: LiveDesk, departed: list[float]) -> None:
    async for batch in link.events(state.revision):
        state.fleet.apply(batch)
        state.revision, state.time = batch.revision, max(state.time, batch.time)
        if batch.operation is not None and not batch.operation.endswith(".stop"):
            departed.append(batch.time)
        operator.facts_changed()
