"""Cues of an instructor: read from text, due at a time, on a condition or when it is quiet, each once."""

import pytest

from console.operating.incidents.incidents import read_incident_named
from topology.incident.reading import IncidentError
from topology.incident.station.cues import CueError, read_cue
from topology.incident.station.deeds import InjectDeed, LieDeed, NoteDeed, PauseDeed, SayDeed
from topology.incident.station.director import Director
from topology.incident.station.plan import read_station_plan
from topology.incident.timeline import Timeline

S3 = read_incident_named("s3-2017")
NOW = S3.starts
PLAN = """
format = 1
incident = "s3-2017"
seed = 7
cues = ["at 09:40 inject fail 40 from index", "when index < 2400 role communications"]
[[role]]
name = "communications"
card = "You speak to customers."
"""


def test_that_times_and_conditions_are_read_and_the_rest_is_what_is_done() -> None:
    at = read_cue("at  09:40 inject fail 40 from index", S3, NOW)
    assert (at.done, at.at) == (InjectDeed("fail 40 from index"), NOW + 600)
    assert read_cue("after 10 min note slow", S3, NOW).at == NOW + 600
    assert read_cue("when quiet 5 min say Customer: Hello?", S3, NOW).quiet_s == 300
    when = read_cue("when index < 2,400 pause", S3, NOW).when
    assert when is not None
    assert (when.holds(2399), when.holds(2400)) == (True, False)
    assert read_cue("pause", S3, NOW).is_at_once
    assert read_cue("say Customer: Is it: only us?", S3, NOW).done == SayDeed("Customer", "Is it: only us?")
    assert read_cue("lie index 2_600", S3, NOW).done == LieDeed("index", 2600)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing that can be done"),
        ("remove 4 servers from billing", "nothing that can be done"),
        ("at 25:00 pause", "not a time"),
        ("at 03:00 pause", "outside of the incident"),
        ("when indexx < 5 pause", "not a subsystem"),
        ("lie indexx 5", "not a subsystem"),
        ("lie index", "no lie of a gauge"),
        ("lie index _", "no lie of a gauge"),
        ("say hello", "who says what"),
        ("note", "not finished"),
    ],
)
def test_that_what_is_no_cue_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(CueError, match=says) as caught:
        read_cue(text, S3, NOW)
    assert "\n" not in str(caught.value)


def test_that_each_cue_is_due_once_also_where_the_clock_leapt() -> None:
    timeline = Timeline(S3)
    director = Director(
        tuple(
            read_cue(text, S3, NOW)
            for text in ("at 09:40 pause", "when index < 2400 note low", "when quiet 20 min note quiet")
        )
    )
    early = director.due(NOW + 60, timeline.at(NOW + 60), NOW)
    assert early == ()
    later = NOW + 3600
    due = director.due(later, timeline.at(later), NOW)
    assert [cue.done for cue in due] == [PauseDeed(), NoteDeed("low"), NoteDeed("quiet")]
    assert director.due(later + 60, timeline.at(later), NOW) == ()
    assert director.waiting == []


def test_that_an_act_of_the_trainee_ends_the_quiet() -> None:
    timeline = Timeline(S3)
    director = Director((read_cue("when quiet 10 min pause", S3, NOW),))
    assert director.due(NOW + 700, timeline.at(NOW + 700), NOW + 500) == ()
    assert len(director.due(NOW + 1100, timeline.at(NOW + 1100), NOW + 500)) == 1


def test_that_a_plan_is_read_whole_and_that_all_of_its_faults_are_named() -> None:
    plan = read_station_plan(PLAN, "plan.toml", S3)
    assert (len(plan.cues), plan.roles[0].card, plan.seed) == (2, "You speak to customers.", 7)
    wrong = PLAN.replace("09:40", "9h").replace('"communications"\n', '"press"\n').replace("s3-2017", "s3-2018")
    with pytest.raises(IncidentError) as caught:
        read_station_plan(wrong, "plan.toml", S3)
    assert len(caught.value.problems) == 3
    assert all("plan.toml" in problem for problem in caught.value.problems)
