"""What a simulated region does with waves, stops, undo and time, and that it goes on after a restart."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resources
from console.words.refusals.table import refusal_sentence
from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.links.acts import ActsFile
from topology.links.history import MOST_BATCHES
from topology.links.protocol import Answer, RegionLink, ResyncNeeded, Wave, WaveOutcome
from topology.links.simulated.simulated import SimLink
from topology.links.simulated.store import SimulatedStore
from topology.records.clock import ManualClock, SteadyClock
from topology.region.description import read_region
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

Run = Callable[[Coroutine[None, None, None]], None]
Codes = Callable[[WaveOutcome], list[str]]
S3 = read_region(resources.text("regions/s3-us-east-1/region.toml"), "region.toml")


def wave_of(names: tuple[str, ...], supports: tuple[str, ...], number: int) -> Wave:
    return Wave("e", number, "pat", names, (supports,) * len(names))


def states_of(state: State, *names: str) -> list[str]:
    return [ServerState(state.fleet.state[state.fleet.position[name]]).name.lower() for name in names]


async def caught_up(link: SimLink, state: State) -> list[EventBatch]:
    """Fold what is there already into *state*, and give the batches."""
    found = []
    newest = await link.revision()
    stream = link.events(state.revision)
    while state.revision < newest:
        batch = await anext(stream)
        state.fleet.apply(batch)
        state.revision = batch.revision
        found.append(batch)
    await stream.aclose()  # type: ignore[attr-defined]
    return found


def test_that_a_link_is_what_the_protocol_asks_for(bench: Any) -> None:
    link: RegionLink = bench.sim()
    assert link.abilities.simulated
    assert link.name == "sim:small"


def test_that_a_wave_leaves_at_once_drains_and_is_then_removed(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        names = ("index-0001", "index-0002", "both-0001")
        outcome = await link.remove(bench.wave(*names))
        assert outcome.servers(Answer.DONE) == names
        (batch,) = await caught_up(link, state)
        assert (batch.operation, batch.actor, batch.is_departure) == ("e.1", "pat", True)
        assert states_of(state, *names) == ["draining"] * 3
        assert state.fleet.usage_since(link.now() - 60)[0] == 3
        assert state.fleet.capacity[state.fleet.scopes.region_row[0]] == 17
        link.advance(1.9)
        assert await caught_up(link, state) == []
        link.advance(6.5)
        assert await caught_up(link, state)
        assert states_of(state, *names) == ["removed"] * 3
        await link.aclose()

    run(scenario())


def test_that_a_refused_wave_changes_nothing_and_did_not_happen(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        six = tuple(f"{pool}-000{number}" for pool in ("billing", "both") for number in (1, 2, 3))
        assert codes(await link.remove(bench.wave(*six[:5], "gone"))) == ["stale"]
        assert codes(await link.remove(bench.wave(*six))) == []
        await caught_up(link, state)
        refused = await link.remove(bench.wave("billing-0004", number=2))
        assert [refusal_sentence(found) for found in refused.refusals] == ["billing 2 → 1, floor 2: 1 below"]
        assert refused.servers(Answer.REFUSED) == ("billing-0004",)
        assert await link.outcome("e.2") is None
        assert await caught_up(link, state) == []
        loaded = await link.load()
        assert set(np.flatnonzero(loaded.fleet.state != 1)) == {state.fleet.position[name] for name in six}
        await link.aclose()

    run(scenario())


def test_that_the_same_wave_is_done_once_and_another_under_its_id_is_not_done(
    bench: Any, run: Run, codes: Codes
) -> None:
    async def scenario() -> None:
        link = bench.sim()
        first = await link.remove(bench.wave("index-0001")) if await link.load() else None
        revision = await link.revision()
        assert await link.remove(bench.wave("index-0001")) == first
        assert await link.outcome("e.1") == first
        assert codes(await link.remove(bench.wave("index-0002"))) == ["stale"]
        assert codes(await link.restore(bench.wave("index-0001"))) == ["stale"]
        assert await link.revision() == revision
        await link.aclose()

    run(scenario())


def test_that_too_soon_names_the_moment_from_which_the_same_wave_is_done(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("index-0001", "index-0002", "index-0003", "index-0004"))
        begun = link.now()
        wave = bench.wave("index-0005", "index-0006", "index-0007", number=2)
        outcome = await link.remove(wave)
        assert (outcome.not_before, outcome.refusals) == (begun + 60, ())
        link.advance(59.9)
        assert (await link.remove(wave)).not_before == begun + 60
        link.advance(0.1)
        assert (await link.remove(wave)).not_before is None
        assert len((await link.remove(wave)).servers(Answer.DONE)) == 3
        await link.aclose()

    run(scenario())


def test_that_restores_and_stops_never_refund_the_pace(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        begun = link.now()
        await link.remove(bench.wave(*(f"index-000{number}" for number in range(1, 7))))
        link.advance(1)
        assert len(await link.stop("e", "sam")) == 6
        assert (await link.remove(bench.wave("index-0001", execution="f"))).not_before == begun + 60
        await link.aclose()

    run(scenario())


def test_that_stop_gives_back_what_drains_and_lets_nothing_more_leave(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        names = tuple(f"index-000{number}" for number in range(1, 7))
        await link.remove(bench.wave(*names))
        link.advance(5)
        await caught_up(link, state)
        gone = [name for name in names if states_of(state, name) == ["removed"]]
        assert 0 < len(gone) < 6
        back = await link.stop("e", "sam")
        assert set(back) == set(names) - set(gone)
        await caught_up(link, state)
        assert states_of(state, *back) == ["in_service"] * len(back)
        outcome = await link.outcome("e.1")
        assert set(outcome.servers(Answer.RETURNED)) == set(back)
        assert set(outcome.servers(Answer.DONE)) == set(gone)
        assert await link.stop("e", "sam") == ()
        link.advance(120)
        assert codes(await link.remove(bench.wave("index-0007", number=2))) == ["stopped"]
        assert codes(await link.restore(bench.wave(gone[0], number=3))) == ["stopped"]
        await caught_up(link, state)
        assert states_of(state, *back) == ["in_service"] * len(back)
        await link.resume("e", "pat")
        assert codes(await link.remove(bench.wave("index-0007", number=2))) == []
        await link.aclose()

    run(scenario())


def test_that_the_batch_of_a_stop_says_who_stopped(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        await link.remove(bench.wave("index-0001", "index-0002"))
        await caught_up(link, state)
        assert await link.stop("e", "sam") == ("index-0001", "index-0002")
        assert {(one.operation, one.actor) for one in await caught_up(link, state)} == {("e.stop", "sam")}
        await link.aclose()

    run(scenario())


def test_that_a_stop_that_gives_nothing_back_is_told_with_who_stopped(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link, other = bench.sim(), bench.sim()
        await link.load()
        state = await other.load()
        stream = other.events(state.revision)
        assert await link.stop("e", "sam") == ()
        other.advance(0)
        told = await anext(stream)
        while told.operation is None:
            told = await anext(stream)
        assert (told.operation, told.actor, len(told.servers)) == ("e.stop", "sam", 0)
        await stream.aclose()  # type: ignore[attr-defined]
        await link.aclose()
        await other.aclose()

    run(scenario())


def test_that_stop_gives_back_only_what_its_own_execution_took(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("index-0001", execution="e"))
        await link.remove(bench.wave("index-0002", execution="f"))
        assert await link.stop("e", "sam") == ("index-0001",)
        await link.aclose()

    run(scenario())


def test_that_a_stop_during_the_write_of_a_wave_takes_the_wave_back(
    bench: Any, run: Run, codes: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        stops = []
        append = ActsFile.append

        def slow(acts: ActsFile, act: Any) -> None:
            append(acts, act)
            if act.kind == "remove":  # the disk takes its time, and meanwhile somebody stops
                stops.append(asyncio.run_coroutine_threadsafe(link.stop("e", "sam"), loop))
                while not link.store.is_stopping("e"):
                    pass

        loop = asyncio.get_running_loop()
        monkeypatch.setattr(ActsFile, "append", slow)
        outcome = await link.remove(bench.wave("index-0001"))
        assert codes(outcome) == ["stopped"]
        assert await asyncio.wrap_future(stops[0]) == ()
        assert await link.outcome("e.1") is None
        await caught_up(link, state)
        assert states_of(state, "index-0001") == ["in_service"]
        await link.aclose()

    run(scenario())


def test_that_an_undo_brings_back_what_drains_and_what_is_removed_and_names_what_cannot(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        await link.remove(bench.wave("index-0001", "index-0002", "index-0003"))
        link.advance(60)
        await link.remove(bench.wave("index-0004", number=2))
        link.advance(1)
        names = ("index-0001", "index-0004", "index-0005", "never-0001")
        outcome = await link.restore(bench.wave(*names, execution="u", undo=True))
        assert outcome.servers(Answer.DONE) == ("index-0001", "index-0004")
        assert [refusal_sentence(refusal).split(" ")[0] for refusal in outcome.refusals] == ["index-0005", "never-0001"]
        await caught_up(link, state)
        assert states_of(state, "index-0001", "index-0004") == ["joining", "in_service"]
        link.advance(6)
        await caught_up(link, state)
        assert states_of(state, "index-0001", "index-0003", "index-0004") == ["in_service", "removed", "in_service"]
        link.advance(60)
        await caught_up(link, state)
        assert states_of(state, "index-0004") == ["in_service"]
        assert await link.outcome("u.1") == outcome
        await link.aclose()

    run(scenario())


def test_that_a_restore_takes_only_removed_servers_and_all_or_none(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        await link.remove(bench.wave("index-0001"))
        assert codes(await link.restore(bench.wave("index-0001", execution="r"))) == ["stale"]
        link.advance(10)
        assert codes(await link.restore(bench.wave("index-0001", "index-0002", execution="r"))) == ["stale"]
        assert await link.outcome("r.1") is None
        assert codes(await link.restore(bench.wave("index-0001", execution="r"))) == []
        link.advance(10)
        assert states_of(await link.load(), "index-0001") == ["in_service"]
        await link.aclose()

    run(scenario())


def test_that_a_link_goes_on_after_a_restart_with_drains_stops_and_outcomes(bench: Any, run: Run, codes: Codes) -> None:
    async def scenario() -> None:
        first = bench.sim()
        await first.load()
        outcome = await first.remove(bench.wave("index-0001", "index-0002", "index-0003"))
        await first.stop("f", "pat")
        await first.aclose()
        bench.clock.time += 30
        second = bench.sim()
        state = await second.load()
        assert states_of(state, "index-0001", "index-0002", "index-0003") == ["removed"] * 3
        assert state.fleet.usage_since(second.now() - 60) == (3, {0: 3})
        assert sorted(state.fleet.left[state.fleet.left > 0]) == [1, 2, 3]
        assert await second.outcome("e.1") == outcome
        assert codes(await second.remove(bench.wave("index-0004", execution="f"))) == ["stopped"]
        assert (await second.remove(bench.wave(*(f"index-000{n}" for n in range(4, 8)), number=2))).not_before
        await second.aclose()

    run(scenario())


def test_that_a_loaded_state_is_the_callers_own_and_equals_folding_the_events(run: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        link = SimLink(S3, "sim:s3", tmp_path, clock=ManualClock(1_700_000_000.0))
        state = await link.load()
        failures = 0
        for number in range(1, 5):
            wave_names = tuple(f"billing-own-000{2 * number - one}" for one in (1, 0))
            wave = wave_of(wave_names, ("billing",), number)
            assert len((await link.remove(wave)).servers(Answer.DONE)) == 2
            link.advance(20)
        for batch in await caught_up(link, state):
            failures += int((batch.states == ServerState.FAILED).sum())
        loaded = await link.load()
        assert failures
        assert np.array_equal(loaded.fleet.state, state.fleet.state)
        assert np.array_equal(loaded.fleet.capacity, state.fleet.capacity)
        assert loaded.fleet.usage_since(link.now() - 60) == state.fleet.usage_since(link.now() - 60)
        counted = Fleet(S3)
        counted.state = loaded.fleet.state.copy()
        counted.recount()
        assert np.array_equal(counted.capacity, loaded.fleet.capacity)
        loaded.fleet.state[:] = 0
        assert (await link.load()).fleet.state.any()
        await link.aclose()

    run(scenario())


def test_that_the_same_seed_and_acts_give_the_same_events_however_often_time_is_stepped(
    run: Run, tmp_path: Path
) -> None:
    async def story(folder: str, steps: list[float], seed: int = 2017) -> list[tuple[Any, ...]]:
        link = SimLink(S3, "sim:s3", tmp_path / folder, seed=seed, clock=ManualClock(1_700_000_000.0))
        state = await link.load()
        found: list[tuple[Any, ...]] = [tuple(np.flatnonzero(state.fleet.state != 1).tolist())]
        for number in (1, 2):
            await link.remove(wave_of((f"billing-own-000{number}",), ("billing",), number))
            for seconds in steps:
                link.advance(seconds)
        found += [
            (batch.time, batch.servers.tolist(), batch.states.tolist(), batch.operation)
            for batch in await caught_up(link, state)
        ]
        await link.aclose()
        return found

    async def scenario() -> None:
        once = await story("one", [90.0])
        assert len(once) > 8
        assert await story("two", [0.125] * 240 + [60.0]) == once
        assert await story("three", [45.0, 0.0, 45.0]) == once
        assert await story("four", [90.0]) == once
        assert await story("five", [90.0], seed=7) != once

    run(scenario())


def test_that_link_time_never_runs_backwards_and_drains_still_end(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        await link.remove(bench.wave("index-0001"))
        before = link.now()
        bench.clock.time -= 86_400
        link.advance(0)
        assert link.now() == before
        link.advance(10)
        assert link.now() == before + 10
        await caught_up(link, state)
        assert states_of(state, "index-0001") == ["removed"]
        await link.aclose()
        again = bench.sim()  # started while the clock is still wrong
        await again.load()
        assert again.now() >= before
        await again.remove(bench.wave(*(f"index-000{number}" for number in range(2, 7)), number=2))
        assert (await again.remove(bench.wave("index-0007", number=3))).not_before
        await again.aclose()

    run(scenario())


def test_that_the_clock_goes_on_from_where_it_was() -> None:
    reading = ManualClock(100.0)
    clock = SteadyClock(reading)
    seen = []
    for time in (101.0, 40.0, 41.0, 200.0):
        reading.time = time
        seen.append(clock.now())
    assert seen == [101.0, 101.0, 102.0, 261.0]
    clock.at_least(300.0)
    clock.at_least(250.0)
    assert clock.now() == 300.0


def test_that_readers_of_events_miss_nothing_from_load_on_and_hear_that_all_is_well(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        await link.remove(bench.wave("index-0001"))
        stream = link.events(state.revision)
        assert (await anext(stream)).operation == "e.1"
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        link.advance(0.5)
        heartbeat = await waiting
        assert len(heartbeat.servers) == 0
        assert heartbeat.revision == state.revision + 1
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        link.advance(8)
        assert (await waiting).states.tolist() == [ServerState.REMOVED]
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
        await link.aclose()
        assert await waiting is None

    run(scenario())


def test_that_a_reader_too_far_behind_loads_again(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        state = await link.load()
        for number in range(MOST_BATCHES + 1):
            link.store.happen(0, (ServerState.FAILED, ServerState.IN_SERVICE)[number % 2])
        newest = await link.revision()
        with pytest.raises(ResyncNeeded, match="TooManyFacts"):
            await anext(link.events(state.revision))
        assert (await link.load()).revision == newest
        assert states_of(await link.load(), link.store.region.roster.names[0]) == ["failed"]
        await link.aclose()

    run(scenario())


def test_that_a_link_on_a_real_clock_ticks_by_itself_and_leaves_no_task_behind(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        before = asyncio.all_tasks()
        link = SimLink(bench.region, "sim:small", bench.folder / "acts")
        state = await link.load()
        with pytest.raises(TypeError):
            link.advance(1)
        heartbeat = await anext(link.events(state.revision))
        assert len(heartbeat.servers) == 0
        assert not link.freshness.is_silent(10)
        await link.aclose()
        assert asyncio.all_tasks() == before
        with pytest.raises(LinkError, match="closed"):
            await link.remove(bench.wave("index-0001"))
        assert not link.freshness.connected

    run(scenario())


def test_that_a_world_that_ticks_no_more_grows_old_and_refuses(
    bench: Any, run: Run, codes: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        bench.clock.time += 9
        assert not link.freshness.is_silent(10)
        bench.clock.time += 2
        assert link.freshness.age_s == 11
        assert codes(await link.remove(bench.wave("index-0001"))) == ["unknown"]
        link.advance(0)
        assert codes(await link.remove(bench.wave("index-0001"))) == []
        await link.aclose()

    run(scenario())


def test_that_a_journals_head_is_kept_beside_the_region(bench: Any, run: Run) -> None:
    async def scenario() -> None:
        link = bench.sim()
        await link.load()
        assert await link.kept_head("journal") is None
        await link.keep_head(JournalHead("journal", 1, "aa"))
        await link.keep_head(JournalHead("other", 7, "cc"))
        await link.keep_head(JournalHead("journal", 2, "bb"))
        await link.aclose()
        again = bench.sim()
        await again.load()
        assert await again.kept_head("journal") == JournalHead("journal", 2, "bb")
        await again.aclose()

    run(scenario())


def test_that_without_both_recounts_a_floor_would_break(
    bench: Any, run: Run, monkeypatch: pytest.MonkeyPatch, codes: Codes
) -> None:
    """Takes the guards out one by one and sees the floor break: what the other tests find is the guard's doing."""

    async def take(execution: str) -> WaveOutcome:
        link = bench.sim(fresh=True)
        await link.load()
        await link.remove(
            bench.wave(*(f"billing-000{n}" for n in (1, 2, 3, 4)), "both-0001", "both-0002", execution=execution)
        )
        link.advance(60)
        outcome: WaveOutcome = await link.remove(bench.wave("both-0003", execution=execution, number=2))
        await link.aclose()
        return outcome

    async def scenario() -> None:
        assert codes(await take("e")) == ["floor"]
        monkeypatch.setattr("topology.links.check.recount._floors", lambda *_: ())
        assert codes(await take("f")) == ["floor"]  # the fleet itself counts once more when it acts
        monkeypatch.setattr(SimulatedStore, "_broken", lambda *_: ())
        assert codes(await take("g")) == []

    run(scenario())
