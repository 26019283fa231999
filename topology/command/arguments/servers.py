"""Servers by name, or a run of them."""

from collections.abc import Iterator
from itertools import islice

from topology.command.arguments.argument import Argument, Offer, Question
from topology.command.cursor import Cursor
from topology.command.grammar.names import MOST_NAMES, Named, read_names, split_number
from topology.command.grammar.other_runs import run_of_others
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import NameRange
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import standing, starting_with

MOST_SERVERS = 20
_LOOK_THROUGH = 200
"""Server names looked at to find some that the command does not name yet."""


class _Server(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> tuple[NameRange, ...]:
        """Read one name or run, or several, separated by commas."""
        named = Named()
        names = [self._one(cursor, named)]
        while cursor.accept(",", "noise"):
            names.append(self._one(cursor, named))
        return tuple(names)

    def _one(self, cursor: Cursor, named: Named) -> NameRange:
        word = cursor.need(self)
        _refuse_runs_of_others(cursor)
        names = read_names(word)
        if isinstance(names, Wrong):
            cursor.wrong(names, "server")
            return NameRange("", word)
        if cursor.is_last and names.last is None and _is_begun(cursor, word):
            cursor.unfinished("server")
        if twice := named.add(names):
            has_longer = len(starting_with(word, cursor.vocabulary.server_names, 2)) > 1
            cursor.wrong(Wrong(f"{twice} is named twice", unfinished=has_longer), "server")
        elif named.count > MOST_NAMES:
            cursor.wrong(Wrong(f"one command names at most {MOST_NAMES:,} servers"), "server")
        else:
            cursor.take("server")
        return names

    def offers(self, asked: Question) -> Iterator[Offer]:
        names, typed = asked.vocabulary.server_names, asked.typed
        if ".." in typed:
            yield from _run_ends(asked)
            return
        used = asked.others("server")
        named = _named(used)
        some = asked.names(typed, names, _LOOK_THROUGH if used else MOST_SERVERS)
        free = (name for name in some if not used or not named.first_repeated(NameRange("", name)))
        for name in islice(free, MOST_SERVERS):
            yield (name, "server", "server")


def _refuse_runs_of_others(cursor: Cursor) -> None:
    """Refuse a run as other tools write it, with the same servers as this language has them."""
    start, _, word = cursor.here
    told = run_of_others(cursor.text, start, word, cursor.vocabulary.server_names)
    if told is not None:
        stop, run = told
        text = cursor.text
        message = f"a run is written {run}, not {shown(text[start:stop])}"
        cursor.fail(message, start, stop, f"{text[:start]}{run}{text[stop:]}")


def _is_begun(cursor: Cursor, word: str) -> bool:
    """Whether *word*, the last of the text, is no server yet but the beginning of one or of a run.

    A space behind it does not settle it: the printed command has none, and must read the same.
    """
    found = standing(word, cursor.vocabulary.server_names)
    return found == "beginning" or (found == "unknown" and word.endswith("."))


def _named(words: set[str]) -> Named:
    named = Named()
    for word in words:
        names = read_names(word)
        if isinstance(names, NameRange):
            named.add(names)
    return named


def _run_ends(asked: Question) -> Iterator[Offer]:
    first, _, begun = asked.typed.partition("..")
    prefix, digits = split_number(first)
    if not digits:
        return
    named = _named(asked.others("server"))
    start = begun if prefix and begun.startswith(prefix) else prefix + begun
    for name in starting_with(start, asked.vocabulary.server_names, MOST_SERVERS, after=first):
        last = name[len(prefix) :]
        if not (len(name) == len(first) and last.isdigit() and int(last) - int(digits) < MOST_NAMES):
            continue
        if not named.first_repeated(NameRange(prefix, digits, last)):
            yield (f"{first}..{last}", "server", f"{int(last) - int(digits) + 1:,} servers")


SERVER = _Server("a server name")
