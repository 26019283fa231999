"""Reads the clauses that may follow a command, in their order: `in`, `where`, `by`, `at`, `because`."""

from typing import NamedTuple

from topology.command.arguments.places import LEVEL, PLACE
from topology.command.arguments.quantities import PACE
from topology.command.arguments.reason import REASON
from topology.command.conditions import read_condition
from topology.command.cursor import Cursor
from topology.command.grammar.reading import listed
from topology.command.grammar.syntax import Condition, Level, Pace, Place
from topology.command.words import CLAUSES

_ORDER = tuple(CLAUSES)


class Clauses(NamedTuple):
    """What the clauses of a command say."""

    places: tuple[Place, ...] = ()
    where: Condition | None = None
    pace: Pace | None = None
    because: str | None = None
    by: Level | None = None


def read_clauses(cursor: Cursor, known: tuple[str, ...]) -> Clauses:
    """Read those of the *known* clauses that follow, and refuse one that comes too late or twice."""
    said: list[str] = []
    places: tuple[Place, ...] = ()
    where = pace = because = by = None
    for clause in known:
        if not cursor.accept(clause):
            continue
        said.append(clause)
        match clause:
            case "in":
                places = PLACE.several(cursor, known[known.index("in") + 1 :])
            case "where":
                where = read_condition(cursor, places)
            case "by":
                by = LEVEL.read(cursor, "")
            case "at":
                pace = PACE.read(cursor, "")
            case _:
                because = REASON.read(cursor, "")
    if cursor.word:
        _refuse_misplaced(cursor, known, said)
    return Clauses(places, where, pace, because, by)


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
