"""What is worked out of facts is worked out again when they change, and only then."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from console.words.plan_rows import headroom_rows
from tests.topology.strategies import Shape, move, states
from topology.command.grammar.vocabulary import vocabulary_of
from topology.fleet.account import NodeAccount
from topology.fleet.fleet import Fleet
from topology.fleet.seen_facts import SeenFacts
from topology.fleet.state import Freshness, State
from topology.planning.standing import below_and_tight, standing
from topology.region.server_states import ServerState

changes = st.dictionaries(st.integers(0, 10_000), st.sampled_from(ServerState), min_size=1, max_size=4)


def counted(state: State) -> tuple[int, int]:
    """Count from the servers, with nothing remembered."""
    fleet = Fleet(state.region)
    fleet.state[:] = state.fleet.state
    fleet.recount()
    below, tight = below_and_tight(fleet.capacity, fleet.scopes.floor, state.region.policy.tight_percent)
    owners = fleet.scopes.subsystem
    return len(set(owners[below].tolist())), len(set(owners[tight].tolist()) - set(owners[below].tolist()))


@given(states(Shape(missing_floors=True)), st.lists(changes, max_size=5))
def test_that_what_is_remembered_is_what_would_be_counted(state: State, batches: list[dict[int, ServerState]]) -> None:
    size = len(state.region.roster)
    for batch in batches if size else ():
        move(state, {server % size: to for server, to in batch.items()})
        assert standing(state) == counted(state)
        assert standing(state) == counted(state)


@given(states(Shape(missing_floors=True)), changes)
def test_that_states_of_the_same_facts_read_the_same_and_others_are_told_apart(
    state: State, batch: dict[int, ServerState]
) -> None:
    seen, rows, words = SeenFacts.of(state), headroom_rows(state), vocabulary_of(state)
    later = replace(state, time=state.time + 5.0, revision=state.revision + 1)
    assert seen.are_those_of(later)
    assert headroom_rows(later) == rows
    assert vocabulary_of(later).capacities == words.capacities
    size = len(state.region.roster)
    if not size:
        return
    before = state.fleet.state.copy()
    move(state, {server % size: to for server, to in batch.items()})
    assert seen.are_those_of(state) is bool(np.array_equal(before, state.fleet.state))


@given(states())
def test_that_silence_what_is_pending_and_what_is_said_of_nodes_are_facts(state: State) -> None:
    seen = SeenFacts.of(state)
    silent = replace(state, freshness=Freshness(age_s=state.region.policy.stale_after_s + 1.0))
    assert not seen.are_those_of(silent)
    assert not seen.are_those_of(replace(state, accounts={"index": NodeAccount("impacted")}))
    more = np.append(state.pending, np.int32(0))
    assert not seen.are_those_of(replace(state, pending=more))
    assert not seen.are_those_of(replace(state, fleet=state.fleet.copy()))
