"""Finds the slips of a command: edits of its text that give another valid command, each meaning once.

An edit counts only when the parser takes the whole text, so a slip is a command in the same sense as a typed one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Planned, makes_plan
from topology.command.grammar.tokens import Token
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.slips.edits import Edit, SlipKind, Word
from topology.command.slips.forgotten import forgotten
from topology.command.slips.keyboards import QWERTY, KeyboardLayout
from topology.command.slips.names import place_slips, server_slips, subsystem_slips, value_slips
from topology.command.slips.numbers import pace_slips, quantity_slips

MOST_SLIPS = 200
"""Slips of one command that are looked for; only commands that name dozens of servers or places have more."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slip:
    """A valid command one slip away from a typed one.

    *text* is the typed text with the slip in it, *at* where it differs, in *text*: a span is empty where something is
    missing.
    """

    text: str
    command: Planned
    kind: SlipKind
    at: tuple[Span, ...]


def slips_of(reading: Reading, vocabulary: Vocabulary, layout: KeyboardLayout = QWERTY) -> tuple[Slip, ...]:
    """Give the first `MOST_SLIPS` slips of a typed command that makes a plan of its own; nothing for any other text."""
    return tuple(islice(each_slip(reading, vocabulary, layout), MOST_SLIPS))


def each_slip(reading: Reading, vocabulary: Vocabulary, layout: KeyboardLayout = QWERTY) -> Iterator[Slip]:
    """Give the slips one at a time, for a caller who has other things to do in between; always in the same order.

    First those in numbers, then what may be forgotten, then other names; in each group from left to right.
    """
    command = reading.command
    if not makes_plan(command):
        return
    seen: set[Planned] = {command}
    tried = {reading.text}
    for edit in _edits(reading, vocabulary, layout):
        text = reading.text[: edit.start] + edit.instead + reading.text[edit.end :]
        if text in tried:
            continue
        tried.add(text)
        other = parse(text, vocabulary).command
        if makes_plan(other) and other not in seen:
            seen.add(other)
            yield Slip(text, other, edit.kind, (_difference(reading.text, edit),))


def _edits(reading: Reading, vocabulary: Vocabulary, layout: KeyboardLayout) -> Iterator[Edit]:
    words = [Word(token.start, token.end, reading.text[token.start : token.end]) for token in reading.tokens]
    pairs = list(zip(reading.tokens, words, strict=True))
    for token, word in pairs:
        if token.meaning == "quantity":
            yield from quantity_slips(word, layout)
        elif token.meaning == "pace":
            yield from pace_slips(word, layout)
    yield from forgotten(reading.text, reading.tokens)
    yield from _name_edits(pairs, vocabulary, layout)


def _name_edits(pairs: list[tuple[Token, Word]], vocabulary: Vocabulary, layout: KeyboardLayout) -> Iterator[Edit]:
    field = ""
    for token, word in pairs:
        match token.meaning:
            case "subsystem":
                yield from subsystem_slips(word, vocabulary)
            case "place":
                yield from place_slips(word, vocabulary)
            case "field":
                field = word.text
            case "value":
                yield from value_slips(word, field, vocabulary, layout)
            case "server":
                yield from server_slips(word, vocabulary, layout)
            case _:
                pass


def _difference(text: str, edit: Edit) -> Span:
    """Give where the edited text differs: the edit without what it leaves as it was at its ends."""
    before, after = text[edit.start : edit.end], edit.instead
    most = min(len(before), len(after))
    same = next((place for place in range(most) if before[place] != after[place]), most)
    same_end = next((place for place in range(most - same) if before[-1 - place] != after[-1 - place]), most - same)
    return edit.start + same, edit.start + len(after) - same_end
