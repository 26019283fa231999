"""Gives everything imported a name by the grammar of regions, unique, the same whatever the order of the input."""

import re
from collections.abc import Iterable

from topology.imports.facts import Workload
from topology.imports.notes import Note, Topic, listing, plain

Key = tuple[str, str, str]
_LONGEST = 253
"""Kubernetes' own limit for names."""


def mapped(text: str) -> str:
    """Give *text* as a name: lower case, other signs as hyphens; two dots would read as a range."""
    name = re.sub(r"[^a-z0-9.-]+", "-", text[:_LONGEST].lower())
    return re.sub(r"\.{2,}", ".", name).lstrip(".-") or "unnamed"


def name_workloads(workloads: Iterable[Workload]) -> tuple[dict[Key, str], list[Note]]:
    """Name workloads; where several would share a name, the namespace goes before it, then kind and number behind.

    Returns:
        The names, and notes about each that is not what the documents say.
    """
    ordered = sorted(workloads, key=lambda workload: workload.key)
    names = {workload.key: mapped(workload.name) for workload in ordered}
    for qualify in (_with_namespace, _with_kind):
        for group in _sharing(ordered, names):
            names.update((workload.key, qualify(workload, group, names[workload.key])) for workload in group)
    taken: set[str] = set()
    for workload in ordered:
        names[workload.key] = unused(names[workload.key], taken)
    return names, list(_notes(ordered, names))


def unused(name: str, taken: set[str]) -> str:
    """Give *name*, or with a number when it is *taken*, and take it."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found


def _sharing(workloads: list[Workload], names: dict[Key, str]) -> list[list[Workload]]:
    groups: dict[str, list[Workload]] = {}
    for workload in workloads:
        groups.setdefault(names[workload.key], []).append(workload)
    return [group for group in groups.values() if len(group) > 1]


def _with_namespace(workload: Workload, group: list[Workload], name: str) -> str:
    return f"{mapped(workload.namespace)}.{name}" if len({other.namespace for other in group}) > 1 else name


def _with_kind(workload: Workload, group: list[Workload], name: str) -> str:
    return f"{name}-{mapped(workload.kind)}" if len({other.kind for other in group}) > 1 else name


def _notes(workloads: list[Workload], names: dict[Key, str]) -> Iterable[Note]:
    same: dict[str, list[Workload]] = {}
    for workload in workloads:
        same.setdefault(mapped(workload.name), []).append(workload)
    for base, group in same.items():
        if len(group) > 1:
            called = listing([f"{workload} as {names[workload.key]}" for workload in group])
            yield Note(Topic.NAME, f"{len(group):,} workloads would be called {base}; they are listed apart: {called}")
        for workload in group:
            if len(group) == 1 and names[workload.key] != workload.name:
                yield Note(Topic.NAME, f"{workload} is called {plain(names[workload.key])} here", workload.place)
