"""What consoles do when members die, freeze, forget or are full, or rights are taken away: each with its sentence."""

import asyncio
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from console.words.anew.looking import looks_sentence
from console.words.refusals.table import refusal_sentence
from tests.served import served
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import act_of, actor, console, described, reader, seeded
from tests.topology.links.live.rig import until
from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import EtcdError
from topology.etcd.values import Put
from topology.fleet.reasons.looking import LedgerRightMissing
from topology.links.description import FixedDescription
from topology.links.fleet_source import ResyncNeeded
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.records.ledger.values import KeptExecution, LedgerError
from topology.region.description import read_region
from topology.region.errors import LinkError

pytestmark = needs_etcd()
PREFIX = "/t/failing/"


def run(work, seconds: float = 90.0) -> None:
    asyncio.run(asyncio.wait_for(work, seconds))


def test_that_without_a_quorum_everything_is_frozen_says_so_and_goes_on_when_it_is_back(own_etcd: Cluster):
    async def work() -> None:
        async with seeded(own_etcd, f"{PREFIX}fleet/"):
            link = console(own_etcd, PREFIX)
            state = await link.load()
            own_etcd.kill(0)
            own_etcd.kill(1)
            await until(lambda: not link.freshness.connected, 20)
            assert "has no leader" in link.freshness.reason or "no member of etcd" in link.freshness.reason
            with pytest.raises(LinkError, match=r"has no leader: fewer than half|no member of etcd|did not answer"):
                await link.remove(act_of(link, "index-0001"))
            assert len(link.joined.following.state.region.roster) == len(state.region.roster)
            with pytest.raises(LedgerError, match=r"no leader: fewer than half of its members|no member of etcd at"):
                await link.meeting.read()
            own_etcd.start_member(0)
            own_etcd.start_member(1)
            await until(lambda: link.freshness.connected, 30)

            async def done() -> bool:
                try:
                    outcome = await link.remove(act_of(link, "index-0005", execution="F"))
                except LinkError:
                    return False
                return outcome.servers(Answer.DONE) == ("index-0005",)

            while not await done():
                pass
            assert await link.outcome("E.1") is None
            await link.aclose()

    run(work())


def test_that_a_frozen_member_holds_up_an_act_for_seconds_and_no_longer(own_etcd: Cluster):
    async def work() -> None:
        async with seeded(own_etcd, f"{PREFIX}fleet/"):
            link = console(own_etcd, PREFIX)
            await link.load()
            ledger, source = link.meeting, link.acts.acting._actor._source  # type: ignore[union-attr] # there: it acts
            frozen = ledger._client._channels.current
            source._client._channels._current = frozen
            own_etcd.freeze(frozen)
            begun = time.monotonic()
            outcome = await link.remove(act_of(link, "index-0001"))
            assert outcome.servers(Answer.DONE) == ("index-0001",)
            assert time.monotonic() - begun < 8.0
            await until(lambda: link.freshness.connected, 20)
            own_etcd.thaw(frozen)
            await link.aclose()

    run(work())


def test_that_what_etcd_forgot_while_nobody_heard_it_is_read_anew(own_etcd: Cluster):
    async def work() -> None:
        async with seeded(own_etcd, f"{PREFIX}fleet/"):
            one, client = reader(own_etcd, f"{PREFIX}fleet/"), own_etcd.client()
            facts = await one.read()
            for _ in range(3):
                newest = (await client.txn((), (Put(f"{PREFIX}fleet/stop/x"),))).revision
            await client.compact(newest)
            with pytest.raises(ResyncNeeded, match="FactsForgotten"):
                await _all_of(one.changes(facts.cursor))
            assert int((await one.read()).cursor) >= newest
            await one.aclose()
            await client.aclose()

    run(work())


def test_that_a_full_etcd_is_said_whatever_is_written_and_can_still_be_read(tmp_path: Path):
    folder = tmp_path / "etcd"
    folder.mkdir()
    small = Cluster(folder, 1, secure=False, options=("--quota-backend-bytes", "2000000"))

    async def work() -> None:
        ledger = EtcdLedger(EtcdAddress(small.members, PREFIX), EtcdClient(small.members))
        await ledger.open("r-1", ())
        with pytest.raises(EtcdError, match="is full and takes no more data; its administrators must make room"):
            await _fill(ledger._client)
        with pytest.raises(LedgerError, match=r"could not be written: etcd at .* is full and takes no more data"):
            await ledger.begin(KeptExecution("E", "", "", 1, "ana"))
        assert (await ledger.read()).region == "r-1"
        await ledger.aclose()

    try:
        small.start()
        run(work())
    finally:
        small.stop()


