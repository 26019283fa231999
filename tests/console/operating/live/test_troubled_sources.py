"""Whatever a real source does wrong is one sentence; nothing is lost by it, and nothing is done twice."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from console.operating.regions import address_of, folder_of, open_link
from console.words.anew.sentences import anew_sentence
from console.words.refusals.table import refusal_sentence
from tests.console.operating.live.described_racks import described_racks, trusted
from tests.folders import ROOT
from tests.topology.links.adapter.adapters import inventory, states
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer, ResyncNeeded, Wave, WaveOutcome
from topology.planning.plan import Verdict
from topology.planning.preview import preview

TROUBLED = ROOT / "tests" / "topology" / "links" / "adapter" / "troubled_racks.py"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("RACKS_TOKEN", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return inventory(tmp_path / "inventory.db")


def described(store: Path, trouble: str = "none", *, change: Callable[[str], str] = str) -> Path:
    path = store.with_name("racks.toml")
    program = f"exec:{Path(sys.executable).resolve()} {TROUBLED} '{trouble}' {store} --drain-s 0.2"
    path.write_text(change(described_racks(program, 'environment = ["PYTHONPATH", "RACKS_TOKEN"]\n')))
    return trusted(path)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[tuple[LiveLink, State]]:
    link = open_link(address_of(str(path)), folder_of(address_of(str(path))))
    assert isinstance(link, LiveLink)
    try:
        yield link, await link.load()
    finally:
        await link.aclose()


def ran(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 90))


def wave(*names: str, number: int = 1) -> Wave:
    return Wave("e", number, "op1", names, (("index",),) * len(names))


def said(outcome: WaveOutcome) -> str:
    [refusal] = outcome.refusals
    assert "\n" not in refusal_sentence(refusal)
    return refusal_sentence(refusal)


async def told_again(link: LiveLink, state: State) -> tuple[State, str]:
    """Follow until readers are told to load again, and do; gives with it why."""
    try:
        async with asyncio.timeout(20):
            async for batch in link.events(state.revision):
                state.fold(batch)
    except ResyncNeeded as fact:
        return await link.load(), "" if fact.why is None else anew_sentence(fact.why)
    raise AssertionError("the stream ended")


def test_that_a_source_that_takes_two_seconds_for_every_answer_is_waited_for(store: Path) -> None:
    async def work() -> None:
        async with opened(described(store, "slow")) as (link, state):
            assert len(state.region.roster) == 40
            outcome = await link.remove(wave("n001", "n003"))
            assert outcome.servers(Answer.DONE) == ("n001", "n003")
            assert link.freshness.connected
            again = await link.remove(wave("n001", "n003"))
            assert again.servers(Answer.DONE) == ("n001", "n003")

    ran(work())
    assert [name for name, letter in states(store).items() if letter != "s"] == ["n001", "n003"]


def test_that_a_source_whose_clock_is_an_hour_off_changes_neither_age_nor_pace(store: Path) -> None:
    async def work() -> None:
        async with opened(described(store, "an hour ahead")) as (link, state):
            assert abs(state.time - link.now()) < 60
            assert 0 <= link.freshness.age_s < 10
            assert (await link.remove(wave("n001"))).servers(Answer.DONE) == ("n001",)
            later = await link.load()
            assert [abs(one.time - link.now()) < 60 for one in later.fleet.departures] == [True]

    ran(work())


def test_that_credentials_that_are_missing_are_said_and_the_region_comes_to_life_with_them(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with opened(described(store, "needs a token")) as (link, _):
            assert not link.freshness.connected
            assert "RACKS_TOKEN is not set; write environment" in link.freshness.reason
            monkeypatch.setenv("RACKS_TOKEN", "sesame")
            async with asyncio.timeout(30):
                while not link.freshness.connected:  # noqa: ASYNC110 - the link tells of it by this alone
                    await asyncio.sleep(0.05)
            assert (await link.remove(wave("n001"))).servers(Answer.DONE) == ("n001",)

    ran(work())


@pytest.mark.parametrize(
    ("trouble", "why"), [("expired", "the token of op1 expired"), ("may only look", "op1 may look at this inventory")]
)
def test_that_credentials_that_do_not_do_refuse_the_wave_in_the_sources_words(
    store: Path, trouble: str, why: str
) -> None:
    async def work() -> None:
        async with opened(described(store, trouble)) as (link, _):
            outcome = await link.remove(wave("n001"))
            assert outcome.servers(Answer.REFUSED) == ("n001",)
            assert why in said(outcome)
            assert link.freshness.connected

    ran(work())
    assert set(states(store).values()) == {"s"}


def test_that_a_source_that_loses_half_of_its_servers_lowers_no_floor(store: Path) -> None:
    async def work() -> None:
        async with opened(described(store)) as (link, state):
            with sqlite3.connect(store) as db:
                db.execute("DELETE FROM servers WHERE rowid % 2 = 0")
            db.close()
            async with asyncio.timeout(20):
                async for batch in link.events(state.revision):
                    state.fold(batch)
                    if sum(map(bool, state.region.roster.names)) == 20:
                        break
            scopes = state.fleet.scopes
            row = scopes.region_row[state.region.index["index"]]
            assert (scopes.declared[row], scopes.floor[row], state.fleet.capacity[row]) == (40, 36, 20)
            left = next(name for name in state.region.roster.names if name and not name.endswith("0"))
            outcome = await link.remove(wave(left))
            assert outcome.servers(Answer.REFUSED) == (left,)
            assert "index" in said(outcome)

    ran(work())
    assert set(states(store).values()) == {"s"}


def test_that_a_source_that_gains_a_thousand_servers_shows_them_and_raises_floors(store: Path) -> None:
    async def work() -> None:
        async with opened(described(store)) as (link, state):
            with sqlite3.connect(store) as db:
                names = [f"new{at:04}" for at in range(1000)]
                rows = [(name, "a", "c9", "r9") for name in names]
                db.executemany("INSERT INTO servers (name, zone, cell, rack) VALUES (?, ?, ?, ?)", rows)
                db.executemany("INSERT INTO supports VALUES (?, 'index', 1)", [(name,) for name in names])
            db.close()
            state, why = await told_again(link, state)
            assert why.endswith("joined; the region was read anew.")
            scopes = state.fleet.scopes
            row = scopes.region_row[state.region.index["index"]]
            assert (len(state.region.roster), scopes.declared[row], scopes.floor[row]) == (1040, 1040, 936)

    ran(work())


def test_that_a_subsystem_that_only_the_fleet_has_blocks_what_touches_it(store: Path) -> None:
    without = described(store, change=lambda text: text.replace('name = "billing"', 'name = "invoices"'))

    async def work() -> None:
        async with opened(without) as (link, state):
            [gap] = [one for one in state.region.gaps if "billing" in one]
            assert "state its floor, or every plan that touches it is refused" in gap
            command = parse("remove 1 server from billing", vocabulary_of(state)).command
            assert isinstance(command, Planned)
            plan = preview(state, command)
            assert plan.verdict is Verdict.BLOCKED
            assert "unknown" in [finding.code for finding in plan.findings]
            outcome = await link.remove(Wave("e", 1, "op1", ("n000",), (("billing", "index"),)))
            assert outcome.servers(Answer.REFUSED) == ("n000",)

    ran(work())
    assert set(states(store).values()) == {"s"}


def test_that_a_description_whose_source_changes_while_it_is_open_is_not_followed_there(
    store: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = inventory(tmp_path / "other" / "inventory.db", region="racks-other")
    path = described(store)

    async def work() -> None:
        async with opened(path) as (link, _):
            path.write_text(path.read_text().replace(str(store), str(other)))
            async with asyncio.timeout(20):
                while "another [source]" not in link.freshness.outdated:  # noqa: ASYNC110 - it is looked at twice a second
                    await asyncio.sleep(0.05)
            outcome = await link.remove(wave("n001"))
            assert outcome.servers(Answer.REFUSED) == ("n001",)
            assert "names another [source] now, which is not opened from here" in said(outcome)
            path.write_text(path.read_text().replace(str(other), str(store)))
            async with asyncio.timeout(20):
                while link.freshness.outdated:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert (await link.remove(wave("n001", number=2))).servers(Answer.DONE) == ("n001",)

    ran(work())
    assert set(states(other).values()) == {"s"}
