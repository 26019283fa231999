"""Reads the clauses that may follow a command, in their order: `in`, `where`, `at`, `because`."""

import re
from typing import NamedTuple

from topology.command.conditions import read_condition
from topology.command.cursor import Cursor, Halt
from topology.command.grammar.places import overlap, read_place
from topology.command.grammar.quantities import Wrong, read_pace
from topology.command.grammar.reading import Kind, listed
from topology.command.grammar.suggestions import closest
from topology.command.grammar.syntax import Condition, Pace, Place
from topology.command.grammar.tokens import character_name
from topology.command.grammar.vocabulary import standing
from topology.command.verbs import CLAUSES

LONGEST_REASON = 200

_PACE_APART = re.compile(r"([1-9][0-9_]{0,12})(?: +/ *| */ +)min(?![^ ])")
_REASON = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPE = re.compile(r"\\(.)")
_ORDER = tuple(CLAUSES)


class Clauses(NamedTuple):
    """What the clauses of a command say."""

    places: tuple[Place, ...] = ()
    where: Condition | None = None
    pace: Pace | None = None
    because: str | None = None


def read_clauses(cursor: Cursor, known: tuple[str, ...]) -> Clauses:
    """Read those of the *known* clauses that follow, and refuse one that comes too late or twice."""
    said: list[str] = []
    places: tuple[Place, ...] = ()
    where = pace = because = None
    for clause in known:
        if not cursor.accept(clause):
            continue
        said.append(clause)
        match clause:
            case "in":
                places = _places(cursor, known[known.index("in") + 1 :])
            case "where":
                where = read_condition(cursor, places)
            case "at":
                pace = _pace(cursor)
            case _:
                because = _because(cursor)
    if cursor.word:
        _refuse_misplaced(cursor, known, said)
    return Clauses(places, where, pace, because)


def _in_order(text: str, starts: list[tuple[int, str]]) -> str:
    """Give *text* with the clauses that begin at *starts*, each with its word, in their order."""
    ends = (*(start for start, _ in starts[1:]), len(text))
    spans = zip(starts, ends, strict=True)
    clauses = sorted((_ORDER.index(word), text[start:end].strip(" ")) for (start, word), end in spans)
    return " ".join((text[: starts[0][0]].rstrip(" "), *(clause for _, clause in clauses)))


def _refuse_misplaced(cursor: Cursor, known: tuple[str, ...], said: list[str]) -> None:
    word = cursor.word
    if word in said:
        cursor.unexpected(f"{word} is said twice")
    if word not in known:
        return
    later = next(clause for clause in said if _ORDER.index(clause) > _ORDER.index(word))
    suggestion = _in_order(cursor.text, cursor.clause_starts())
    cursor.unexpected(f"{word} stands before {later}: the order is {listed(known, 'and')}", suggestion)


def _places(cursor: Cursor, later: tuple[str, ...]) -> tuple[Place, ...]:
    seen: dict[str, Place] = {}
    places = [_place(cursor, seen)]
    while _is_place(cursor):
        cursor.wanted = list(later)
        places.append(_place(cursor, seen))
    cursor.wanted.append(Kind.PLACE)
    if cursor.word == ",":
        suggestion = cursor.instead("" if cursor.text[cursor.here.end :].startswith(" ") else " ")
        cursor.unexpected("places are separated by spaces, without commas", suggestion)
    return tuple(places)


def _place(cursor: Cursor, seen: dict[str, Place]) -> Place:
    word = cursor.need(Kind.PLACE)
    place = read_place(word, cursor.vocabulary)
    if isinstance(place, Wrong):
        cursor.wrong(place, "place")
        return Place(word)
    if clash := overlap(place, seen, cursor.vocabulary):
        cursor.wrong(clash, "place")
    else:
        cursor.take("place")
    return place


def _is_place(cursor: Cursor) -> bool:
    """Whether another place follows, rather than a clause: perhaps misspelt, perhaps one that is still being typed."""
    word = cursor.word
    if not word or word.lower() in CLAUSES or word[0] in ',()="!':
        return False
    if "/" in word or standing(word, cursor.vocabulary.zones) != "unknown":
        return True
    if cursor.is_being_typed and any(clause.startswith(word) for clause in CLAUSES):
        return False
    return any(name in cursor.vocabulary.zones for name in closest(word, (*CLAUSES, *cursor.vocabulary.zones)))


def _pace(cursor: Cursor) -> Pace | None:
    word = cursor.need(Kind.PACE)
    if not cursor.is_last and (apart := _PACE_APART.match(cursor.text, cursor.here.start)):
        suggestion = f"{cursor.text[: apart.start()]}{apart[1]}/min{cursor.text[apart.end() :]}"
        cursor.fail(f"a pace is written in one word: {apart[1]}/min", *apart.span(), suggestion)
    pace = read_pace(word, cursor.vocabulary.pace_per_minute)
    if isinstance(pace, Wrong):
        cursor.wrong(pace, "pace")
        return None
    cursor.take("pace")
    return pace


def _because(cursor: Cursor) -> str:
    cursor.wanted.append(Kind.TEXT)
    if not cursor.word:
        raise Halt
    start, end, quoted = cursor.here
    if quoted[0] != '"':
        rest = cursor.text[start:].rstrip(" ").replace("\\", "\\\\").replace('"', '\\"')
        cursor.unexpected("a reason stands in double quotes", f'{cursor.text[:start]}"{rest}"')
    for offset, character in enumerate(quoted):
        if not character.isprintable():
            cursor.fail(f"{character_name(character)} cannot be part of a reason", start + offset, start + offset + 1)
    for escape in _ESCAPE.finditer(quoted):
        if escape[1] not in '"\\':
            place = start + escape.start()
            cursor.fail(f'only \\" and \\\\ are known after a \\, not \\{escape[1]}', place, place + 2)
    closed = _REASON.fullmatch(quoted)
    reason = _ESCAPE.sub(r"\1", closed[1] if closed else quoted[1:])
    if len(reason) > LONGEST_REASON:
        cursor.fail(f"a reason has at most {LONGEST_REASON} characters, this one has {len(reason):,}", start, end)
    if not closed:
        cursor.take("text")
        cursor.wanted = ['"']
        raise Halt
    if not reason.strip():
        cursor.fail("the reason is empty: say why, or leave because out", start, end)
    cursor.take("text")
    return reason