def test_that_who_loses_the_right_to_write_becomes_a_shadow_that_says_so(own_etcd: Cluster):
    async def work() -> None:
        async with seeded(own_etcd, f"{PREFIX}fleet/"):
            link = console(own_etcd, PREFIX, "op2")
            await link.load()
            assert link.only_looks is None
            await asyncio.to_thread(own_etcd.ctl, "user", "revoke-role", "op2", "operator")
            await asyncio.to_thread(own_etcd.ctl, "user", "grant-role", "op2", "viewer")
            with pytest.raises(LinkError, match="denies it: permission denied"):
                await link.remove(act_of(link, "index-0001"))
            await until(lambda: link.only_looks, 5)
            assert link.only_looks == LedgerRightMissing("op2", was_taken=True)
            assert link.acts.acting is None
            outcome = await link.remove(act_of(link, "index-0001", execution="F"))
            assert refusal_sentence(outcome.refusals[0]) == looks_sentence(link.only_looks)
            await link.aclose()

    run(work())


def test_that_a_viewer_has_a_console_that_sees_everything_and_holds_nothing_that_acts(cluster: Cluster, prefix: str):
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/"):
            link, viewer = console(cluster, prefix), console(cluster, prefix, "eve")
            await link.load()
            state = await viewer.load()
            assert (viewer.operator, len(state.region.roster), viewer.acts.acting) == ("eve", 44, None)
            assert viewer.only_looks == LedgerRightMissing("eve")
            outcome = await viewer.remove(act_of(viewer, "index-0001"))
            assert (outcome.servers(Answer.REFUSED), outcome.refusals[0].code) == (("index-0001",), "read-only")
            await link.remove(act_of(link, "index-0005"))
            at = viewer.joined.following.state.fleet.position["index-0005"]
            await until(lambda: viewer.joined.following.state.fleet.state[at] != 1, 5)
            with pytest.raises(LinkError, match="eve may only look"):
                await viewer.stop("E", "eve")
            await link.aclose()
            await viewer.aclose()

    run(work())


def test_that_a_stop_from_another_console_holds_at_once_and_is_seen_there_within_a_second(
    cluster: Cluster, prefix: str
):
    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", takes_s=30):
            one, other = console(cluster, prefix), console(cluster, prefix, "op2")
            state = await one.load()
            await other.load()
            assert (await one.remove(act_of(one, "index-0001"))).servers(Answer.DONE)
            heard = asyncio.ensure_future(_heard_stop(one, state.revision))
            async with served() as taken:
                back = await other.stop("E", "op2")
                batch = await heard
            assert taken.seconds < 1.0
            assert (batch.operation, batch.actor, back) == ("E.stop", "op2", ("index-0001",))
            outcome = await one.remove(act_of(one, "index-0005", number=2))
            assert outcome.refusals[0].code == "stopped"
            await one.aclose()
            await other.aclose()

    run(work())


async def _heard_stop(link, after):
    async for batch in link.events(after):
        if batch.operation == "E.stop":
            return batch
    raise AssertionError("the events ended")


async def _all_of(changes) -> None:
    async with aclosing(changes):
        async for _ in changes:
            pass


async def _fill(client: EtcdClient) -> None:
    for number in range(400):
        await client.txn((), (Put(f"/t/fill/{number}", b"x" * 100_000),))


def test_that_a_ledger_that_is_not_heard_makes_everything_unknown_though_the_source_answers(
    own_etcd: Cluster, tmp_path: Path
):
    folder = tmp_path / "other"
    folder.mkdir()
    other = Cluster(folder, 1)

    async def work() -> None:
        async with seeded(other, f"{PREFIX}fleet/"):
            source = actor(other, f"{PREFIX}fleet/", "op1")
            address = EtcdAddress(own_etcd.members, f"{PREFIX}ledger/")
            ledger = EtcdLedger(address, own_etcd.client("op1"), "op1")
            description = FixedDescription(read_region(described(), "shop.toml"))
            link = LiveLink("op1", description, source, ledger, actor=source)
            await link.load()
            await until(lambda: link.freshness.connected, 5)
            own_etcd.kill(0)
            own_etcd.kill(1)
            await until(lambda: not link.freshness.connected, 20)
            assert "could not be watched: " in link.freshness.reason
            own_etcd.start_member(0)
            await until(lambda: link.freshness.connected, 30)
            await link.aclose()

    try:
        other.start()
        run(work())
    finally:
        other.stop()
