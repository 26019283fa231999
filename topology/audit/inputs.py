"""The inputs of a step that an audit looks at: the edges of its bounds, usual values, every name, and slips of each.

Numbers between the edges need no look: a larger command takes the same servers and more, so it breaks whatever a
smaller one breaks. Servers of one make (class and protection) in one cell, and racks of one make-up, stand for one another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import gcd

import numpy as np

from topology.audit.origins import USUAL, AtEdge, OneOfMany, SlipOf
from topology.command.grammar.syntax import Count, NameRange, Percent, Place, Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.slips import KeyboardLayout, each_slip
from topology.fleet.state import State
from topology.planning.facts import FindingFacts
from topology.playbook.binding import names_in, refused, with_defaults
from topology.playbook.model import Parameter, Playbook, Reference, Step, number_of
from topology.playbook.parameters import in_order, references_of
from topology.playbook.templates import fill
from topology.playbook.values import NUMBERS, TextValue, Value

MOST_INPUTS = 500
"""Inputs of one step that are planned, besides slips."""
MOST_BASES = 8
"""Combinations of usual values, and of edges, whose slips are planned."""

_Ranged = tuple[Value, FindingFacts | None]
"""A value with how one comes to it: None for one of many."""
_Column = tuple[_Ranged, ...]
"""What one parameter ranges over."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """The values of every parameter for one input, and how one comes to it: perhaps by a slip of a usual one.

    *origin* has an entry for each parameter that is not as usual, and is empty where all are.
    """

    values: dict[str, Value]
    origin: tuple[FindingFacts, ...]
    is_slip: bool = False


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the parameters of a step range over, the usual value first, and what is used for all others."""

    playbook: Playbook
    rest: dict[str, Value]
    values: dict[str, _Column]
    lacking: str = ""
    """A parameter of the step for which the region has no value; without it there is no input."""

    @property
    def size(self) -> int:
        """How many inputs there are."""
        total = 1
        for one in self.values.values():
            total *= len(one)
        return total


def ranges_of(playbook: Playbook, step: Step, state: State, vocabulary: Vocabulary) -> Ranges:
    """Work out what the parameters that matter to *step* range over."""
    used = _all_used(playbook, step)
    found: dict[str, _Column] = {}
    everything: dict[str, _Column] = {}
    chosen: dict[str, Value] = {}
    for parameter in in_order(playbook.parameters):
        values = tuple(_values(parameter, chosen, everything, playbook, state, vocabulary))
        if not values:
            continue
        everything[parameter.name] = values
        chosen[parameter.name] = values[0][0]
        if parameter.name in used and parameter.type != "text":
            found[parameter.name] = values
    rest = {name: value for name, value in chosen.items() if name not in found}
    lacking = next((one.name for one in playbook.parameters if one.name in used and one.name not in chosen), "")
    return Ranges(playbook, rest, found, lacking)


