"""What goes on in a branch beside removals: delays, pauses, approvals, copies, what is asked, and a check of the share."""

import re
from pathlib import Path

import pytest

from console.reports.debrief_page import debrief_page
from console.words.findings.table import sentence
from tests.topology.incident.incident_files import HEAD, LOSS, REGION, STORY, change, event, incident_of, write_folder
from topology.incident.model import Incident
from topology.incident.reading import IncidentError, read_incident
from topology.incident.session.acts import read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.score import score_of
from topology.incident.session.session import TrainingRun, run_acts
from topology.incident.timeline import Timeline
from topology.records.incident_folder import read_incident_folder
from topology.region.description import read_region

INVENTED = 'source = "model"\nconfidence = "NP"\nillustrative = true\n'
PROPOSAL = (
    f'[[proposal]]\nname = "update"\ntitle = "The update"\ntext = "It changes."\n{INVENTED}'
    'needs_place_by = "too-large"\n[[proposal.change]]\nto = "removed"\npool = "web"\nover = "14 min"\n'
)
COPY = (
    f'[[copy]]\nname = "dump"\ntitle = "The dump"\nsubsystem = "database"\ngood = false\nfound = "it is empty"\n{INVENTED}'
    f'try = "10 min"\n[[copy]]\nname = "snapshot"\ntitle = "The snapshot"\nsubsystem = "database"\ngood = true\n'
    f'found = "it is whole"\ntry = "5 min"\nrecover = "30 min"\nlost = "360 min"\n{INVENTED}'
)


def run(text: str, era: str, *acts: tuple[str, str], branch: str = "09:30") -> TrainingRun:
    incident: Incident = incident_of(text)
    lines = [f'format = 1\nincident = "small"\nera = "{era}"\nbranch = "{branch}"']
    lines += [f"[[act]]\ntime = \"{time}\"\ndo = '{do}'" for time, do in acts]
    return run_acts(Timeline(incident), read_acts("\n".join(lines), "acts.toml", incident), sentence)


def served(one: TrainingRun, subsystem: str = "web") -> int | None:
    return one.course.moments[-1].standing(subsystem).in_service


def test_that_an_effect_can_lag_its_event() -> None:
    late = event("10:00", change('to = "removed"', 'pool = "web"', 'after = "32 min"'))
    timeline = Timeline(incident_of(HEAD + late))
    start = timeline.incident.events[0].time
    assert [timeline.at(start + minute * 60).standing("web").in_service for minute in (0, 31, 32)] == [18, 18, 4]


def test_that_what_goes_on_goes_on_in_a_branch_until_it_is_stopped() -> None:
    bleeding = HEAD + event(
        "09:20", "until_stopped = true\n" + change('to = "removed"', 'pool = "web"', 'over = "14 min"')
    )
    assert served(run(bleeding, "as-it-was", branch="09:27")) == 4
    assert served(run(bleeding, "as-it-was", ("09:28", "stop"), branch="09:27")) == 18 - 8
    assert served(run(bleeding.replace("until_stopped = true", ""), "as-it-was", branch="09:27")) == 18 - 7


def test_that_an_approval_halts_at_a_floor_where_floors_hold_and_needs_a_place() -> None:
    text = STORY + PROPOSAL
    assert served(run(text, "as-it-was", ("09:40", "approve update"))) == 4
    refused = run(text, "underkeel", ("09:40", "approve update"))
    assert [one.kind for one in refused.answers] == ["refused"]
    for place in ("z1", "z2"):
        assert served(run(text, "underkeel", ("09:40", f"approve update in {place}"))) == 18 - 7
    both = run(text, "underkeel", ("09:40", "approve update in z1"), ("10:10", "approve update in z2"))
    assert (served(both), [one.kind for one in both.answers]) == (11, ["done", "refused"])
    slow = ("09:50", "approve update for 3 in z2"), ("09:50:01", "inject fail 6 from web in z2")
    halted = run(text, "underkeel", ("09:40", "approve update in z1"), *slow)
    assert any("update is halted" in one.text for one in halted.course.told)
    assert (served(halted) or 0) >= 5
    few = text.replace('over = "14 min"', 'over = "14 min"\ncount = 2')
    harmless = run(few, "as-it-was", ("09:40", "approve update"))
    assert [score_of(one.course).wrong_confirmations for one in (harmless, refused)] == [0, 1]
    assert run(text, "underkeel", ("09:40", "approve nothing")).answers[0].kind == "wrong"


def test_that_a_copy_is_good_or_not_only_once_it_is_tried() -> None:
    text = HEAD + LOSS + COPY
    bad = run(text, "as-it-was", ("10:05", "recover from dump"), branch="10:01")
    assert (bad.answers[0].kind, score_of(bad.course).minutes_of_data_lost) == ("wrong", None)
    good = run(text, "as-it-was", ("10:05", "try snapshot"), ("10:10", "recover from snapshot"), branch="10:01")
    assert good.answers[0].sentences == ("The snapshot: it is whole",)
    assert score_of(good.course).minutes_of_data_lost == 360
    assert good.course.moments[-1].standing("database").in_service == 6
    assert good.course.moments[-1].time - good.acts.branch == pytest.approx(39 * 60)


