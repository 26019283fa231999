"""Reads the condition of `where`: comparisons joined by `and`, `or`, `not` and parentheses; `and` binds stronger."""

from typing import cast

from topology.command.arguments.places import CELL, PATTERN, RACK, ZONE
from topology.command.cursor import Cursor
from topology.command.grammar.places import read_value, remark
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import Both, Comparison, Condition, Either, Field, Not, Place
from topology.command.grammar.vocabulary import starting_with
from topology.command.words import FIELDS

DEEPEST = 20
"""How deep conditions may nest: far beyond use, and short of Python's own limit."""

_FIELD_NAMES = tuple(FIELDS)
_VALUES = {"rack": RACK, "cell": CELL, "zone": ZONE, "name": PATTERN}


def read_condition(cursor: Cursor, within: tuple[Place, ...], depth: int = 0) -> Condition:
    """Read a condition; *within* are the command's places, which narrow what a bare rack or cell name means."""
    parts = [_both(cursor, within, depth)]
    while cursor.accept("or"):
        parts.append(_both(cursor, within, depth))
    return parts[0] if len(parts) == 1 else Either(_flat(parts, Either))


def _both(cursor: Cursor, within: tuple[Place, ...], depth: int) -> Condition:
    parts = [_one(cursor, within, depth)]
    while cursor.accept("and"):
        parts.append(_one(cursor, within, depth))
    return parts[0] if len(parts) == 1 else Both(_flat(parts, Both))


def _one(cursor: Cursor, within: tuple[Place, ...], depth: int) -> Condition:
    if depth > DEEPEST:
        start, end, _ = cursor.here if cursor.word else (len(cursor.text) - 1, len(cursor.text), "")
        cursor.fail(f"conditions nest at most {DEEPEST} deep", start, end)
    cursor.wanted.extend(_FIELD_NAMES)
    if cursor.word in FIELDS:
        field = cast("Field", cursor.word)
        cursor.take("field")
        return _comparison(cursor, field, within)
    if cursor.accept("not"):
        return Not(_one(cursor, within, depth + 1))
    cursor.require("(", "noise")
    inner = read_condition(cursor, within, depth + 1)
    cursor.require(")", "noise")
    return inner


def _comparison(cursor: Cursor, field: Field, within: tuple[Place, ...]) -> Comparison:
    if cursor.accept("="):
        return Comparison(field, "=", (_value(cursor, field, within),))
    if cursor.accept("!="):
        return Comparison(field, "!=", (_value(cursor, field, within),))
    cursor.wanted.append("in (")
    if cursor.word == "==":
        cursor.unexpected("one = is enough", cursor.instead("="))
    if cursor.word != "in":
        cursor.unexpected()
    cursor.take("keyword")
    cursor.require("(", "noise")
    values = [_value(cursor, field, within)]
    while cursor.accept(",", "noise"):
        if cursor.word in values:
            _listed_twice(cursor, field)
        values.append(_value(cursor, field, within))
    cursor.require(")", "noise")
    return Comparison(field, "in", tuple(values))


def _value(cursor: Cursor, field: Field, within: tuple[Place, ...]) -> str:
    word = cursor.need(_VALUES[field])
    wrong = read_value(field, word, cursor.vocabulary)
    if isinstance(wrong, Wrong):
        cursor.wrong(wrong, "value")
        return word
    note = remark(field, word, within, cursor.vocabulary)
    if note is not None:
        cursor.notes.append(note)
    cursor.take("value")
    return word


def _listed_twice(cursor: Cursor, field: Field) -> None:
    """Refuse a value that is there already, unless it is on its way to another (`r1` to `r12`)."""
    names = {
        "rack": cursor.vocabulary.rack_names,
        "cell": cursor.vocabulary.cell_names,
        "zone": cursor.vocabulary.zones,
    }
    cursor.wanted = [_VALUES[field]]
    if cursor.is_being_typed and (field == "name" or len(starting_with(cursor.word, names[field], 2)) > 1):
        cursor.unfinished("value")
    cursor.unexpected(f"{cursor.word} is listed twice")


def _flat(parts: list[Condition], kind: type[Both | Either]) -> tuple[Condition, ...]:
    """Open up parts that were grouped without need: `(a and b) and c` is `a and b and c`."""
    flat: list[Condition] = []
    for part in parts:
        if isinstance(part, kind):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return tuple(flat)
