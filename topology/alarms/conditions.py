"""Finds what needs an act in the readings of one moment, says which act, and what follows from what.

One cause, one alarm: a scope inside a wider one of the same subsystem that is short as well follows from that; so does a
subsystem that needs, by hard edges, another one that is short, and one that shares its missing servers. Who is below its
floor is not told that it stands at it, or falls.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from topology.alarms.readings import AlarmReadings
from topology.alarms.values import AlarmKey, CapacityFacts, Condition, ObservedNeedFacts, TroubleFacts
from topology.command.grammar.adoption import Adopt
from topology.command.grammar.page_commands import PublishPage
from topology.command.grammar.syntax import Count, Explain, Headroom, Place, Restore, Undo
from topology.fleet.fleet import CELL, NO_FLOOR, REGION, ZONE
from topology.graph.graph import Graph
from topology.region.alarming.policy import AlarmPolicy, AlarmRule

SOURCE = AlarmKey(AlarmRule.SOURCE_SILENT, "source")
STATUS_PAGE = "status-page"
"""What alarms of its targets are about; their scope is the target."""
NAMED = 3
"""How many of those that a shortage reaches are named; the others are counted."""


def conditions_of(readings: AlarmReadings, graph: Graph, policy: AlarmPolicy) -> tuple[Condition, ...]:
    """Give all conditions of a moment, causes first. While the source is silent, nothing is said of capacity but what was."""
    found = list(_around(readings))
    short = _short_rows(readings)
    found += _below_floor(readings, graph, short) if len(short) else ()
    found += _observed_needs(readings, graph, short) if len(short) else ()
    busy = np.unique(readings.scopes.subsystem[short])
    found += _falling(readings, policy, busy)
    found += _at_floor(readings, busy)
    return tuple(found)


def _around(readings: AlarmReadings) -> Iterator[Condition]:
    """What is the matter with the source, the executions and the records."""
    if readings.silence is not None:
        yield Condition(SOURCE, readings.silence, str(Headroom()))
    for execution, facts in readings.halted:
        key = AlarmKey(AlarmRule.HALTED, "execution", execution)
        yield Condition(key, facts, str(Undo()), SOURCE if readings.silence is not None else None)
    for name, sentence in readings.troubles:
        yield Condition(AlarmKey(AlarmRule.RECORDS, name), TroubleFacts(sentence), str(Headroom()))
    for name, sentence in readings.late:
        yield Condition(AlarmKey(AlarmRule.PAGE_LATE, STATUS_PAGE, name), TroubleFacts(sentence), str(PublishPage()))


def _short_rows(readings: AlarmReadings) -> NDArray[np.int64]:
    floor = readings.scopes.floor
    return np.flatnonzero((floor != NO_FLOOR) & (readings.capacity < floor))


def _below_floor(readings: AlarmReadings, graph: Graph, short: NDArray[np.int64]) -> list[Condition]:
    """Give every scope that is short, roots first; a scope follows from the next wider one of its subsystem that is short, too."""
    scopes, subsystems = readings.scopes, readings.region.subsystems
    names, texts = scopes.names, dict[int, str]()
    columns = (short, scopes.subsystem[short], scopes.kind[short], readings.capacity[short], scopes.floor[short])
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    causes = _causes(readings, graph, [number for _, number, kind, _, _ in rows if kind == REGION])
    keys, of_region, of_zone = list[AlarmKey](), dict[int, AlarmKey](), dict[tuple[int, str | None], AlarmKey]()
    for row, number, kind, _, _ in rows:
        scope = names[row]
        # Scopes of different subsystems are the same few texts.
        text = texts.get(id(scope)) or texts.setdefault(id(scope), str(scope))
        key = AlarmKey(AlarmRule.BELOW_FLOOR, subsystems[number].name, text)
        keys.append(key)
        if kind == REGION:
            of_region[number] = key
        elif kind == ZONE:
            of_zone[number, scope.zone] = key
    roots: list[Condition] = []
    others: list[Condition] = []
    asks = {number: _explain(subsystems[number].name) for number in {number for _, number, _, _, _ in rows}}
    needed = {edge.needs for edge in readings.region.dependencies if edge.kind == "hard"}
    silent, removed = SOURCE if readings.silence is not None else None, readings.removed
    for key, (row, number, kind, capacity, floor) in zip(keys, rows, strict=True):
        scope, named, more = names[row], tuple[str, ...](), 0
        if kind == REGION:
            cause = of_region.get(causes.get(number, number))
            if key.about in needed:
                named, more = _impacted(graph, number)
        else:
            cause = of_zone.get((number, scope.zone)) if kind == CELL else None
            cause = of_region.get(number) if cause is None else cause
        cause = silent if cause is None or cause is key else cause
        act = asks[number] if removed is None else _restores(readings, row, key.about) or asks[number]
        facts = CapacityFacts(scope, capacity, floor, None, named, more)
        (roots if cause is None else others).append(Condition(key, facts, act, cause))
    return roots + others


@lru_cache(65_536)
def _explain(name: str) -> str:
    """Give the act that asks what a subsystem needs; it is written each second for whatever is short."""
    return str(Explain(name))


def _impacted(graph: Graph, number: int) -> tuple[tuple[str, ...], int]:
    """Give the nearest few of those that a shortage reaches, and how many there are besides."""
    hit = graph.impacted(frozenset((number,)))
    return tuple(graph.names[reach.node] for reach in hit[:NAMED]), max(0, len(hit) - NAMED)


def _observed_needs(readings: AlarmReadings, graph: Graph, short: NDArray[np.int64]) -> Iterator[Condition]:
    """Give what is short in the whole region and was seen being called by others, of whom nobody stated that they need it."""
    scopes, predecessors = readings.scopes, graph.model.pred
    for row in short[scopes.kind[short] == REGION].tolist():
        name = readings.region.subsystems[int(scopes.subsystem[row])].name
        if not predecessors[name]:
            continue
        callers = [one for one in predecessors[name] if graph.model.edges[one, name]["observed"]]
        if callers:
            first = sorted(callers, key=graph.position.__getitem__)
            numbers = int(readings.capacity[row]), int(scopes.floor[row])
            facts = ObservedNeedFacts(*numbers, tuple(first[:NAMED]), max(0, len(first) - NAMED))
            cause = AlarmKey(AlarmRule.BELOW_FLOOR, name, str(scopes.names[row]))
            yield Condition(AlarmKey(AlarmRule.OBSERVED_NEED, name), facts, str(Adopt(first[0], name)), cause)


def _restores(readings: AlarmReadings, row: int, name: str) -> str:
    """Say how to give back what was removed, as much as is missing; nothing where nothing was removed."""
    scope = readings.scopes.names[row]
    missing = int(readings.scopes.floor[row] - readings.capacity[row])
    there = 0 if readings.removed is None else int(readings.removed[row])
    if not there:
        return ""
    places = (Place(scope.zone, scope.cell),) if scope.zone is not None else ()
    return str(Restore(Count(min(missing, there)), (name,), places))


def _causes(readings: AlarmReadings, graph: Graph, short: list[int]) -> dict[int, int]:
    """Give for each subsystem that is short and follows from another one that one: the root of its shortage.

    By hard edges, through short ones only; of a circle the first is the root, of several roots the nearest. Of roots that share
    servers, which went missing together, the one that most others need stands for them.
    """
    among, names = set(short), graph.names
    any_needs = any(edge.kind == "hard" for edge in readings.region.dependencies)
    together = _sharing(readings, among)
    if not together and not any_needs:
        return {}
    needs = {
        number: [place for other in graph.hard.successors(names[number]) if (place := graph.position[other]) in among]
        for number in short
    }
    root = {number: _root(number, needs) for number in short}
    reach = {number: graph.reached([number]).bit_count() for number in set(root.values()).intersection(together)}
    for number in sorted(reach, key=lambda one: (-reach[one], one)):
        for other in together.get(number, ()):
            if other in reach and root[other] == other and root[number] == number and other != number:
                root[other] = number
    return {number: _last(number, root) for number in short if root[number] != number}


def _root(number: int, needs: dict[int, list[int]]) -> int:
    seen, edge = {number}, [number]
    while edge:
        edge = sorted({other for one in edge for other in needs[one] if other not in seen})
        seen.update(edge)
        for one in edge:
            if not needs[one]:
                return one
    return min(seen)


def _last(number: int, root: dict[int, int]) -> int:
    while root[number] != number:
        number = root[number]
    return number


def _sharing(readings: AlarmReadings, among: set[int]) -> dict[int, set[int]]:
    """Give which short subsystems have servers in common."""
    found: dict[int, set[int]] = {}
    for profile in readings.region.roster.profiles:
        inside = [number for number, _ in profile if number in among]
        for number in inside if len(inside) > 1 else ():
            found.setdefault(number, set()).update(inside)
    return found


def _falling(readings: AlarmReadings, policy: AlarmPolicy, busy: NDArray[np.integer]) -> Iterator[Condition]:
    """Subsystems that are tight, and whose headroom will be gone soon if it falls on."""
    if readings.slope is None or readings.silence is not None:
        return
    scopes, region = readings.scopes, readings.region
    rows = np.flatnonzero((scopes.kind == REGION) & (scopes.floor != NO_FLOOR))
    room = readings.capacity[rows] - scopes.floor[rows]
    per_hour = readings.slope.per_hour[scopes.subsystem[rows]]
    tight = (room > 0) & (room * 100 < region.policy.tight_percent * np.maximum(scopes.floor[rows], 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        soon = (per_hour < 0) & (room / -per_hour * 3600.0 <= policy.falling_within_s)
    for row, rate in zip(rows[tight & soon].tolist(), per_hour[tight & soon].tolist(), strict=True):
        number = int(scopes.subsystem[row])
        if number not in busy:
            yield _standing(readings, row, AlarmRule.FALLING, rate)


def _at_floor(readings: AlarmReadings, busy: NDArray[np.integer]) -> Iterator[Condition]:
    """Scopes without headroom; of each subsystem the widest stands for the others."""
    if readings.silence is not None:
        return
    scopes = readings.scopes
    rows = np.flatnonzero((scopes.floor > 0) & (readings.capacity == scopes.floor))
    first: dict[int, AlarmKey] = {}
    for row in rows.tolist():
        number = int(scopes.subsystem[row])
        if number in busy:
            continue
        condition = _standing(readings, row, AlarmRule.NO_HEADROOM)
        cause = first.setdefault(number, condition.key)
        yield condition if cause == condition.key else condition._replace(cause=cause)


def _standing(readings: AlarmReadings, row: int, rule: AlarmRule, per_hour: float | None = None) -> Condition:
    scopes = readings.scopes
    name, scope = readings.region.subsystems[int(scopes.subsystem[row])].name, scopes.names[row]
    facts = CapacityFacts(scope, int(readings.capacity[row]), int(scopes.floor[row]), per_hour)
    return Condition(AlarmKey(rule, name, str(scope)), facts, str(Explain(name)))
