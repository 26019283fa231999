"""A reason, or another text in double quotes, as the journal keeps it."""

import re
from typing import NoReturn

from topology.command.arguments.argument import Argument
from topology.command.cursor import Cursor, Halt
from topology.command.grammar.tokens import character_name

LONGEST_REASON = 200

_REASON = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPE = re.compile(r"\\(.)")


class Quoted(Argument):
    """A text in double quotes, called *noun* in sentences, with at most *longest* characters; *empty* says that it has none."""

    __slots__ = ("_empty", "_longest", "_noun")

    def __init__(self, noun: str, longest: int, empty: str) -> None:
        super().__init__(f"{noun} in double quotes")
        self._noun = noun
        self._longest = longest
        self._empty = empty

    def read(self, cursor: Cursor, verb: str) -> str:
        cursor.wanted.append(self)
        if not cursor.word:
            raise Halt
        start, end, quoted = cursor.here
        if quoted[0] != '"':
            rest = cursor.text[start:].rstrip(" ").replace("\\", "\\\\").replace('"', '\\"')
            cursor.unexpected(f"{self._noun} stands in double quotes", f'{cursor.text[:start]}"{rest}"')
        for offset, character in enumerate(quoted):
            if not character.isprintable():
                place = start + offset
                cursor.fail(f"{character_name(character)} cannot be part of {self._noun}", place, place + 1)
        refuse_other_escapes(cursor, start, quoted)
        closed = _REASON.fullmatch(quoted)
        reason = unescaped(closed[1] if closed else quoted[1:])
        if len(reason) > self._longest:
            cursor.fail(
                f"{self._noun} has at most {self._longest} characters, this one has {len(reason):,}", start, end
            )
        if not closed:
            leave_open(cursor)
        if not reason.strip():
            cursor.fail(self._empty, start, end)
        cursor.take("text")
        return reason


def refuse_other_escapes(cursor: Cursor, start: int, quoted: str) -> None:
    """Refuse a backslash before anything but a quote and a backslash in the *quoted* text that begins at *start*."""
    for escape in _ESCAPE.finditer(quoted):
        if escape[1] not in '"\\':
            place = start + escape.start()
            cursor.fail(f'only \\" and \\\\ are known after a \\, not \\{escape[1]}', place, place + 2)


def unescaped(text: str) -> str:
    """Give what stands between two quotes as it was meant."""
    return _ESCAPE.sub(r"\1", text)


def leave_open(cursor: Cursor) -> NoReturn:
    """Take a text whose closing quote is missing, and end the reading."""
    cursor.take("text")
    cursor.wanted = ['"']
    raise Halt


REASON = Quoted("a reason", LONGEST_REASON, "the reason is empty: say why, or leave because out")
