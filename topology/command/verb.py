"""What a verb is, and the phrases that may stand behind one; which verbs there are is the table's business."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol

from topology.command.arguments.argument import Argument
from topology.command.arguments.quantities import COUNT
from topology.command.arguments.reason import REASON
from topology.command.arguments.runs import PARAMETER, PLAYBOOK
from topology.command.arguments.servers import SERVER
from topology.command.arguments.subsystems import SUBSYSTEM
from topology.command.clauses import read_clauses
from topology.command.cursor import Cursor
from topology.command.grammar.other_runs import run_of_others
from topology.command.grammar.syntax import (
    All,
    Command,
    Headroom,
    Quantity,
    Remove,
    RemoveServers,
    Restore,
    RestoreServers,
    Run,
)
from topology.command.grammar.vocabulary import standing


class Phrase(Protocol):
    """What stands behind a verb."""

    def read(self, cursor: Cursor, verb: "Verb") -> Command:
        """Read it up to where it ends, and give the whole command."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what it takes, what it is for and how it looks.

    *takes* reads what follows and makes the command of it. *preposition* joins a quantity to the subsystems. *clauses* may
    follow, in the order of `CLAUSES`; of these only *name_clauses* may follow servers that are named one by one. *makes_plan*
    is true where there is a plan.
    """

    name: str
    takes: Phrase
    help: str
    usage: tuple[str, ...]
    example: str
    makes_plan: bool = False
    preposition: str = ""
    clauses: tuple[str, ...] = ()
    name_clauses: tuple[str, ...] = ()


class Takes:
    """Arguments, one behind the other; *make* gives the command of what they read."""

    def __init__(self, make: Callable[..., Command], *arguments: Argument) -> None:
        self._make = make
        self._arguments = arguments

    def read(self, cursor: Cursor, verb: Verb) -> Command:
        """Read each argument."""
        return self._make(*[argument.read(cursor, verb.name) for argument in self._arguments])


@dataclass(frozen=True, slots=True)
class ReasonedPhrase:
    """Words and arguments of its own, and then why: `because "TEXT"`, which some verbs cannot do without."""

    make: Callable[..., Command]
    arguments: tuple[Argument | str, ...] = ()
    required: bool = True

    def read(self, cursor: Cursor, verb: Verb) -> Command:
        """Read each word and argument, and the reason."""
        values: list[object] = []
        for one in self.arguments:
            if isinstance(one, str):
                cursor.require(one)
            else:
                values.append(one.read(cursor, verb.name))
        if self.required:
            cursor.require("because")
            return self.make(*values, REASON.read(cursor, verb.name))
        return self.make(*values, read_clauses(cursor, verb.clauses).because)


@dataclass(frozen=True, slots=True)
class SelectionPhrase:
    """So many servers of subsystems, or servers by name; then clauses."""

    by_count: type[Remove | Restore]
    by_name: type[RemoveServers | RestoreServers]

    def read(self, cursor: Cursor, verb: Verb) -> Command:
        """Read a quantity with its subsystems, or names."""
        if _noun(cursor):
            return self._named(cursor, verb)
        _refuse_names_alone(cursor)
        quantity = COUNT.read(cursor, verb.name)
        _noun(cursor)
        if not cursor.accept(verb.preposition):
            cursor.unexpected(suggestion=_with_preposition(cursor, verb.preposition))
        subsystems = SUBSYSTEM.several(cursor, verb.name)
        staged = isinstance(quantity, All)
        clauses = read_clauses(cursor, tuple(clause for clause in verb.clauses if staged or clause != "by"))
        if cursor.word == "by" and "by" in verb.clauses and not staged:
            _refuse_stages_of(quantity, cursor)
        command = self.by_count(quantity, subsystems, clauses.places, clauses.where, clauses.pace, clauses.because)
        return replace(command, by=clauses.by) if isinstance(command, Remove) else command

    def _named(self, cursor: Cursor, verb: Verb) -> Command:
        if cursor.word == verb.preposition:
            start, end, _ = cursor.here
            cursor.wanted = [SERVER]
            message = f"say how many: {verb.name} N servers {verb.preposition} SUBSYSTEM, or spell out all"
            cursor.fail(message, start, end)
        servers = SERVER.read(cursor, verb.name)
        clauses = read_clauses(cursor, verb.name_clauses)
        return self.by_name(servers, clauses.pace, clauses.because)


_LIKE_PREPOSITIONS = ("of", "off", "on")
"""What is said for a verb's own word; that of another verb is none of them, for then either word may be the wrong one."""


def _with_preposition(cursor: Cursor, preposition: str) -> str | None:
    """Give the text with the word that joins a quantity to its subsystems, where it is missing or another; else None."""
    if cursor.word in _LIKE_PREPOSITIONS:
        return cursor.instead(preposition)
    known = standing(cursor.word, cursor.vocabulary.subsystems) == "name"
    return cursor.instead(f"{preposition} {cursor.word}") if known else None


def _refuse_names_alone(cursor: Cursor) -> None:
    """Refuse servers by name without the word that goes before them, with the same servers as they are written."""
    if not cursor.word[:1].isalpha() or cursor.word == "all":
        return
    (start, end, word), text = cursor.here, cursor.text
    names = cursor.vocabulary.server_names
    told = run_of_others(text, start, word, names)
    if told is None and (".." in word or standing(word, names) == "name"):
        told = end, word
    if told is not None:
        instead = f"{text[:start]}servers {told[1]}{text[told[0] :]}"
        cursor.unexpected("servers by name stand behind the word servers", instead)


class ScopePhrase:
    """A subsystem, a place, both or neither."""

    def read(self, cursor: Cursor, verb: Verb) -> Headroom:
        """Read what is there of the two."""
        subsystem: str | None = None
        if cursor.word and cursor.word != "in":
            cursor.wanted = ["in"]
            if cursor.word == "i" and cursor.is_being_typed:
                cursor.wanted.append(SUBSYSTEM)
                cursor.unfinished("keyword")
            subsystem = SUBSYSTEM.known(cursor, f"so no {verb.name}")
        else:
            cursor.wanted = [SUBSYSTEM]
        places = read_clauses(cursor, verb.clauses).places
        if len(places) > 1:
            taken = cursor.taken_as("place")
            start, end = (taken[1].start, taken[-1].end) if len(taken) > 1 else (0, len(cursor.text))
            message = f"{verb.name} looks at one place at a time"
            cursor.fail(message, start, end, cursor.text[:start].rstrip(" ") or None)
        return Headroom(subsystem, places[0] if places else None)


class RunPhrase:
    """A playbook, its parameters in any order, and perhaps `undo` at the end."""

    def read(self, cursor: Cursor, verb: Verb) -> Run:
        """Read up to the end of the text."""
        name = PLAYBOOK.read(cursor, verb.name)
        arguments: list[tuple[str, str]] = []
        while True:
            cursor.wanted.append(PARAMETER)
            undo = cursor.accept("undo")
            if undo or not cursor.word:
                return Run(name, tuple(arguments), undo)
            arguments.append(PARAMETER.read(cursor, verb.name))


def _refuse_stages_of(quantity: Quantity, cursor: Cursor) -> NoReturn:
    taken = cursor.taken_as("quantity")
    if not taken:  # the quantity is wrong itself, which was said
        cursor.unexpected()
    start, end, _ = taken[0]
    message = f"by goes with all, which it takes in stages; {quantity} is one command by itself"
    cursor.fail(message, start, end, f"{cursor.text[:start]}all{cursor.text[end:]}")


def _noun(cursor: Cursor) -> bool:
    return cursor.accept("servers" if cursor.word != "server" else "server")
