"""What a live region shows of its source: servers that come and go, and a source that hangs, lies, or is another one."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.words.anew.sentences import anew_sentence
from console.words.findings.lowered import lowered_sentences
from tests.topology.links.live.rig import TEXT, Rig, answers, codes, follow, ran, server, until
from tests.topology.links.live.scripted_source import DRAINING, SERVING, ScriptedSource
from topology.fleet.promises import Promises
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.links.protocol import ResyncNeeded
from topology.region.errors import LinkError
from topology.region.learnt import Budget


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


async def opened(rig: Rig) -> tuple[LiveLink, State]:
    link = rig.link()
    return link, await link.load()


def numbers(state: State, subsystem: str = "index") -> tuple[int, int, int]:
    """Units in service, declared, and the floor, of the whole region."""
    scopes = state.fleet.scopes
    row = scopes.region_row[state.region.index[subsystem]]
    return int(state.fleet.capacity[row]), int(scopes.declared[row]), int(scopes.floor[row])


async def why_resync(link: LiveLink, state: State) -> str:
    try:
        async with asyncio.timeout(10):
            await follow(link, state)
    except ResyncNeeded as fact:
        return "" if fact.why is None else anew_sentence(fact.why)
    raise AssertionError("the stream ended")


class TestServersThatComeAndGo:
    def test_that_a_thousand_join_without_a_reading(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            task = asyncio.get_running_loop().create_task(follow(link, state))
            rig.source.join(*(server(f"new-{at}", "az2") for at in range(1000)))
            await until(lambda: len(state.region.roster) == 1010)
            assert numbers(state) == (1010, 1010, 606)
            outcome = await link.remove(rig.wave("new-7", "n0"))
            assert answers(outcome) == {"new-7": "done", "n0": "done"}
            await until(lambda: state.fleet.state[state.fleet.position["new-7"]] == DRAINING)
            task.cancel()

        rig.source.abilities = replace(rig.source.abilities, atomic_waves=True)
        ran(rig, work())

    def test_that_a_source_that_loses_half_lowers_no_floor_and_leaves_nothing_to_take(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            task = asyncio.get_running_loop().create_task(follow(link, state))
            rig.source.lose(*(f"n{at}" for at in range(5)))
            await until(lambda: numbers(state)[0] == 5)
            assert numbers(state) == (5, 10, 6)
            assert codes(await link.remove(rig.wave("n5"))) == ["floor"]
            task.cancel()
            await link.aclose()
            _, again = await opened(rig)
            assert numbers(again) == (5, 10, 6), "also for a console that starts later"

        ran(rig, work())

    def test_that_only_an_acknowledgement_lowers_what_is_declared(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            rig.source.lose(*(f"n{at}" for at in range(5)))
            await link.acknowledge("pat")
            assert await why_resync(link, state) == "What the region guards with was acknowledged."
            state = await link.load()
            assert numbers(state) == (5, 5, 3)
            assert codes(await link.remove(rig.wave("n5"))) == []

        ran(rig, work())

    def test_that_a_subsystem_the_fleet_lost_waits_for_an_acknowledgement(self, rig: Rig) -> None:
        async def work() -> None:
            link, _ = await opened(rig)
            await link.aclose()
            for name in ("n8", "n9"):
                del rig.source.servers[name]
            link, state = await opened(rig)
            assert any("billing" in one for one in lowered_sentences(state.unacknowledged))
            assert "unknown" in codes(await link.remove(rig.wave("n0")))
            await link.acknowledge("pat")
            assert (await link.load()).unacknowledged == ()

        ran(rig, work())

    def test_that_a_server_that_moved_counts_where_it_is_now(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            task = asyncio.get_running_loop().create_task(follow(link, state))
            rig.source.move(server("n0", "az9", "billing"))
            await until(lambda: numbers(state)[0] == 9)
            assert state.fleet.place_of(state.fleet.position["n0"]) == ("az9", "c1", "r1")
            assert numbers(state, "billing")[0] == 3
            assert codes(await link.remove(replace(rig.wave("n0"), supports=(("index",),)))) == ["stale"]
            task.cancel()

        ran(rig, work())

    def test_that_a_new_subsystem_is_read_anew_with_its_reason(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            rig.source.join(server("x", "az1", "mystery"))
            assert await why_resync(link, state) == "mystery is new in the fleet, so the region was read anew."
            assert "mystery" in [one.name for one in (await link.load()).region.subsystems]

        ran(rig, work())

    def test_that_a_source_that_gives_no_reason_is_read_anew_all_the_same(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            task = asyncio.get_running_loop().create_task(follow(link, state))
            rig.source.servers["n0"] = replace(rig.source.servers["n0"], state=DRAINING)
            rig.source.asks_anew = True
            rig.source.waiting.set()
            await until(lambda: numbers(state)[0] == 9)
            task.cancel()

        ran(rig, work())


class TestASourceThatIsSilent:
    def test_that_silence_shows_and_stops_every_act_until_it_speaks_again(self, rig: Rig) -> None:
        rig.source.abilities = replace(rig.source.abilities, atomic_waves=True)

        async def work() -> None:
            link, _ = await opened(rig)
            rig.source.hangs = {"changes"}
            await until(lambda: not link.freshness.connected)
            assert "did not answer" in link.freshness.reason
            assert codes(await link.remove(rig.wave("n0"))) == ["unknown"]
            rig.source.hangs = set()
            await until(lambda: link.freshness.connected, 10)
            assert codes(await link.remove(rig.wave("n0", number=2))) == []

        ran(rig, work())

    def test_that_age_is_ours_to_count_whatever_a_source_says_of_its_time(self, rig: Rig) -> None:
        rig.source.time = rig.clock.time + 3_600

        async def work() -> None:
            link, state = await opened(rig)
            assert state.time == pytest.approx(rig.clock.time)
            rig.source.hangs = {"changes"}
            await until(lambda: not link.freshness.connected)
            rig.clock.time += 30
            assert link.freshness.age_s >= 30

        ran(rig, work())

    def test_that_a_stop_waits_for_no_dead_source_and_for_no_act_of_it(self, rig: Rig) -> None:
        async def work() -> None:
            link, _ = await opened(rig)
            loop = asyncio.get_running_loop()
            rig.source.hangs = {"take", "stop", "found", "changes"}
            act = loop.create_task(link.remove(rig.wave("n0")))
            await until(lambda: rig.source.calls and not link.freshness.connected)
            begun = loop.time()
            with pytest.raises(LinkError, match="did not answer"):
                await link.stop("e", "pat")
            assert loop.time() - begun < 1.0
            assert answers(await act) == {"n0": "unknown"}
            rig.source.hangs = set()
            await until(lambda: link.freshness.connected, 10)
            assert codes(await link.remove(rig.wave("n1", number=2))) == ["stopped"]
            assert codes(await link.remove(rig.wave("n1", execution="f"))) == [], "another act is possible"

        ran(rig, work())

    def test_that_closing_waits_for_no_source_that_hangs(self, rig: Rig) -> None:
        async def work() -> None:
            link, _ = await opened(rig)
            rig.source.hangs = {"changes", "aclose", "read"}
            begun = asyncio.get_running_loop().time()
            await link.aclose()
            assert asyncio.get_running_loop().time() - begun < 2.0

        ran(rig, work())


class TestASourceThatBreaksItsWord:
    def test_that_another_region_behind_the_address_is_refused(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            rig.source.region = "scripted-2"
            rig.source.counter = 0
            rig.source.news = []
            rig.source.hangs = {"changes"}
            await until(lambda: not link.freshness.connected)
            rig.source.hangs = set()
            with pytest.raises(LinkError, match="another region answers at this address: scripted-2, not scripted-1"):
                await link.remove(rig.wave("n0"))
            assert rig.source.serving("index") == 10
            assert state.region.name == "shop"

        ran(rig, work())

    def test_that_the_ledger_of_another_region_is_refused(self, rig: Rig) -> None:
        async def work() -> None:
            await opened(rig)
            other = rig.link(ScriptedSource(dict(rig.source.servers), region="elsewhere"))
            state = await other.load()
            assert not state.freshness.connected
            assert "the ledger is that of region scripted-1, not of elsewhere" in state.freshness.reason
            with pytest.raises(LinkError):
                await other.remove(rig.wave("n0"))
            assert not [call for call, _ in other.source._source.calls if call == "take"]

        ran(rig, work())

    def test_that_without_its_ledger_a_region_can_be_looked_at_until_the_ledger_is_whole(self, rig: Rig) -> None:
        path = rig.folder / "ledger.db"
        path.write_bytes(b"no ledger at all" * 100)

        async def work() -> None:
            link = rig.link()
            state = await link.load()
            assert (len(state.region.roster), state.freshness.connected) == (10, False)
            assert str(path) in state.freshness.reason
            with pytest.raises(LinkError, match=r"nothing can be done yet: the ledger .* could not be opened"):
                await link.remove(rig.wave("n0"))
            assert rig.source.serving("index") == 10
            path.unlink()
            with pytest.raises(ResyncNeeded, match="LedgerUsable"):
                async for _ in link.events(state.revision):
                    pass
            assert (await link.load()).freshness.connected
            assert codes(await link.remove(rig.wave("n0"))) == []

        ran(rig, work())

    @pytest.mark.parametrize("name", ["", "two\nlines", "sp ace", "-n", "é", "x" * 254])
    def test_that_a_name_that_is_none_is_refused_whole(self, rig: Rig, name: str) -> None:
        rig.source.servers["wrong"] = server(name)

        async def work() -> None:
            link, state = await opened(rig)
            assert "which is no name; nothing of it is taken" in link.freshness.reason
            assert (link.freshness.connected, len(state.region.roster)) == (False, 0)

        ran(rig, work())

    def test_that_a_server_listed_twice_is_refused_whole(self, rig: Rig) -> None:
        rig.source.servers["again"] = server("n3")

        async def work() -> None:
            link, state = await opened(rig)
            assert "lists n3 twice" in link.freshness.reason
            assert (link.freshness.connected, len(state.region.roster)) == (False, 0)

        ran(rig, work())

    def test_that_a_fact_of_a_server_nobody_listed_makes_it_read_anew(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            rig.source.listed.append("ghost")
            rig.source.servers["ghost"] = server("ghost")
            rig.source.set({"ghost": DRAINING})
            assert await why_resync(link, state) == (
                "The source spoke of a server that it had not listed, so it was read anew."
            )
            assert "ghost" in (await link.load()).fleet.position

        ran(rig, work())

    def test_that_what_others_did_is_told_with_their_name_and_is_no_act_of_ours(self, rig: Rig) -> None:
        async def work() -> None:
            link, state = await opened(rig)
            events = link.events(state.revision)
            rig.source.set({"n0": DRAINING}, actor="autoscaler")
            async for batch in events:
                if len(batch.servers):
                    break
            assert (batch.operation, batch.actor, batch.is_departure) == (None, "autoscaler", False)

        ran(rig, work())

    def test_that_a_server_that_comes_back_behind_our_back_is_seen(self, rig: Rig) -> None:
        rig.source.attributes = False

        async def work() -> None:
            link, state = await opened(rig)
            await link.remove(rig.wave("n0"))
            rig.source.set({"n0": SERVING})
            events = link.events(state.revision)
            seen = []
            async for batch in events:
                seen += [(batch.operation, int(one)) for one in batch.states]
                if len(seen) == 2:
                    break
            assert seen == [("e.1", DRAINING), (None, SERVING)]

        ran(rig, work())


class TestPlaces:
    def test_that_servers_stand_where_the_description_says_when_the_source_does_not(self, rig: Rig) -> None:
        rig.source.servers = {
            one.name: one
            for one in (
                server("n1-a", ""),
                server("web", "", address="10.1.2.3"),
                server("lost", "", address="10.2.0.1"),
                server("known", "az2", address="10.1.0.1"),
            )
        }

        async def work() -> None:
            _, state = await opened(rig)
            places = {name: state.fleet.place_of(at) for name, at in state.fleet.position.items()}
            assert places == {
                "n1-a": ("az2", "c0", "r0"),
                "web": ("az1", "c7", "r0"),
                "lost": ("unplaced", "c0", "r0"),
                "known": ("az2", "c1", "r1"),
            }
            assert any("[[place]]" in gap for gap in state.region.gaps)
            assert state.region.roster.names == ("web", "n1-a", "known", "lost"), "by zone, cell, rack and name"

        ran(rig, work())

    def test_that_a_subsystem_may_be_called_something_else_in_the_source(self, rig: Rig) -> None:
        rig.text = TEXT.replace('name = "index"\n', 'name = "index"\nmatch = "deployment/shop/index"\n')
        for name, one in rig.source.servers.items():
            rig.source.servers[name] = replace(one, supports=(("deployment/shop/index", 1),))

        async def work() -> None:
            link, state = await opened(rig)
            assert numbers(state)[0] == 10
            wave = replace(rig.wave("n0"), supports=(("index",),))
            assert codes(await link.remove(wave)) == []
            sent = rig.source.calls[-1][1]
            assert sent.supports == ((("deployment/shop/index", 1),),)  # type: ignore[attr-defined]
            assert {floor.subsystem for floor in rig.source.floors[-1].floors} == {"deployment/shop/index"}

        ran(rig, work())


@pytest.mark.parametrize("atomic", [False, True])
def test_that_a_state_has_what_its_source_and_its_ledger_promise(rig: Rig, atomic: bool) -> None:
    async def work() -> None:
        _, state = await opened(rig)
        assert state.promises == Promises(
            atomic,
            "others can act",
            returns_load=False,
            restores_by_name=True,
            stops_mid_wave=True,
            this_machine_only=True,
        )

    rig.source.abilities = replace(rig.source.abilities, atomic_waves=atomic, others_act="others can act")
    ran(rig, work())


def test_that_what_happens_while_a_region_is_loaded_is_told_to_who_loads_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        link, _ = await opened(rig)
        following = link.joined.following

        async def asked(*_: object) -> None:
            before = following.state.revision
            rig.source.set({"n0": DRAINING})
            await until(lambda: following.state.revision > before)

        monkeypatch.setattr("topology.links.live.link.note_departures", asked)
        state = await link.load()
        task = asyncio.get_running_loop().create_task(follow(link, state))
        try:
            await until(lambda: state.fleet.state[state.fleet.position["n0"]] == DRAINING)
        finally:
            task.cancel()

    ran(rig, work())


def test_that_a_budget_that_its_source_changes_is_taken_in_though_every_server_is_as_before(rig: Rig) -> None:
    async def work() -> None:
        link, state = await opened(rig)
        assert numbers(state)[2] == 6
        rig.source.budgets = (Budget("index", 8, "budget b"),)
        await link.joined.following.look("the budget b asks for 8")
        assert numbers(await link.load())[2] == 8

    ran(rig, work())
