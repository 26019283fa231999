"""The source `kubernetes:` acting on a real API server: cordons, evictions, budgets, stops, and what stands in the way."""

import asyncio
import re

import pytest

from console.words.refusals.table import refusal_sentence
from tests.servers.kubernetes.control_plane import needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import Seen, acting, emptied, follow_until, until, wave
from topology.fleet.reasons.looking import AccountRightMissing
from topology.links.fleet_source import Answer, Floors
from topology.links.kubernetes.evicting import evict, pods_of
from topology.region.server_states import ServerState

pytestmark = needs_control_plane()
PLAN = ("n0", "n1", "n2")


def test_that_a_wave_cordons_the_whole_plan_and_empties_its_own_nodes_alone(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            taken = await source.take(wave(1, "n0", planned=PLAN), Floors())
            assert taken.answers == (("n0", Answer.DONE),)
            assert await asyncio.to_thread(shop.cordoned) == list(PLAN)
            seen = await follow_until(source, facts, lambda seen: seen.states["n0"] is ServerState.REMOVED)
            assert seen.states["n1"] is seen.states["n2"] is ServerState.IN_SERVICE
            assert set(seen.causes) == {("E.1", "op1")}
            notes = await asyncio.to_thread(shop.notes, "n0")
            assert {
                "underkeel.dev/execution": "E",
                "underkeel.dev/wave": "E.1",
                "underkeel.dev/operator": "op1",
            }.items() <= notes.items()
            assert await asyncio.to_thread(emptied, shop, "n0")
            assert not await asyncio.to_thread(emptied, shop, "n1")

    asyncio.run(act())


def test_that_evicted_pods_become_ready_elsewhere_and_count_there_and_never_on_a_node_of_the_plan(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            before = sum(dict(Seen.of(facts).supports[name])["deployment/shop/index"] for name in ("n1", "n2"))
            await source.take(wave(1, "n0", planned=PLAN), Floors())
            await until(shop.is_settled)
            facts = await source.read()
            seen = await follow_until(source, facts, lambda seen: seen.units("deployment/shop/index") == 12)
            assert dict(seen.supports["n0"]) == {"pool/blue": 1}
            assert sum(dict(seen.supports[name])["deployment/shop/index"] for name in ("n1", "n2")) == before

    asyncio.run(act())


@pytest.mark.parametrize("is_seen", [True, False])
def test_that_a_node_that_others_cordoned_meanwhile_makes_the_whole_plan_stale_and_nothing_stays_cordoned(
    shop: Shop, is_seen: bool
) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            if not is_seen:
                await source._watches.end()  # what others do does not reach us
            await asyncio.to_thread(shop.plane.patch, "/api/v1/nodes/n2", {"spec": {"unschedulable": True}})
            if is_seen:
                await follow_until(source, facts, lambda seen: seen.states["n2"] is ServerState.DRAINING)
            taken = await source.take(wave(1, "n0", planned=PLAN), Floors())
            assert taken.servers(Answer.REFUSED) == ("n0",)
            assert taken.refusals[0].code == "stale"
            assert "n2 could not be cordoned: it was cordoned by somebody else" in refusal_sentence(taken.refusals[0])
            assert await asyncio.to_thread(shop.cordoned) == ["n2"]
            assert not await asyncio.to_thread(emptied, shop, "n0")

    asyncio.run(act())


def test_that_a_node_that_only_wrote_its_health_is_what_the_plan_saw(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            await source._watches.end()  # what others do does not reach us
            status = {"conditions": [{"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "False"}]}
            await asyncio.to_thread(shop.plane.patch, "/api/v1/nodes/n0/status", {"status": status})
            taken = await source.take(wave(1, "n0"), Floors())
            assert taken.servers(Answer.DONE) == ("n0",)

    asyncio.run(act())


def test_that_a_node_waits_untouched_while_a_budget_has_no_room_for_all_of_its_pods(shop: Shop) -> None:
    lines: list[str] = []

    async def act() -> None:
        await asyncio.to_thread(
            shop.plane.patch,
            "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/index",
            {"spec": {"minAvailable": 11}},
        )
        await until(shop.is_settled)
        async with acting(log=lines.append) as source:
            await source.read()
            before = await asyncio.to_thread(shop.on, "n0")
            taken = await source.take(wave(1, "n0", planned=PLAN), Floors())
            assert taken.servers(Answer.TOO_SOON) == ("n0",)
            assert taken.retry_after_s == 5.0
            assert await asyncio.to_thread(shop.on, "n0") == before
            assert "underkeel.dev/wave" not in await asyncio.to_thread(shop.notes, "n0")
        said = r"n0 waits: n0 has \d pods of the budget shop/index, which needs 11 healthy pods and has 12"
        assert [bool(re.fullmatch(said, line)) for line in lines] == [True], lines


def test_that_a_stop_uncordons_what_is_not_empty_and_leaves_what_is(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            await source.take(wave(1, "n0", planned=PLAN), Floors())
            await follow_until(source, facts, lambda seen: seen.states["n0"] is ServerState.REMOVED)
            # What was evicted stands elsewhere by then: on n1 it would be more than its budget ever lets go at once.
            await until(shop.is_settled)
            stopped = await source.stop("E")
            assert stopped.answers == ()
            assert await asyncio.to_thread(shop.cordoned) == ["n0"]
            refused = await source.take(wave(2, "n1", planned=PLAN), Floors())
            assert (refused.servers(Answer.REFUSED), refused.refusals[0].code) == (("n1",), "stopped")
            await source.resume("E")
            await until(shop.is_settled)
            for number in range(3, 30):  # the controller counts the budget anew in its own time
                again = await source.take(wave(number, "n1", planned=PLAN), Floors())
                if again.answers != (("n1", Answer.TOO_SOON),):
                    break
                await asyncio.sleep(1.0)
            assert again.answers == (("n1", Answer.DONE),), again

    asyncio.run(act())


def test_that_a_stop_gives_back_a_node_that_is_still_emptied(empty_shop: Shop) -> None:
    with Kubelets(empty_shop.plane):
        empty_shop.open(2, {}, budgets=False)
        empty_shop.deployment("slow", 2, stays="yes")
        empty_shop.settle()

        async def act() -> None:
            async with acting() as source:
                facts = await source.read()
                assert (await source.take(wave(1, "n0"), Floors())).servers(Answer.DONE) == ("n0",)
                await follow_until(source, facts, lambda seen: seen.states["n0"] is ServerState.DRAINING)
                assert (await source.stop("E")).answers == (("n0", Answer.RETURNED),)
                assert await asyncio.to_thread(empty_shop.cordoned) == []
                found = await source.found("E.1")
                assert found is not None
                assert found.answers == (("n0", Answer.RETURNED),)

        asyncio.run(act())


def test_that_what_never_had_its_turn_is_uncordoned_at_the_end_of_an_execution(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            await source.take(wave(1, "n0", planned=PLAN), Floors())
            await follow_until(source, facts, lambda seen: seen.states["n0"] is ServerState.REMOVED)
            await source.let_go("E")
            assert await asyncio.to_thread(shop.cordoned) == ["n0"]

    asyncio.run(act())


def test_that_an_undo_uncordons_and_a_node_that_is_no_more_is_refused_by_name(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            facts = await source.read()
            await source.take(wave(1, "n0", "n1"), Floors())
            await asyncio.to_thread(shop.plane.call, "DELETE", "/api/v1/nodes/n1")
            back = await source.give_back(wave(2, "n0", "n1"), Floors())
            assert back.answers == (("n0", Answer.DONE), ("n1", Answer.REFUSED))
            assert refusal_sentence(back.refusals[0]) == "the node n1 was not uncordoned: it is no more"
            assert await asyncio.to_thread(shop.cordoned) == []
            assert facts.names

    asyncio.run(act())


def test_that_pods_without_an_owner_and_with_several_budgets_are_refused_by_name_and_nothing_happens(
    shop: Shop,
) -> None:
    async def act() -> None:
        await asyncio.to_thread(shop.pod, "alone", "n0")
        await asyncio.to_thread(shop.budget, "second", 1, {"app": "index"})
        await until(lambda: len(shop.budgets()) == 3)
        async with acting() as source:
            await source.read()
            taken = await source.take(wave(1, "n0"), Floors())
            said = [refusal_sentence(one) for one in taken.refusals]
            assert taken.servers(Answer.REFUSED) == ("n0",)
            assert said[0] == "n0: nobody would make shop/alone anew; move or delete it first"
            assert "has several budgets (shop/index, shop/second), so Kubernetes evicts it never" in said[1]
            assert await asyncio.to_thread(shop.cordoned) == []
            assert "alone" in await asyncio.to_thread(shop.on, "n0")

    asyncio.run(act())


def test_that_a_wave_is_found_by_what_is_written_on_its_nodes_and_one_that_was_given_up_is_never_done(
    shop: Shop,
) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            await source.take(wave(1, "n0"), Floors())
        async with acting("op2") as other:
            await other.read()
            found = await other.found("E.1")
            assert found is not None
            assert found.answers == (("n0", Answer.DONE),)
            assert await other.found("E.2") is None
            assert await other.found("E.2", abandon=True) is None
        async with acting() as source:
            await source.read()
            late = await source.take(wave(2, "n1"), Floors())
            assert (late.servers(Answer.REFUSED), late.refusals[0].code) == (("n1",), "abandoned")

    asyncio.run(act())


def test_that_one_console_sends_at_a_time_and_a_lock_whose_holder_died_is_taken_by_our_own_clock(shop: Shop) -> None:
    path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
    spec = {"holderIdentity": "somebody", "leaseDurationSeconds": 1, "renewTime": "2020-01-01T00:00:00.000000Z"}
    shop.plane.call("POST", path, {"metadata": {"name": "underkeel-waves"}, "spec": spec})

    async def act() -> None:
        async with acting() as source:
            await source.read()
            busy = await source.take(wave(1, "n0"), Floors())
            assert busy.servers(Answer.TOO_SOON) == ("n0",)  # though its clock says that it ended long ago
            assert await asyncio.to_thread(shop.cordoned) == []
            async with asyncio.timeout(10):
                while (taken := await source.take(wave(1, "n0"), Floors())).servers(Answer.TOO_SOON):  # noqa: ASYNC110 - tried again
                    await asyncio.sleep(0.2)
            assert taken.servers(Answer.DONE) == ("n0",)

    asyncio.run(act())


def test_that_a_pod_of_the_same_name_made_anew_is_never_evicted(shop: Shop) -> None:
    async def act() -> None:
        async with acting() as source:
            await source.read()
            await asyncio.to_thread(shop.pod, "twin", "n0")
            old = [one for one in await pods_of(source._api, "n0") if one.key == "shop/twin"]
            await asyncio.to_thread(shop.plane.call, "DELETE", "/api/v1/namespaces/shop/pods/twin")
            await until(lambda: "twin" not in shop.on("n0"))
            await asyncio.to_thread(shop.pod, "twin", "n0")
            found = await evict(source._api, old)
            assert (found.done, found.said) == (1, [])
            twin = next(one for one in await asyncio.to_thread(shop.pods) if one["metadata"]["name"] == "twin")
            assert "deletionTimestamp" not in twin["metadata"]

    asyncio.run(act())


def test_that_who_may_only_look_is_told_which_right_is_missing(shop: Shop) -> None:
    async def look() -> None:
        async with acting("eve") as source:
            assert source.abilities.only_looks == AccountRightMissing("eve", "patch", "nodes")
            await source.read()

    asyncio.run(look())
