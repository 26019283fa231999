"""A console that dies at any moment loses nothing: the next one says what was done and what was not, and can finish or undo."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.folders import ROOT

PROGRAM = Path(__file__).with_name("killed_console.py")
POINTS = 16
"""Moments of death for each scenario, spread over all of it."""

Report = dict[str, Any]


def play(folder: Path, scenario: str, points: list[int]) -> list[Report]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), scenario, *map(str, points)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module", params=["removal", "stopped", "undone"])
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    folder = tmp_path_factory.mktemp("killed")
    [whole] = play(folder, request.param, [0])
    assert whole["status"] == 0
    assert whole["unfinished"] == []
    # A stop has a thread of its own, so that a run comes out some steps shorter or longer each time.
    others = [play(folder / f"whole-{number}", request.param, [0])[0]["steps"] for number in range(3)]
    steps = min(whole["steps"], *others) * 8 // 10
    assert steps > POINTS
    points = sorted({1 + number * (steps - 1) // (POINTS - 1) for number in range(POINTS)})
    return play(folder, request.param, points)


def test_that_the_process_was_killed_at_every_point(reports: list[Report]) -> None:
    # Threads make the last steps of a run come out a little differently each time.
    killed = [report for report in reports if report["status"] == -signal.SIGKILL]
    assert len(killed) >= len(reports) - 1
    assert any(report["unfinished"] for report in killed)


def test_that_what_was_done_and_what_was_not_is_exactly_what_the_region_did(reports: list[Report]) -> None:
    for report in reports:
        for found in report["unfinished"]:
            truth = report["truth"].get(found["execution"], {})
            plan = next(entry["servers"] for entry in report["entries"] if entry["number"] == found["entry"])
            fates = [*found["done"], *found["returned"], *found["not_done"]]
            assert found["unknown"] == []
            assert sorted(fates) == sorted(plan), report["point"]
            assert set(found["done"]) == {name for name, answer in truth.items() if answer == "done"}, report["point"]
            assert set(found["returned"]) == {name for name, answer in truth.items() if answer == "returned"}
            assert f"{len(found['done']):,} of {len(plan):,} servers" in found["sentence"]


def test_that_nothing_was_done_that_no_intent_and_no_wave_announced(reports: list[Report]) -> None:
    for report in reports:
        announced: dict[str, set[str]] = {}
        for entry in report["entries"]:
            if entry["kind"] == "wave":
                announced.setdefault(entry["execution"], set()).update(entry["servers"])
        for execution, answers in report["truth"].items():
            assert set(answers) <= announced.get(execution, set()), report["point"]


def test_that_an_execution_is_told_as_unfinished_unless_its_end_was_written(reports: list[Report]) -> None:
    for report in reports:
        intents = [entry["execution"] for entry in report["entries"] if entry["kind"] == "intent"]
        ended = [
            entry["execution"] for entry in report["entries"] if entry["kind"] in ("finished", "halt", "recovered")
        ]
        assert sorted(intents) == sorted(ended), report["point"]
        recovered = [entry["execution"] for entry in report["entries"] if entry["kind"] == "recovered"]
        assert recovered == [found["execution"] for found in report["unfinished"]]


def test_that_it_is_told_again_while_nothing_else_was_begun(reports: list[Report]) -> None:
    assert [report["again"] for report in reports] == [min(1, len(report["unfinished"])) for report in reports]


def test_that_the_journal_fits_and_nothing_of_it_is_missing(reports: list[Report]) -> None:
    for report in reports:
        assert report["doubt"] == ""
        assert report["verified"] == f"all {len(report['entries'])} entries fit", report["point"]


def test_that_what_is_offered_brings_it_to_its_end(reports: list[Report]) -> None:
    for report in reports:
        for found in report["unfinished"]:
            plan = next(entry["servers"] for entry in report["entries"] if entry["number"] == found["entry"])
            is_undo = found["command"].startswith("undo")
            # All there is to offer for a removal of which only the end was not written down is to undo it.
            ends_empty = is_undo or [label for label, _ in found["offers"]] == ["Undo"]
            assert set(report["out"]) == (set() if ends_empty else set(plan)), (report["point"], found["offers"])
            assert found["offers"] or (is_undo and not found["not_done"])


def test_that_undo_brings_the_region_back_to_where_it_was(reports: list[Report]) -> None:
    assert [report["out_at_the_end"] for report in reports] == [[]] * len(reports)
