"""Servers that joined or moved leave in the order in which they stand, as if they had been listed there all along."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.fleet_map.test_map_of_changes import RACKS, changed, names
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.preview import preview
from topology.region.standing_order import in_order


def made_anew(state: State) -> State:
    """The same servers, listed in order."""
    roster = state.region.roster
    order = in_order(roster)
    order = order[[bool(roster.names[at]) for at in order.tolist()]]
    listed = replace(
        roster,
        names=tuple(roster.names[at] for at in order.tolist()),
        rack=roster.rack[order],
        profile=roster.profile[order],
        state=state.fleet.state[order],
        protected=roster.protected[order],
        loose=(),
        gone=(),
    )
    region = replace(state.region, roster=listed, index={})
    found = State(region, Fleet(region), state.revision)
    found.fleet.left = state.fleet.left[order]
    return found


def leaving(state: State, text: str) -> tuple[str, ...]:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned), text
    return preview(state, command).servers


def test_that_one_that_joined_first_in_the_first_rack_leaves_before_the_others() -> None:
    state = changed({"a": "az1/c1/r0"})
    assert "a" in leaving(state, "remove 2 servers from index")


@given(
    st.dictionaries(names, st.sampled_from(RACKS), min_size=1, max_size=6),
    st.sets(st.integers(0, 9), max_size=3),
    st.dictionaries(st.integers(0, 9), st.sampled_from(RACKS), max_size=3),
    st.integers(1, 16),
)
def test_that_the_order_is_that_of_the_same_servers_listed_in_order(
    joined: dict[str, str], gone: set[int], moved: dict[int, str], count: int
) -> None:
    state = changed(joined, tuple(sorted(gone)), moved)
    for text in (f"remove {count} from index", f"remove {count} from billing", f"remove {count} from index in az1"):
        assert leaving(state, text) == leaving(made_anew(state), text)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_that_a_restore_takes_those_that_nobody_saw_leave_in_the_order_in_which_they_stand(count: int) -> None:
    state = changed({"a": "az1/c1/r0", "zz": "az1/c1/r0"})
    state.fleet.state[:] = 3
    state.fleet.recount()
    text = f"restore {count} to index"
    assert leaving(state, text) == leaving(made_anew(state), text)
    assert np.flatnonzero(state.fleet.left).size == 0