def candidates(ranges: Ranges, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Give the inputs of a step, at most `MOST_INPUTS`: first those that differ from the usual in one value only."""
    if ranges.lacking:
        return
    names = list(ranges.values)
    bound_by_others = any(references_of(one) for one in ranges.playbook.parameters)
    seen: set[tuple[Value, ...]] = set()
    for combination in _combinations(ranges):
        key = tuple(value for value, _ in combination)
        if key in seen:
            continue
        seen.add(key)
        values = {**ranges.rest, **dict(zip(names, key, strict=True))}
        if not (bound_by_others and refused(ranges.playbook, values, vocabulary)):
            yield Candidate(values, _origin(names, combination))
        if len(seen) >= MOST_INPUTS:
            return


def slips(
    ranges: Ranges, step: Step, vocabulary: Vocabulary, layout: KeyboardLayout
) -> Iterator[tuple[Candidate, bool]]:
    """Give the slips of usual values and of edges that are inputs of the step, each with whether it is accepted."""
    seen: set[tuple[tuple[str, Value], ...]] = set()
    for usual, is_usual in _bases(ranges):
        filled = fill(step.command, usual, vocabulary)
        if filled.command is None:
            continue
        for slip in each_slip(parse(filled.text, vocabulary), vocabulary, layout):
            taken = step.command.taken_from(slip.command)
            changed = [name for name, value in (taken or {}).items() if usual[name] != value]
            if taken is None or len(changed) != 1:
                continue
            values = {**usual, **taken}
            key = tuple((name, values[name]) for name in ranges.values)
            if key in seen:
                continue
            seen.add(key)
            name = changed[0]
            origin = SlipOf(name, str(values[name]), str(usual[name]), slip.kind)
            yield Candidate(values, (origin,), is_usual), not refused(ranges.playbook, values, vocabulary)


def run_text(playbook: Playbook, values: Mapping[str, Value]) -> str:
    """Write the run with these values, defaults left out."""
    defaults = with_defaults(playbook, {})
    arguments = ((one.name, str(values[one.name])) for one in playbook.parameters if one.name in values)
    return str(Run(playbook.name, tuple((name, text) for name, text in arguments if str(defaults.get(name)) != text)))


def _all_used(playbook: Playbook, step: Step) -> frozenset[str]:
    """Give the parameters of a step, and those that bound them."""
    used: set[str] = set()
    open_names = list(step.parameters())
    while open_names:
        name = open_names.pop()
        if name not in used:
            used.add(name)
            open_names.extend(references_of(playbook.parameter(name)))
    return frozenset(used)


def _values(
    parameter: Parameter,
    chosen: Mapping[str, Value],
    found: Mapping[str, _Column],
    playbook: Playbook,
    state: State,
    vocabulary: Vocabulary,
) -> Iterator[_Ranged]:
    """Give the values of one parameter with their origins, each once, the most usual first."""
    default = parameter.default
    if isinstance(default, Reference):
        default = chosen.get(default.name)
    usual: list[_Ranged] = [(value, USUAL) for value in (*((default,) if default else ()), *parameter.usual)]
    own: Iterable[_Ranged]
    if parameter.type in NUMBERS:
        own = _edges(parameter, found, len(state.region.roster))
    elif parameter.type == "text":
        own = [(TextValue("audit"), None)]
    else:
        own = [(value, None) for value in parameter.among or _names(parameter, state, vocabulary)]
    seen: set[Value] = set()
    for value, origin in (*usual, *own):
        if value not in seen and not _is_refused(playbook, parameter, value, chosen, vocabulary):
            seen.add(value)
            yield value, origin


def _is_refused(
    playbook: Playbook, parameter: Parameter, value: Value, chosen: Mapping[str, Value], vocabulary: Vocabulary
) -> bool:
    if isinstance(parameter.least, Reference) or isinstance(parameter.most, Reference):
        return False  # that depends on the other's value
    found = refused(playbook, {**chosen, parameter.name: value}, vocabulary)
    return any(one.parameter == parameter.name for one in found)


def _edges(parameter: Parameter, found: Mapping[str, _Column], servers: int) -> list[_Ranged]:
    kind = Count if parameter.type == "count" else Percent
    beyond = max(servers, 1) if parameter.type == "count" else 100
    most = [beyond] if parameter.most is None else _numbers(parameter.most, found)
    least = [1] if parameter.least is None else _numbers(parameter.least, found)
    at_most, at_least = AtEdge(parameter.name, most=True), AtEdge(parameter.name, most=False)
    edges: list[_Ranged] = [(kind(one), at_most) for one in sorted(most, reverse=True)]
    return edges + [(kind(one), at_least) for one in sorted(least)]


def _numbers(bound: int | Reference, found: Mapping[str, _Column]) -> list[int]:
    """Give what a bound comes to: itself, or all that the parameter ranges over that it refers to."""
    if isinstance(bound, int):
        return [max(bound, 1)]
    return [number_of(value) for value, _ in found.get(bound.name, ())]


def _names(parameter: Parameter, state: State, vocabulary: Vocabulary) -> Iterable[Value]:
    if parameter.type == "server":
        return _one_server_of_each_make(state)
    if parameter.type == "rack":
        return _one_rack_of_each_make(state)
    return names_in(parameter.type, vocabulary)


def _one_server_of_each_make(state: State) -> Iterator[Value]:
    roster, fleet = state.region.roster, state.fleet
    make = (fleet.class_of.astype(np.int64) * 8 + fleet.state) * 2 + roster.protected
    _, first = np.unique(make, return_index=True)
    return (NameRange("", roster.names[server]) for server in np.sort(first).tolist())


def _one_rack_of_each_make(state: State) -> Iterator[Value]:
    roster, fleet = state.region.roster, state.fleet
    make = (fleet.class_of.astype(np.int64) * 8 + fleet.state) * 2 + roster.protected
    makes, number = np.unique(make, return_inverse=True)
    pairs, counts = np.unique(roster.rack.astype(np.int64) * len(makes) + number, return_counts=True)
    contents: dict[int, list[tuple[int, int]]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        rack, one = divmod(pair, len(makes))
        contents.setdefault(rack, []).append((one, count))
    seen: set[tuple[tuple[int, int], ...]] = set()
    for rack in sorted(contents):
        key = tuple(contents[rack])
        if key not in seen:
            seen.add(key)
            yield Place(*roster.racks[rack])


def _combinations(ranges: Ranges) -> Iterator[_Column]:
    columns = list(ranges.values.values())
    usual = tuple(column[0] for column in columns)
    most = tuple(next((one for one in column if _at_most(one[1])), column[0]) for column in columns)
    yield usual
    for base in (most, usual):
        yield base
        for place, column in enumerate(columns):
            for one in column:
                yield (*base[:place], one, *base[place + 1 :])
    # A stride that shares no factor with the size comes by everything once, and by every part of it early.
    stride = max(1, ranges.size // MOST_INPUTS)
    while gcd(stride, ranges.size) > 1:
        stride += 1
    for number in range(ranges.size):
        rest = number * stride % ranges.size
        combination = []
        for column in columns:
            rest, place = divmod(rest, len(column))
            combination.append(column[place])
        yield tuple(combination)


def _bases(ranges: Ranges) -> Iterator[tuple[dict[str, Value], bool]]:
    """Give the inputs whose slips are planned, each with whether it is usual: usual values first, then the edges.

    A number without a usual value makes none of its inputs usual; of names without one, the first is as usual as any.
    """
    usual, edges, is_usual = [], [], True
    for column in ranges.values.values():
        own = [value for value, origin in column if origin == USUAL]
        is_usual &= bool(own) or not isinstance(column[0][0], Count | Percent)
        usual.append(own or [column[0][0]])
        edges.append([value for value, origin in column if isinstance(origin, AtEdge)] or usual[-1])
    for columns, said in ((usual, is_usual), (edges, False)):
        for combination in islice(product(*columns), MOST_BASES):
            yield {**ranges.rest, **dict(zip(ranges.values, combination, strict=True))}, said


def _at_most(origin: FindingFacts | None) -> bool:
    return isinstance(origin, AtEdge) and origin.most


def _origin(names: list[str], combination: _Column) -> tuple[FindingFacts, ...]:
    told = (origin or OneOfMany(name, str(value)) for name, (value, origin) in zip(names, combination, strict=True))
    return tuple(one for one in told if one != USUAL)


def is_number(value: Value) -> bool:
    """Say whether *value* is a count or a percentage."""
    return isinstance(value, Count | Percent)


def at_number(value: Value, number: int) -> Value:
    """Give the same kind of number as *value*."""
    number_of(value)
    return Percent(number) if isinstance(value, Percent) else Count(number)
