"""The timeline and the branches that leave it: the same moment whichever way it is reached, the same run for the same acts."""

import random

import msgspec
import numpy as np
import pytest

from console.reports.debrief_page import debrief_page
from console.words.findings.table import sentence
from tests.topology.incident.incident_files import HEAD, STORY, change, event, incident_of
from topology.incident import timeline as timeline_module
from topology.incident.branch.branch import Branch
from topology.incident.listing import timeline_values
from topology.incident.model import UNDERKEEL, Incident
from topology.incident.reading import IncidentError
from topology.incident.session.acts import TypedAct, read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.score import score_of
from topology.incident.session.session import TrainingRun, TrainingSession, run_acts
from topology.incident.timeline import Timeline
from topology.region.server_states import ServerState

MINUTE = 60.0


def _run(incident: Incident, era: str, *acts: tuple[str, str], seed: int = 7) -> TrainingRun:
    lines = [f'format = 1\nincident = "small"\nera = "{era}"\nseed = {seed}\nbranch = "09:30"']
    lines += [f"[[act]]\ntime = \"{time}\"\ndo = '{text}'" for time, text in acts]
    return run_acts(Timeline(incident), read_acts("\n".join(lines), "acts.toml", incident), sentence)


def test_that_any_moment_is_the_same_whichever_way_it_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_module, "EACH", 3)
    chance = random.Random(5)
    lines = ["seconds,server,state"]
    lines += [
        f"{second},web-{chance.randint(1, 14):04d},{chance.choice(['in_service', 'failed', 'joining'])}"
        for second in range(0, 3000, 7)
    ]
    incident = incident_of(
        STORY.replace("format = 1", 'format = 1\nrecord = "record.csv"', 1), "\n".join(lines).encode()
    )
    timeline = Timeline(incident)
    moments = [incident.starts + second for second in range(0, 10800, 131)]
    forward = {moment: timeline.at(moment) for moment in moments}
    chance.shuffle(moments)
    for moment in moments:
        assert timeline.at(moment) == forward[moment]
        plain = incident.region.roster.state.copy()
        for time, server, state in zip(
            *(getattr(timeline.columns, name) for name in ("time", "server", "state")), strict=True
        ):
            if time <= moment:
                plain[server] = state
        assert np.array_equal(timeline.states_at(moment), plain)


def test_that_every_event_shows_what_fell_and_what_its_source_is() -> None:
    values = timeline_values(Timeline(incident_of()))
    loss = values["events"][0]  # type: ignore[index]
    assert (loss["utc"], loss["source"], loss["confidence"]) == ("2017-02-28T18:00:00Z", "report", "P")
    assert (loss["illustrative"], loss["model_values"]) == (False, True)
    assert loss["subsystems"]["database"]["in_service"] == 2
    assert {name: one["verdict"] for name, one in loss["subsystems"].items()} == {
        "database": "below",
        "web": "impacted",
        "board": "impacted",
    }


def test_that_the_tool_of_the_day_lets_go_what_ours_refuses() -> None:
    command = ("09:40", "remove 4 servers from database where name = shared-*")
    as_it_was, ours = _run(incident_of(), "as-it-was", command), _run(incident_of(), "underkeel", command)
    assert [answer.kind for answer in as_it_was.answers] == ["done"]
    assert [answer.kind for answer in ours.answers] == ["refused"]
    assert score_of(as_it_was.course).minutes_short == pytest.approx(140)
    assert score_of(ours.course).minutes_short == 0
    assert [score_of(run.course).wrong_confirmations for run in (as_it_was, ours)] == [1, 1]
    assert [score_of(run.course).wrong_refused for run in (as_it_was, ours)] == [0, 1]


def test_that_a_restart_takes_its_checks_and_its_rate_and_needs_what_was_removed() -> None:
    command = ("09:40", "remove 4 servers from database where name = shared-*")
    without = _run(incident_of(), "as-it-was", command, ("09:50", "restart database"))
    assert without.course.moments[-1].standing("database").verdict == "below"
    run = _run(incident_of(), "as-it-was", command, ("09:49", "undo"), ("09:50", "restart database"))
    curve = run.course.standing_of("database")
    back = next(
        time for time, standing in curve if time > run.acts.branch + 11 * MINUTE and standing.verdict != "below"
    )
    # 10 minutes of checks from 09:50, then one server a minute: the fourth of six makes the floor.
    assert back == run.acts.branch + (20 + 10 + 3) * MINUTE
    assert score_of(run.course).minutes_short == pytest.approx(23)


