"""The source `kubernetes:` against a real API server with its real controllers: what is seen of a cluster, and how it changes."""

import asyncio

import pytest

from tests.servers.kubernetes.control_plane import needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import Seen, follow_until, looking, until
from topology.links.fleet_source import ResyncNeeded
from topology.region.server_states import ServerState

pytestmark = needs_control_plane()


def test_that_nodes_are_servers_with_zones_and_subsystems_are_pools_and_workloads(shop: Shop) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
        seen = Seen.of(facts)
        assert sorted(seen.states) == [f"n{number}" for number in range(6)]
        assert seen.places == {f"n{number}": f"az{number % 2 + 1}" for number in range(6)}
        assert set(seen.states.values()) == {ServerState.IN_SERVICE}
        assert seen.units("pool/blue") == 6
        assert seen.units("deployment/shop/index") == 12
        assert seen.units("deployment/shop/billing") == 6
        assert dict(facts.wanted) == {"deployment/shop/index": 12, "deployment/shop/billing": 6}
        assert {(one.subsystem, one.floor, one.name) for one in facts.budgets} == {
            ("deployment/shop/index", 10, "budget shop/index"),
            ("deployment/shop/billing", 4, "budget shop/billing"),
        }
        assert (
            source.region == f"kubernetes {shop.plane.call('GET', '/api/v1/namespaces/kube-system')['metadata']['uid']}"
        )
        assert (source.identity.name, source.identity.authenticated) == ("eve", True)

    asyncio.run(look())


def test_that_what_stays_on_a_node_counts_for_nothing_and_a_pod_that_is_not_ready_neither(empty_shop: Shop) -> None:
    empty_shop.open(2, {}, budgets=False)
    daemon = [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "proxy", "uid": "1", "controller": True}]
    with Kubelets(empty_shop.plane):
        empty_shop.pod("proxy-1", "n0", ownerReferences=daemon)
        empty_shop.pod("static-1", "n0", annotations={"kubernetes.io/config.mirror": "x"})
        empty_shop.deployment("cold", 2, sick="yes")
        empty_shop.deployment("warm", 3)

        async def look() -> None:
            await until(lambda: len([one for one in empty_shop.pods() if one["spec"].get("nodeName")]) == 7)
            async with looking() as source:
                facts = await source.read()
                seen = await follow_until(source, facts, lambda seen: seen.units("deployment/shop/warm") == 3)
            subsystems = {name for own in seen.supports.values() for name, _ in own}
            assert subsystems == {"pool/blue", "deployment/shop/warm"}

        asyncio.run(look())


def test_that_a_budget_of_several_workloads_is_a_subsystem_of_its_own_and_a_bound_for_each(empty_shop: Shop) -> None:
    with Kubelets(empty_shop.plane):
        empty_shop.open(3, {}, budgets=False)
        empty_shop.deployment("a", 4, tier="web")
        empty_shop.deployment("b", 2, tier="web")
        empty_shop.budget("web", 5, {"tier": "web"})
        empty_shop.settle()

        async def look() -> None:
            async with looking() as source:
                facts = await source.read()
            floors = {(one.subsystem, one.floor) for one in facts.budgets}
            assert floors == {("budget/shop/web", 5), ("deployment/shop/a", 3), ("deployment/shop/b", 1)}
            assert {one.name for one in facts.budgets} == {"budget shop/web"}
            assert Seen.of(facts).units("budget/shop/web") == 6

        asyncio.run(look())


def test_that_a_cordon_by_others_shows_as_theirs_and_nodes_join_and_go(shop: Shop) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
            await asyncio.to_thread(shop.plane.patch, "/api/v1/nodes/n1", {"spec": {"unschedulable": True}})
            seen = await follow_until(source, facts, lambda seen: seen.states["n1"] is ServerState.DRAINING)
            assert seen.causes == [(None, "somebody else with rights on the cluster")]
            facts = await source.read()
            await asyncio.to_thread(shop.node, "n9", "az1")
            seen = await follow_until(source, facts, lambda seen: seen.states.get("n9") is ServerState.IN_SERVICE)
            assert seen.places["n9"] == "az1"
            facts = await source.read()
            await asyncio.to_thread(shop.plane.call, "DELETE", "/api/v1/nodes/n9")
            seen = await follow_until(source, facts, lambda seen: "n9" not in seen.states)

    asyncio.run(look())


def test_that_a_node_that_is_not_ready_has_failed(shop: Shop) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
            status = {"conditions": [{"type": "Ready", "status": "Unknown"}]}
            await asyncio.to_thread(shop.plane.patch, "/api/v1/nodes/n2/status", {"status": status})
            await follow_until(source, facts, lambda seen: seen.states["n2"] is ServerState.FAILED)

    asyncio.run(look())


def test_that_pods_that_move_change_what_nodes_support_and_the_number_wanted_makes_it_read_anew(
    empty_shop: Shop,
) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
            before = Seen.of(facts)
            pod = next(name for name in empty_shop.on("n0") if name.startswith("index"))
            await asyncio.to_thread(empty_shop.plane.call, "DELETE", f"/api/v1/namespaces/shop/pods/{pod}")
            seen = await follow_until(source, facts, lambda seen: seen.units("deployment/shop/index") == 11)
            assert seen.supports["n0"] != before.supports["n0"]
            await until(empty_shop.is_settled)
            facts = await source.read()
            assert Seen.of(facts).units("deployment/shop/index") == 12
            scale = "/apis/apps/v1/namespaces/shop/deployments/index"
            await asyncio.to_thread(empty_shop.plane.patch, scale, {"spec": {"replicas": 14}})
            with pytest.raises(ResyncNeeded, match=r"WorkloadWants\(workload='deployment/shop/index', pods=14\)"):
                await follow_until(source, facts, lambda seen: False)

    with Kubelets(empty_shop.plane, ready_after_s=1.0):
        empty_shop.open()
        empty_shop.settle()
        asyncio.run(look())


def test_that_a_changed_budget_makes_it_read_anew_and_says_which(shop: Shop) -> None:
    async def look() -> None:
        async with looking() as source:
            facts = await source.read()
            path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/index"
            await asyncio.to_thread(shop.plane.patch, path, {"spec": {"minAvailable": 12}})
            with pytest.raises(ResyncNeeded, match=r"BudgetAsks\(budget='budget shop/index', needed=12\)"):
                await follow_until(source, facts, lambda seen: False)
            assert {one.floor for one in (await source.read()).budgets} == {12, 4}

    asyncio.run(look())
