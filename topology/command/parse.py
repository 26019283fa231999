"""Reads a text as a command: every text is a command, an error with its place, or unfinished. Never an exception.

Recursive descent by hand, since it must run at every keystroke and say precisely what is wrong. Whether servers of a
name exist, how many match and what would break is planning's business.
"""

import re
from collections.abc import Callable

from topology.command.clauses import read_clauses
from topology.command.cursor import Cursor, Halt
from topology.command.grammar.names import MOST_NAMES, Named, read_names
from topology.command.grammar.quantities import Wrong, read_entry, read_quantity
from topology.command.grammar.reading import CommandError, Kind, Reading
from topology.command.grammar.syntax import (
    Command,
    Control,
    Count,
    Explain,
    Headroom,
    Help,
    NameRange,
    Quantity,
    Remove,
    RemoveServers,
    Restore,
    RestoreServers,
    Show,
    Undo,
)
from topology.command.grammar.tokens import LONGEST, shown
from topology.command.grammar.vocabulary import Vocabulary, standing, starting_with
from topology.command.runs import read_run
from topology.command.verbs import CLAUSES, VERBS, Argument, Verb

_VERB_NAMES = tuple(VERBS)
_GROUPED_BY_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![^ ])")


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
    cursor.wanted.extend(_VERB_NAMES)
    verb = VERBS.get(cursor.word)
    if verb is None:
        if cursor.word == "confirm":
            cursor.unexpected("a plan is confirmed with its own key: confirm cannot be typed")
        cursor.unexpected(None if cursor.word.lower() in VERBS else f"{shown(cursor.word)} is no command")
    cursor.take("verb")
    command = _READERS[verb.argument](cursor, verb)
    if cursor.word:
        nothing_more = None if cursor.wanted else f"{verb.name} takes nothing more"
        cursor.unexpected(nothing_more, None if cursor.wanted else cursor.text[: cursor.here.start].rstrip(" "))
    return command


def _selection(cursor: Cursor, verb: Verb) -> Command:
    if _noun(cursor):
        return _by_name(cursor, verb)
    quantity = _quantity(cursor, verb)
    _noun(cursor)
    if not cursor.accept(verb.preposition):
        known = standing(cursor.word, cursor.vocabulary.subsystems) == "name"
        cursor.unexpected(suggestion=cursor.instead(f"{verb.preposition} {cursor.word}") if known else None)
    subsystems = _subsystems(cursor, verb)
    clauses = read_clauses(cursor, verb.clauses)
    kind = Remove if verb.name == "remove" else Restore
    return kind(quantity, subsystems, clauses.places, clauses.where, clauses.pace, clauses.because)


def _by_name(cursor: Cursor, verb: Verb) -> Command:
    if cursor.word == verb.preposition:
        start, end, _ = cursor.here
        cursor.wanted = [Kind.SERVER]
        cursor.fail(f"say how many: {verb.name} N servers {verb.preposition} SUBSYSTEM, or spell out all", start, end)
    named = Named()
    names = [_names(cursor, named)]
    while cursor.accept(",", "noise"):
        names.append(_names(cursor, named))
    servers = tuple(names)
    clauses = read_clauses(cursor, verb.name_clauses)
    kind = RemoveServers if verb.name == "remove" else RestoreServers
    return kind(servers, clauses.pace, clauses.because)


def _noun(cursor: Cursor) -> bool:
    return cursor.accept("servers" if cursor.word != "server" else "server")


def _quantity(cursor: Cursor, verb: Verb) -> Quantity:
    word = cursor.need(Kind.COUNT, Kind.PERCENT, "all")
    if word[0].isalpha() and word != "all":
        cursor.unexpected()
    if cursor.ahead(1) in (",", "%"):
        _refuse_apart(cursor)
    quantity = read_quantity(word, verb.name)
    if isinstance(quantity, Wrong):
        cursor.wrong(quantity, "quantity")
        return Count(1)  # the error is noted: this only lets the reading go on
    cursor.take("quantity")
    return quantity


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


def _subsystems(cursor: Cursor, verb: Verb) -> tuple[str, ...]:
    names = [_subsystem(cursor, f"so there is nothing to {verb.name}")]
    while cursor.accept(",", "noise"):
        if cursor.word in names:
            _named_twice(cursor)
        names.append(_subsystem(cursor, f"so there is nothing to {verb.name}"))
    if standing(cursor.word, cursor.vocabulary.subsystems) == "name" and cursor.word not in CLAUSES:
        before = cursor.text[: cursor.here.start].rstrip(" ")
        cursor.unexpected("subsystems are separated by commas", f"{before}, {cursor.text[cursor.here.start :]}")
    return tuple(names)


