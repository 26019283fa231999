"""Choosing an incident: every bundled one with what it teaches, and the trainee's best run."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.theme import load_theme
from console.operating.incidents.course import course
from console.operating.incidents.incidents import bundled_incidents, described_by
from console.operating.incidents.scores import Scores
from console.panels.incident_picker.choices import BEST_COLUMN, LESSONS, LESSONS_COLUMN, TITLES
from console.panels.incident_picker.incident_picker import IncidentPicker
from tests.console.operating.test_scores import outcome


@pytest.fixture
def picker(qtbot: QtBot, tmp_path: Path) -> IncidentPicker:
    made = IncidentPicker(load_theme("night"), scores=Scores(tmp_path))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def row_of(picker: IncidentPicker, name: str) -> int:
    return [choice.name for choice in picker._choices].index(name)


def test_that_every_bundled_incident_can_be_chosen_with_the_keys(picker: IncidentPicker, qtbot: QtBot) -> None:
    assert picker.table.rowCount() == len(bundled_incidents())
    picker.table.setCurrentCell(row_of(picker, "s3-2017"), 0)
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(picker.table, Qt.Key.Key_Return)
    assert chosen.args == ["s3-2017"]


def test_that_the_best_run_is_told_and_a_file_of_another_version_too(qtbot: QtBot, tmp_path: Path) -> None:
    scores = Scores(tmp_path)
    kept = outcome(12.0)
    probe = IncidentPicker(load_theme("night"), scores=scores)
    qtbot.addWidget(probe)
    row = row_of(probe, "s3-2017")
    kept["digest"] = probe._choices[row].incident.digest  # type: ignore[union-attr]
    scores.keep(kept)
    again = IncidentPicker(load_theme("night"), scores=scores)
    qtbot.addWidget(again)
    assert again.table.item(row, BEST_COLUMN).text() == "12 min below a floor"  # type: ignore[union-attr]
    again.table.setCurrentCell(row, 0)
    assert "Best run: 12 min below a floor, 0 min of silence, 0 wrong (underkeel" in again.about.text()
    again.table.setCurrentCell(row_of(again, course()[1].incident), 0)
    assert "Best run" not in again.about.text()
    assert again.table.item(row, TITLES.index("Order")).text() == "1 · played"  # type: ignore[union-attr]
    assert again._choices[again.table.currentRow()].name == course()[1].incident
    scores.path.write_text('{"format": 9}')
    other = IncidentPicker(load_theme("night"), scores=scores)
    qtbot.addWidget(other)
    assert "has format 9" in other.trouble.text()
    assert other.table.item(row, BEST_COLUMN).text() == "not played yet"  # type: ignore[union-attr]


def test_that_incidents_stand_by_date_and_what_they_teach_is_in_words(picker: IncidentPicker) -> None:
    dates = [one.incident.date for one in picker._choices if one.incident is not None]
    assert dates == sorted(dates)
    taught = {code for one in picker._choices if one.incident is not None for code in one.incident.lessons}
    assert taught <= set(LESSONS)
    lessons = picker.table.item(0, LESSONS_COLUMN)
    assert lessons is not None
    assert lessons.text() == lessons.text().lower()


def test_that_who_played_none_is_shown_where_to_begin(picker: IncidentPicker) -> None:
    assert picker._choices[picker.table.currentRow()].name == course()[0].incident
    order = picker.table.item(picker.table.currentRow(), TITLES.index("Order"))
    assert order is not None
    assert order.text() == "1 · begin here"
    assert course()[0].adds in picker.about.text()


def test_that_the_order_of_lessons_names_every_bundled_incident_once() -> None:
    assert sorted(step.incident for step in course()) == sorted(bundled_incidents())


def test_that_a_folder_of_ones_own_is_opened_and_what_is_no_incident_is_told(
    picker: IncidentPicker, qtbot: QtBot, tmp_path: Path
) -> None:
    picker.open_folder(str(tmp_path))
    assert str(tmp_path) in picker.trouble.text()
    assert picker.trouble.isVisible()
    own = str(described_by("seoul-dns-2018").parent)
    with qtbot.waitSignal(picker.chosen) as chosen:
        picker.open_folder(own)
    assert chosen.args == [own]
