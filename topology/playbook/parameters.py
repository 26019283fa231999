"""Reads the parameters of a playbook: types, bounds and defaults, which may refer to one another but not in circles."""

import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from topology.command.grammar.quantities import MOST_SERVERS, Wrong
from topology.command.grammar.reading import listed
from topology.playbook.model import Parameter, Reference
from topology.playbook.templates import PARAMETER_NAME
from topology.playbook.values import NAMES, NUMBERS, TYPES, Type, Value, read_value
from topology.region.decoding.toml_text import first_twice
from topology.region.region import shown
from topology.region.tables import Table

MOST_PARAMETERS = 50
_REFERENCE = re.compile(r"\{([^{}]*)\}")
_KEYS = {"name", "type", "help", "least", "most", "among", "default", "usual"}


def read_parameters(top: Table) -> tuple[Parameter, ...]:
    """Read every `[[parameter]]`; what is wrong is noted."""
    tables = top.tables("parameter")
    if len(tables) > MOST_PARAMETERS:
        top.problem("parameter", f"is there {len(tables):,} times; a playbook has at most {MOST_PARAMETERS}")
        tables = tables[:MOST_PARAMETERS]
    pairs = [(table, one) for table in tables if (one := _parameter(table)) is not None]
    seen: set[str] = set()
    for table, one in pairs:
        if one.name in seen:
            table.problem("name", f"is {one.name!r} again; names are unique")
        seen.add(one.name)
    by_name = {one.name: one for _, one in pairs}
    for table, one in pairs:
        _check_references(table, one, by_name)
    _refuse_cycles(top, by_name)
    for table, one in pairs:
        _check_bounds(table, one)
    return tuple(by_name.values())


def references_of(parameter: Parameter) -> tuple[str, ...]:
    """Give the parameters that *parameter* refers to."""
    parts = (parameter.least, parameter.most, parameter.default)
    return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Reference)))


def in_order(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Give *parameters* so that each comes after those that it refers to."""
    by_name = {one.name: one for one in parameters}
    order = TopologicalSorter({name: references_of(one) for name, one in by_name.items()}).static_order()
    return tuple(by_name[name] for name in order)


def reference(raw: object) -> Reference | None:
    """Read `{name}`, or give None for anything else."""
    match = _REFERENCE.fullmatch(raw) if isinstance(raw, str) else None
    return Reference(match[1]) if match else None


def prose(table: Table, key: str) -> str:
    """Give a text for people, which may run over several lines."""
    raw = table.get(key)
    if isinstance(raw, str):
        raw = " ".join(raw.split())
        hidden = next((mark for mark in raw if not mark.isprintable()), None)
        if hidden is None:
            return raw
        table.problem(key, f"holds the character U+{ord(hidden):04X}, which cannot be seen; leave it out")
    elif raw is not None:
        table.problem(key, f"is {shown(raw)}; write a text in quotes")
    return ""


def _parameter(table: Table) -> Parameter | None:
    table.only(_KEYS)
    name, kind = table.text("name"), table.text("type")
    if not PARAMETER_NAME.fullmatch(name):
        table.problem("name", f"is {shown(name)}; write lower-case letters, digits, - and _, a letter first")
        return None
    if name == "undo":
        table.problem("name", "is undo, which stands for the undo step in a run; choose another name")
        return None
    if kind not in TYPES:
        table.problem("type", f"is {shown(kind)}; a type is one of {', '.join(TYPES)}")
        return None
    known = next(one for one in TYPES if one == kind)
    for keys, types in ((("least", "most"), NUMBERS), (("among",), NAMES)):
        for key in keys:
            if table.get(key) is not None and known not in types:
                table.problem(key, f"is stated for a {known}; only a {listed(types)} has it")
    return Parameter(
        name,
        known,
        prose(table, "help"),
        _bound(table, "least", known),
        _bound(table, "most", known),
        _values(table, "among", known) if known in NAMES else (),
        _default(table, known),
        _values(table, "usual", known),
    )


def _bound(table: Table, key: str, kind: Type) -> int | Reference | None:
    raw = table.get(key)
    if raw is None or kind not in NUMBERS:
        return None
    if found := reference(raw):
        return found
    value = _value(table, key, kind, raw)
    return None if value is None else int(str(value).rstrip("%"))


def _default(table: Table, kind: Type) -> Value | Reference | None:
    raw = table.get("default")
    if raw is None:
        return None
    if kind != "text" and (found := reference(raw)):
        return found
    return _value(table, "default", kind, raw)


def _values(table: Table, key: str, kind: Type) -> tuple[Value, ...]:
    raw = table.get(key)
    if raw is None:
        return ()
    if not isinstance(raw, list) or not raw:
        table.problem(key, f"is {shown(raw)}; write a list of at least one {kind}")
        return ()
    found = [value for one in raw if (value := _value(table, key, kind, one)) is not None]
    if len(set(found)) < len(found):
        table.problem(key, f"holds {first_twice(found)} twice")
    return tuple(dict.fromkeys(found))


def _value(table: Table, key: str, kind: Type, raw: object) -> Value | None:
    if kind == "count":
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MOST_SERVERS:
            value = read_value(kind, str(raw))
            return None if isinstance(value, Wrong) else value
        what = f"a whole number from 1 to {MOST_SERVERS:,}, without quotes"
        table.problem(key, f"is {shown(raw)}; write {what}")
        return None
    if not isinstance(raw, str):
        table.problem(key, f"is {shown(raw)}; write a {kind} in quotes{', as in 10%' if kind == 'percent' else ''}")
        return None
    value = read_value(kind, raw)
    if isinstance(value, Wrong):
        table.problem(key, f"is wrong: {value.message}")
        return None
    return value


def _check_references(table: Table, parameter: Parameter, by_name: dict[str, Parameter]) -> None:
    for key, part in _parts(parameter):
        if not isinstance(part, Reference):
            continue
        other = by_name.get(part.name)
        if other is None:
            table.problem(key, f"is {part}, and there is no parameter {shown(part.name)}")
        elif other.type != parameter.type:
            table.problem(key, f"is {part}, which is a {other.type} and not a {parameter.type}")


def _refuse_cycles(top: Table, by_name: dict[str, Parameter]) -> None:
    graph = {name: [other for other in references_of(one) if other in by_name] for name, one in by_name.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        top.problem("parameter", f"refer to one another in a circle: {' needs '.join(circle)}; break it")


def _check_bounds(table: Table, parameter: Parameter) -> None:
    least, most, default = parameter.least, parameter.most, parameter.default
    if isinstance(least, int) and isinstance(most, int) and least > most:
        table.problem("least", f"is {least:,}, above most = {most:,}: the bounds are the wrong way round")
        return
    given = [("default", default)] if default is not None and not isinstance(default, Reference) else []
    for key, value in (*given, *(("usual", one) for one in parameter.usual)):
        if isinstance(value, Reference):
            continue
        number = getattr(value, "value", None)
        if isinstance(number, int) and isinstance(least, int) and number < least:
            table.problem(key, f"is {value}, below least = {least:,}")
        if isinstance(number, int) and isinstance(most, int) and number > most:
            table.problem(key, f"is {value}, above most = {most:,}")
        if parameter.among and value not in parameter.among:
            table.problem(key, f"is {value}, which is not among {listed(tuple(map(str, parameter.among)), 'and')}")


def _parts(parameter: Parameter) -> Iterator[tuple[str, object]]:
    yield "least", parameter.least
    yield "most", parameter.most
    yield "default", parameter.default