def _named_twice(cursor: Cursor) -> None:
    """Refuse a subsystem that is there already, unless it is on its way to another (`index` to `index-2`)."""
    cursor.wanted = [Kind.SUBSYSTEM]
    if cursor.is_being_typed and len(starting_with(cursor.word, cursor.vocabulary.subsystems, 2)) > 1:
        cursor.unfinished("subsystem")
    cursor.unexpected(f"{cursor.word} is named twice")


def _subsystem(cursor: Cursor, why_no_external: str) -> str:
    """Read a subsystem with servers, which an external is not."""
    return _known(cursor, cursor.vocabulary.subsystems, Kind.SUBSYSTEM, why_no_external)


def _known(cursor: Cursor, names: tuple[str, ...], kind: Kind, why_no_external: str) -> str:
    word = cursor.need(kind)
    found = standing(word, names)
    if found == "name":
        cursor.take("subsystem")
    elif standing(word, cursor.vocabulary.externals) == "name":
        message = f"{word} is external: it has no servers here, {why_no_external}"
        cursor.wrong(Wrong(message, unfinished=found == "beginning"), "subsystem")
    else:
        what = "subsystem" if kind is Kind.SUBSYSTEM else "subsystem or external"
        message = f"no {what} is called {shown(word)}"
        cursor.wrong(Wrong(message, unfinished=found == "beginning", near=names), "subsystem")
    return word


def _names(cursor: Cursor, named: Named) -> NameRange:
    word = cursor.need(Kind.SERVER)
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


def _is_begun(cursor: Cursor, word: str) -> bool:
    """Whether *word*, the last of the text, is no server yet but the beginning of one or of a run.

    A space behind it does not settle it: the printed command has none, and must read the same.
    """
    found = standing(word, cursor.vocabulary.server_names)
    return found == "beginning" or (found == "unknown" and word.endswith("."))


def _scope(cursor: Cursor, verb: Verb) -> Command:
    subsystem: str | None = None
    if cursor.word and cursor.word != "in":
        cursor.wanted = ["in"]
        if cursor.word == "i" and cursor.is_being_typed:
            cursor.wanted.append(Kind.SUBSYSTEM)
            cursor.unfinished("keyword")
        subsystem = _subsystem(cursor, "so no headroom")
    else:
        cursor.wanted = [Kind.SUBSYSTEM]
    places = read_clauses(cursor, verb.clauses).places
    if len(places) > 1:
        taken = cursor.taken_as("place")
        start, end = (taken[1].start, taken[-1].end) if len(taken) > 1 else (0, len(cursor.text))
        cursor.fail("headroom looks at one place at a time", start, end, cursor.text[:start].rstrip(" ") or None)
    return Headroom(subsystem, places[0] if places else None)


def _node(cursor: Cursor, verb: Verb) -> Command:
    name = _known(cursor, cursor.vocabulary.nodes, Kind.NODE, "")
    return Explain(name) if verb.name == "explain" else Show(name)


def _entry(cursor: Cursor, verb: Verb) -> Command:
    cursor.wanted.append(Kind.ENTRY)
    if not cursor.word:
        return Undo()
    entry = read_entry(cursor.need())
    if isinstance(entry, Wrong):
        cursor.wrong(entry, "quantity")
        return Undo()
    cursor.take("quantity")
    return Undo(entry)


def _verb(cursor: Cursor, verb: Verb) -> Command:
    cursor.wanted.extend(_VERB_NAMES)
    if not cursor.word:
        return Help()
    if cursor.word not in VERBS:
        cursor.unexpected()
    word = cursor.word
    cursor.take("verb")
    return Help(word)


def _playbook(cursor: Cursor, verb: Verb) -> Command:
    return read_run(cursor)


def _nothing(cursor: Cursor, verb: Verb) -> Command:
    match verb.name:
        case "stop" | "pause" | "resume" | "acknowledge" as name:
            return Control(name)
        case other:
            raise AssertionError(other)


_READERS: dict[Argument, Callable[[Cursor, Verb], Command]] = {
    "selection": _selection,
    "scope": _scope,
    "node": _node,
    "entry": _entry,
    "verb": _verb,
    "playbook": _playbook,
    "nothing": _nothing,
}
