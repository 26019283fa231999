"""A rack whose agent is gone makes its subsystems unknown to every console, until it is back or somebody acknowledged it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from console.words.findings.table import message
from tests.servers.etcd.cluster import Cluster
from tests.servers.etcd.regions import act_of, console, seeded
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.etcd.values import Delete, Get, Put
from topology.fleet.state import State
from topology.links.etcd.agents import PlayedAgents
from topology.links.etcd.layout import RegionKeys
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer
from topology.planning.plan import Plan
from topology.planning.preview import preview


def planned(state: State, text: str) -> Plan:
    return preview(state, parse(text, vocabulary_of(state)).command)


def unknown(plan: Plan) -> list[str]:
    return [message(one) for one in plan.findings if one.code == "unknown"]


async def until(link: LiveLink, holds: Callable[[State], bool]) -> State:
    async with asyncio.timeout(45):
        while not holds(state := await link.load()):  # noqa: ASYNC110 - an etcd of others is waited for
            await asyncio.sleep(0.05)
    return state


@pytest.fixture
def played(cluster: Cluster, prefix: str) -> Callable[..., None]:
    """Two consoles at a region; a scenario gets them, a client and the keys."""

    async def main(scenario: Callable[..., Awaitable[None]]) -> None:
        async with seeded(cluster, f"{prefix}fleet/", takes_s=30.0) as agents:
            one, other = console(cluster, prefix), console(cluster, prefix, "op2")
            try:
                await one.load()
                await other.load()
                await scenario(one, other, agents, RegionKeys(f"{prefix}fleet/"))
            finally:
                await one.aclose()
                await other.aclose()

    return lambda scenario: asyncio.run(asyncio.wait_for(main(scenario), 90))


def test_that_plans_on_subsystems_of_a_rack_without_its_agent_are_unknown_until_somebody_acknowledged_it(
    played: Callable[..., None],
) -> None:
    async def scenario(one: LiveLink, other: LiveLink, agents: PlayedAgents, keys: RegionKeys) -> None:
        state = await one.load()
        rack = state.region.roster.racks[state.region.roster.rack[state.fleet.position["index-0036"]]]
        place = "/".join(rack)
        before = planned(state, "remove 1 server from index")
        assert not unknown(before)
        await agents._client.txn((), (Delete(keys.agent(rack)),))
        for link in (one, other):
            state = await until(link, lambda state: bool(state.unheard))
            plan = planned(state, "remove 1 server from index")
            assert unknown(plan) == [
                f"how much of index is there is not known: the agent of rack {place} is gone; "
                "see what became of it, then acknowledge"
            ]
        refused = await one.remove(act_of(one, "index-0001"))
        assert refused.refusals[0].code == "unknown"
        await one.acknowledge("op1", unheard=state.unheard)
        for link in (one, other):
            state = await until(link, lambda state: not state.unheard)
            assert not unknown(planned(state, "remove 1 server from index"))
        assert (await one.remove(act_of(one, "index-0001", number=2))).servers(Answer.DONE) == ("index-0001",)

    played(scenario)


def test_that_a_rack_whose_agent_is_back_is_known_and_one_that_goes_again_is_not(played: Callable[..., None]) -> None:
    async def scenario(one: LiveLink, other: LiveLink, agents: PlayedAgents, keys: RegionKeys) -> None:
        racks = (await one.load()).region.roster.racks
        gone = tuple(Delete(keys.agent(rack)) for rack in racks[1:])
        await agents._client.txn((), gone)
        state = await until(one, lambda state: len(state.unheard) == len(gone))
        sentence = unknown(planned(state, "remove 1 server from index"))[0]
        assert f"the agents of racks {'/'.join(racks[1])}, " in sentence
        assert f" and {len(gone) - 3:,} more are gone" in sentence
        await other.acknowledge("op2", unheard=(await until(other, lambda state: len(state.unheard) > 3)).unheard)
        await until(one, lambda state: not state.unheard)
        await agents.appear()
        kept = await agents._client.read(Get(keys.accepted, prefix=True))
        assert kept.found[0] == ()
        await agents._client.txn((), gone)
        state = await until(one, lambda state: bool(state.unheard))
        assert unknown(planned(state, "remove 1 server from index"))
        await agents.appear()
        await until(one, lambda state: not state.unheard)

    played(scenario)


def test_that_a_rack_is_not_acknowledged_whose_agent_came_back_meanwhile(played: Callable[..., None]) -> None:
    async def scenario(one: LiveLink, other: LiveLink, agents: PlayedAgents, keys: RegionKeys) -> None:
        state = await one.load()
        rack = state.region.roster.racks[0]
        await agents._client.txn((), (Delete(keys.agent(rack)),))
        state = await until(one, lambda state: bool(state.unheard))
        await agents._client.txn((), (Put(keys.agent(rack), b""),))
        await one.acknowledge("op1", unheard=state.unheard)
        await agents._client.txn((), (Delete(keys.agent(rack)),))
        await until(one, lambda state: [one.place for one in state.unheard] == [rack])

    played(scenario)
