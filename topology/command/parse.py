"""Reads a text as a command: every text is a command, an error with its place, or unfinished. Never an exception.

Recursive descent by hand, since it must run at every keystroke and say precisely what is wrong. Whether servers of a
name exist, how many match and what would break is planning's business.
"""

from dataclasses import replace

from topology.command.cursor import Cursor, Halt
from topology.command.grammar.reading import CommandError, Reading
from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import LONGEST, shown
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.verbs import VERBS

MEANT = {
    **dict.fromkeys(("drain", "delete", "rm", "kill", "cordon", "evict", "terminate"), "remove"),
    **dict.fromkeys(("uncordon", "undrain"), "restore"),
}
"""What other tools call our verbs."""
MOST_STEPS = 4
"""So many things wrong in one text are put right, one after another, for a whole command."""


def parse_whole(text: str, vocabulary: Vocabulary) -> Reading:
    """Read *text* for whoever cannot type on: a suggestion puts all that is wrong right and is a command, or there is none."""
    reading = parse(text, vocabulary)
    if reading.error is None or reading.error.suggestion is None:
        return reading
    put_right: Reading = reading
    for _ in range(MOST_STEPS):
        if put_right.error is None or not put_right.error.suggestion:
            break
        put_right = parse(put_right.error.suggestion, vocabulary)
    whole = None if put_right.command is None else put_right.text
    return replace(reading, error=replace(reading.error, suggestion=whole))


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
        meant = MEANT.get(cursor.word.lower())
        cursor.unexpected(
            None if cursor.word.lower() in VERBS else f"{shown(cursor.word)} is no command",
            None if meant is None else cursor.instead(meant),
        )
    cursor.take("verb")
    command = verb.takes.read(cursor, verb)
    if cursor.word:
        nothing_more = None if cursor.wanted else f"{verb.name} takes nothing more"
        cursor.unexpected(nothing_more, None if cursor.wanted else cursor.text[: cursor.here.start].rstrip(" "))
    return command
