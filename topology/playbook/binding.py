"""Arguments against parameters: which values a run has, and what is wrong with each. Pure; a form asks at every key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from topology.command.grammar.quantities import Wrong
from topology.command.grammar.reading import listed
from topology.command.grammar.suggestions import closest
from topology.command.grammar.syntax import Count, NameRange, Percent, Place
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import Vocabulary
from topology.playbook.model import Parameter, Playbook, Reference, Step, number_of
from topology.playbook.parameters import in_order
from topology.playbook.templates import fill
from topology.playbook.values import (
    NAMES,
    NUMBERS,
    SubsystemValue,
    TextValue,
    Type,
    Value,
    missing,
    read_value,
    type_of,
)


@dataclass(frozen=True, slots=True)
class ArgumentRefusal:
    """Why the argument for *parameter* is not accepted, in a sentence."""

    parameter: str
    message: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The values of a run. Only when there are no *refusals* is there one for every parameter."""

    values: dict[str, Value]
    refusals: tuple[ArgumentRefusal, ...]


def bind(playbook: Playbook, arguments: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> Bound:
    """Read *arguments* (name and text) as the parameters' types, put defaults where none is given, and check bounds."""
    refusals: list[ArgumentRefusal] = []
    known = {one.name: one for one in playbook.parameters}
    values: dict[str, Value] = {}
    given: set[str] = set()
    for name, text in arguments:
        parameter = known.get(name)
        if parameter is None:
            refusals.append(ArgumentRefusal(name, _unknown(playbook, name)))
        elif name in given:
            refusals.append(ArgumentRefusal(name, f"{name} is given twice"))
        else:
            given.add(name)
            value = read_value(parameter.type, text)
            if isinstance(value, Wrong):
                refusals.append(ArgumentRefusal(name, f"{name}: {value.message}"))
            else:
                values[name] = value
    wrong = given - values.keys()
    values = with_defaults(playbook, values, without=wrong)
    refusals += [
        ArgumentRefusal(one.name, f"{one.name} is missing: write {one.name}={_example(one)}")
        for one in playbook.parameters
        if one.name not in values and one.name not in wrong and not isinstance(one.default, Reference)
    ]
    return Bound(values, (*refusals, *refused(playbook, values, vocabulary)))


def with_defaults(playbook: Playbook, values: Mapping[str, Value], without: Iterable[str] = ()) -> dict[str, Value]:
    """Give *values* and the defaults of the other parameters, but not of those in *without*."""
    found = dict(values)
    left_out = set(without)
    for parameter in in_order(playbook.parameters):
        if parameter.name in found or parameter.name in left_out:
            continue
        default = parameter.default
        if isinstance(default, Reference):
            default = found.get(default.name)
        if default is not None:
            found[parameter.name] = default
    return found


def refused(playbook: Playbook, values: Mapping[str, Value], vocabulary: Vocabulary) -> tuple[ArgumentRefusal, ...]:
    """Say which of *values* the playbook does not accept: wrong type, out of bounds, not in the region."""
    found = []
    for parameter in playbook.parameters:
        value = values.get(parameter.name)
        if value is not None and (why := _why_refused(parameter, value, values, playbook, vocabulary)):
            found.append(ArgumentRefusal(parameter.name, why))
    return tuple(found)


def bounds_of(parameter: Parameter, values: Mapping[str, Value]) -> tuple[int | None, int | None]:
    """Give the least and most of a number among *values*; None where there is no bound."""
    found = []
    for bound in (parameter.least, parameter.most):
        if isinstance(bound, Reference):
            other = values.get(bound.name)
            found.append(None if other is None else number_of(other))
        else:
            found.append(bound)
    return found[0], found[1]


def misfits(playbook: Playbook, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Say what a playbook names that a region does not have, each a sentence with its place."""
    found = [
        f'parameter "{parameter.name}": {problem}'
        for parameter in playbook.parameters
        for value in dict.fromkeys((*parameter.among, *parameter.usual, parameter.default))
        if value is not None and not isinstance(value, Reference) and (problem := missing(value, vocabulary))
    ]
    expecting = [(f"step {step.number}" if step.number else "undo", step.expects) for step in _all_steps(playbook)]
    for place, expects in (*expecting, ("before", playbook.before), ("after", playbook.after)):
        if expects is not None:
            names = (*(expects.subsystems or ()), *(name for name, _ in expects.headroom_of))
            found += [
                f"{place} expects: {problem}"
                for name in dict.fromkeys(names)
                if isinstance(name, str) and (problem := missing(SubsystemValue(name), vocabulary))
            ]
    any_values = _any_values(playbook, vocabulary)
    for step in _all_steps(playbook):
        if all(name in any_values for name in step.parameters()):
            filled = fill(step.command, any_values, vocabulary)
            if filled.command is None:
                place = f"step {step.number}" if step.number else "undo"
                found.append(f"{place}: {step.command.text}: {filled.error}")
    return tuple(dict.fromkeys(found))


def _all_steps(playbook: Playbook) -> tuple[Step, ...]:
    return (*playbook.steps, *((playbook.undo,) if playbook.undo is not None else ()))


def names_in(kind: Type, vocabulary: Vocabulary) -> tuple[Value, ...]:
    """Give every name of a type that a region has, in order; none for what is no name, and servers are too many."""
    match kind:
        case "subsystem":
            return tuple(SubsystemValue(name) for name in vocabulary.subsystems)
        case "zone":
            return tuple(Place(name) for name in vocabulary.zones)
        case "cell":
            return vocabulary.cells
        case "rack":
            return tuple(sorted(place for places in vocabulary.racks.values() for place in places))
        case _:
            return ()


def _any_values(playbook: Playbook, vocabulary: Vocabulary) -> dict[str, Value]:
    """Give some value for each parameter, of the region where there is one, and not the same for two of a type."""
    found: dict[str, Value] = {}
    for parameter in in_order(playbook.parameters):
        default = parameter.default
        if isinstance(default, Reference):
            default = found.get(default.name)
        least, most = bounds_of(parameter, found)
        own: tuple[Value, ...]
        if parameter.type == "count":
            own = (Count(least or most or 1),)
        elif parameter.type == "percent":
            own = (Percent(least or most or 1),)
        elif parameter.type == "text":
            own = (TextValue("any"),)
        elif parameter.type == "server":
            own = tuple(NameRange("", name) for name in vocabulary.server_names[: len(playbook.parameters)])
        else:
            own = names_in(parameter.type, vocabulary)
        candidates = (*((default,) if default is not None else ()), *parameter.usual, *parameter.among, *own)
        fresh = (one for one in candidates if parameter.type not in NAMES or one not in found.values())
        chosen = next(fresh, None)
        if chosen is not None:
            found[parameter.name] = chosen
    return found


def _why_refused(
    parameter: Parameter, value: Value, values: Mapping[str, Value], playbook: Playbook, vocabulary: Vocabulary
) -> str | None:
    name = parameter.name
    if type_of(value) != parameter.type:
        return f"{name} is a {parameter.type}, not a {type_of(value)}"
    if parameter.type in NUMBERS:
        return _out_of_bounds(parameter, value, values, playbook)
    if parameter.among and value not in parameter.among:
        accepted = listed(tuple(map(str, parameter.among)))
        return f"{name} is {shown(str(value))}; {playbook.name} accepts {accepted}"
    problem = missing(value, vocabulary)
    return f"{name}: {problem}" if problem else None


def _out_of_bounds(parameter: Parameter, value: Value, values: Mapping[str, Value], playbook: Playbook) -> str | None:
    least, most = bounds_of(parameter, values)
    number = number_of(value)
    if (least is None or number >= least) and (most is None or number <= most):
        return None
    sign = "%" if parameter.type == "percent" else ""
    least_text = f"{least or 1:,}{sign}"
    accepted = f"{least_text} to {most:,}{sign}" if most is not None else f"{least_text} and more"
    if least is not None and most is not None and least > most:
        accepted = f"nothing: least comes to {least:,}{sign}, above most, {most:,}{sign}"
    return f"{parameter.name} is {number:,}{sign}; {playbook.name} accepts {accepted}"


def _unknown(playbook: Playbook, name: str) -> str:
    names = tuple(one.name for one in playbook.parameters)
    if not names:
        return f"{playbook.name} takes no parameters, so no {shown(name)}"
    near = closest(name, names)
    hint = f": did you mean {near[0]}?" if len(near) == 1 else f": it takes {listed(names, 'and')}"
    return f"{playbook.name} has no parameter {shown(name)}{hint}"


def _example(parameter: Parameter) -> str:
    examples = {"count": "4", "percent": "10%", "zone": "az4", "cell": "az4/c1", "rack": "az4/c1/r12", "text": '"..."'}
    if parameter.usual or parameter.among:
        return str((*parameter.usual, *parameter.among)[0])
    if isinstance(parameter.least, int) and parameter.type == "count":
        return str(parameter.least)
    return examples.get(parameter.type, parameter.type.upper())
