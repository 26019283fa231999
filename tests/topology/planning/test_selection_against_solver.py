"""How good the rule's choice is, measured with an exact solver (SciPy's MILP) on small random regions.

Where the floors are nested (one profile; or profiles each inside the next, with floors for the whole region only) the rule is as
good as any choice can be. With arbitrary profiles no rule that takes one server at a time can always be: there it is never
better than the solver, and as good in nearly all of a fixed set of regions.
"""

import random
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.profiles import examples
from tests.topology.planning.recounting import add_up, broken, floors, serving, units_of
from tests.topology.strategies import Shape, quoted, state_of, states
from topology.command.grammar.syntax import All, Remove
from topology.fleet.state import State
from topology.planning.preview import preview
from topology.region.description import read_region

Key = tuple[str, str]
ONE_PROFILE = Shape(profiles=(("index",),), units=1, protection=False, limits=False)
NESTED = Shape(
    profiles=(("index",), ("index", "placement"), ("index", "placement", "billing")),
    units=1,
    local_floors=False,
    protection=False,
    limits=False,
)


def most_that_can_leave(state: State, servers: list[int], room: Callable[[Key], int | None]) -> int:
    """The most of *servers* that can leave when no scope gives more than its *room* (None: as much as it has)."""
    columns = [dict(units_of(state, server)) for server in servers]
    keys = sorted({key for column in columns for key in column if room(key) is not None})
    if not servers:
        return 0
    if not keys:
        return len(servers)
    table: NDArray[np.float64] = np.array([[column.get(key, 0) for column in columns] for key in keys], float)
    limits = np.array([max(0, room(key) or 0) for key in keys], float)
    found = milp(
        -np.ones(len(servers)),
        constraints=LinearConstraint(table, ub=limits),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(servers)),
    )
    assert found.success
    return round(-found.fun)


def headrooms(state: State) -> dict[Key, int]:
    before = add_up(state, serving(state))
    return {key: before[key] - floor for key, floor in floors(state).items()}


def safe_by_rule(state: State, command: Remove) -> tuple[list[int], int]:
    """Every server in the rule's order, and how many of them leave before a floor would break."""
    plan = preview(state, command)
    order = [state.fleet.position[name] for name in plan.servers]
    safe = plan.largest_safe.count if plan.largest_safe else 0
    assert not broken(state, order[:safe])
    assert safe == len(order) or broken(state, order[: safe + 1])
    return order, safe


def margin(state: State, leaving: list[int]) -> Fraction:
    """The smallest headroom / max(floor, 1) over the scopes that lose something."""
    lost, known = add_up(state, leaving), headrooms(state)
    stated = floors(state)
    return min(Fraction(room - lost[key], max(stated[key], 1)) for key, room in known.items() if lost[key])


def best_margin(state: State, servers: list[int], count: int) -> Fraction:
    """The largest such margin that any *count* of *servers* can leave behind."""
    known, stated = headrooms(state), floors(state)
    candidates = sorted(
        {Fraction(left, max(stated[key], 1)) for key, room in known.items() for left in range(room + 1)}, reverse=True
    )
    for level in candidates:
        if (
            most_that_can_leave(
                state, servers, lambda key, level=level: room_above(known.get(key), stated.get(key), level)
            )
            >= count
        ):
            return level
    raise AssertionError("no choice keeps every floor")


def room_above(room: int | None, floor: int | None, level: Fraction) -> int | None:
    """How many units may leave so that the headroom stays at *level* times the floor."""
    return None if room is None or floor is None else int((room - level * max(floor, 1)) // 1)


@given(states(ONE_PROFILE))
def test_that_with_one_profile_as_many_can_leave_as_any_choice_allows(state: State) -> None:
    order, safe = safe_by_rule(state, Remove(All(), ("index",)))
    assert safe == most_that_can_leave(state, order, headrooms(state).get)


@given(states(NESTED))
def test_that_with_nested_profiles_as_many_can_leave_as_any_choice_allows(state: State) -> None:
    order, safe = safe_by_rule(state, Remove(All(), ("index",)))
    assert safe == most_that_can_leave(state, order, headrooms(state).get)


@given(states(ONE_PROFILE), st.integers(1, 12))
@settings(max_examples=examples(60))
def test_that_with_one_profile_the_smallest_margin_is_the_largest_possible(state: State, count: int) -> None:
    order, safe = safe_by_rule(state, Remove(All(), ("index",)))
    if 0 < count <= safe:
        assert margin(state, order[:count]) == best_margin(state, order, count)


@given(states(Shape(protection=False, limits=False)))
def test_that_with_any_profiles_the_rule_never_claims_more_than_a_solver_finds(state: State) -> None:
    order, safe = safe_by_rule(state, Remove(All(), ("index",)))
    assert safe <= most_that_can_leave(state, order, headrooms(state).get)


def random_state(rng: random.Random) -> State:
    """A region like real ones: pools over zones and cells, profiles of one to three subsystems, floors of 40 to 95 %."""
    names = ("index", "placement", "billing", "metering")
    lines = [
        "format = 1\n[region]\nname = 'r'\nzones = ['az1', 'az2', 'az3']",
        "[policy]\npace = '20/min'\nlargest_command = '100%'",
    ]
    for name in names:
        lines.append(f"[[subsystem]]\nname = '{name}'\nfloor = '{rng.randint(40, 95)}%'")
        lines += [f"{key} = '{rng.randint(30, 90)}%'" for key in ("zone_floor", "cell_floor") if rng.random() < 0.5]
    for number in range(rng.randint(3, 6)):
        supports = rng.sample(names, rng.randint(1, 3))
        lines.append(f"[[pool]]\nname = 'p{number}'\ncount = {rng.randint(4, 30)}\nsupports = [{quoted(supports)}]")
        lines.append(f"cells_per_zone = {rng.randint(1, 3)}")
    return state_of(read_region("\n".join(lines), "random"))


def test_that_with_any_profiles_the_rule_is_nearly_always_as_good_as_a_solver() -> None:
    # Measured over 1,000 such regions: as many as the solver in 987, and 21 servers fewer in the other 13 together.
    rng = random.Random(20170228)
    counts = []
    for _ in range(120):
        state = random_state(rng)
        order, safe = safe_by_rule(state, Remove(All(), ("index",)))
        counts.append((safe, most_that_can_leave(state, order, headrooms(state).get)))
    assert all(safe <= best for safe, best in counts)
    assert sum(safe == best for safe, best in counts) >= 117
    assert sum(safe for safe, _ in counts) >= 0.99 * sum(best for _, best in counts)