def test_that_what_is_asked_takes_the_place_of_the_floor_and_can_be_moved() -> None:
    asked = event("09:10", '[[event.change]]\nsubsystem = "web"\ndemand = 19\nillustrative = true\n')
    asked += event("09:10", '[[event.change]]\nsubsystem = "database"\ndemand = 1\nillustrative = true\n')
    idle = run(HEAD + asked, "as-it-was")
    assert (idle.course.moments[-1].standing("web").verdict, idle.course.moments[-1].standing("web").floor) == (
        "below",
        19,
    )
    moved = run(HEAD + asked, "as-it-was", ("09:40", "shift web to database"))
    assert moved.course.moments[-1].standing("web").verdict == "impacted"  # it needs the database
    assert moved.course.moments[-1].standing("database").verdict == "below"
    assert run(HEAD + asked, "underkeel", ("09:40", "shift web to database")).answers[0].kind == "refused"


def test_that_a_check_of_the_share_lets_go_what_it_then_refuses_to_take_back() -> None:
    text = STORY.replace("guards = []", 'guards = []\nshare_percent = 25\nshare_of = "web"')
    acts = (
        ("09:40", "remove 4 servers from web where name = web-*"),
        ("09:50", "restore all to web"),
        ("09:51", 'override "these are the ones that left"'),
        ("09:52", "restore all to web"),
    )
    assert [one.kind for one in run(text, "as-it-was", *acts).answers] == ["done", "refused", "done", "done"]
    assert [one.kind for one in run(text, "underkeel", *acts[:2]).answers] == ["done", "done"]


def test_that_a_pause_holds_the_waves_and_resume_lets_them_go_on() -> None:
    command = ("09:40", "remove 6 servers from web where name = web-*")
    held = run(STORY, "underkeel", command, ("09:40:01", "pause"))
    assert served(held) == 16
    assert served(run(STORY, "underkeel", command, ("09:40:01", "pause"), ("09:50", "resume"))) == 12
    assert run(STORY, "underkeel", ("09:40", "resume")).answers[0].kind == "wrong"


def test_that_every_guard_is_asked_again_before_a_later_wave() -> None:
    slow = "remove 9 servers from web where name = web-* at 2/min"
    halted = run(STORY, "underkeel", ("09:40", slow), ("09:40:10", "inject fail 5 from web in z1"))
    told = [one.text for one in halted.course.told if "halted: before wave 2" in one.text]
    assert told
    assert (served(halted) or 0) >= 5


def test_that_a_folder_that_was_cut_says_what_is_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "own")
    (folder / "region.toml").unlink()
    with pytest.raises(IncidentError, match=re.escape("region.toml")):
        read_incident_folder(folder)
    write_folder(folder, STORY[: len(STORY) // 2])
    with pytest.raises(IncidentError, match=r"incident\.toml"):
        read_incident_folder(folder)


def test_that_a_command_whose_effect_lags_is_judged_by_what_it_comes_to() -> None:
    late = event(
        "10:00", 'command = "remove all from web"\n' + change('to = "removed"', 'pool = "web"', 'after = "32 min"')
    )
    small = late.replace('pool = "web"', 'pool = "web"\ncount = 1')
    wrong = [score_of(Timeline(incident_of(HEAD + one)).course()).wrong_confirmations for one in (late, small)]
    assert wrong == [1, 0]


def test_that_few_servers_over_a_long_time_are_spread_over_all_of_it() -> None:
    slow = event("09:10", change('to = "removed"', 'pool = "web"', "count = 2", 'over = "100 min"'))
    timeline = Timeline(incident_of(HEAD + slow))
    start = timeline.incident.events[0].time
    assert [timeline.at(start + minute * 60).standing("web").in_service for minute in (49, 50, 99, 100)] == [
        18,
        17,
        17,
        16,
    ]


def test_that_the_debrief_tells_facts_from_inventions() -> None:
    invented = event("10:05").replace("illustrative = false", "illustrative = true")
    text = HEAD + LOSS + invented
    incident = incident_of(text)
    page = debrief_page(outcome_of(Timeline(incident), run(text, "as-it-was")), incident)
    assert "Servers are removed. (would leave" not in page  # it was no command
    assert "Servers are removed. <span class='soft'>(report, P)</span>" in page
    assert 'It happens. <span class="badge">model value</span>' in page


def test_that_with_cells_only_those_stop_that_fell() -> None:
    whole = 'title = "No guard"\nguards = []'
    text = STORY.replace(whole, f"{whole}\ncells = 3")
    command = ("09:40", "remove servers database-0001, shared-0001, shared-0003")
    stopped = run(STORY, "as-it-was", command)
    partly = run(text, "as-it-was", command)
    assert served(stopped, "database") == 0
    assert served(partly, "database") == 2  # the cell of z2 that lost none
    back = run(text, "as-it-was", command, ("09:45", "undo"), ("09:46", "restart database"))
    assert served(back, "database") == 6


def test_that_a_freeze_that_begins_halts_a_later_wave() -> None:
    freeze = '[[freeze]]\nfrom = 2017-02-28T17:41:00Z\nuntil = 2017-02-28T19:00:00Z\nreason = "quarter end"\n'
    incident = read_incident(STORY, "incident.toml", read_region(REGION + freeze, "region.toml"))
    slow = "remove 9 servers from web where name = web-* at 2/min"
    text = f'format = 1\nincident = "small"\nbranch = "09:30"\n[[act]]\ntime = "09:40"\ndo = "{slow}"'
    halted = run_acts(Timeline(incident), read_acts(text, "acts.toml", incident), sentence)
    assert served(halted) == 16
    assert any("halted" in one.text and "freeze" in one.text for one in halted.course.told)
