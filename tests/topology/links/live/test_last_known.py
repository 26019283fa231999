"""What is shown of a live region whose source cannot be reached at the start: what was last known, with its date, and no more."""

import asyncio
from pathlib import Path

import pytest

from console.words.anew.sentences import anew_sentence
from tests.topology.links.live.rig import START, TEXT, Rig, codes, follow, ran, server, until
from tests.topology.links.live.scripted_source import REMOVED, SERVING, ScriptedSource
from topology.fleet.state import State
from topology.links.live.last_known import FILE, KeptFacts, LastKnown, nothing_known
from topology.links.live.link import LiveLink
from topology.links.protocol import ResyncNeeded
from topology.region.errors import LinkError


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


async def seen_once(rig: Rig) -> None:
    """Look at the region as an earlier session did: n0 is out by then, n9 gone and x new."""
    link = rig.link()
    state = await link.load()
    task = asyncio.ensure_future(follow(link, state))
    rig.source.set({"n0": REMOVED})
    rig.source.join(server("x"))
    rig.source.lose("n9")
    await until(lambda: len(state.region.roster) == 11 and state.fleet.state[0] == REMOVED and not names(state)[9])
    task.cancel()
    await link.aclose()


async def opened_without_its_source(rig: Rig) -> tuple[LiveLink, State]:
    rig.source.hangs = {"read"}
    link = rig.link()
    return link, await link.load()


def names(state: State) -> tuple[str, ...]:
    return state.region.roster.names


async def loaded_again(link: LiveLink, state: State) -> tuple[State, str]:
    """Wait until readers are told to load again, with why, and do."""
    try:
        async with asyncio.timeout(10):
            await follow(link, state)
    except ResyncNeeded as fact:
        return await link.load(), "" if fact.why is None else anew_sentence(fact.why)
    raise AssertionError("the stream ended")


def test_that_a_source_that_never_answered_opens_disconnected_with_its_description(rig: Rig) -> None:
    async def work() -> None:
        link, state = await opened_without_its_source(rig)
        assert not link.freshness.connected
        assert "did not answer within 1.5 s; nothing was ever read of it here" in link.freshness.reason
        assert [one.name for one in state.region.subsystems] == ["index", "billing"]
        assert len(state.region.roster) == 0

    ran(rig, work())


def test_that_what_was_last_known_is_shown_with_its_date_and_as_old(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        rig.clock.time += 3 * 3_600
        link, state = await opened_without_its_source(rig)
        assert link.freshness.age_s >= 3 * 3_600
        assert "what is shown was read on 2023-11-14 at 22:13:20 UTC" in link.freshness.reason
        assert sorted(names(state)) == [*(f"n{at}" for at in range(9)), "x"]
        fleet = state.fleet
        assert {name for name in names(state) if fleet.state[fleet.position[name]] != SERVING} == {"n0"}

    ran(rig, work())


def test_that_nothing_can_be_done_on_what_is_only_remembered(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        link, _ = await opened_without_its_source(rig)
        with pytest.raises(LinkError, match="did not answer"):
            await link.remove(rig.wave("n1"))
        assert [what for what, _ in rig.source.calls] == []

    ran(rig, work())


def test_that_the_region_comes_to_life_by_itself_and_everything_is_read_again(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        rig.clock.time += 3_600
        link, state = await opened_without_its_source(rig)
        rig.source.servers["n1"] = server("n1", "az2", "index billing")
        rig.source.hangs = set()
        state, why = await loaded_again(link, state)
        await until(lambda: link.freshness.connected)
        state, why = await loaded_again(link, state) if not why else (state, why)
        assert why == "The source answers, so the region was read."
        assert link.freshness.age_s < 60
        assert state.fleet.state[state.fleet.position["n1"]] == SERVING
        assert state.promises.this_machine_only
        assert codes(await link.remove(rig.wave("n1"))) == []

    ran(rig, work())


def test_that_floors_lowered_while_it_was_down_wait_for_an_acknowledgement(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        rig.text = TEXT.replace('"60%"', '"50%"')
        link, _ = await opened_without_its_source(rig)
        rig.source.hangs = set()
        await until(lambda: link.freshness.connected, 10)
        assert codes(await link.remove(rig.wave("n1"))) == ["unknown"]
        await link.acknowledge("pat")
        assert codes(await link.remove(rig.wave("n1", number=2))) == []

    ran(rig, work())


def test_that_another_region_at_the_address_is_refused_after_what_was_remembered(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        link, _ = await opened_without_its_source(rig)
        rig.source.region = "scripted-2"
        rig.source.hangs = set()
        await until(lambda: "another region answers" in link.freshness.reason, 10)
        assert not link.freshness.connected
        with pytest.raises(LinkError, match="another region answers"):
            await link.remove(rig.wave("n1"))

    ran(rig, work())


def test_that_a_ledger_of_another_region_keeps_it_disconnected_when_the_source_answers(rig: Rig) -> None:
    async def work() -> None:
        await seen_once(rig)
        (rig.folder / FILE).unlink()
        link, _ = await opened_without_its_source(rig)
        rig.source.region = "scripted-2"
        rig.source.hangs = set()
        await until(lambda: "scripted-1" in link.freshness.reason, 10)
        assert not link.freshness.connected

    ran(rig, work())


@pytest.mark.parametrize("damage", [b"", b"not gzip", "half"])
def test_that_a_damaged_memory_is_no_memory(rig: Rig, damage: bytes | str) -> None:
    async def work() -> None:
        await seen_once(rig)
        file = rig.folder / FILE
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] if isinstance(damage, str) else damage)
        link, state = await opened_without_its_source(rig)
        assert "nothing was ever read of it here" in link.freshness.reason
        assert len(state.region.roster) == 0

    ran(rig, work())


def test_that_what_is_kept_of_one_source_is_nothing_of_another(tmp_path: Path) -> None:
    facts = nothing_known(START)
    LastKnown(tmp_path / FILE, "exec:/one").keep(KeptFacts("r", START, facts))
    kept = LastKnown(tmp_path / FILE, "exec:/one").recall()
    assert kept is not None
    assert (kept.region, kept.time) == ("r", START)
    assert LastKnown(tmp_path / FILE, "exec:/other").recall() is None


def test_that_a_fleet_larger_than_a_line_is_kept_whole(tmp_path: Path) -> None:
    source = ScriptedSource({f"n{at:05}": server(f"n{at:05}", f"az{at % 3}") for at in range(25_000)})
    facts = asyncio.run(source.read())
    LastKnown(tmp_path / FILE, "exec:/one").keep(KeptFacts("r", START, facts))
    kept = LastKnown(tmp_path / FILE, "exec:/one").recall()
    assert kept is not None
    assert kept.facts.names == facts.names
    assert kept.facts.racks == facts.racks
    assert kept.facts.profiles == facts.profiles
    for one, other in (("rack", facts.rack), ("profile", facts.profile), ("states", facts.states)):
        assert (getattr(kept.facts, one) == other).all()
