"""A region in a real etcd: read, followed, acted on in one step, stopped, and given back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import numpy as np
import pytest

from console.words.refusals.table import refusal_sentence
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import TEXT, actor, floors, reader, region_of, seeded, wave, with_ceiling
from tests.servers.etcd.regions import described as described_text
from topology.etcd.address import EtcdAddress
from topology.etcd.values import Delete, Get, Put
from topology.links.description import FixedDescription
from topology.links.etcd.actor import EtcdActor
from topology.links.etcd.layout import RegionKeys, pack_rack, unpack_capacity, unpack_rack
from topology.links.etcd.reader import LARGEST_WAVE
from topology.links.etcd.seeding import seed
from topology.links.fleet_source import Answer, Changes, Facts, Floors, ScopeFloor, SourceWave
from topology.links.live.link import LiveLink
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.refusals.at_act import BelowFloor
from topology.region.description import read_region
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

pytestmark = needs_etcd()


def states(facts: Facts) -> dict[str, int]:
    return dict(zip(facts.names, facts.states.tolist(), strict=True))


async def serving(one: EtcdActor, subsystem: str = "index") -> int:
    """Count units in service by the counters."""
    found = await one._client.read(Get(one._keys.capacity(subsystem), prefix=True))
    return sum(unpack_capacity(entry.value, entry.key)[0] for entry in found.found[0])


async def recounted(one: EtcdActor, subsystem: str = "index") -> int:
    """Count the same from the racks."""
    facts = await one.read()
    units = [dict(profile).get(subsystem, 0) for profile in facts.profiles]
    in_service = facts.states == ServerState.IN_SERVICE
    return int(sum(np.array(units)[facts.profile[in_service]]))


def on_region(
    cluster: Cluster, prefix: str, work: Callable[[EtcdActor], Awaitable[None]], takes_s: float = 30.0
) -> None:
    """Do something with one console on a seeded region."""

    async def doing() -> None:
        async with seeded(cluster, prefix, takes_s=takes_s):
            one = actor(cluster, prefix)
            await one.read()
            try:
                await work(one)
            finally:
                await one.aclose()

    asyncio.run(asyncio.wait_for(doing(), 60))


def test_that_a_region_put_into_etcd_is_read_as_it_was(cluster: Cluster, prefix: str):
    async def work() -> None:
        async with seeded(cluster, prefix):
            one = reader(cluster, prefix)
            facts, region = await one.read(), region_of()
            assert (one.region, one.identity.name, one.abilities.atomic_waves) == (
                "etcd shop-1",
                "eve",
                True,
            )
            assert sorted(facts.names) == sorted(region.roster.names)
            roster = region.roster
            placed = {name: roster.racks[roster.rack[at]] for at, name in enumerate(roster.names)}
            assert {name: facts.racks[facts.rack[at]] for at, name in enumerate(facts.names)} == placed
            supports = {name: facts.profiles[facts.profile[at]] for at, name in enumerate(facts.names)}
            assert supports["both-0001"] == (("billing", 1), ("index", 2))
            assert set(states(facts).values()) == {ServerState.IN_SERVICE}
            await one.aclose()

    asyncio.run(work())


def test_that_a_prefix_without_a_region_or_with_one_already_is_a_sentence(cluster: Cluster, prefix: str):
    async def work() -> None:
        one = reader(cluster, prefix)
        with pytest.raises(LinkError, match=r"there is no region at etcd://.*; put one there"):
            await one.read()
        await one.aclose()
        async with seeded(cluster, prefix):
            client = cluster.client()
            with pytest.raises(LinkError, match=r"there is a region at etcd://.* already"):
                await seed(client, EtcdAddress(cluster.members, prefix), region_of(), "shop-2")
            await client.aclose()

    asyncio.run(work())


def test_that_a_wave_is_done_in_one_step_and_its_facts_name_it(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        watcher = reader(cluster, prefix)
        facts = await watcher.read()
        names = facts.names[:3]
        plan = wave(1, *names)
        taken = await one.take(plan, floors(49))
        assert taken.servers(Answer.DONE) == names
        async with aclosing(watcher.changes(facts.cursor)) as changes:  # type: ignore[type-var]
            change = await first(changes)
        assert (change.wave, change.actor) == ("E.1", "op1")
        assert {facts.names[at] for at in change.servers.tolist()} == set(names)
        assert set(change.states.tolist()) == {ServerState.DRAINING}
        assert (await serving(one), await recounted(one)) == (49, 49)
        await watcher.aclose()

    on_region(cluster, prefix, work)


async def first(changes) -> Changes:
    async for change in changes:
        if len(change.servers) or change.joined or change.gone or change.moved:
            return change
    raise AssertionError("the changes ended")


def test_that_a_wave_that_would_break_a_floor_of_any_scope_changes_nothing(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        before = await one.read()
        names = before.names[:2]
        zone = f"zone:{before.racks[before.rack[0]][0]}"
        cell = f"cell:{'/'.join(before.racks[before.rack[0]][:2])}"
        held = {"region": 52, zone: 34, cell: 25}
        for number, (scope, units) in enumerate(held.items()):
            refusal = (await one.take(wave(number, *names), floors(units - 1, scope))).refusals[0]
            assert refusal.code == "floor"
            assert refusal.facts == BelowFloor("index", scope, None, units - 2, units - 1)
        assert states(await one.read()) == states(before)

    on_region(cluster, prefix, work)


def test_that_the_same_wave_is_done_once_and_a_given_up_one_never(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        names = (await one.read()).names[:2]
        plan = wave(1, *names)
        first_time, again = await one.take(plan, floors(0)), await one.take(plan, floors(0))
        assert first_time.answers == again.answers
        assert await serving(one) == 50
        other = await one.take(wave(1, "index-0009"), floors(0))
        assert other.servers(Answer.REFUSED) == ("index-0009",)
        assert await one.found("E.7", abandon=True) is None
        late = await one.take(wave(7, "index-0009"), floors(0))
        assert late.refusals[0].code == "abandoned"
        found = await one.found("E.1", abandon=True)
        assert found is not None
        assert found.servers(Answer.DONE) == names

    on_region(cluster, prefix, work)


def test_that_a_stop_gives_back_what_drains_and_lets_nothing_more_leave_until_it_is_resumed(
    cluster: Cluster, prefix: str
):
    async def work(one: EtcdActor) -> None:
        names = (await one.read()).names[:2]
        await one.take(wave(1, *names), floors(0))
        other = actor(cluster, prefix, "op2")
        await other.read()
        assert (await other.stop("E")).servers(Answer.RETURNED) == names
        assert (await serving(one), await recounted(one)) == (52, 52)
        found = await one.found("E.1")
        assert found is not None
        assert found.servers(Answer.RETURNED) == names
        assert (await one.take(wave(2, "index-0009"), floors(0))).refusals[0].code == "stopped"
        await one.resume("E")
        assert (await one.take(wave(2, "index-0009"), floors(0))).servers(Answer.DONE) == ("index-0009",)
        await other.aclose()

    on_region(cluster, prefix, work)


def test_that_agents_end_drains_and_let_servers_join_and_the_counters_follow(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        async def until(name: str, state: ServerState) -> None:
            while states(await one.read())[name] != state:
                pass

        await one.take(wave(1, "both-0001"), floors(0))
        await until("both-0001", ServerState.REMOVED)
        assert await serving(one, "billing") == 7
        ceiling = await one.give_back(wave(2, "both-0001"), with_ceiling(51))
        assert ceiling.refusals[0].code == "ceiling"
        assert (await one.give_back(wave(3, "both-0001"), with_ceiling(52))).servers(Answer.DONE) == ("both-0001",)
        await until("both-0001", ServerState.IN_SERVICE)
        assert (await serving(one), await serving(one, "billing"), await recounted(one)) == (52, 8, 52)

    on_region(cluster, prefix, work, takes_s=0.2)


def test_that_a_rack_whose_agent_is_gone_is_unknown_then_failed_and_counts_for_nothing(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        facts = await one.read()
        place = facts.racks[int(facts.rack[0])]
        dead = [name for at, name in enumerate(facts.names) if facts.racks[facts.rack[at]] == place]
        async with aclosing(one.changes(facts.cursor)) as changes:  # type: ignore[type-var]
            await one._client.txn((), (Delete(one._keys.agent(place)),))
            change = await first(changes)
            assert {facts.names[at] for at in change.servers.tolist()} == set(dead)
            assert set(change.states.tolist()) == {ServerState.FAILED}
            alive = next(name for name in facts.names if name not in dead and name.startswith("index"))
            assert change.unheard is not None
            assert [rack.place for rack in change.unheard] == [place]
            unknown = (await one.take(wave(4, alive), floors(0))).refusals[0]
            assert (unknown.code, refusal_sentence(unknown)) == (
                "unknown",
                f"how much of index is there is not known: the agent of {'/'.join(place)} is gone; acknowledge it",
            )
            await one.accept_unheard("op1", change.unheard)
            while (change := await anext(changes)).unheard is None:
                pass
            assert (change.unheard, (await one.read()).unheard) == ((), ())
            refused = await one.take(wave(1, alive), floors(52 - len(dead)))
            assert refusal_sentence(refused.refusals[0]).startswith(f"index would keep {52 - len(dead) - 1}")
            assert (await one.take(wave(2, dead[0]), floors(0))).refusals[0].code == "stale"
            assert (await one.take(wave(3, alive), floors(52 - len(dead) - 1))).servers(Answer.DONE) == (alive,)
            await one._client.txn((), (Put(one._keys.agent(place), b""),))
            while (change := await first(changes)).wave is not None:
                pass
            assert set(change.states.tolist()) == {ServerState.IN_SERVICE}

    on_region(cluster, prefix, work)


def test_that_a_missing_or_unreadable_counter_is_unknown_and_never_none(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        refused = await one.take(wave(1, "index-0009"), floors(1, subsystem="search"))
        assert refused.refusals[0].code == "unknown"
        key = one._keys.capacity("index", "az1", "c1")
        await one._client.txn((), (Put(key, b"many"),))
        with pytest.raises(LinkError, match="cannot be read, and what cannot be read is not taken for none"):
            await one.take(wave(2, "index-0009"), floors(1))

    on_region(cluster, prefix, work)


def test_that_servers_that_join_leave_or_change_are_told_as_facts(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        facts = await one.read()
        place = facts.racks[int(facts.rack[0])]
        key = RegionKeys(prefix).rack(place)
        async with aclosing(one.changes(facts.cursor)) as changes:  # type: ignore[type-var]
            entry = await one._client.get(key)
            assert entry is not None
            rack = unpack_rack(entry.value, key)
            other = next(number for number in range(len(facts.profiles)) if number != rack.profiles[1])
            new = type(rack)((*rack.names[1:], "extra-1"), rack.states, (other, *rack.profiles[2:], rack.profiles[0]))
            await one._client.txn((), (Put(key, pack_rack(new)),))
            change = await first(changes)
        assert [facts.names[at] for at in change.gone] == [rack.names[0]]
        assert [(server.name, server.place) for server in change.joined] == [("extra-1", place)]
        assert [(facts.names[at], server.supports) for at, server in change.moved] == [
            (rack.names[1], facts.profiles[other])
        ]
        assert (await one.take(wave(1, "extra-1"), floors(0))).servers(Answer.DONE) == ("extra-1",)

    on_region(cluster, prefix, work)


def test_that_what_is_packed_in_another_form_is_said(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        place = (await one.read()).racks[0]
        await one._client.txn((), (Put(one._keys.rack(place), b"\x07abc"),))
        with pytest.raises(LinkError, match="is packed in a form that this version does not know"):
            await one.read()

    on_region(cluster, prefix, work)


def test_that_nothing_leaves_a_rack_whose_agent_goes_while_its_wave_is_judged(cluster: Cluster, prefix: str):
    async def work(one: EtcdActor) -> None:
        facts = await one.read()
        place = facts.racks[int(facts.rack[facts.names.index("index-0009")])]
        other, txn = cluster.client("op4"), one._client.txn

        async def late(compare, *branches, **options):
            if compare:  # it was read and judged; now it is about to be written
                one._client.txn = txn
                await other.txn((), (Delete(one._keys.agent(place)),))
            return await txn(compare, *branches, **options)

        await one._marks_lease()
        one._client.txn = late
        refused = await one.take(wave(1, "index-0009"), floors(0))
        await other.aclose()
        assert [(one.code, refusal_sentence(one)) for one in refused.refusals] == [
            ("stale", f"index-0009 stands in rack {'/'.join(place)}, whose agent is gone")
        ]
        assert states(await one.read())["index-0009"] == ServerState.FAILED

    on_region(cluster, prefix, work)


def test_that_the_largest_wave_of_servers_in_racks_of_their_own_is_done_in_one_step(cluster: Cluster, prefix: str):
    text = TEXT.replace("servers_per_rack = 4", "servers_per_rack = 1").replace("count = 36", "count = 100")

    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", text):
            one = actor(cluster, f"{prefix}fleet/")
            await one.read()
            names = tuple(f"index-{at:04}" for at in range(1, LARGEST_WAVE + 1))
            assert (await one.take(wave(1, *names), floors(40))).servers(Answer.DONE) == names
            marker = await one._client.get(one._keys.act("E.1"))
            assert marker is not None
            assert marker.lease, "it does not stay for ever"
            await one.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))


SPREAD = """format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "600/min"
largest_command = 200
wave = 40
"""
PARTS = ("index", "placement", "billing", "metering")


@pytest.mark.parametrize("floored", ["floor = 0\ncell_floor = 0", "floor = 0"])
def test_that_a_wave_in_as_many_cells_as_servers_of_several_subsystems_is_taken_stopped_and_given_back_in_one_step(
    cluster: Cluster, prefix: str, floored: str
):
    text = SPREAD + "".join(f'[[subsystem]]\nname = "{name}"\n{floored}\n' for name in PARTS)
    text += f"[[pool]]\nname = 'all'\ncount = 80\nsupports = {list(PARTS)!r}\nzones = 'spread'\ncells_per_zone = 40\n"

    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", text, takes_s=30.0):
            one = actor(cluster, f"{prefix}fleet/")
            facts = await one.read()
            cells = {facts.racks[facts.rack[at]][:2]: name for at, name in enumerate(facts.names)}
            names = tuple(sorted(cells.values()))[:LARGEST_WAVE]
            scopes = ["region"] if "cell" not in floored else [f"cell:{zone}/{cell}" for zone, cell in cells]
            held = Floors(tuple(ScopeFloor(part, scope, 0) for part in PARTS for scope in scopes))
            own = tuple((part, 1) for part in sorted(PARTS))
            leave = SourceWave("E.1", "E", "op1", names, (own,) * len(names))
            assert len(cells) == 80
            assert (await one.take(leave, held)).servers(Answer.DONE) == names
            for part in PARTS:
                assert (await serving(one, part), await recounted(one, part)) == (40, 40)
            assert {name for name, answer in (await one.stop("E")).answers if answer is Answer.RETURNED} == set(names)
            assert (await serving(one), await recounted(one)) == (80, 80)
            leave = SourceWave("F.1", "F", "op1", names, (own,) * len(names))
            await one.take(leave, held)
            back = SourceWave("G.1", "G", "op1", names, (own,) * len(names))
            assert (await one.give_back(back, Floors())).servers(Answer.DONE) == names
            assert (await serving(one), await recounted(one)) == (80, 80)
            await one.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))


@pytest.mark.parametrize("kind", ["take", "give_back"])
def test_that_what_is_compared_together_lets_no_wave_rest_on_counters_that_others_wrote_meanwhile(
    cluster: Cluster, prefix: str, kind: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("topology.links.etcd.actor.MOST_COMPARED", 3)

    async def work(one: EtcdActor) -> None:
        names = (await one.read()).names[:2]
        if kind == "give_back":
            await one.take(wave(0, *names), floors(0))
        others, counters, real = [], [], one._client.txn

        async def late(compare, *branches, **options):
            if compare and not others:
                others.append(1)
                # Another writes a counter of the same subsystem, as it is, after it was read here.
                found = (await real((), (Get(one._keys.capacity("index"), prefix=True),))).found[0]
                await real((), (Put(found[-1].key, found[-1].value),))
            answer = await real(compare, *branches, **options)
            if compare:
                counters.append(answer.held)
            return answer

        monkeypatch.setattr(one._client, "txn", late)
        judged = getattr(one, kind)
        assert (await judged(wave(1, *names, execution="F"), floors(0))).servers(Answer.DONE) == names
        assert counters == [False, True]

    on_region(cluster, prefix, work)


def test_that_larger_waves_of_a_description_become_as_large_as_one_step_takes(cluster: Cluster, prefix: str):
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/"):
            source = actor(cluster, f"{prefix}fleet/")
            ledger = EtcdLedger(EtcdAddress(cluster.members, f"{prefix}ledger/"), cluster.client("op1"), "op1")
            described = FixedDescription(read_region(described_text().replace("wave = 4", "wave = 400"), "shop.toml"))
            link = LiveLink("op1", described, source, ledger, actor=source)
            region = (await link.load()).region
            assert region.policy.wave == LARGEST_WAVE
            assert f"waves of 400 become waves of {LARGEST_WAVE}" in region.gaps[0]
            await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))
