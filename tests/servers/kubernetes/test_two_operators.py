"""Two operators who drain one cluster at once, and `kubectl drain` beside one: budgets hold, and nodes are empty or whole."""

import asyncio
import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.servers.kubernetes.control_plane import needs_control_plane, program
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import acting, until, wave
from topology.links.fleet_source import Answer, Floors
from topology.links.kubernetes.actor import KubernetesActor

pytestmark = needs_control_plane()
NODES, EACH = 12, 6
REPLICAS, LEAST = 24, 18


@pytest.fixture
def full(empty_shop: Shop) -> Iterator[Shop]:
    """A shop where what is evicted stays away, so that budgets run out: as where no other node has room."""
    with Kubelets(empty_shop.plane):
        empty_shop.open(NODES, {"index": REPLICAS, "billing": REPLICAS}, budgets=False)
        for name in ("index", "billing"):
            empty_shop.budget(name, LEAST)
        empty_shop.settle()
    with Kubelets(empty_shop.plane, revives=False):
        yield empty_shop


async def drained(source: KubernetesActor, execution: str, nodes: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Take nodes one by one, each tried a few times; gives those taken, and those that were too soon to the end."""
    taken, waiting = set[str](), set[str]()
    for number, name in enumerate(nodes, 1):
        for attempt in range(8):
            answer = await source.take(wave(number * 10 + attempt, name, execution=execution), Floors())
            if answer.servers(Answer.DONE):
                taken.add(name)
                break
            assert answer.servers(Answer.TOO_SOON) == (name,), answer
            await asyncio.sleep(0.3)
        else:
            waiting.add(name)
    return taken, waiting


def test_that_of_two_operators_each_budget_ends_at_its_floor_and_every_node_is_empty_or_whole(full: Shop) -> None:
    halves = tuple(f"n{number}" for number in range(EACH)), tuple(f"n{number}" for number in range(EACH, NODES))

    async def act() -> None:
        before = {name: len(await asyncio.to_thread(full.on, name)) for half in halves for name in half}
        async with acting("op1") as one, acting("op2") as other:
            await asyncio.gather(one.read(), other.read())
            (mine, waits), (theirs, wait_too) = await asyncio.gather(
                drained(one, "A", halves[0]), drained(other, "B", halves[1])
            )
        taken, waiting = mine | theirs, waits | wait_too
        assert taken
        assert waiting
        await until(lambda: all(not full.on(name) for name in taken))
        after = {name: len(await asyncio.to_thread(full.on, name)) for name in waiting}
        assert after == {name: before[name] for name in waiting}, "a node was half emptied"
        healthy = await asyncio.to_thread(full.healthy)
        assert all(count >= least for count, least in healthy.values()), healthy
        # Nobody could have gone on: each node that waits has more pods of a budget than that has room for.
        for name in waiting:
            pods = await asyncio.to_thread(full.on, name)
            assert any(
                sum(pod.startswith(app) for pod in pods) > healthy[app][0] - LEAST for app in ("index", "billing")
            ), (name, pods, healthy)

    asyncio.run(act())


def named(node: str, lines: list[str]) -> bool:
    """Say whether it was told that a node is emptied in part: kubectl took a budget between the look and the eviction."""
    return any(line.startswith(f"{node}: shop/") and "The disruption budget" in line for line in lines)


@pytest.mark.skipif(program("kubectl") is None, reason="no kubectl; python3 packaging/servers.py builds it")
def test_that_beside_kubectl_drain_no_budget_is_broken_and_what_it_half_emptied_is_its_own(full: Shop) -> None:
    environment = {**os.environ, "KUBECONFIG": str(full.plane.kubeconfig)}
    nodes = [f"n{number}" for number in range(EACH, NODES)]
    command = [str(program("kubectl")), "--context=admin", "drain", *nodes, "--ignore-daemonsets", "--timeout=12s"]

    async def act() -> None:
        before = {f"n{number}": len(await asyncio.to_thread(full.on, f"n{number}")) for number in range(EACH)}
        lines: list[str] = []
        async with acting("op1", lines.append) as source:
            await source.read()
            kubectl = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            taken, waiting = await drained(source, "A", tuple(before))
            said = (await kubectl.communicate())[0].decode()
        await until(lambda: all(not full.on(name) or named(name, lines) for name in taken))
        healthy = await asyncio.to_thread(full.healthy)
        assert all(count >= least for count, least in healthy.values()), healthy
        assert kubectl.returncode == 1
        assert "There are pending nodes to be drained" in said
        assert "Cannot evict pod as it would violate the pod's disruption budget" in said
        for name in waiting:
            assert len(await asyncio.to_thread(full.on, name)) == before[name]

    asyncio.run(act())
