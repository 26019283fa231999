"""Guards of what others need: who newly loses a hard need, and who would no longer see it."""

from collections.abc import Iterator

from topology.planning.guards.case import Case, change, some
from topology.planning.plan import Finding, Impact, Severity


def impact(case: Case) -> Iterator[Finding]:
    """Something newly loses a hard need, or that need ends with no headroom."""
    for node in case.impacts:
        if not node.already and case.removes:
            yield _caution("impact", f"{_for_operations(node)}: {_reason(node.because)}", node.subsystem)
    for effect in case.effects:
        if effect.scope == "region" and effect.leaving > 0 and effect.headroom == 0:
            dependents = case.graph.dependents(effect.subsystem)
            if dependents:
                message = (
                    f"{some(dependents)} {'needs' if len(dependents) == 1 else 'need'} {effect.subsystem}, "
                    f"which ends with no headroom: {change(effect)}, floor {effect.floor:,}"
                )
                yield _caution("impact", message, effect.subsystem)


def self_observation(case: Case) -> Iterator[Finding]:
    """An observer depends on what is being removed, so it may go dark together with what it reports on."""
    losing = frozenset(case.shift.servers) if case.removes else frozenset[int]()
    observers = set(case.graph.observers_of(losing))
    for number in sorted(observers & losing):
        name = case.graph.names[number]
        yield _caution("self", f"{name} is an observer, and loses servers itself", name)
    for reach in case.graph.impacted(losing):
        if reach.node in observers - losing:
            path = tuple(case.graph.names[number] for number in reach.path)
            message = f"{path[0]} is an observer and depends on what is being removed: {_reason(path)}"
            yield _caution("self", message, path[0])


def _for_operations(node: Impact) -> str:
    lost = f" for {' and '.join(node.operations)}" if node.operations else ""
    return f"{node.subsystem} can no longer be served{lost}"


def _reason(path: tuple[str, ...]) -> str:
    first, *rest = path
    return f"{first} needs " + ", which needs ".join(rest)


def _caution(code: str, message: str, subsystem: str) -> Finding:
    return Finding(
        code, Severity.CAUTION, message, subsystem, protects="those who depend on it", satisfied_by="fewer servers"
    )
