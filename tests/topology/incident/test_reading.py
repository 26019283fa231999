"""Reading incidents: every problem has its place, and what is legal means what the manual says."""

import os
from pathlib import Path

import pytest

from tests.topology.incident.incident_files import HEAD, STORY, change, event, incident_of, write_folder
from topology.incident.reading import IncidentError
from topology.incident.timeline import Timeline
from topology.incident.times import utc_text
from topology.records.incident_folder import read_incident_folder


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (HEAD + event("10:00") + event("09:59"), "event 2.time", "before that of the event above it"),
        (HEAD + event("10:00", 'subsystems = ["nobody"]'), "event 1.subsystems", "not a subsystem"),
        (HEAD + event("10:00").replace('source = "report"', ""), "event 1.source", "is missing"),
        (HEAD + event("10:00").replace('"report"\nconf', '"other"\nconf'), "event 1.source", "no [[source]] here"),
        (HEAD + event("10:00").replace('"P"', '"NP"'), "event 1.illustrative", "is invented"),
        (HEAD + event("10:00").replace("illustrative = false", ""), "event 1.illustrative", "is missing"),
        (
            HEAD + event("10:00", '[[event.change]]\nto = "removed"\npool = "web"'),
            "event 1.change 1.illustrative",
            "is missing",
        ),
        (HEAD + event("13:00"), "event 1.time", "outside of the incident"),
        (HEAD + event("10:00", change('to = "gone"', 'pool = "web"')), "event 1.change 1.to", "a state is one of"),
        (HEAD + event("10:00", change('to = "removed"', 'pool = "wob"')), "event 1.change 1.pool", "has no server"),
        (
            HEAD + event("10:00", change('to = "removed"', 'pool = "web"', "count = 15")),
            "event 1.change 1.count",
            "only 14 servers match",
        ),
        (STORY[: STORY.index("They")], "", "was cut short"),
        (STORY.replace("guards = []", 'guards = ["flor"]'), 'era "as-it-was".guards', "'flor', which refuses nothing"),
        (
            STORY.replace("guards = []", 'guards = ["tight"]'),
            'era "as-it-was".guards',
            "'tight', which refuses nothing",
        ),
        (HEAD.replace("format = 1", "format = 2") + event("10:00"), "format", "reads format = 1"),
    ],
)
def test_that_a_problem_is_named_with_its_place(text: str, place: str, what: str) -> None:
    with pytest.raises(IncidentError) as caught:
        incident_of(text)
    found = [problem for problem in caught.value.problems if what in problem]
    assert found
    assert found[0].startswith(f"incident.toml: {place}")


def test_that_an_event_for_a_removed_server_is_refused_unless_it_brings_it_back() -> None:
    gone = event("10:00", change('to = "removed"', 'servers = ["web-0001"]'))
    with pytest.raises(IncidentError, match=r"event 2\.change 1\.servers names 'web-0001', which was removed before"):
        incident_of(HEAD + gone + event("10:01", change('to = "failed"', 'servers = ["web-0001"]')))
    incident_of(HEAD + gone + event("10:01", change('to = "joining"', 'servers = ["web-0001"]')))


def test_that_at_one_instant_the_order_of_the_file_holds() -> None:
    removed = event("10:00", change('to = "removed"', 'pool = "web"'))
    back = event("10:00", change('to = "in_service"', 'pool = "web"'))
    timeline = Timeline(incident_of(HEAD + removed + back))
    assert timeline.after_event(0).standing("web").in_service == 4
    assert timeline.after_event(1).standing("web").in_service == 18
    assert timeline.at(timeline.incident.events[0].time).standing("web").in_service == 18


def test_that_a_change_of_daylight_saving_inside_an_incident_is_taken_into_account() -> None:
    head = HEAD.replace("2017-02-28", "2017-11-05").replace('"09:00"', '"00:30"').replace('"12:00"', '"04:00"')
    incident = incident_of(head + event("01:30-07:00") + event("01:30-08:00") + event("03:00"))
    assert [utc_text(one.time) for one in incident.events] == [
        "2017-11-05T08:30:00Z",
        "2017-11-05T09:30:00Z",
        "2017-11-05T11:00:00Z",
    ]
    assert incident.length_s == 4.5 * 3600
    with pytest.raises(IncidentError, match="comes twice in America/Los_Angeles"):
        incident_of(head + event("01:30"))
    with pytest.raises(IncidentError, match="leave out on that day"):
        incident_of(head.replace("11-05", "03-12") + event("02:30"))


def test_that_a_record_says_the_line_that_is_wrong() -> None:
    text = STORY.replace("format = 1", 'format = 1\nrecord = "record.csv"', 1)
    head = b"seconds,server,state\n"
    incident = incident_of(text, head + b"1.5,web-0001,draining\n3,web-0001,removed\n")
    assert len(incident.recorded.time) == 2
    for line, what in (
        (b"x,web-0001,removed", "seconds"),
        (b"1,nobody,removed", "not a server"),
        (b"1,web-0001,gone", "a state is"),
    ):
        with pytest.raises(IncidentError, match=rf"record\.csv: line 3 .*{what}"):
            incident_of(text, head + b"1,web-0002,removed\n" + line + b"\n")
    with pytest.raises(IncidentError, match=r"record\.csv: line 3 is earlier"):
        incident_of(text, head + b"9,web-0001,draining\n3,web-0001,removed\n")


def test_that_a_folder_reads_nothing_outside_of_it_and_nothing_huge(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "own")
    assert read_incident_folder(folder).name == "small"
    for key, name in (("region", "../region.toml"), ("playbook", "/etc/hostname"), ("record", "outside.csv")):
        (folder / "outside.csv").unlink(missing_ok=True)
        (folder / "outside.csv").symlink_to("/etc/hostname")
        write_folder(folder, f'{key} = "{name}"\n{STORY}')
        with pytest.raises(IncidentError, match=f"{key} names .*(inside the incident's folder|leads out)"):
            read_incident_folder(folder)
    with (folder / "incident.toml").open("wb") as file:
        os.truncate(file.fileno(), 1_000_000_000)
    with pytest.raises(IncidentError, match="1,000,000,000 bytes, more than"):
        read_incident_folder(folder)
