"""Cuts text into tokens and finds what may not be in a command at all; what tokens mean is the parser's business."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, NamedTuple

LONGEST = 2_000
"""Characters a command may have: far more than anybody types, and read in about a millisecond."""

Meaning = Literal[
    "verb",
    "keyword",
    "quantity",
    "subsystem",
    "place",
    "server",
    "field",
    "value",
    "pace",
    "text",
    "unknown",
    "noise",
]


class Token(NamedTuple):
    """A stretch of the text, *end* not included, and what it stands for; `noise` is commas and parentheses."""

    start: int
    end: int
    meaning: Meaning


class Lexeme(NamedTuple):
    """A stretch of the text, *end* not included, before anything is known of its meaning."""

    start: int
    end: int
    word: str


class Unfit(NamedTuple):
    """A stretch that no command may have, why not, and the whole text mended where that is plain.

    *first_of_all* is true when it matters more than anything that is wrong before it.
    """

    start: int
    end: int
    message: str
    mended: str | None
    first_of_all: bool = False


# A quoted text (perhaps not closed), an operator, a mark, or a word: everything else but spaces.
_LEXEME = re.compile(r'"(?:[^"\\]|\\.)*\\?"?|!=|==|[=,()]|(?:[^ ,()="!]|!(?!=))+', re.DOTALL)
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What word processors, chat programs and other keyboards put in place of plain characters.
_PLAIN = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00a0": " ",
        "\t": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2026": "..",
    }
)


def cut(text: str) -> list[str]:
    """Cut *text* into words, marks and quoted texts that cover everything but spaces."""
    return _LEXEME.findall(text)


def located(text: str, words: Sequence[str]) -> list[Lexeme]:
    """Say where each of the *words* stands that *text* was cut into."""
    lexemes = []
    end = 0
    for word in words:
        start = text.index(word, end)  # only spaces are passed over
        end = start + len(word)
        lexemes.append(Lexeme(start, end, word))
    return lexemes


def unfit(text: str, words: Sequence[str]) -> Unfit | None:
    """Find the first line end, or else the first character that is not plain ASCII outside a quoted text."""
    if text.isascii() and text.isprintable():
        return None
    if line_end := _LINE_END.search(text):
        return _several_lines(text, line_end)
    for start, _end, word in located(text, words):
        if word[0] == '"' or (word.isascii() and word.isprintable()):
            continue
        offset = next(offset for offset, character in enumerate(word) if not _plain(character))
        return _foreign(text, start + offset)
    return None


def character_name(character: str) -> str:
    """Name a character without drawing it, for marks that cannot be seen or that turn the text around."""
    name = unicodedata.name(character, "a control character" if unicodedata.category(character) == "Cc" else "no name")
    return f"U+{ord(character):04X} ({name})"


def shown(word: str) -> str:
    """Give *word* fit for a sentence: short, and with nothing in it that cannot be seen."""
    visible = "".join(character if character.isprintable() else f"U+{ord(character):04X}" for character in word[:60])
    return visible if len(visible) <= 40 else f"{visible[:40]}…"


def _plain(character: str) -> bool:
    return character.isascii() and character.isprintable()


def _several_lines(text: str, line_end: re.Match[str]) -> Unfit:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        message = f"one command at a time: this text has {len(lines):,} lines, paste the one you mean"
        return Unfit(*line_end.span(), message, None, first_of_all=True)
    alone = _clean(lines[0].strip()) if lines else None
    return Unfit(*line_end.span(), "a command is one line: take the line end away", alone, first_of_all=True)


def _foreign(text: str, start: int) -> Unfit:
    character = text[start]
    message = f"{character_name(character)} cannot be part of a command outside quotes"
    if character.isdecimal():
        message += ": write numbers with the digits 0 to 9"
    mended = "".join(
        str(unicodedata.decimal(mark)) if mark.isdecimal() else unicodedata.normalize("NFKC", mark)
        for mark in text.translate(_PLAIN)
        if unicodedata.category(mark) not in ("Cc", "Cf")
    )
    return Unfit(start, start + 1, message, _clean(mended))


def _clean(text: str) -> str | None:
    return text if text and text.isascii() and text.isprintable() else None
