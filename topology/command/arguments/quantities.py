"""How many servers, at what pace, and which entry: the numbers of a command."""

import re
from collections.abc import Iterator
from dataclasses import replace

from topology.command.arguments.argument import Argument, Offer, Question
from topology.command.cursor import Cursor
from topology.command.grammar.quantities import Wrong, read_entry, read_pace, read_quantity
from topology.command.grammar.syntax import Count, Pace, Quantity
from topology.command.grammar.tokens import shown

_GROUPED_BY_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![^ ])")
_PACE_APART = re.compile(r"([1-9][0-9_]{0,12})(?: +/ *| */ +)min(?![^ ])")


class _Quantity(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> Quantity:
        word = cursor.need(COUNT, PERCENT, "all")
        if word[0].isalpha() and word != "all":
            cursor.unexpected()
        if cursor.ahead(1) in (",", "%"):
            _refuse_apart(cursor)
        quantity = read_quantity(word, verb)
        if isinstance(quantity, Wrong):
            cursor.wrong(quantity, "quantity")
            return Count(1)  # the error is noted: this only lets the reading go on
        cursor.take("quantity")
        return quantity

    def offers(self, asked: Question) -> Iterator[Offer]:
        largest = self._largest(asked)
        if largest:
            yield (str(largest), "quantity", "the largest count that nothing blocks")
        elif not asked.typed and not asked.position.following:
            # The least there is of each kind: what Tab takes unread takes next to nothing.
            yield ("1", "quantity", "a count of servers")
            yield ("1%", "quantity", "a share of those that match")

    def _largest(self, asked: Question) -> int | None:
        """Give the largest count that nothing blocks, where the rest of the command is there to tell."""
        reading, position = asked.reading, asked.position
        if asked.largest_safe is None or (asked.typed and not asked.typed[0].isdigit()):
            return None
        command = reading.command
        if command is None or position.following:
            whole = f"{reading.text[: position.start]}1 {reading.text[position.end :]}"
            command = asked.parse(whole, asked.vocabulary).command
        return asked.largest_safe(command) if command is not None else None


class _Pace(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> Pace | None:
        word = cursor.need(self)
        if not cursor.is_last and (apart := _PACE_APART.match(cursor.text, cursor.here.start)):
            suggestion = f"{cursor.text[: apart.start()]}{apart[1]}/min{cursor.text[apart.end() :]}"
            cursor.fail(f"a pace is written in one word: {apart[1]}/min", *apart.span(), suggestion)
        pace = read_pace(word, cursor.vocabulary.pace_per_minute)
        if isinstance(pace, Wrong):
            cursor.wrong(pace, "pace")
            return None
        cursor.take("pace")
        return pace

    def offers(self, asked: Question) -> Iterator[Offer]:
        allowed = asked.vocabulary.pace_per_minute
        if not allowed:
            return
        for pace in dict.fromkeys((allowed, allowed // 2, 1)):
            if pace and f"{pace}/min".startswith(asked.typed):
                share = (
                    "the policy's pace" if pace == allowed else f"{round(100 * pace / allowed)}% of the policy's pace"
                )
                yield (f"{pace}/min", "pace", share)


class NumberOf(Argument):
    """The number of something that is kept, which must be there."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> int:
        number = read_entry(cursor.need(self))
        if isinstance(number, Wrong):
            cursor.wrong(replace(number, unfinished=number.unfinished or cursor.begins_a_keyword), "quantity")
            return 1  # the error is noted: this only lets the reading go on
        cursor.take("quantity")
        return number


class _Entry(Argument):
    """The number of a journal entry, which may be left out."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> int | None:
        cursor.wanted.append(self)
        if not cursor.word:
            return None
        entry = read_entry(cursor.need())
        if isinstance(entry, Wrong):
            cursor.wrong(entry, "quantity")
            return None
        cursor.take("quantity")
        return entry


def _refuse_apart(cursor: Cursor) -> None:
    """Refuse a number that is grouped by commas, and one whose % stands apart."""
    text = cursor.text
    start, end, word = cursor.here
    if cursor.ahead(1) == "%":
        suggestion = text[:end] + text[end:].lstrip(" ")
        cursor.fail(f"% is written right behind its number: {shown(word)}%", start, end, suggestion)
    if grouped := _GROUPED_BY_COMMAS.match(text, start):
        plain = grouped[0].replace(",", "_")
        suggestion = text[:start] + plain + text[grouped.end() :]
        cursor.fail(f"digits are grouped with _, not with commas: {plain}", start, grouped.end(), suggestion)


COUNT = _Quantity("a count")
PERCENT = Argument("a percentage")
PACE = _Pace("a pace such as 5/min")
ENTRY_THERE = NumberOf("the number of a journal entry")
REQUEST = NumberOf("the number of a request")
ENTRY = _Entry("the number of a journal entry")
