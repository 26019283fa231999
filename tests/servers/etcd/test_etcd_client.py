"""What the client of etcd promises, against three real members with TLS and users."""

import asyncio
from contextlib import aclosing

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from topology.etcd.client import EtcdClient
from topology.etcd.errors import CompactedError, DeniedError, UnreachableError
from topology.etcd.identity import common_name
from topology.etcd.values import Absent, Delete, Get, NoneAfter, Put, Unchanged
from topology.region.source import Tls

pytestmark = needs_etcd()


async def put(client: EtcdClient, key: str, value: bytes = b"") -> int:
    return (await client.txn((), (Put(key, value),))).revision


def test_that_a_transaction_does_all_or_nothing_and_says_what_is_there(cluster: Cluster, prefix: str):
    async def work() -> None:
        client = cluster.client()
        first = await client.txn((Absent(f"{prefix}a"),), (Put(f"{prefix}a", b"1"), Put(f"{prefix}b", b"2")))
        again = await client.txn((Absent(f"{prefix}a"),), (Put(f"{prefix}a", b"9"),), (Get(prefix, prefix=True),))
        assert (first.held, again.held) == (True, False)
        assert [(one.key, one.value, one.modified) for one in again.found[0]] == [
            (f"{prefix}a", b"1", first.revision),
            (f"{prefix}b", b"2", first.revision),
        ]
        assert (await client.txn((Unchanged(f"{prefix}a", first.revision),), (Delete(f"{prefix}a"),))).held
        assert await client.get(f"{prefix}a") is None
        await client.aclose()

    asyncio.run(work())


def test_that_a_comparison_of_a_whole_range_sees_a_key_that_was_written_since(cluster: Cluster, prefix: str):
    async def work() -> None:
        client = cluster.client()
        seen = await put(client, f"{prefix}x/1")
        assert (await client.txn((NoneAfter(f"{prefix}x/", seen, prefix=True),), ())).held
        await put(client, f"{prefix}x/2")
        assert not (await client.txn((NoneAfter(f"{prefix}x/", seen, prefix=True),), ())).held
        await client.aclose()

    asyncio.run(work())


def test_that_a_big_range_is_read_in_pages_as_of_one_moment(cluster: Cluster, prefix: str):
    async def work() -> None:
        client = cluster.client()
        for start in range(0, 250, 50):
            await client.txn((), tuple(Put(f"{prefix}k{at:03}", b"old") for at in range(start, start + 50)))
        found: list[bytes] = []
        async for _, page in client.pages(prefix, 100):
            found += [one.value for one in page]
            await put(client, f"{prefix}k249", b"new")
        assert found == [b"old"] * 250
        await client.aclose()

    asyncio.run(work())


def test_that_a_watch_gives_every_change_once_though_its_member_is_killed(cluster: Cluster, prefix: str):
    async def work() -> list[bytes]:
        client = cluster.client()
        after = await put(client, f"{prefix}begin")
        watcher = cluster.client("op2")
        seen: list[bytes] = []
        async with aclosing(watcher.watch(prefix, after)) as batches:  # type: ignore[type-var] # it is a generator

            async def write() -> None:
                for number in range(300):
                    await put(client, f"{prefix}n", str(number).encode())
                    if number == 100:
                        cluster.kill(watcher._channels.current)

            writing = asyncio.ensure_future(write())
            async for batch in batches:
                seen += [event.entry.value for event in batch.events]
                if len(seen) >= 300:
                    break
            await writing
        await client.aclose()
        await watcher.aclose()
        return seen

    try:
        assert asyncio.run(asyncio.wait_for(work(), 60)) == [str(number).encode() for number in range(300)]
    finally:
        for at in range(cluster.count):
            if at not in cluster.processes:
                cluster.start_member(at)


def test_that_a_watch_of_what_is_forgotten_says_that_all_must_be_read_again(cluster: Cluster, prefix: str):
    async def work() -> None:
        client = cluster.client()
        first = await put(client, f"{prefix}a")
        for _ in range(3):
            last = await put(client, f"{prefix}a")
        await client.compact(last)
        batches = client.watch(prefix, first)
        assert not (await anext(batches)).events
        with pytest.raises(CompactedError, match="everything is read again"):
            await anext(batches)
        await client.aclose()

    asyncio.run(work())


def test_that_rights_are_those_of_the_certificates_name(cluster: Cluster, prefix: str):
    async def work() -> None:
        for user, may in (("op1", True), ("eve", False)):
            assert common_name(cluster.tls(user).certificate) == user
            client = cluster.client(user)
            assert await client.may_write(user, prefix) is may
            assert not await client.may_write(user, "/other/")
            await client.aclose()
        eve, nobody = cluster.client("eve"), cluster.client("nobody")
        await eve.read(Get(prefix, prefix=True))
        with pytest.raises(DeniedError, match="permission denied"):
            await put(eve, f"{prefix}a")
        with pytest.raises(DeniedError):
            await nobody.read(Get(prefix, prefix=True))
        without = EtcdClient(cluster.members, Tls(ca=cluster.tls("op1").ca))
        with pytest.raises(UnreachableError, match="no member of etcd at 127"):
            await without.read(Get(prefix), patience_s=0.5)
        for client in (eve, nobody, without):
            await client.aclose()

    asyncio.run(work())


def test_that_a_lease_takes_its_keys_along(cluster: Cluster, prefix: str):
    async def work() -> None:
        client = cluster.client()
        lease = await client.grant(30)
        await client.txn((), (Put(f"{prefix}a", b"", lease),))
        assert 25 <= await client.remaining_s(lease) <= 30
        assert await client.keep_alive(lease)
        await client.revoke(lease)
        await client.revoke(lease)
        assert not await client.keep_alive(lease)
        assert (await client.get(f"{prefix}a"), await client.remaining_s(lease)) == (None, -1)
        await client.aclose()

    asyncio.run(work())
