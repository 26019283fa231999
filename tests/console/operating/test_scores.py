"""The best scores: kept per incident, and a file of another version is told of and left alone."""

from pathlib import Path
from typing import Any

import pytest

from console.operating.incidents.scores import Scores, ScoresError


def outcome(
    short: float, digest: str = "d", *, era: str = "underkeel", branch: str = "2017-02-28T17:36:00Z", broken: int = 0,
    missed: int = 0, trainee: str = "",
) -> dict[str, Any]:  # fmt: skip
    score = {
        "minutes_short": short, "minutes_of_silence": 0.0, "wrong_confirmations": 0, "catastrophes": broken, "shortfall": short,
    }  # fmt: skip
    yours = {"score": score, "objectives": [{"verdict": "missed"}] * missed}
    return {
        "incident": "s3-2017", "digest": digest, "era": era, "branch": branch, "yours": yours, "trainee": trainee,
    }  # fmt: skip


def test_that_only_a_better_run_takes_the_place_of_the_best(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "deep" / "folder")
    assert scores.read() == {}
    assert scores.keep(outcome(20.0))
    assert not scores.keep(outcome(30.0))
    assert scores.keep(outcome(10.0))
    assert scores.read()["s3-2017"].minutes_short == 10.0


def test_that_a_run_of_another_version_of_the_incident_is_another_exam(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    assert scores.keep(outcome(10.0))
    assert scores.keep(outcome(30.0, "changed"))


def test_that_every_tool_and_every_start_has_its_own_best_run(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    assert scores.keep(outcome(0.0))
    assert scores.keep(outcome(200.0, era="as-it-was"))
    assert scores.keep(outcome(90.0, branch="2017-02-28T17:38:00Z"))
    assert not scores.keep(outcome(210.0, era="as-it-was"))
    assert len(scores.kept()) == 3
    assert scores.read()["s3-2017"].minutes_short == 0.0


def test_that_every_trainee_has_a_best_run_of_their_own_and_hears_whose_is_better(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    assert scores.keep(outcome(10.0, trainee="Anna"))
    assert scores.keep(outcome(20.0, trainee="Ben"))
    assert not scores.keep(outcome(11.0, trainee="Anna"))
    better = scores.better(outcome(20.0, trainee="Ben"))
    assert better is not None
    assert "10 min below a floor" in better.words()
    assert better.words().endswith("Anna)")
    assert scores.better(outcome(10.0, trainee="Anna")) is None
    assert scores.better(outcome(20.0, trainee="Ben", era="as-it-was")) is None
    assert scores.better(outcome(20.0, "changed", trainee="Ben")) is None
    assert Scores(tmp_path).read()["s3-2017"].trainee == "Anna"


def test_that_a_file_without_names_is_read_and_its_runs_stay(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    scores.keep(outcome(20.0))
    scores.path.write_text(
        scores.path.read_text().replace('"format": 3', '"format": 2').replace('"trainee": ""', '"missed": 0')
    )
    assert scores.keep(outcome(30.0, trainee="Ben"))
    assert len(scores.kept()) == 2


def test_that_nothing_outweighs_a_catastrophe_and_a_missed_objective_counts_before_minutes(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    assert scores.keep(outcome(300.0))
    assert not scores.keep(outcome(1.0, broken=1))
    assert not scores.keep(outcome(1.0, missed=1))
    assert scores.keep(outcome(299.0))


def test_that_the_best_run_of_the_version_before_is_read(tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    best = '{"digest": "d", "era": "underkeel", "minutes_short": 20.0, "minutes_of_silence": 1.0, "wrong_confirmations": 0}'
    scores.path.write_text(f'{{"format": 1, "scores": {{"s3-2017": {best}}}}}')
    assert scores.read()["s3-2017"].minutes_short == 20.0
    assert scores.keep(outcome(30.0))
    assert sorted(scores.kept()) == ["s3-2017 underkeel", "s3-2017 underkeel 2017-02-28T17:36:00Z"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"format": 4, "scores": {}}', "has format 4; this version reads format 3"),
        ("[1]", "has format None"),
        ("{", "is not a file of scores"),
        ("[" * 200_000, "is not a file of scores"),
        ('{"format": 1, "scores": {"s3-2017": {"digest": 3}}}', "is not a file of scores"),
    ],
)
def test_that_a_file_of_another_version_is_told_of_and_left_as_it_is(tmp_path: Path, text: str, says: str) -> None:
    scores = Scores(tmp_path)
    scores.path.write_text(text)
    with pytest.raises(ScoresError, match=says):
        scores.keep(outcome(10.0))
    assert scores.path.read_text() == text
