"""What goes wrong while nodes are drained: a webhook that refuses, a node that vanishes, a console that dies, wrong clocks."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from console.words.refusals.table import refusal_sentence
from tests.servers.kubernetes.control_plane import needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import acting, follow_until, until, wave
from tests.servers.kubernetes.webhook import WORDS, Webhook
from topology.fleet.obstacles import ObstacleKind
from topology.links.fleet_source import Answer, Floors
from topology.links.kubernetes.client.api import KubernetesApi
from topology.region.server_states import ServerState

pytestmark = needs_control_plane()


@pytest.fixture
def pair(empty_shop: Shop) -> Iterator[Shop]:
    """Two nodes, each with pods of two workloads without budgets."""
    with Kubelets(empty_shop.plane):
        empty_shop.open(2, {"index": 4, "guarded": 4}, budgets=False)
        empty_shop.settle()
        yield empty_shop


def test_that_a_webhook_that_refuses_some_leaves_a_node_half_emptied_by_name_and_the_rest_untouched(pair: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            taken = await source.take(wave(1, "n0", "n1"), Floors())
            assert taken.answers == (("n0", Answer.DONE), ("n1", Answer.REFUSED))
            assert taken.refusals[0].code == "half-emptied"
            assert refusal_sentence(taken.refusals[0]).startswith("n0 is half emptied: shop/guarded-")
            assert WORDS in refusal_sentence(taken.refusals[0])
            left = await asyncio.to_thread(pair.on, "n0")
            assert {name.partition("-")[0] for name in left if name.startswith("guarded")} == {"guarded"}
            assert "n1" not in await asyncio.to_thread(pair.cordoned)

    with Webhook(pair.plane, "guarded"):
        asyncio.run(act())


def test_that_a_webhook_that_refuses_all_refuses_the_node_and_leaves_it_as_it_was(pair: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            before = await asyncio.to_thread(pair.on, "n0")
            taken = await source.take(wave(1, "n0"), Floors())
            assert taken.servers(Answer.REFUSED) == ("n0",)
            assert WORDS in refusal_sentence(taken.refusals[0])
            assert await asyncio.to_thread(pair.on, "n0") == before
            assert await asyncio.to_thread(pair.cordoned) == []

    with Webhook(pair.plane, ""):
        asyncio.run(act())


def test_that_a_node_that_vanishes_while_it_drains_is_gone_and_the_rest_goes_on(empty_shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            assert (await source.take(wave(1, "n0", planned=("n0", "n1")), Floors())).servers(Answer.DONE) == ("n0",)
            await follow_until(source, facts, lambda seen: seen.states["n0"] is ServerState.DRAINING)
            facts = await source.read()
            await asyncio.to_thread(empty_shop.plane.call, "DELETE", "/api/v1/nodes/n0")
            await follow_until(source, facts, lambda seen: "n0" not in seen.states)
            await source.read()
            gone = await source.take(wave(2, "n0"), Floors())
            assert (gone.servers(Answer.REFUSED), gone.refusals[0].code) == (("n0",), "membership")
            assert (await source.take(wave(3, "n1"), Floors())).servers(Answer.DONE) == ("n1",)

    with Kubelets(empty_shop.plane):
        empty_shop.open(3, {}, budgets=False)
        empty_shop.deployment("slow", 3, stays="yes")
        empty_shop.settle()
        asyncio.run(act())


def test_that_whoever_finds_the_wave_of_a_console_that_died_goes_on_emptying_its_nodes(pair: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            await source._cordons.put_on_all([source._mirror.nodes["n0"]], wave(1, "n0"))
            await source._cordons.mark("n0", wave(1, "n0"))  # and it died before the first eviction
        async with acting("op2") as other:
            await other.read()
            assert await asyncio.to_thread(pair.on, "n0")
            found = await other.found("E.1")
            assert found is not None
            assert found.answers == (("n0", Answer.DONE),)
            await until(lambda: not pair.on("n0"))

    asyncio.run(act())


def test_that_a_clock_of_ours_that_is_an_hour_wrong_changes_no_judgement(
    pair: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + 3600)

    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            assert abs(facts.time - true_time()) < 60  # the cluster's own
            assert (await source.take(wave(1, "n0"), Floors())).servers(Answer.DONE) == ("n0",)

    asyncio.run(act())


def test_that_what_stands_in_the_way_of_a_drain_is_told_of_real_pods(pair: Shop) -> None:
    daemon = [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "proxy", "uid": "1", "controller": True}]
    scratch = {"containers": [{"name": "m", "image": "none"}], "volumes": [{"name": "v", "emptyDir": {}}]}
    pair.pod("proxy", "n0", ownerReferences=daemon)
    pair.pod("alone", "n0")
    pair.pod("kept", "n0", scratch, finalizers=["example.org/keep"])
    pair.budget("one", 1, {"app": "index"})
    pair.budget("two", 1, {"app": "index"})

    async def look() -> None:
        async with acting() as source:
            await source.read()
            found = {one.kind: one for one in source.obstacles()["n0"]}
        assert found[ObstacleKind.STAYS].name == "shop/proxy"
        assert found[ObstacleKind.UNOWNED].count == 2
        assert found[ObstacleKind.HELD].name == found[ObstacleKind.SCRATCH].name == "shop/kept"
        assert found[ObstacleKind.CONTESTED].more == "shop/one, shop/two"

    asyncio.run(look())


def test_that_a_dry_run_is_no_reservation_so_budgets_are_counted_here(pair: Shop) -> None:
    """Holds what Kubernetes does, on which the counting of budgets rests."""
    pair.budget("index", 3)
    pair.settle()

    async def ask() -> int:
        async with acting() as source:
            api: KubernetesApi = source._api
            said = 0
            for pod in (one for one in pair.pods() if one["metadata"]["name"].startswith("index")):
                name = pod["metadata"]["name"]
                body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
                body["deleteOptions"] = {"dryRun": ["All"]}  # type: ignore[assignment]
                await api.send("POST", f"/api/v1/namespaces/shop/pods/{name}/eviction", body)
                said += 1
            return said

    assert asyncio.run(ask()) == 4
