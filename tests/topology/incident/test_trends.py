"""Trends of incidents: what the record and a run say, moment by moment, and nothing of what lies ahead of the clock."""

import numpy as np
import pytest

from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from topology.fleet.trend.curve import UNKNOWN, TellsTrends
from topology.incident.branch.branch import Branch
from topology.incident.model import UNDERKEEL
from topology.incident.timeline import Timeline
from topology.incident.trend import IncidentTrends


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_a_trend_of_the_record_is_what_the_record_says_at_every_moment(name: str) -> None:
    timeline = Timeline(read_incident_named(name))
    incident, trends = timeline.incident, IncidentTrends(timeline)
    trends.see(incident.ends)
    moments = np.random.default_rng(3).uniform(incident.starts, incident.ends, 40).tolist()
    for moment in (incident.starts, *moments, incident.ends):
        for standing in timeline.at(moment).standings:
            trend = trends.of(standing.subsystem)
            if standing.in_service is None:
                assert trend is None
                continue
            assert trend is not None
            at = int(np.searchsorted(trend.times, moment, side="right")) - 1
            assert trend.capacity[at] == standing.in_service
            assert not trend.gaps()


def test_that_nothing_is_given_of_what_lies_ahead_of_the_clock() -> None:
    timeline = Timeline(read_incident_named("s3-2017"))
    incident, trends = timeline.incident, IncidentTrends(timeline)
    now = incident.starts + 0.3 * incident.length_s
    trends.see(now)
    trend = trends.of("index")
    assert trend is not None
    assert (trend.starts, trend.ends, trend.until) == (incident.starts, incident.ends, now)
    assert trend.times[-1] <= now
    cut = trend.in_columns(100)
    assert np.isnan(cut.capacity[31:]).all()
    assert not np.isnan(cut.capacity[:30]).any()


def test_that_a_run_goes_on_from_where_it_left_the_record() -> None:
    timeline = Timeline(read_incident_named("s3-2017"))
    incident, trends = timeline.incident, IncidentTrends(timeline)
    left = incident.starts + 60
    branch = Branch(incident, timeline.states_at(left), left, UNDERKEEL)
    taken = [at for at in range(50) if incident.region.roster.names[at]][:20]
    branch.advance(left + 100)
    branch.remove(taken, "run-1")
    branch.advance(left + 200)
    trends.see(branch.time, branch.kept.maker.moments)
    for number, subsystem in enumerate(incident.region.subsystems):
        trend = trends.of(subsystem.name)
        units = branch.moment().standings[number].in_service
        if units is None:
            assert trend is None
            continue
        assert trend is not None
        assert trend.capacity[-1] == units
        assert UNKNOWN not in trend.capacity
        assert np.all(np.diff(trend.times) >= 0)
    before = trends.mark()
    branch.advance(left + 201)
    trends.see(left)
    assert trends.mark() != before


def test_that_a_replay_tells_its_trends_at_its_clock() -> None:
    from console.operating.training.replay import Replay

    replay = Replay(read_incident_named("s3-2017"))
    assert isinstance(replay, TellsTrends)
    replay.go_to(replay.incident.starts + 300)
    trend = replay.trends().of("index")
    assert trend is not None
    assert trend.until == replay.now()
