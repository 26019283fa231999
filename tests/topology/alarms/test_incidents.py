"""The alarms of the bundled incidents, second by second: few, the cause first, and the act they ask for."""

from collections.abc import Iterator
from functools import cache

import pytest

from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from topology.alarms.board import AlarmBoard
from topology.alarms.conditions import conditions_of
from topology.alarms.load import AlarmLoad, load_of
from topology.alarms.readings import readings_of
from topology.alarms.values import Alarm, AlarmStep, StepKind
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.incident.timeline import Timeline

EACH_S = 10.0


@cache
def run(name: str) -> tuple[tuple[AlarmStep, ...], tuple[Alarm, ...], AlarmLoad]:
    """Give all steps, what stood right after the first alarm, and the load."""
    incident = read_incident_named(name)
    timeline, fleet, graph = Timeline(incident), Fleet(incident.region), graph_of(incident.region)
    board, steps, first = AlarmBoard(incident.region.alarms), [], ()
    for time in moments(incident.starts, incident.ends):
        fleet.state[:] = timeline.states_at(time)
        fleet.recount()
        readings = readings_of(State(incident.region, fleet, time=time))
        steps += board.step(conditions_of(readings, graph, board.policy), time)
        first = first or board.alarms
    return tuple(steps), first, load_of(steps, incident.starts, incident.ends)


def moments(starts: float, ends: float) -> Iterator[float]:
    """Give a moment each ten seconds in the first hours, and each five minutes after them."""
    time = starts
    while time <= ends:
        yield time
        time += EACH_S if time < starts + 4 * 3600 else 300.0


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_the_first_ten_minutes_of_an_incident_have_at_most_ten_alarms(name: str) -> None:
    steps, _, load = run(name)
    loud = [step for step in steps if step.kind is StepKind.RAISED and step.cause is None]
    assert loud, "an incident without any alarm"
    first = loud[0].time
    assert len([step for step in loud if step.time <= first + 600]) <= 10
    assert load.worst_window <= 10
    assert load.chattering == ()


CAUSES = {
    "azure-2014": "blob",
    "facebook-2021": "backbone",
    "gitlab-2017": "database",
    "google-2014": "satellites",
    "joyent-2014": "compute",
    "kinesis-2020": "front-end",
    "s3-2017": "index",
    "seoul-dns-2018": "resolvers",
}


@pytest.mark.parametrize(("name", "cause"), CAUSES.items())
def test_that_the_cause_comes_first(name: str, cause: str) -> None:
    _, first, _ = run(name)
    assert first[0].key.about == cause


def test_that_on_the_night_of_2017_one_alarm_speaks_for_index_placement_and_billing() -> None:
    steps, first, _ = run("s3-2017")
    assert [step.key.about for step in steps if step.time == steps[0].time and step.cause is None] == ["index"]
    assert {alarm.key.about for alarm in first} == {"index", "placement", "billing"}
    assert first[0].condition.act.startswith("restore ")
    assert set(CAUSES) == set(bundled_incidents())
