"""The line of hints beside the timeline's buttons names no key without what it does."""

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from console.kit.painting import font_of
from console.kit.theme import load_fonts, load_theme
from console.operating.incidents.incidents import read_incident_named
from console.panels.timeline.timeline_page import HINTS, TimelinePage


@pytest.mark.parametrize("width", [700, 960, 1110, 1400, 2000])
def test_that_every_key_that_is_hinted_at_stands_with_what_it_does(qtbot: QtBot, width: int) -> None:
    load_fonts()
    page = TimelinePage(load_theme("night"), read_incident_named("s3-2017"))
    qtbot.addWidget(page)
    page.resize(width, 240)
    page.show()
    qtbot.waitExposed(page)
    said = page.hint.text()
    assert said in ("", *HINTS)
    assert all(any(letter.islower() for letter in part.split(" ", 1)[-1]) for part in said.split(" · ") if part)
    assert QFontMetrics(font_of(9)).horizontalAdvance(said) <= page.hint.width()
    assert (said == HINTS[0]) is (width >= 1400)


def test_that_speeds_are_grouped_without_a_gap(qtbot: QtBot) -> None:
    load_fonts()
    page = TimelinePage(load_theme("night"), read_incident_named("s3-2017"))
    qtbot.addWidget(page)
    metrics = QFontMetrics(page.speeds[3600]._own_font)
    assert metrics.horizontalAdvance(",") < metrics.horizontalAdvance("0") * 0.7
