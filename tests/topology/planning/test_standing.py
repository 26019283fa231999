"""The one rule for how a scope stands by its floor."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.fleet.batches import batch_of
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.fleet.state import State
from topology.planning.plan import ScopeVerdict
from topology.planning.standing import below_and_tight, scope_verdict, standing
from topology.region.description import read_region
from topology.region.server_states import ServerState

COUNTS = st.integers(0, 2**40)


@pytest.mark.parametrize(
    ("after", "floor", "leaving", "verdict"),
    [
        (105, 100, 0, ScopeVerdict.HOLDS),
        (104, 100, 0, ScopeVerdict.TIGHT),
        (100, 100, 5, ScopeVerdict.TIGHT),
        (99, 100, 1, ScopeVerdict.BREAKS),
        (99, 100, 0, ScopeVerdict.BELOW),
        (99, 100, -5, ScopeVerdict.BELOW),
        (0, 0, 7, ScopeVerdict.HOLDS),
        (7, None, 1, ScopeVerdict.UNKNOWN),
        (7, NO_FLOOR, 1, ScopeVerdict.UNKNOWN),
    ],
)
def test_that_a_scope_breaks_only_by_what_is_taken_from_it(
    after: int, floor: int | None, leaving: int, verdict: ScopeVerdict
) -> None:
    assert scope_verdict(after, floor, 5, leaving) is verdict


@given(st.lists(st.tuples(COUNTS, COUNTS | st.just(NO_FLOOR)), max_size=20), st.integers(0, 100))
def test_that_columns_are_judged_like_each_of_their_numbers(scopes: list[tuple[int, int]], percent: int) -> None:
    after, floor = (np.array([scope[part] for scope in scopes], np.int64) for part in (0, 1))
    below, tight = below_and_tight(after, floor, percent)
    verdicts = [scope_verdict(*scope, percent) for scope in scopes]
    assert below.tolist() == [verdict is ScopeVerdict.BELOW for verdict in verdicts]
    assert tight.tolist() == [verdict is ScopeVerdict.TIGHT for verdict in verdicts]


SMALL = """
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = 10
[[subsystem]]
name = "index"
floor = 19
zone_floor = "95%"
[[subsystem]]
name = "billing"
floor = 2
[[pool]]
name = "index"
count = 20
supports = ["index"]
[[pool]]
name = "billing"
count = 20
supports = ["billing"]
"""


def test_that_a_subsystem_is_counted_once_however_many_of_its_places_are_short() -> None:
    region = read_region(SMALL, "region.toml")
    state = State(region, Fleet(region))
    servers = range(4)  # of the first pool
    state.fold(batch_of(1, 0.0, [(server, ServerState.FAILED) for server in servers]))
    assert standing(state) == (1, 0)
