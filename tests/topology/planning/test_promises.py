"""What a plan says of a source that does not promise all: who may act beside it, and that part may be done."""

from dataclasses import replace

import pytest

from console.words.findings.table import sentence
from console.words.plan import part_may_be_done
from tests.topology.planning.conftest import Ask, Make
from topology.fleet.batches import batch_of
from topology.fleet.promises import Promises
from topology.fleet.state import State
from topology.planning.plan import Severity
from topology.planning.preview import undo_plan
from topology.region.server_states import ServerState
from topology.region.source import Source

BESIDE = "What happens between the last look and the act: "


def test_that_a_plan_names_who_can_act_beside_a_source_that_goes_server_by_server(make: Make, ask: Ask) -> None:
    state = replace(make(), promises=Promises(atomic=False, others_act="others who hold its socket can act"))
    found = ask(state, "remove 2 servers from index")
    assert found.in_part
    assert f"{BESIDE}others who hold its socket can act." in map(sentence, found.not_evaluated)
    unnamed = ask(replace(state, promises=Promises(atomic=False)), "remove 2 servers from index")
    assert f"{BESIDE}somebody else may act beside this." in map(sentence, unnamed.not_evaluated)


def test_that_a_plan_on_a_source_that_promises_all_says_nothing_of_it(make: Make, ask: Ask) -> None:
    found = ask(make(), "remove 2 servers from index")
    assert not found.in_part
    assert not [line for line in map(sentence, found.not_evaluated) if line.startswith(BESIDE)]


def left(make: Make, promises: Promises, *names: str) -> State:
    """A state in which some servers are removed."""
    state = replace(make(), promises=promises)
    changes = [(state.fleet.position[name], ServerState.REMOVED) for name in names]
    state.fleet.apply(batch_of(1, state.time, changes))
    return state


def test_that_an_undo_counts_nothing_where_what_ran_on_servers_does_not_come_back(make: Make) -> None:
    found = undo_plan(left(make, Promises(returns_load=False), "bill-0001"), ("bill-0001",), 7, "undo 7", ("billing",))
    assert found.servers == ("bill-0001",)
    (effect,) = [one for one in found.effects if one.subsystem == "billing" and str(one.scope) == "region"]
    assert (effect.leaving, effect.after) == (0, effect.in_service)
    assert "What ran on these servers: the source gives back servers without it, so billing count as +0." in map(
        sentence, found.not_evaluated
    )
    with_load = undo_plan(left(make, Promises(), "bill-0001"), ("bill-0001",), 7, "undo 7", ("billing",))
    (effect,) = [one for one in with_load.effects if one.subsystem == "billing" and str(one.scope) == "region"]
    assert effect.leaving == -1


def test_that_others_with_credentials_are_a_caution_unless_the_source_holds_floors_against_them(
    make: Make, ask: Ask
) -> None:
    state = replace(make(), promises=Promises(atomic=False))
    state.region = replace(state.region, source=Source("haproxy:unix:/s", others_hold_credentials=True), index={})
    found = [one for one in ask(state, "remove 2 servers from index").findings if one.code == "beside"]
    assert [one.severity for one in found] == [Severity.CAUTION]
    assert "haproxy:unix:/s" in sentence(found[0].facts)
    safe = ask(replace(state, promises=Promises()), "remove 2 servers from index")
    assert "beside" not in safe.codes()
    alone = replace(state.region, source=Source("haproxy:unix:/s"), index={})
    assert "beside" not in ask(replace(state, region=alone), "remove 2 servers from index").codes()


@pytest.mark.parametrize(
    ("promises", "said"),
    [
        (Promises(), ""),
        (Promises(stops_mid_wave=False), "A stop gives back nothing that has begun to drain."),
        (Promises(restores_by_name=False), "Servers cannot be given back by name here, so an undo is not promised."),
    ],
)
def test_that_what_a_source_cannot_do_stands_beside_the_confirmation(
    make: Make, ask: Ask, promises: Promises, said: str
) -> None:
    assert part_may_be_done(ask(replace(make(), promises=promises), "remove 2 servers from billing")) == said
