"""Many profiles that share scopes: whose turn it is, against an oracle that looks at every server at every step."""

from random import Random
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.strategies import move, state_of
from topology.command.grammar.syntax import Count, Remove
from topology.fleet.state import State
from topology.planning.selection.headrooms import Headrooms, headrooms_of
from topology.planning.selection.matching import matching, named_subsystems
from topology.planning.selection.select import sequence_of
from topology.planning.selection.turns import one_by_one
from topology.planning.selection.turns.one_by_one import OneByOne
from topology.region.description import read_region
from topology.region.server_states import ServerState

NAMES = ("index", "placement", "billing", "metering", "search", "queue", "leases")


def crowded(seed: int) -> State:
    """Make a region in which most sets of subsystems are different, and floors are near at every level."""
    dice = Random(seed)
    lines = ["format = 1", "[region]", 'name = "small"', 'zones = ["az1", "az2", "az3"]', "[policy]", 'pace = "9/min"']
    lines.append('largest_command = "100%"')
    for name in NAMES:
        lines += ["[[subsystem]]", f'name = "{name}"', f'floor = "{dice.randint(20, 90)}%"']
        lines += [f'{key} = "{dice.randint(0, 85)}%"' for key in ("zone_floor", "cell_floor") if dice.random() < 0.5]
    for number in range(dice.randint(8, 30)):
        some = dice.sample(NAMES, dice.randint(1, 5))
        units = [
            f'"{name}:{dice.choice((1, 1, 1, 2, 3))}"' for name in (some if dice.random() < 0.3 else {"index", *some})
        ]
        lines += [
            "[[pool]]",
            f'name = "p{number:02}"',
            f"count = {dice.randint(1, 30)}",
            f"supports = [{', '.join(units)}]",
        ]
        lines.append(f"cells_per_zone = {dice.randint(1, 3)}")
    state = state_of(read_region("\n".join(lines), "small.toml"))
    count = state.region.roster.count
    move(state, dict.fromkeys(dice.sample(range(count), dice.randint(0, count // 10)), ServerState.FAILED))
    return state


def one_at_a_time(state: State, now: Headrooms, named: frozenset[int], servers: list[int]) -> list[int]:
    """Take, as long as one may leave, the best of all that are left; looks at each of them every time."""
    classes, room = now.classes, now.room.tolist()
    terms = {one: sum(classes.terms(int(state.fleet.class_of[one])), ()) for one in servers}
    besides = {
        one: int(classes.besides(named)[state.fleet.class_profile[state.fleet.class_of[one]]]) for one in servers
    }
    order: list[int] = []
    for level in sorted(set(besides.values())):
        left = [one for one in servers if besides[one] == level]
        while left:
            ratios = [min((room[row] - units) / scale for row, units, scale in terms[one]) for one in left]
            at = max(range(len(left)), key=lambda number: (ratios[number], -left[number]))
            if ratios[at] < 0:
                break
            for row, units, _ in terms[left[at]]:
                room[row] -= units
            order.append(left.pop(at))
    return order


@given(st.integers(0, 1 << 32), st.sets(st.sampled_from(NAMES), min_size=1, max_size=2))
@settings(max_examples=examples(300))
def test_that_servers_of_many_profiles_leave_as_if_each_were_looked_at(seed: int, asked: set[str]) -> None:
    state = crowded(seed)
    names = tuple(sorted(asked))
    now, named, servers = headrooms_of(state), named_subsystems(state, names), matching(state, Remove(Count(1), names))
    expected = one_at_a_time(state, now, named, servers.tolist())
    order = sequence_of(state, now, named, servers)
    assert order.safe(len(servers)) == len(expected)
    assert order.first(len(expected)).tolist() == expected


@given(st.integers(0, 1 << 32), st.integers(1, 9), st.integers(1, 4))
@settings(max_examples=examples(100))
def test_that_an_order_counted_in_pieces_is_the_order_counted_at_once(seed: int, steps: int, at_a_time: int) -> None:
    state = crowded(seed)
    named, servers = named_subsystems(state, ("index",)), matching(state, Remove(Count(1), ("index",)))
    whole = sequence_of(state, headrooms_of(state), named, servers)
    order = sequence_of(state, headrooms_of(state), named, servers)
    with mock.patch.object(one_by_one, "AT_A_TIME", at_a_time):
        while not order.count_on(len(servers), steps):
            assert order.first(order.known).tolist() == whole.first(order.known).tolist()
    assert order.known == whole.safe(len(servers))


def test_that_such_a_region_is_not_worked_out_in_columns() -> None:
    # Else the law above would say nothing of taking turns.
    state = crowded(1)
    names = ("index",)
    servers = matching(state, Remove(Count(1), names))
    order = sequence_of(state, headrooms_of(state), named_subsystems(state, names), servers)
    kinds = set()
    for count in range(1, len(servers)):
        order.safe(count)
        kinds.add(type(order._level))
    assert OneByOne in kinds
    assert np.unique(state.region.roster.profile).size > 7
