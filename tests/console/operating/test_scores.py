"""The best scores: kept per incident, and a file of another version is told of and left alone."""

from pathlib import Path
from typing import Any

import pytest

from console.operating.incidents.scores import Scores, ScoresError


def outcome(short: float, digest: str = "d") -> dict[str, Any]:
    score = {"minutes_short": short, "minutes_of_silence": 0.0, "wrong_confirmations": 0}
    return {"incident": "s3-2017", "digest": digest, "era": "underkeel", "yours": {"score": score}}


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"format": 2, "scores": {}}', "has format 2; this version reads format 1"),
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
