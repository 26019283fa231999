"""Something below its floor that others were seen calling, of whom nobody stated that they need it, asks for a statement."""

from dataclasses import replace

import numpy as np

from console.words import alarms as words
from topology.alarms.conditions import conditions_of
from topology.alarms.readings import readings_of
from topology.alarms.values import Alarm, AlarmKey, Condition, ObservedNeedFacts
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.region.alarming.policy import AlarmPolicy, AlarmRule, Priority
from topology.region.description import read_region
from topology.region.region import Dependency, Region
from topology.region.server_states import ServerState

TEXT = """format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "6/min"
largest_command = 10
[[subsystem]]
name = "index"
floor = 8
[[subsystem]]
name = "front-end"
external = true
[[subsystem]]
name = "lambda"
external = true
[[dependency]]
from = "lambda"
to = "index"
[[pool]]
name = "index"
count = 10
supports = ["index"]
"""


def conditions(dependencies: tuple[Dependency, ...], failed: int) -> tuple[Condition, ...]:
    region: Region = read_region(TEXT, "small.toml")
    region = replace(region, dependencies=(*region.dependencies, *dependencies), index={})
    state = State(region, Fleet(region))
    state.fleet.state[:failed] = np.uint8(ServerState.FAILED)
    state.fleet.recount()
    return conditions_of(readings_of(state), graph_of(region), AlarmPolicy())


def observed(conditions: tuple[Condition, ...]) -> list[Condition]:
    return [one for one in conditions if one.key.rule is AlarmRule.OBSERVED_NEED]


SEEN = Dependency("front-end", "index", "soft", observed=True)


def test_that_what_is_below_its_floor_names_who_was_seen_calling_it_and_asks_for_a_statement() -> None:
    [found] = observed(conditions((SEEN,), failed=4))

    assert found.key == AlarmKey(AlarmRule.OBSERVED_NEED, "index")
    assert found.facts == ObservedNeedFacts(6, 8, ("front-end",))
    assert found.act == "adopt front-end needs index"
    # One cause, one alarm: it stands below the one of what is short.
    assert found.cause == AlarmKey(AlarmRule.BELOW_FLOOR, "index", "region")
    said = words.sentence(Alarm(found, Priority.MEDIUM, 0.0))
    assert said == "index 6, floor 8: front-end called it lately, and nobody stated that they need it"


def test_that_what_is_stated_hard_or_soft_is_no_observed_need() -> None:
    assert observed(conditions((), failed=4)) == []
    assert observed(conditions((Dependency("front-end", "index", "soft"),), failed=4)) == []


def test_that_nothing_is_said_while_the_floor_holds() -> None:
    assert observed(conditions((SEEN,), failed=2)) == []
