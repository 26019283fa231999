"""The shipped adapter over an inventory in SQLite, through the source that everybody uses."""

import os
import signal
import sqlite3
from pathlib import Path

import pytest

from console.words.refusals.table import refusal_sentence
from tests.topology.links.adapter.adapters import floor, inventory, opened, racks, run, states, until, wave
from topology.links.adapter.source import AdapterSource
from topology.links.fleet_source import Answer, ResyncNeeded
from topology.region.errors import LinkError
from topology.region.server_states import ServerState


def pid_of(source: AdapterSource) -> int:
    session = source._keeper.session
    assert session is not None
    assert session.peer is not None
    return session.peer.process.pid  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return inventory(tmp_path / "racks.db")


def test_that_the_whole_inventory_is_read_with_places_and_what_each_server_supports(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            assert (source.region, source.identity.name) == ("racks-test", "op1@racks")
            assert source.abilities.atomic_waves
            facts = await source.read()
        assert facts.names == tuple(f"n{at:03}" for at in range(40))
        assert facts.racks[facts.rack[5]] == ("b", "c1", "r5")
        assert facts.profiles[facts.profile[10]] == (("billing", 2), ("index", 1))
        assert facts.profiles[facts.profile[11]] == (("index", 1),)
        assert set(facts.states) == {ServerState.IN_SERVICE}

    run(work())


def test_that_a_wave_drains_and_is_removed_and_comes_back(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            facts = await source.read()
            taken = await source.take(wave(1, "n001", "n010"), floor(38))
            assert taken.answers == (("n001", Answer.DONE), ("n010", Answer.DONE))
            draining = await until(source, facts.cursor, lambda found: found.wave == "E.1")
            assert list(draining.servers) == [1, 10]
            assert set(draining.states) == {ServerState.DRAINING}
            assert draining.actor == "op1"
            removed = await until(source, draining.cursor, lambda found: ServerState.REMOVED in found.states)
            back = await source.give_back(wave(2, "n001", "n010", undo=True), floor(0))
            assert back.servers(Answer.DONE) == ("n001", "n010")
            await until(source, removed.cursor, lambda found: found.wave == "E.2")
        assert set(states(store).values()) == {"s"}

    run(work())


def test_that_a_wave_below_the_floor_is_refused_whole_in_the_store_itself(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            taken = await source.take(wave(1, "n001", "n002"), floor(39))
            assert taken.servers(Answer.REFUSED) == ("n001", "n002")
            assert [(refusal.code, refusal_sentence(refusal)) for refusal in taken.refusals] == [
                ("floor", "index would keep 38 of the 39 of its floor in region")
            ]
            zone = await source.take(wave(2, "n001", "n003"), floor(19, scope="zone:b"))
            assert zone.servers(Answer.REFUSED) == ("n001", "n003")
        assert set(states(store).values()) == {"s"}

    run(work())


def test_that_the_same_wave_is_done_once(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            first = await source.take(wave(1, "n001"), floor(39))
            again = await source.take(wave(1, "n001"), floor(39))
            assert first == again
            assert await source.found("E.1") == first
            assert await source.found("E.2") is None

    run(work())


def test_that_an_abandoned_wave_never_happens(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            assert await source.found("E.1", abandon=True) is None
            late = await source.take(wave(1, "n001"), floor(0))
            assert late.servers(Answer.REFUSED) == ("n001",)
            assert await source.found("E.1") is None
        assert set(states(store).values()) == {"s"}

    run(work())


def test_that_a_stop_gives_back_what_drains_and_lets_nothing_more_go_until_resumed(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store, drain_s=60), store.parent) as source:
            await source.take(wave(1, "n001", "n002"), floor(0))
            stopped = await source.stop("E")
            assert stopped.servers(Answer.RETURNED) == ("n001", "n002")
            found = await source.found("E.1")
            assert found is not None
            assert found.servers(Answer.RETURNED) == ("n001", "n002")
            assert (await source.take(wave(2, "n003"), floor(0))).servers(Answer.REFUSED) == ("n003",)
            await source.resume("E")
            assert (await source.take(wave(3, "n003"), floor(0))).servers(Answer.DONE) == ("n003",)

    run(work())


def test_that_a_killed_adapter_is_started_again_and_knows_its_waves(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store, drain_s=60), store.parent) as source:
            facts = await source.read()
            taken = await source.take(wave(1, "n001"), floor(39))
            os.kill(pid_of(source), signal.SIGKILL)
            with pytest.raises(LinkError, match="it ended"):
                await until(source, facts.cursor, lambda found: False)
            assert await source.found("E.1") == taken
            again = await source.read()
            assert again.states[1] == ServerState.DRAINING

    run(work())


def test_that_what_others_do_to_the_inventory_is_a_fact(store: Path) -> None:
    async def work() -> None:
        async with opened(racks(store), store.parent) as source:
            facts = await source.read()
            db = sqlite3.connect(store)
            db.execute("UPDATE servers SET state = 'f', actor = 'probe', since = 9 WHERE name = 'n007'")
            db.execute("DELETE FROM servers WHERE name = 'n008'")
            db.commit()
            failed = await until(source, facts.cursor, lambda found: len(found.servers) > 0)
            assert (list(failed.servers), list(failed.states), failed.actor) == ([7], [ServerState.FAILED], "probe")
            gone = await until(source, failed.cursor, lambda found: bool(found.gone))
            assert gone.gone == (8,)
            db.execute("INSERT INTO servers (name, zone, cell, rack) VALUES ('n999', 'a', 'c', 'r')")
            db.commit()
            with pytest.raises(ResyncNeeded, match="n999 joined"):
                await until(source, gone.cursor, lambda found: False)
            db.close()
            assert "n999" in (await source.read()).names

    run(work())
