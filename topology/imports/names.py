"""Gives everything imported a name by the grammar of regions, unique, the same whatever the order of the input."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from topology.imports.facts import Workload
from topology.imports.notes import Note, Topic, plain
from topology.region.sentences.counting import counted, first_of

Key = tuple[str, str, str]
_LONGEST = 253
"""Kubernetes' own limit for names, and that of regions."""
_MOST_NAMED = 50


def mapped(text: str) -> str:
    """Give *text* as a name: lower case, other signs as hyphens; two dots would read as a range."""
    name = re.sub(r"[^a-z0-9.-]+", "-", text[:_LONGEST].lower())
    return re.sub(r"\.{2,}", ".", name).lstrip(".-")[:_LONGEST] or "unnamed"  # lower() may make text longer


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


def unused(name: str, taken: set[str], turns: Counter[str] | None = None) -> str:
    """Give *name*, or with a number when it is *taken*, and take it.

    *turns* keeps the last number given to each name, so that thousands of a name do not each try every number.
    """
    turns = Counter() if turns is None else turns
    found = name
    while found in taken:
        turns[name] += 1
        ending = f"-{turns[name] + 1}"
        found = f"{name[: _LONGEST - len(ending)]}{ending}"
    taken.add(found)
    return found


def name_texts(texts: Mapping[str, str], what: str) -> tuple[dict[str, str], list[Note]]:
    """Name things by what the input calls them, given by key; *what* one is called is for the notes.

    A text that is a name already keeps it; the others follow in order, with a number where theirs is taken.

    Returns:
        The names by key, and notes about those that are not what the input says.
    """
    ordered = sorted(texts, key=lambda key: (mapped(texts[key]) != texts[key], texts[key], key))
    taken: set[str] = set()
    turns = Counter[str]()
    names = {key: unused(mapped(texts[key]), taken, turns) for key in ordered}
    return names, list(_text_notes(texts, names, what))


def _text_notes(texts: Mapping[str, str], names: dict[str, str], what: str) -> Iterable[Note]:
    same: dict[str, list[str]] = {}
    for key in sorted(texts):
        same.setdefault(mapped(texts[key]), []).append(key)
    alone = [keys[0] for keys in same.values() if len(keys) == 1]
    changed = [f"{plain(texts[key])} as {plain(names[key])}" for key in alone if names[key] != texts[key]]
    if changed:
        said = f"{counted(len(changed), what)} called otherwise here, with the old name as title"
        yield Note(Topic.NAME, f"{said}: {first_of(changed, _MOST_NAMED)}")
    groups = [(name, keys) for name, keys in same.items() if len(keys) > 1]
    for name, keys in groups[:_MOST_NAMED]:
        called = [f"{plain(texts[key])} as {plain(names[key])}" for key in keys]
        said = f"{counted(len(keys), what)} would be called {plain(name)}; they are listed apart"
        yield Note(Topic.NAME, f"{said}: {first_of(called, _MOST_NAMED)}")
    if len(groups) > _MOST_NAMED:
        yield Note(Topic.NAME, f"{len(groups) - _MOST_NAMED:,} more names would each be shared by several")


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
            called = first_of([f"{workload} as {names[workload.key]}" for workload in group])
            yield Note(Topic.NAME, f"{len(group):,} workloads would be called {base}; they are listed apart: {called}")
        for workload in group:
            if len(group) == 1 and names[workload.key] != workload.name:
                yield Note(Topic.NAME, f"{workload} is called {plain(names[workload.key])} here", workload.place)
