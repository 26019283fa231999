"""What incidents teach: told of every bundled one, with sources, and questions made from a region's true state."""

import pytest

from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from console.operating.incidents.lessons import code_page, lesson_named, pages_of_manual
from topology.incident.lesson.model import NO_LESSON
from topology.incident.lesson.probes import NONE_BELOW, PROBES, STANDINGS, look_back, probe_questions
from topology.incident.lesson.reading import read_lesson
from topology.incident.lesson_codes import CODES
from topology.incident.reading import IncidentError
from topology.incident.timeline import Timeline
from topology.records.incident_folder import read_lesson_beside

GOOD = """
format = 1
[[changed]]
text = "It is slower."
source = "aws"
confidence = "Q"
does = "yes"
here = "At a pace."
page = "planning.md"
[[question]]
name = "one"
asks = "Which?"
choices = ["this", "that"]
answer = 2
because = "It is that."
code = "FLOOR"
"""


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_every_bundled_incident_tells_why_what_was_changed_and_asks(name: str) -> None:
    lesson = lesson_named(name, read_incident_named(name))
    assert len(lesson.why) >= 2
    assert len(lesson.remedies) >= 3
    assert len(lesson.questions) >= 3
    assert {one.does for one in lesson.remedies} <= {"yes", "partly", "no"}


def test_that_all_six_changes_after_s3_are_told() -> None:
    lesson = lesson_named("s3-2017", read_incident_named("s3-2017"))
    told = " ".join(one.changed.text for one in lesson.remedies)
    assert len(lesson.remedies) == 6
    for word in ("slowly", "below", "other tools", "cells", "index", "several regions"):
        assert word in told


@pytest.mark.parametrize("code", CODES)
def test_that_every_code_has_a_page_with_two_examples(code: str) -> None:
    import resources

    assert code_page(code) in pages_of_manual()
    text = resources.text(f"manual/{code_page(code)}")
    examples = text.split("## Two examples")[1].split("## Here")[0]
    assert examples.count("\n- ") == 2


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_every_code_an_incident_names_has_a_page(name: str) -> None:
    assert set(read_incident_named(name).lessons) <= set(CODES)


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ('source = "nobody"', 'source = "aws"', "which is no [[source]]"),
        ('confidence = "Z"', 'confidence = "Q"', "write one of"),
        ('does = "maybe"', 'does = "yes"', "yes, partly, no"),
        ('page = "nowhere.md"', 'page = "planning.md"', "no page of the manual"),
        ("answer = 3", "answer = 2", "count from 1"),
        ('choices = ["this", "this"]', 'choices = ["this", "that"]', "each another one"),
        ('code = "BANANA"', 'code = "FLOOR"', "which is no lesson"),
        ("format = 2", "format = 1", "this version reads format = 1"),
        ('because = ""', 'because = "It is that."', "because"),
        ('colour = "red"\nname = "one"', 'name = "one"', "colour"),
    ],
)
def test_that_a_fault_in_a_lesson_is_named_with_its_place(wrong: str, right: str, says: str) -> None:
    incident = read_incident_named("s3-2017")
    assert read_lesson(GOOD, "lesson.toml", incident, {"planning.md"}).questions[0].truth == "that"
    with pytest.raises(IncidentError) as caught:
        read_lesson(GOOD.replace(right, wrong), "lesson.toml", incident, {"planning.md"})
    assert says in str(caught.value)
    assert "lesson.toml" in str(caught.value)


def test_that_an_incident_need_not_have_a_lesson(tmp_path: object) -> None:
    from pathlib import Path

    assert read_lesson_beside(Path(str(tmp_path)), read_incident_named("s3-2017"), ()) is NO_LESSON


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_probes_ask_for_what_is_true_at_every_event(name: str) -> None:
    incident = read_incident_named(name)
    timeline = Timeline(incident)
    for event in incident.events:
        moment = timeline.at(event.time)
        below = {one.subsystem for one in moment.standings if one.verdict == "below"}
        questions = {one.name: one for one in probe_questions(moment, incident.seed)}
        assert questions
        assert len(questions) <= PROBES
        if "below" in questions:
            one = questions["below"]
            assert one.truth in below or (one.truth == NONE_BELOW and not below)
            wrong = [choice for number, choice in enumerate(one.choices) if number != one.answer]
            assert not below & set(wrong)
        if "stands" in questions:
            asked = questions["stands"].asks.removeprefix("How does ").removesuffix(" stand?")
            assert STANDINGS[moment.standing(asked).verdict] == questions["stands"].truth
        if "in-service" in questions:
            asked = questions["in-service"].asks.removeprefix("How much of ").removesuffix(" is in service?")
            standing = moment.standing(asked)
            share = (standing.in_service or 0) * 100 / (standing.floor or 1)
            low, high = ([int(word) for word in questions["in-service"].truth.split() if word.isdigit()] + [10**9])[:2]
            assert low <= share < high + 1


def test_that_the_same_moment_and_seed_ask_the_same() -> None:
    incident = read_incident_named("s3-2017")
    moment = Timeline(incident).at(incident.events[2].time)
    assert probe_questions(moment, 7) == probe_questions(moment, 7)


def test_that_looking_back_asks_for_the_run_as_it_was_then() -> None:
    incident = read_incident_named("s3-2017")
    course = Timeline(incident).course()
    before = look_back(course, incident.starts + 60, incident.time_zone, 1)
    after = look_back(course, incident.starts + 3600, incident.time_zone, 1)
    assert before is not None
    assert before.truth == NONE_BELOW
    assert after is not None
    assert "at 10:30" in after.asks
    assert after.truth in {"index", "placement", "billing"}
