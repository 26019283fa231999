"""The source `kubernetes:` while its API server dies and comes back, or is another cluster's: on control planes of their own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.kubernetes.control_plane import ControlPlane, needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import Seen, acting, follow_until, looking, wave
from topology.links.fleet_source import Answer, Floors
from topology.region.errors import LinkError

pytestmark = needs_control_plane()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop on a control plane for one test alone, which may harm it."""
    plane = ControlPlane(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
    try:
        plane.start()
        shop = Shop(plane)
        with Kubelets(plane):
            shop.open(3, {"index": 6})
            shop.settle()
            yield shop
    finally:
        plane.stop()


def test_that_an_api_server_killed_and_back_is_followed_on_and_what_went_meanwhile_is_told(own: Shop) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
            await source._watches.end()  # as after a long sleep
            await asyncio.to_thread(own.plane.call, "DELETE", "/api/v1/nodes/n2")
            await asyncio.to_thread(own.plane.kill_api_server)
            with pytest.raises(LinkError, match=r"could not be reached"):
                await follow_until(source, facts, lambda seen: False)
            await asyncio.to_thread(own.plane.forget_history)
            await asyncio.to_thread(own.plane.start_api_server)
            seen = await follow_until(source, facts, lambda seen: "n2" not in seen.states)
            assert sorted(seen.states) == ["n0", "n1"]
            assert any(
                watch.lists == 2 for watch in source._watches.all
            )  # the new server has no history of before: 410
            assert sorted(Seen.of(await source.read()).states) == ["n0", "n1"]

    asyncio.run(look())


def test_that_a_wave_on_a_dead_api_server_fails_and_its_nodes_tell_afterwards_what_became_of_it(own: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            await asyncio.to_thread(own.plane.kill_api_server)
            with pytest.raises(LinkError, match=r"could not be reached"):
                await source.take(wave(1, "n0"), Floors())
            await asyncio.to_thread(own.plane.start_api_server)
            assert await source.found("E.1") is None
            assert (await source.take(wave(1, "n0"), Floors())).servers(Answer.DONE) == ("n0",)

    asyncio.run(act())


def test_that_another_cluster_behind_the_same_name_has_another_id(own: Shop, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = ControlPlane(tmp_path / "other")

    async def look() -> None:
        async with looking() as source:
            await source.read()
            before = source.region
            await asyncio.to_thread(own.plane.stop)
            # The same address, with certificates of the same authority and another cluster behind it.
            other.port, other.authority = own.plane.port, own.plane.authority
            await asyncio.to_thread(other.start)
            await source.read()
            assert source.region != before

    try:
        asyncio.run(look())
    finally:
        other.stop()
