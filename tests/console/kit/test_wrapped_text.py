"""What a wrapped text is said to be tall is what it takes when it is painted, whichever way it was found out."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit import parts
from console.kit.painting import MAY_BREAK, STAY_TOGETHER, breakable, elided, font_of
from console.kit.parts import Text
from console.kit.theme import load_fonts, load_theme

FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
TEXTS = (
    "",
    "short",
    "a text of a few words",
    "two\nlines",
    "a-very-long-name-without-a-blank-in-it." * 4,
    "word " * 60,
)


@pytest.mark.parametrize("size", [8.5, 9.0, 10.0, 12.0])
@pytest.mark.parametrize("width", [60, 300, 2_000])
@pytest.mark.parametrize("words", TEXTS)
def test_that_a_text_is_as_tall_as_it_is_painted(qapp: QApplication, size: float, width: int, words: str) -> None:
    load_fonts()
    text = Text(load_theme("night"), size, wrap=True)
    text.say(words)
    font = font_of(size)
    shown = breakable(text._shown, font, width) or " "
    taken = QFontMetrics(font).boundingRect(QRect(0, 0, width, 100_000), FLAGS, shown).height()
    assert text.heightForWidth(width) == taken


def test_that_only_words_that_are_too_wide_may_be_broken(qapp: QApplication) -> None:
    load_fonts()
    font = font_of(10.0)
    name = "customer-identity-and-access-management.token-issuer"
    assert breakable(f"remove {name}", font, 2_000) == f"remove {name}"
    broken = breakable(f"remove {name}", font, 120)
    assert broken.startswith("remove ")
    assert MAY_BREAK in broken
    assert broken.replace(MAY_BREAK, "") == f"remove {name}"


@pytest.mark.parametrize(("width", "times"), [(20, 1), (2_000, 0)])
def test_that_only_a_text_without_room_is_cut(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, times: int
) -> None:
    load_fonts()
    text = Text(load_theme("night"))
    qtbot.addWidget(text)
    text.say("a text of a few words")
    text.resize(width, 20)
    cuts: list[str] = []
    whole = text.grab().toImage()

    def cut(shown: str, font: QFont, room: int) -> str:
        cuts.append(shown)
        return elided(shown, font, room)

    monkeypatch.setattr(parts, "elided", cut)
    assert text.grab().toImage() == whole
    assert len(cuts) == times


def test_that_a_text_that_just_has_room_looks_as_if_it_was_cut_to_it(qtbot: QtBot) -> None:
    load_fonts()
    text = Text(load_theme("night"))
    qtbot.addWidget(text)
    text.say("a text of a few words")
    font, natural = font_of(10), text.natural_width()
    for width in range(natural - 3, natural + 3):
        fits = natural <= width
        assert (elided(text._shown, font, width) == text._shown) or not fits


@pytest.mark.parametrize(
    "words", ["remove 48 servers from billing at 2/min", "at the end of it az1/c1", "a reason of twenty-two"]
)
def test_that_rates_places_and_names_stay_together(qapp: QApplication, words: str) -> None:
    load_fonts()
    text, font = Text(load_theme("night"), 10, bold=True, mono=True, wrap=True), font_of(10, True, True)
    text.say(words)
    last = words.rsplit(" ", 1)[1]
    advance = QFontMetrics(font).horizontalAdvance
    for letters in range(1, len(last)):
        width = advance(words[: len(words) - letters]) + 1
        lines = QTextLayout(text._breakable(width), font)
        lines.beginLayout()
        ends = []
        while (line := lines.createLine()).isValid():
            line.setLineWidth(width)
            ends.append(line.textStart() + line.textLength())
        lines.endLayout()
        assert lines.text()[ends[-2] :].replace(STAY_TOGETHER, "") == last
