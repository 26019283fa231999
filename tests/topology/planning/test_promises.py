"""What a plan says of a source that does not promise all: who may act beside it, and that part may be done."""

from dataclasses import replace

from console.words.findings.table import sentence
from tests.topology.planning.conftest import Ask, Make
from topology.fleet.promises import Promises

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
