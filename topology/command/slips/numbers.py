"""Slips in numbers: quantities, paces, the digits of name patterns and of runs of servers."""

import re
from collections.abc import Iterator

from topology.command.slips.edits import Edit, SlipKind, Word
from topology.command.slips.keyboards import KeyboardLayout

_NUMBER = re.compile(r"[1-9][0-9]*")
_DIGITS = re.compile(r"[0-9]+")
SEPARATORS = "-._"
"""What stands between the parts of a server's name."""


def digit_slips(digits: str, layout: KeyboardLayout) -> Iterator[tuple[SlipKind, str]]:
    """Give what a slip makes of plain *digits*; some of it may begin with 0 or be empty."""
    places = range(len(digits))
    for place in places:
        yield SlipKind.DIGIT_DROPPED, digits[:place] + digits[place + 1 :]
    yield SlipKind.ZERO_ADDED, digits + "0"
    for place in places:
        yield SlipKind.DIGIT_DOUBLED, digits[: place + 1] + digits[place:]
    for place in places[:-1]:
        yield SlipKind.DIGITS_SWAPPED, digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    for place in places:
        for key in layout.beside.get(digits[place], ""):
            yield SlipKind.NEIGHBOURING_KEY, digits[:place] + key + digits[place + 1 :]
            yield SlipKind.NEIGHBOURING_KEY, digits[:place] + key + digits[place:]
            yield SlipKind.NEIGHBOURING_KEY, digits[: place + 1] + key + digits[place + 1 :]


def quantity_slips(word: Word, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in a count or a percentage; `all` has none."""
    if word.text == "all":
        return
    body = word.text.removesuffix("%")
    yield from _number_slips(word, body, word.text[len(body) :], layout)
    if body != word.text:
        yield Edit(SlipKind.PERCENT_LOST, *word[:2], body)
        if layout.percent_on:  # Shift was not held
            yield Edit(SlipKind.PERCENT_LOST, *word[:2], body + layout.percent_on)
        return
    if len(body) <= 3 and int(body) <= 100:
        yield Edit(SlipKind.PERCENT_GAINED, *word[:2], f"{body}%")
    if layout.percent_on and len(body) > 1 and body.endswith(layout.percent_on):  # Shift was still held
        yield Edit(SlipKind.PERCENT_GAINED, *word[:2], f"{body[:-1]}%")


def pace_slips(word: Word, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in a pace such as 5/min."""
    amount, _, unit = word.text.partition("/")
    yield from _number_slips(word, amount, f"/{unit}", layout)


def pattern_slips(word: Word, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in the digits of a name pattern, such as the zeros of index-00*, and what lacks one of its separators."""
    for run in _DIGITS.finditer(word.text):
        start, end = word.start + run.start(), word.start + run.end()
        for kind, instead in digit_slips(run[0], layout):
            yield Edit(kind, start, end, instead)
    for place in _separators(word.text):
        yield Edit(SlipKind.SEPARATOR_LOST, word.start + place, word.start + place + 1, "")


def _separators(pattern: str) -> Iterator[int]:
    """Give where a pattern has a separator; what stands in brackets is a choice of letters."""
    inside = False
    for place, mark in enumerate(pattern):
        inside = mark == "[" or (inside and mark != "]")
        if mark in SEPARATORS and not inside:
            yield place


def padded_slips(digits: str, layout: KeyboardLayout) -> Iterator[tuple[SlipKind, str]]:
    """Give what a slip makes of the *digits* at the end of a server's name, always as many as there were.

    A slip of the number itself is written with as many zeros before it as fill it up again (0040 without its last
    digit is 0004), since the language takes no run whose ends differ in length.
    """
    width = len(digits)
    for kind, instead in digit_slips(digits.lstrip("0"), layout):
        if instead and len(instead) <= width:
            yield kind, instead.zfill(width)
    for kind, instead in digit_slips(digits, layout):
        if len(instead) == width:
            yield kind, instead


def _number_slips(word: Word, number: str, after: str, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in *number*, with *after* behind it; one grouped with _ is grouped again."""
    plain = number.replace("_", "")
    for kind, instead in digit_slips(plain, layout):
        if _NUMBER.fullmatch(instead):
            grouped = f"{int(instead):_}" if plain != number else instead
            yield Edit(kind, *word[:2], grouped + after)
