"""Walks a parsed command that has stand-ins for parameters: puts values in their places, finds them, takes them out."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from topology.command.grammar.syntax import Count, NameRange, Pace, Percent, Place, Undo
from topology.playbook.values import SubsystemValue, Value


def places_for(stand_in: Value, value: Value) -> dict[object, object]:
    """Give everything that *stand_in* can be in a parsed command, with what *value* is there."""
    match stand_in, value:
        case Count(mark), Count(number):
            return {stand_in: value, Pace(mark): Pace(number), Undo(mark): Undo(number)}
        case Percent(), Percent():
            return {stand_in: value}
        case SubsystemValue(mark), SubsystemValue(name):
            return {mark: name}
        case Place(), Place():
            return {stand_in: value, str(stand_in): str(value)}
        case NameRange(_, mark), NameRange(_, name):
            return {stand_in: value, mark: name}
        case _:
            raise TypeError(f"{value} is not of the type of its parameter")


def put(node: Any, table: Mapping[object, object], marks: Mapping[str, str]) -> Any:
    """Give *node* of a parsed command with every stand-in replaced."""
    if isinstance(node, str | tuple) or is_dataclass(node):
        if node in table:
            return table[node]
        if isinstance(node, tuple):
            return tuple(put(one, table, marks) for one in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    changed = {
        field.name: _with_marks(part, marks)
        if field.name == "because" and isinstance(part, str)
        else put(part, table, marks)
        for field in fields(node)
        for part in (getattr(node, field.name),)
    }
    return type(node)(**changed)


def _with_marks(reason: str, marks: Mapping[str, str]) -> str:
    """Put values into a reason, in one pass: what a value says is not looked at again."""
    if not marks:
        return reason
    return re.sub("|".join(marks), lambda found: marks[found[0]], reason)


def occurrences(node: Any, wanted: frozenset[object]) -> int:
    """Count how often something of *wanted* stands in *node*, reasons left out."""
    if isinstance(node, str | tuple) or is_dataclass(node):
        if node in wanted:
            return 1
        if isinstance(node, tuple):
            return sum(occurrences(one, wanted) for one in node)
    if not is_dataclass(node) or isinstance(node, type):
        return 0
    return sum(occurrences(getattr(node, field.name), wanted) for field in fields(node) if field.name != "because")


def take(
    pattern: Any,
    actual: Any,
    names: Mapping[object, str],
    stand_ins: Mapping[str, Value],
    found: dict[str, Value],
) -> bool:
    """Note which values stand in *actual* where *pattern* has stand-ins; false when the two differ anywhere else."""
    if isinstance(pattern, str | tuple) or is_dataclass(pattern):
        name = names.get(pattern)
        if name is not None:
            value = _value_at(pattern, actual, stand_ins[name])
            return value is not None and found.setdefault(name, value) == value
        if isinstance(pattern, tuple):
            return (
                isinstance(actual, tuple)
                and len(pattern) == len(actual)
                and all(take(*pair, names, stand_ins, found) for pair in zip(pattern, actual, strict=True))
            )
    if not is_dataclass(pattern) or isinstance(pattern, type):
        return bool(pattern == actual)
    if type(pattern) is not type(actual):
        return False
    parts = [field.name for field in fields(pattern) if field.name != "because"]
    return all(take(getattr(pattern, part), getattr(actual, part), names, stand_ins, found) for part in parts)


def _value_at(pattern: Any, actual: Any, stand_in: Value) -> Value | None:
    if type(pattern) is not type(actual):
        return None
    match stand_in, actual:
        case Count(), Pace(number) | Count(number):
            return Count(number)
        case Count(), Undo(entry):
            return Count(entry) if entry is not None else None
        case (Percent(), Percent()) | (NameRange(), NameRange(last=None)):
            return actual  # type: ignore[no-any-return]
        case Place(_, cell, rack), Place():
            same_depth = (cell is None, rack is None) == (actual.cell is None, actual.rack is None)
            return actual if same_depth else None
        case Place(_, cell, rack), str():
            parts = actual.split("/")
            return Place(*parts) if len(parts) == 1 + (cell is not None) + (rack is not None) else None
        case SubsystemValue(), str():
            return SubsystemValue(actual)
        case NameRange(), str():
            return NameRange("", actual)
        case _:
            return None
