"""A target that holds an old page is an alarm, whose act is to publish."""

from tests.topology.status_page.regions import region_of, state_of
from topology.alarms.board import AlarmBoard
from topology.alarms.conditions import conditions_of
from topology.alarms.readings import readings_of
from topology.graph.graph import graph_of
from topology.region.alarming.policy import AlarmRule, Priority


def test_that_each_late_target_is_an_alarm_of_its_own_that_asks_to_publish() -> None:
    region = region_of()
    readings = readings_of(state_of(region), late=(("here", "holds no page"), ("there", "holds an old one")))
    board = AlarmBoard(region.alarms)
    board.step(conditions_of(readings, graph_of(region), region.alarms), 0.0)
    late = [one for one in board.alarms if one.key.rule is AlarmRule.PAGE_LATE]
    assert [(one.key.about, one.key.scope, one.condition.act, one.priority) for one in late] == [
        ("status-page", "here", "publish", Priority.LOW),
        ("status-page", "there", "publish", Priority.LOW),
    ]
