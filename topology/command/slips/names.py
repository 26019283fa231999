"""Slips in names: every name of the region that is one edit away from the typed one.

One edit is a character added, dropped or changed, or two neighbours swapped (Damerau, 1964). Which names exist is
looked up in sorted lists, so that a million server names cost little more than a thousand.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from topology.command.grammar.names import read_names, split_number
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.vocabulary import Vocabulary, is_name, starting_with
from topology.command.slips.edits import Edit, SlipKind, Word
from topology.command.slips.keyboards import KeyboardLayout
from topology.command.slips.numbers import SEPARATORS, padded_slips, pattern_slips

_LITERAL = re.compile(r"[^*?\[]*")
"""What a pattern begins with before its first wildcard."""


def one_edit_away(word: str, names: Sequence[str]) -> tuple[str, ...]:
    """Give those of the sorted *names* that are one edit away from *word*, sorted.

    It goes down the names that begin like *word*, one character at a time, and looks up only what their next characters
    allow.
    """
    found = set()
    for place in range(len(word)):
        found.add(word[:place] + word[place + 1 :])
        found.add(word[:place] + word[place : place + 2][::-1] + word[place + 2 :])
    found = {name for name in found if name and is_name(name, names)}
    low, high = 0, len(names)
    for place in range(len(word) + 1):
        before = word[:place]
        for character in _next_characters(before, names, low, high):
            added = before + character + word[place:]
            changed = before + character + word[place + 1 :]
            found.update(name for name in {added, changed} if is_name(name, names))
        low, high = _beginning(word[: place + 1], names, low, high)
        if low == high:
            break
    return tuple(sorted(found - {word}))


def _next_characters(before: str, names: Sequence[str], low: int, high: int) -> Iterator[str]:
    """Give the characters that follow *before* in names[low:high], which all begin with it."""
    at = len(before)
    if low < high and len(names[low]) == at:
        low += 1
    last = names[high - 1][at] if low < high else ""
    while low < high:
        character = names[low][at]
        yield character
        if character == last:
            break
        low = bisect_left(names, before + chr(ord(character) + 1), low, high)


def _beginning(word: str, names: Sequence[str], low: int, high: int) -> tuple[int, int]:
    """Narrow names[low:high] to those that begin with *word*."""
    if not word or (low < high and names[low].startswith(word) and names[high - 1].startswith(word)):
        return low, high
    first = bisect_left(names, word, low, high)
    return first, bisect_left(names, word[:-1] + chr(ord(word[-1]) + 1), first, high)


def subsystem_slips(word: Word, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Give the other subsystems that may have been meant."""
    for name in one_edit_away(word.text, vocabulary.subsystems):
        yield Edit(SlipKind.OTHER_NAME, *word[:2], name)


def place_slips(word: Word, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Give the other zones, cells and racks that may have been meant: a slip in one part of the place."""
    above, start = "", word.start
    for part in word.text.split("/"):
        for name in one_edit_away(part, vocabulary.inside.get(above, ())):
            yield Edit(SlipKind.OTHER_NAME, start, start + len(part), name)
        above = f"{above}/{part}" if above else part
        start += len(part) + 1


def value_slips(word: Word, field: str, vocabulary: Vocabulary, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in a value that *field* is compared with."""
    if field == "name":
        yield from pattern_slips(word, layout)
        yield from _separators_gained(word, vocabulary)
    elif "/" in word.text:
        yield from place_slips(word, vocabulary)
    else:
        names = {"zone": vocabulary.zones, "cell": vocabulary.cell_names, "rack": vocabulary.rack_names}.get(field, ())
        for name in one_edit_away(word.text, names):
            yield Edit(SlipKind.OTHER_NAME, *word[:2], name)


def _separators_gained(word: Word, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Give the separators that a pattern lacks where its letters end, as far as names of the region begin so."""
    literal = _LITERAL.match(word.text)
    text = literal[0] if literal is not None else ""
    for place in range(1, len(text) + 1):
        after = word.text[place : place + 1]
        if after and after not in SEPARATORS and (place == len(text) or after.isdigit() != text[place - 1].isdigit()):
            for mark in SEPARATORS:
                if text[place - 1] not in SEPARATORS and starting_with(text[:place] + mark, vocabulary.server_names, 1):
                    yield Edit(SlipKind.SEPARATOR_GAINED, word.start + place, word.start + place, mark)


def server_slips(word: Word, vocabulary: Vocabulary, layout: KeyboardLayout) -> Iterator[Edit]:
    """Give the slips in a server's name, or in either end of a run; only those that name servers of the region."""
    names = read_names(word.text)
    if isinstance(names, Wrong):
        return
    whole = names.prefix + names.first
    first = Word(word.start, word.start + len(whole), whole)
    yield from _digit_slips(first, vocabulary, layout)
    if names.last is not None:
        # Also where the end of the run is written in full, its digits are the last ones of the word.
        last = Word(word.end - len(names.last), word.end, names.last)
        yield from _digit_slips(last, vocabulary, layout, names.prefix)
    for name in one_edit_away(whole, vocabulary.server_names):
        yield Edit(SlipKind.OTHER_NAME, *first[:2], name)
    if names.last is not None:
        for name in one_edit_away(names.prefix + names.last, vocabulary.server_names):
            if name.startswith(names.prefix):
                yield Edit(SlipKind.OTHER_NAME, *last[:2], name[len(names.prefix) :])


def _digit_slips(word: Word, vocabulary: Vocabulary, layout: KeyboardLayout, prefix: str = "") -> Iterator[Edit]:
    """Give the slips in the digits that *word* ends in, which *prefix* stands before in the servers' names."""
    before, digits = split_number(word.text)
    start = word.end - len(digits)
    for kind, instead in padded_slips(digits, layout):
        if is_name(prefix + before + instead, vocabulary.server_names):
            yield Edit(kind, start, word.end, instead)
