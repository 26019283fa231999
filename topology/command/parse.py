"""Reads a text as a command: every text is a command, an error with its place, or unfinished. Never an exception.

Recursive descent by hand, since it must run at every keystroke and say precisely what is wrong. Whether servers of a
name exist, how many match and what would break is planning's business.
"""

from topology.command.cursor import Cursor, Halt
from topology.command.grammar.reading import CommandError, Reading
from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import LONGEST, shown
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.verbs import VERBS


def parse(text: str, vocabulary: Vocabulary) -> Reading:
    """Read *text* with the names of *vocabulary*."""
    if len(text) > LONGEST:
        message = f"a command has at most {LONGEST:,} characters, this text has {len(text):,}"
        error = CommandError(message, LONGEST, len(text))
        return Reading(text, None, error, words=(text,))
    cursor = Cursor(text, vocabulary)
    try:
        command = _command(cursor)
    except Halt:
        command = None
    return cursor.reading(command)


def _command(cursor: Cursor) -> Command:
    cursor.wanted.extend(VERBS)
    verb = VERBS.get(cursor.word)
    if verb is None:
        if cursor.word == "confirm":
            cursor.unexpected("a plan is confirmed with its own key: confirm cannot be typed")
        cursor.unexpected(None if cursor.word.lower() in VERBS else f"{shown(cursor.word)} is no command")
    cursor.take("verb")
    command = verb.takes.read(cursor, verb)
    if cursor.word:
        nothing_more = None if cursor.wanted else f"{verb.name} takes nothing more"
        cursor.unexpected(nothing_more, None if cursor.wanted else cursor.text[: cursor.here.start].rstrip(" "))
    return command
