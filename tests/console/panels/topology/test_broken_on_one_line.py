"""What breaks can be read on the lowest cards: filled, with its name, and its number where there is room."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from console.kit.theme import THEMES, load_fonts, load_theme
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.drawing import close_card
from topology.planning.plan import ScopeVerdict
from topology.region.scope import WHOLE

BROKEN = NodeReading(
    "payments", "payments", False, 96, 96, 96, 0, 0, 96, ScopeVerdict.BREAKS, WHOLE, headroom=-96, planned=True
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("wide", [70, 94, 140])
def test_that_what_breaks_is_filled_and_says_its_name_and_number(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, theme: str, wide: int
) -> None:
    load_fonts()
    said: list[str] = []
    write = close_card._write
    monkeypatch.setattr(
        close_card, "_write", lambda *given, **named: (said.append(given[3][0]), write(*given, **named))
    )
    colours, image = load_theme(theme), QImage(wide, 11, QImage.Format.Format_RGB32)
    image.fill(colours.ground)
    painter = QPainter(image)
    close_card.paint_close_card(painter, wide, 11, BROKEN, "payments-core", colours)
    painter.end()
    alarm = sum(image.pixelColor(x, y) == colours.alarm for x in range(wide) for y in range(11))
    assert alarm > wide * 11 / 3
    assert ("−96" in said) is (wide > 70)
    assert "payments-core" in said


def test_that_impacted_is_written_whole_or_not_at_all(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    load_fonts()
    said: list[str] = []
    monkeypatch.setattr(close_card, "_write", lambda *given, **_named: said.append(given[3][0]))
    hit = replace(BROKEN, headroom=20, verdict=ScopeVerdict.HOLDS, impacted=("payments", "index"))
    image = QImage(200, 11, QImage.Format.Format_RGB32)
    for wide in (70, 94, 200):
        painter = QPainter(image)
        close_card.paint_close_card(painter, wide, 11, hit, "labs", load_theme("night"))
        painter.end()
    assert said == ["labs", "labs", "impacted", "labs"]


def test_that_no_dash_runs_through_the_name_of_what_is_impacted(qapp: QApplication) -> None:
    load_fonts()
    hit = replace(BROKEN, headroom=20, verdict=ScopeVerdict.HOLDS, impacted=("payments", "index"), inside=4)
    colours, image = load_theme("night"), QImage(110, 11, QImage.Format.Format_RGB32)
    image.fill(colours.ground)
    painter = QPainter(image)
    close_card.paint_close_card(painter, 110, 11, hit, "ratings-core", colours)
    painter.end()
    reds = {x for x in range(110) for y in range(11) if image.pixelColor(x, y) == colours.alarm}
    assert reds  # the card is marked as impacted all the same
    assert not [x for x in reds if 20 < x < 70]
