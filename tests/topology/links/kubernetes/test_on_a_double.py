"""The source `kubernetes:` where there is no API server: on a double that does what was recorded from a real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from console.words.refusals.table import refusal_sentence
from tests.topology.links.kubernetes import facts
from tests.topology.links.kubernetes.double import BUDGETS, NODES, PODS, Double, acting_on, served
from topology.links.fleet_source import Answer, Changes, Floors, SourceWave
from topology.links.kubernetes import actor
from topology.region.errors import LinkError
from topology.region.server_states import ServerState


async def small() -> Double:
    double = Double()
    for number in range(3):
        await double.node(f"n{number}", f"az{number % 2 + 1}")
        await double.pod(f"p{number}", f"n{number}")
    return double


@asynccontextmanager
async def sending(double: Double) -> AsyncIterator[facts.Send]:
    async with served(double) as address, aiohttp.ClientSession() as session:

        async def send(method: str, path: str, body: object = None, *, merges: bool = False) -> tuple[int, Any]:
            kind = {"Content-Type": "application/merge-patch+json"} if merges else {}
            async with session.request(method, address + path, json=body, headers=kind) as answer:
                return answer.status, await answer.json()

        yield send


def uid(double: Double, pod: str) -> str:
    return str(double.objects[PODS][f"shop/{pod}"]["metadata"]["uid"])


def wave(*names: str, number: int = 1, planned: tuple[str, ...] = ()) -> SourceWave:
    return SourceWave(f"E.{number}", "E", "op1", names, tuple(() for _ in names), planned=planned or names)


def test_that_the_double_does_what_was_recorded() -> None:
    async def ask() -> None:
        double = await small()
        async with sending(double) as send:
            await facts.cordon_is_compare_and_set(send)
            await facts.null_takes_away(send)
            await facts.another_uid_is_a_conflict(send, "p0")
            await facts.a_lease_is_made_once(send)
            await double.budget("index", 3)
            await facts.a_spent_budget_is_429(send, "p0", uid(double, "p0"))
            await double.budget("second", 1)
            await facts.several_budgets_are_500(send, "p0", uid(double, "p0"))
            await double.remove(BUDGETS, "shop/index")
            await double.remove(BUDGETS, "shop/second")
            await facts.room_is_201(send, "p0", uid(double, "p0"))

    asyncio.run(ask())


def test_that_a_plan_is_cordoned_whole_and_emptied_node_by_node_as_far_as_budgets_have_room() -> None:
    async def act() -> None:
        double = await small()
        await double.budget("index", 2)
        async with acting_on(double) as source:
            await source.read()
            taken = await source.take(wave("n0", "n1", planned=("n0", "n1", "n2")), Floors())
            assert taken.answers == (("n0", Answer.DONE), ("n1", Answer.TOO_SOON))
            assert all(node["spec"].get("unschedulable") for node in double.objects[NODES].values())
            assert sorted(double.objects[PODS]) == ["shop/p1", "shop/p2"]
            stopped = await source.stop("E")
            assert stopped.answers == ()
            assert [name for name, node in double.objects[NODES].items() if node["spec"].get("unschedulable")] == ["n0"]

    asyncio.run(act())


def test_that_a_version_without_history_is_listed_again_and_what_went_meanwhile_is_told() -> None:
    async def look() -> None:
        double = await small()
        async with acting_on(double) as source:
            found = await source.read()
            await source._watches.end()
            await double.remove(NODES, "n2")
            double.oldest = double.version + 1
            await double.node("n9")
            seen: list[Changes] = []
            async with asyncio.timeout(20), aclosing(source.changes(found.cursor)) as stream:
                async for change in stream:
                    seen.append(change)
                    if any(one.gone for one in seen) and any(one.joined for one in seen):
                        break
            assert [one.name for change in seen for one in change.joined] == ["n9"]
            assert [found.names[at] for change in seen for at in change.gone] == ["n2"]

    asyncio.run(look())


def test_that_what_an_operator_does_shows_with_the_wave_and_what_others_do_without() -> None:
    async def look() -> None:
        double = await small()
        async with acting_on(double) as source:
            found = await source.read()
            await source.take(wave("n0"), Floors())
            n1 = double.objects[NODES]["n1"]
            await double.put(NODES, {**n1, "spec": {"unschedulable": True}})
            causes: dict[str, tuple[str | None, str | None]] = {}
            async with asyncio.timeout(20), aclosing(source.changes(found.cursor)) as stream:
                async for change in stream:
                    for at, state in zip(change.servers.tolist(), change.states.tolist(), strict=True):
                        if state in (ServerState.REMOVED, ServerState.DRAINING):
                            causes[found.names[at]] = (change.wave, change.actor)
                    if len(causes) == 2:
                        break
            assert causes == {"n0": ("E.1", "op1"), "n1": (None, "somebody else with rights on the cluster")}

    asyncio.run(look())


def test_that_a_pod_that_was_put_on_a_node_after_it_was_emptied_is_evicted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actor, "RETRY_S", 0.05)

    async def act() -> None:
        double = await small()
        async with acting_on(double) as source:
            await source.read()
            assert (await source.take(wave("n0"), Floors())).answers == (("n0", Answer.DONE),)
            await double.pod("late", "n0")  # its scheduler had not heard of the cordon
            async with asyncio.timeout(20), double.news:
                await double.news.wait_for(lambda: "shop/late" not in double.objects[PODS])
            assert sorted(double.objects[PODS]) == ["shop/p1", "shop/p2"]

    asyncio.run(act())


def test_that_a_node_that_we_cordoned_already_is_ours_though_the_watch_did_not_bring_it_yet() -> None:
    async def act() -> None:
        double = await small()
        await double.budget("index", 3)
        async with acting_on(double) as source:
            await source.read()
            await source._watches.end()
            assert (await source.take(wave("n0"), Floors())).answers == (("n0", Answer.TOO_SOON),)
            again = await source.take(wave("n0", number=2), Floors())
            assert (again.answers, again.refusals) == ((("n0", Answer.TOO_SOON),), ())

    asyncio.run(act())


def test_that_nothing_is_evicted_from_a_node_that_somebody_uncordoned_unseen_and_what_they_did_stays() -> None:
    async def act() -> None:
        double = await small()
        async with acting_on(double) as source:
            await source.read()
            taken = await source.take(wave("n0", planned=("n0", "n1")), Floors())
            assert taken.servers(Answer.DONE) == ("n0",)
            await source.read()
            await source._watches.end()
            n1 = double.objects[NODES]["n1"]
            await double.put(NODES, {**n1, "spec": {}})
            late = await source.take(wave("n1", number=2, planned=("n0", "n1")), Floors())
            assert late.answers == (("n1", Answer.REFUSED),)
            assert refusal_sentence(late.refusals[0]) == "n1 is not cordoned any more for execution E"
            assert sorted(double.objects[PODS]) == ["shop/p1", "shop/p2"]
            assert "underkeel.dev/wave" not in double.objects[NODES]["n1"]["metadata"]["annotations"]

    asyncio.run(act())


def test_that_who_carries_an_execution_on_evicts_what_the_console_before_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actor, "RETRY_S", 0.05)

    async def act() -> None:
        double = await small()
        async with acting_on(double) as source:
            await source.read()
            assert (await source.take(wave("n0", planned=("n0", "n1")), Floors())).answers == (("n0", Answer.DONE),)
        await double.pod("left", "n0")
        async with acting_on(double) as source:
            await source.read()
            await source.go_on("E")
            async with asyncio.timeout(20), double.news:
                await double.news.wait_for(lambda: "shop/left" not in double.objects[PODS])
            assert sorted(double.objects[PODS]) == ["shop/p1", "shop/p2"], "n1 only waits for its turn"

    asyncio.run(act())


def test_that_a_cluster_without_the_budgets_of_today_is_named_as_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look() -> None:
        double = await small()
        monkeypatch.setattr("tests.topology.links.kubernetes.double.COLLECTIONS", (NODES, PODS))
        async with acting_on(double) as source:
            with pytest.raises(
                LinkError, match=r"this cluster knows no disruption budgets .* older than Kubernetes 1\.22"
            ):
                await source.read()

    asyncio.run(look())
