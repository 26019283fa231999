"""The world that lives by itself: what it does, and that it does the same each time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import resources
from topology.fleet.batches import EventBatch, batch_of
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.region.description import read_region
from topology.region.server_states import ServerState
from topology.simulation.simulation import MOST_SLOTS, WARM_UP_S, Chance, SimulatedEvent, World, step

REGION = read_region(resources.text("regions/s3-us-east-1/region.toml"), "region.toml")
SMALL = """
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = "5%"
[[subsystem]]
name = "index"
floor = 1990
[[subsystem]]
name = "spare"
floor = 100
[[pool]]
name = "index"
count = 2000
supports = ["index"]
[[pool]]
name = "spare"
count = 1000
supports = ["spare"]
"""


def world_at(time: float = 1_000_000.0) -> World:
    return World.of(REGION, time)


def gathered(world: World, parts: list[float], seed: int = 1) -> list[SimulatedEvent]:
    return [happening for seconds in parts for happening in step(world, seconds, Chance(seed))]


@given(st.lists(st.floats(0, 400), max_size=8), st.integers(0, 5))
def test_that_stepping_in_parts_equals_stepping_at_once(parts: list[float], seed: int) -> None:
    one, other = world_at(), world_at()
    in_parts = gathered(one, parts, seed)
    at_once = gathered(other, [one.time - other.time], seed)
    assert in_parts == at_once
    assert np.array_equal(one.states, other.states)


def test_that_same_seed_and_same_acts_give_the_same_happenings_and_another_seed_does_not() -> None:
    def run(seed: int) -> list[SimulatedEvent]:
        world, chance = world_at(), Chance(seed)
        found = list(step(world, 100, chance))
        for server in range(10):
            world.drain(server, world.time + chance.drain_s("a.1", REGION.roster.names[server]))
        found += step(world, 4, chance)
        world.join(3, world.time + chance.join_s("b.1", REGION.roster.names[3]))
        return found + list(step(world, 300, chance))

    assert run(2017) == run(2017)
    assert run(2017) != run(2018)


def test_that_a_world_begun_later_has_the_same_failures_once_warm() -> None:
    early, late = world_at(1_000_000.0), world_at(1_000_000.0 + 5_000)
    step(early, 5_000 + WARM_UP_S, Chance(3))
    step(late, WARM_UP_S, Chance(3))
    assert np.array_equal(early.states, late.states)
    assert (early.states == ServerState.FAILED).any()


def test_that_calm_churn_fails_and_repairs_a_few_servers_a_minute() -> None:
    happenings = step(world_at(), 600, Chance(2017))
    states = [state for happening in happenings for _, state in happening.changes]
    assert 10 <= states.count(ServerState.FAILED) <= 60
    assert states.count(ServerState.IN_SERVICE) >= states.count(ServerState.FAILED) - MOST_SLOTS


@given(st.integers(0, 1000), st.integers(0, 10**9))
def test_that_calm_churn_by_itself_breaks_no_floor(seed: int, time: int) -> None:
    for region in (REGION, read_region(SMALL, "small.toml")):
        world, fleet = World.of(region, float(time)), Fleet(region)
        for happening in step(world, 900, Chance(seed)):
            fleet.apply(batch_of(1, happening.time, list(happening.changes)))
            floors = fleet.scopes.floor
            assert ((fleet.capacity >= floors) | (floors == NO_FLOOR)).all()
            assert (fleet.state != ServerState.IN_SERVICE).sum() <= MOST_SLOTS
        assert np.array_equal(fleet.state, world.states)


def test_that_a_subsystem_with_no_room_above_its_floor_takes_no_part_in_churn() -> None:
    region = read_region(SMALL, "small.toml")
    world = World.of(region, 0.0)
    assert {region.roster.names[server].split("-")[0] for server in world.candidates.tolist()} == {"spare"}


def test_that_a_handful_of_servers_does_not_fail_by_itself() -> None:
    region = read_region(SMALL.replace("2000", "60").replace("1990", "0").replace("1000", "90"), "small.toml")
    assert step(World.of(region, 0.0), 3_600, Chance(1)) == ()


def test_that_repairs_never_bring_back_a_removed_server() -> None:
    world = world_at()
    chance = Chance(7)
    victims = world.candidates.tolist()
    for server in victims:
        world.drain(server, world.time + 5)
    step(world, 10, chance)
    assert (world.states[victims] == ServerState.REMOVED).all()
    assert step(world, 3_600, chance) == ()
    assert (world.states[victims] == ServerState.REMOVED).all()


def test_that_a_server_that_fails_and_is_then_removed_by_an_act_stays_removed() -> None:
    world, chance = world_at(), Chance(7)
    while not world.down:
        step(world, 1, chance)
    server = min(world.down)
    world.put(server, ServerState.REMOVED)
    step(world, WARM_UP_S, chance)
    assert world.states[server] == ServerState.REMOVED


def test_that_a_drain_ends_in_removed_and_a_joining_in_service() -> None:
    world, chance = World.of(REGION, 0.0, churn=False), Chance(1)
    world.drain(5, 3.1)
    world.join(6, 2.0)
    assert step(world, 3.0, chance) == (SimulatedEvent(2.0, ((6, ServerState.IN_SERVICE),)),)
    assert step(world, 0.25, chance) == (SimulatedEvent(3.25, ((5, ServerState.REMOVED),)),)
    assert step(world, 100, chance) == ()


def test_that_a_drain_called_off_does_not_end() -> None:
    world, chance = World.of(REGION, 0.0, churn=False), Chance(1)
    world.drain(5, 3.0)
    world.put(5, ServerState.IN_SERVICE)
    assert step(world, 100, chance) == ()
    assert world.states[5] == ServerState.IN_SERVICE


def test_that_drains_take_two_to_eight_seconds() -> None:
    times = [Chance(1).drain_s("operation.1", name) for name in REGION.roster.names[:500]]
    assert min(times) >= 2
    assert max(times) <= 8
    assert max(times) - min(times) > 4


def test_that_happenings_are_facts_in_order_that_a_fleet_can_fold() -> None:
    times = [happening.time for happening in step(world_at(), 900, Chance(1))]
    assert times == sorted(set(times))
    assert isinstance(batch_of(1, times[0], []), EventBatch)
