"""Where one stands: questions come back later after each right answer, and the next day after a wrong one."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from console.operating.incidents.course import course, next_step
from console.operating.incidents.progress import due_questions, steps
from console.operating.incidents.standing import (
    DAYS,
    StandingError,
    StandingFile,
    TraineeStanding,
    answered,
    played,
)

TODAY = date(2026, 3, 1)


def test_that_right_answers_come_back_later_each_time_and_wrong_ones_the_next_day() -> None:
    standing, day, waits = TraineeStanding(), TODAY, []
    for _ in range(7):
        standing = answered(standing, "s3-2017/harmless", True, day)
        due = standing.questions["s3-2017/harmless"].due
        waits.append((due - day).days)
        day = due
    assert waits == [1, 3, 7, 21, 60, 60, 60]
    standing = answered(standing, "s3-2017/harmless", False, day)
    assert standing.questions["s3-2017/harmless"].due == day + timedelta(days=DAYS[0])
    assert standing.questions["s3-2017/harmless"].right == 7
    assert standing.questions["s3-2017/harmless"].asked == 8


def test_that_a_debrief_lets_its_questions_come_back_tomorrow_and_forgets_no_answer() -> None:
    standing = answered(TraineeStanding(), "s3-2017/harmless", True, TODAY - timedelta(days=30))
    standing = answered(standing, "s3-2017/harmless", True, TODAY)
    standing = played(standing, "s3-2017", ("s3-2017/harmless", "s3-2017/which-input"), (3, 2), TODAY)
    assert standing.due(TODAY) == ()
    assert standing.due(TODAY + timedelta(days=1)) == ("s3-2017/which-input",)
    assert standing.questions["s3-2017/harmless"].asked == 2
    again = played(standing, "s3-2017", (), (3, 3), TODAY)
    assert (again.played["s3-2017"].runs, again.played["s3-2017"].probes_right) == (2, 5)


def test_that_it_is_kept_and_that_a_file_of_another_version_is_told_and_left(tmp_path: Path) -> None:
    file = StandingFile(tmp_path)
    assert file.read() == TraineeStanding()
    kept = played(TraineeStanding(), "s3-2017", ("s3-2017/harmless",), (0, 0), TODAY)
    file.write(kept)
    assert file.read() == kept
    for text in ('{"format": 9}', "{", '{"format": 1, "played": {"x": {"runs": "many"}}}'):
        file.path.write_text(text)
        with pytest.raises(StandingError, match=r"standing\.json"):
            file.read()
        assert file.path.read_text() == text


def test_that_steps_say_what_was_played_and_which_is_next() -> None:
    standing = played(TraineeStanding(), course()[0].incident, (), (3, 2), TODAY)
    found = steps(standing)
    assert found[0].played.startswith("1 ×")
    assert found[0].probes == "2 of 3 right"
    assert [step.is_next for step in found].index(True) == 1
    everything = TraineeStanding()
    for step in course():
        everything = played(everything, step.incident, (), (0, 0), TODAY)
    assert next_step(everything.played) is None
    assert not any(step.is_next for step in steps(everything))


def test_that_what_came_back_is_asked_and_what_is_there_no_more_is_left_out() -> None:
    keys = ("s3-2017/harmless", "s3-2017/no-such-question", "no-such-incident/x")
    standing = played(TraineeStanding(), "s3-2017", keys, (0, 0), TODAY - timedelta(days=2))
    found = due_questions(standing, TODAY)
    assert [one.key for one in found] == ["s3-2017/harmless"]
