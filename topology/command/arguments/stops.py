"""Whose execution is stopped or taken over: that of a journal entry, or all of one operator; stopped also one's own."""

import re
from dataclasses import dataclass

from topology.command.arguments.argument import Argument
from topology.command.arguments.quantities import ENTRY_THERE
from topology.command.cursor import Cursor
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import Command, Control, StopOf, TakeOver
from topology.command.grammar.tokens import shown

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class _Operator(Argument):
    """The name of an operator. Who is there is not known here: a name of nobody stops nothing, and that is said."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        word = cursor.need(self)
        if _NAME.fullmatch(word):
            cursor.take("subsystem")
        else:
            cursor.wrong(Wrong(f"{shown(word)} is not the name of an operator"), "subsystem")
        return word


OPERATOR = _Operator("the name of an operator")


@dataclass(frozen=True, slots=True)
class StopPhrase:
    """Nothing, the number of an entry, or `of` and a name."""

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read it."""
        if cursor.word[:1].isdigit():
            return StopOf(ENTRY_THERE.read(cursor, "stop"))
        if "of".startswith(cursor.word) and cursor.accept("of"):
            return StopOf(None, OPERATOR.read(cursor, "stop"))
        return Control("stop")


@dataclass(frozen=True, slots=True)
class TakeOverPhrase:
    """The number of an entry, or `of` and a name."""

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read it."""
        if not cursor.word[:1].isdigit() and cursor.accept("of"):
            return TakeOver(None, OPERATOR.read(cursor, "take-over"))
        return TakeOver(ENTRY_THERE.read(cursor, "take-over"))
