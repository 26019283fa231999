"""Colours of a command by what its words mean."""

from typing import Literal

from PySide6.QtGui import QColor, QFont, QTextCharFormat

from console.kit.painting import Tone, tone
from console.kit.theme import Theme
from topology.command.grammar.reading import Reading
from topology.command.grammar.tokens import Meaning

Span = tuple[int, int]
_TONES: dict[Meaning, Tone] = {
    "verb": "text",
    "keyword": "text_faint",
    "noise": "text_faint",
    "field": "text_soft",
    "quantity": "text",
    "subsystem": "plan",
    "place": "plan",
    "server": "plan",
    "value": "text",
    "pace": "text",
    "text": "text_soft",
    "unknown": "text",
}


def formats_of(reading: Reading, theme: Theme, wrong: Span | None) -> list[tuple[int, int, QTextCharFormat]]:
    """Give (start, length, format) of every token; an error is underlined, and so is what is *wrong* by the plan."""
    found = [(start, end - start, _plain(meaning, theme)) for start, end, meaning in reading.tokens]
    if reading.error is not None:
        span = (reading.error.start, min(reading.error.end, len(reading.text)))
        found.append((span[0], span[1] - span[0], _marked(theme, QTextCharFormat.UnderlineStyle.WaveUnderline)))
    elif wrong is not None:
        found.append((wrong[0], wrong[1] - wrong[0], _marked(theme, QTextCharFormat.UnderlineStyle.SingleUnderline)))
    return [(start, length, style) for start, length, style in found if length > 0]


def _plain(meaning: Meaning, theme: Theme) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(tone(theme, _TONES[meaning]))
    if meaning == "verb":
        style.setFontWeight(QFont.Weight.Bold)
    return style


def _marked(theme: Theme, underline: QTextCharFormat.UnderlineStyle) -> QTextCharFormat:
    colour: QColor = theme.alarm
    style = QTextCharFormat()
    style.setForeground(colour)
    style.setUnderlineStyle(underline)
    style.setUnderlineColor(colour)
    return style


Severity = Literal["note", "caution", "block"]


def quantity_span(reading: Reading) -> Span | None:
    """Find the quantity of a command, which is what a blocked plan has wrong."""
    return next(((start, end) for start, end, meaning in reading.tokens if meaning == "quantity"), None)
