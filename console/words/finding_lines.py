"""The findings of a plan as lines to read: many of one cause are one line, which names the worst and counts the rest.

Nothing is lost by it: the plan keeps every finding, and the table shows every scope.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from console.words import writing as words
from console.words.findings.table import message, protects, satisfied_by, sentence
from topology.planning.facts import FindingFacts
from topology.planning.guards.capacity.collateral import AlsoServes
from topology.planning.guards.capacity.floor import FloorBroken
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.guards.dependents.impact import NeedLost
from topology.planning.guards.dependents.restart import RestartTakes
from topology.planning.guards.dependents.self_observation import ObserverTouched
from topology.planning.guards.meaning.unknown import NoFloor
from topology.planning.guards.policy.protected import ProtectedSubsystem
from topology.planning.plan import Finding, Severity
from topology.region.sentences.changes import change

MOST_ALONE = 3
"""Findings of one cause that have a line each; more share one."""
MOST_OF_ONE_KIND = 6
"""Lines of one kind, by subsystem; more become one for all subsystems."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One line for *count* findings of one cause, and the smaller line *below* it."""

    code: str
    severity: Severity
    sentence: str
    below: str
    count: int = 1


_ORDER = tuple(Severity)
"""Of the weights, the heaviest first."""


def finding_lines(findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    """Give the lines of *findings*: what blocks, then cautions, then notes, each in their order, a group where its first is."""
    kinds: dict[tuple[str, Severity, object], list[Finding]] = {}
    for number, one in enumerate(findings):
        cause: object = type(one.facts) if type(one.facts) in _GROUPS else number
        kinds.setdefault((one.code, one.severity, cause), []).append(one)
    lines = (line for found in kinds.values() for line in _lines_of(found))
    return tuple(sorted(lines, key=lambda line: _ORDER.index(line.severity)))


def _lines_of(found: list[Finding]) -> list[FindingLine]:
    """Put findings of one kind together as far as it takes for them to be read."""
    group = _GROUPS.get(type(found[0].facts))
    if group is None or len(found) <= MOST_ALONE:
        return [_alone(one) for one in found]
    causes: dict[Hashable, list[Finding]] = {}
    for one in found:
        causes.setdefault(group.cause(one.facts), []).append(one)
    if len(causes) > MOST_OF_ONE_KIND:
        return [_together(found, group)]
    lines = []
    for some in causes.values():
        lines += [_together(some, group)] if len(some) > MOST_ALONE else [_alone(one) for one in some]
    return lines


def _alone(one: Finding) -> FindingLine:
    return FindingLine(one.code, one.severity, message(one), finding_below(one))


def _together(found: Sequence[Finding], group: "_Group") -> FindingLine:
    first = found[0]
    parts = [first.code, words.plural(len(found), "finding")]
    if protects(first) and all(protects(one) == protects(first) for one in found):
        parts.append(f"protects {protects(first)}")
    if satisfied_by(first) and all(satisfied_by(one) == satisfied_by(first) for one in found):
        parts.append(f"what would do for each: {satisfied_by(first)}")
    sentence = group.sentence([one.facts for one in found])
    return FindingLine(first.code, first.severity, sentence, " · ".join(parts), len(found))


def finding_below(finding: Finding) -> str:
    """Give the second line of a finding: its code, what it protects and what would satisfy it."""
    parts = [finding.code]
    if protects(finding):
        parts.append(f"protects {protects(finding)}")
    if satisfied_by(finding):
        parts.append(f"what would do: {satisfied_by(finding)}")
    if finding.lifted_by and finding.lifted_by != "nothing":
        parts.append(f"lifted by {finding.lifted_by}")
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class _Group:
    """How facts of one kind are said together: what counts as one *cause*, and the *sentence* for many."""

    cause: Callable[[FindingFacts], Hashable]
    sentence: Callable[[Sequence[FindingFacts]], str]


def _subsystem(facts: FindingFacts) -> Hashable:
    return getattr(facts, "subsystem", None)


def _one(_: FindingFacts) -> Hashable:
    return None


def _path(facts: FindingFacts) -> Hashable:
    return (facts.because[1:], facts.operations) if isinstance(facts, NeedLost) else _rest(facts)


def _rest(facts: FindingFacts) -> Hashable:
    return facts.because[1:] if isinstance(facts, ObserverTouched) else None


def _floors(facts: Sequence[FindingFacts]) -> str:
    """Say many broken floors: index would end below its floor in 2 zones and 88 cells; the worst: index in az1/c3 ..."""
    found = [one for one in facts if isinstance(one, FloorBroken)]
    # By the share of its floor that a scope would miss: 5 of 10 is worse than 50 of 1,000.
    worst = max(found, key=lambda one: one.below / max(one.floor, 1))
    return (
        f"{_whose(found)} would end below {'its floor' if _is_one(found) else 'their floors'} in {_places(found)}; "
        f"the worst: {sentence(worst)}"
    )


def _tight(facts: Sequence[FindingFacts]) -> str:
    found = [one for one in facts if isinstance(one, EndsTight)]
    worst = min(found, key=lambda one: (one.after - one.floor) / max(one.floor, 1))
    end = "ends" if _is_one(found) else "end"
    return f"{_whose(found)} {end} tight in {_places(found)}; the tightest: {sentence(worst)}"


def _collateral(facts: Sequence[FindingFacts]) -> str:
    found = [one for one in facts if isinstance(one, AlsoServes)]
    most = max(one.servers for one in found)
    total = words.plural(found[0].total, "server")
    who = (
        f"all {total}"
        if min(one.servers for one in found) == found[0].total
        else f"up to {words.number(most)} of the {total}"
    )
    changes = [change(one) for one in found]
    return (
        f"{who} also serve "
        f"{words.plural(len(found), 'subsystem')} that the command does not name: {words.listed(changes, 4)}"
    )


def _impact(facts: Sequence[FindingFacts]) -> str:
    found = [one for one in facts if isinstance(one, NeedLost)]
    who = words.listed([one.subsystem for one in found], 4)
    paths = dict.fromkeys((one.because[1:], one.operations) for one in found)
    if len(paths) > 1:
        short = words.listed(dict.fromkeys(one.because[-1] for one in found), 4)
        return f"{who} can no longer be served: in the end each needs {short}"
    (path, operations) = next(iter(paths))
    lost = f" for {words.listed(operations)}" if operations else ""
    return f"{who} can no longer be served{lost}: each needs {', which needs '.join(path)}"


def _observers(facts: Sequence[FindingFacts]) -> str:
    found = [one for one in facts if isinstance(one, ObserverTouched)]
    who = words.listed([one.observer for one in found], 4)
    short = words.listed(dict.fromkeys(one.because[-1] for one in found), 4)
    return f"{who} are observers and depend on what is being removed: {short}"


def _restarts(facts: Sequence[FindingFacts]) -> str:
    found = [one for one in facts if isinstance(one, RestartTakes)]
    longest = max(found, key=lambda one: one.cost.total or one.cost.alone or 0.0)
    return f"{sentence(longest)}; the other {words.plural(len(found) - 1, 'subsystem')} would take no longer"


def _no_floors(facts: Sequence[FindingFacts]) -> str:
    names = words.listed([one.subsystem for one in facts if isinstance(one, NoFloor)], 4)
    return f"{names} state no floor, so no plan that touches them can be judged; 0 must be written"


def _protected(facts: Sequence[FindingFacts]) -> str:
    names = words.listed([one.subsystem for one in facts if isinstance(one, ProtectedSubsystem)], 4)
    return f"{names} are protected: no command may take their servers"


def _is_one(found: Sequence[FloorBroken] | Sequence[EndsTight]) -> bool:
    return len({one.subsystem for one in found}) == 1


def _whose(found: Sequence[FloorBroken] | Sequence[EndsTight]) -> str:
    return words.listed(dict.fromkeys(one.subsystem for one in found), 4)


def _places(found: Sequence[FloorBroken] | Sequence[EndsTight]) -> str:
    """Count scopes by their kind: the region, 2 zones and 88 cells."""
    counts = {kind: sum(one.scope.kind == kind for one in found) for kind in ("region", "zone", "cell")}
    region = "the region" if counts["region"] == 1 else words.plural(counts["region"], "whole subsystem")
    parts = [(counts["region"], region)] + [
        (counts[kind], words.plural(counts[kind], kind)) for kind in ("zone", "cell")
    ]
    return words.listed([said for count, said in parts if count])


_GROUPS: dict[type[FindingFacts], _Group] = {
    FloorBroken: _Group(_subsystem, _floors),
    EndsTight: _Group(_subsystem, _tight),
    AlsoServes: _Group(_one, _collateral),
    NeedLost: _Group(_path, _impact),
    ObserverTouched: _Group(_rest, _observers),
    RestartTakes: _Group(_one, _restarts),
    NoFloor: _Group(_one, _no_floors),
    ProtectedSubsystem: _Group(_one, _protected),
}
"""Facts of every other kind have a line each."""
