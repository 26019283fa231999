"""Keeps what is not one line of plain characters out of the command line, whichever way it comes."""

import unicodedata

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QValidator

from console.kit.overrides import reported_or
from console.words import writing as words
from topology.command.grammar.tokens import LONGEST, character_name


class OneLine(QValidator):
    """Refuses several lines, control characters and texts beyond any command; nothing of them is inserted.

    Qt asks it after every change, so that pasting, dropping, the middle button and input methods all pass here.
    """

    refused = Signal(str)
    """Why nothing was inserted, as a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = ""

    @reported_or(QValidator.State.Invalid)
    def validate(self, text: str, position: int) -> object:
        if text == self._last or (text.isascii() and text.isprintable() and len(text) <= LONGEST):
            self._last = text
            return (QValidator.State.Acceptable, text, position)
        tidy, moved = tidied(self._last, text)
        why = why_not(self._last, tidy)
        if why:
            self.refused.emit(why)
            return (QValidator.State.Invalid, text, position)
        self._last = tidy
        return (QValidator.State.Acceptable, tidy, max(0, min(position - moved, len(tidy))))


def tidied(before: str, after: str) -> tuple[str, int]:
    """Take the line end off an inserted line, and make tabs spaces; gives the text and by how much it got shorter."""
    start, end = _inserted(before, after)
    inserted = after[start:end]
    tidy = inserted.strip("\r\n").replace("\t", " ")
    return after[:start] + tidy + after[end:], len(inserted) - len(tidy)


def why_not(before: str, after: str) -> str:
    """Say why a text cannot be taken; empty where it can."""
    if len(after) > LONGEST:
        return (
            f"Nothing was inserted: a command has at most {words.number(LONGEST)} characters, "
            f"with this it would have {words.number(len(after))}."
        )
    start, end = _inserted(before, after)
    lines = [line for line in after[start:end].splitlines() if line.strip()]
    if len(lines) > 1:
        return f"Nothing was inserted: {words.number(len(lines))} lines came at once; a command is one line, paste one."
    for character in after:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            return f"Nothing was inserted: {character_name(character)} cannot be part of a command."
    return ""


def _inserted(before: str, after: str) -> tuple[int, int]:
    """Find where *after* differs from *before*."""
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, len(after) - end