def test_that_silence_ends_with_an_announcement_by_another_channel() -> None:
    command = ("09:40", "remove 4 servers from database where name = shared-*")
    run = _run(
        incident_of(), "as-it-was", command, ("09:45", 'announce "down"'), ("09:52", 'announce "down" by banner')
    )
    assert [answer.kind for answer in run.answers] == ["done", "wrong", "done"]
    score = score_of(run.course)
    assert score.minutes_of_silence == pytest.approx(12)
    assert score.minutes_to_notice == pytest.approx(5)


def test_that_the_same_seed_and_acts_give_the_same_bytes() -> None:
    acts = (
        ("09:40", "remove 3 servers from web in z1"),
        ("09:41", "inject fail 4 from web in z2"),
        ("09:41", "undo"),
        ("09:50", "restart database"),
    )
    texts = set()
    for seed in (7, 7, 8):
        incident = incident_of()
        timeline = Timeline(incident)
        outcome = outcome_of(timeline, _run(incident, "underkeel", *acts, seed=seed))
        texts.add((msgspec.json.encode(outcome), debrief_page(outcome, incident)))
    assert len(texts) == 2


def test_that_a_branch_can_leave_at_any_moment_and_leaves_the_timeline_alone() -> None:
    timeline = Timeline(incident_of())
    before = [timeline.at(timeline.incident.starts + minute * MINUTE) for minute in range(180)]
    for minute in (0, 61, 121, 122):
        time = timeline.incident.starts + minute * MINUTE
        branch = Branch(timeline.incident, timeline.states_at(time), time, UNDERKEEL)
        branch.fail(range(10), "x")
        branch.advance(timeline.incident.ends)
    assert [timeline.at(timeline.incident.starts + minute * MINUTE) for minute in range(180)] == before


def test_that_a_paced_removal_leaves_in_waves_and_a_stop_keeps_the_rest() -> None:
    incident = incident_of()
    branch = Branch(incident, incident.region.roster.state, incident.starts, UNDERKEEL)
    session = TrainingSession(branch, sentence)
    session.act(TypedAct(incident.starts, "remove 6 servers from web where name = web-*"))
    assert branch.moment().standing("web").in_service == 16
    answer = session.act(TypedAct(incident.starts + 3, "stop"))
    session.advance(incident.ends)
    removed = int((branch.fleet.state == ServerState.REMOVED).sum())
    assert answer.servers == 6 - removed
    assert removed <= 4  # the third wave never left
    assert branch.moment().standing("web").in_service == 18 - removed


def test_that_what_comes_from_outside_comes_in_a_training_too() -> None:
    outside = event("09:50", "always = true\n" + change('to = "failed"', 'pool = "web"', "count = 3"), "A rack burns.")
    other = event("09:55", change('to = "failed"', 'pool = "web"', "count = 5"), "Somebody errs.")
    run = _run(incident_of(HEAD + outside + other), "underkeel")
    assert run.course.moments[-1].standing("web").in_service == 15
    assert [one.text for one in run.course.told if one.kind == "event"] == ["A rack burns."]


def test_that_an_empty_selection_means_all_only_where_the_tool_of_the_day_took_it_so() -> None:
    text = STORY.replace("guards = []", "guards = []\nempty_means_all = true")
    command = ("09:40", "remove all from web where name = nobody-*")
    assert _run(incident_of(text), "as-it-was", command).answers[0].servers == 18
    assert _run(incident_of(), "as-it-was", command).answers[0].kind in ("refused", "wrong")


def test_that_acts_and_scores_that_cannot_be_read_are_refused_with_a_sentence() -> None:
    incident = incident_of()
    for text, what in (
        ('format = 2\nincident = "small"', "format is 2; this version reads format = 1"),
        ('format = 1\nincident = "other"', "incident is 'other', but these acts are asked of small"),
        ('format = 1\nincident = "small"\nera = "now"', "era is 'now'; small knows underkeel, as-it-was"),
        ('format = 1\nincident = "small"\n[[act]]\ntime = "08:00"\ndo = "stop"', "act 1.time is '08:00'"),
    ):
        with pytest.raises(IncidentError) as caught:
            read_acts(text, "acts.toml", incident)
        assert any(what in problem for problem in caught.value.problems)


def test_that_a_restored_server_of_a_stopped_subsystem_waits_for_its_restart() -> None:
    incident = incident_of()
    branch = Branch(incident, incident.region.roster.state, incident.starts, UNDERKEEL)
    shared = [number for number, name in enumerate(incident.region.roster.names) if name.startswith("shared")]
    branch.remove(shared, "x")
    branch.advance(incident.starts + MINUTE)
    branch.restore(shared, "y")
    branch.advance(incident.starts + 30 * MINUTE)
    assert {int(branch.fleet.state[server]) for server in shared} == {int(ServerState.JOINING)}
