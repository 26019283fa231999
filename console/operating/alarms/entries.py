"""Steps of alarms as journal entries, and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from topology.alarms.values import AlarmKey, AlarmStep, StepKind
from topology.execution.journal_entries import Entry, Kind
from topology.region.alarming.policy import AlarmRule, Priority

MOST = 1_000
"""Steps in one entry; a burst makes several."""


def details_of(steps: Sequence[AlarmStep]) -> Iterator[Mapping[str, object]]:
    """Give the details of the entries that hold steps, in order."""
    for start in range(0, len(steps), MOST):
        yield {"alarms": [_written(step) for step in steps[start : start + MOST]]}


def steps_in(entries: Iterable[Entry]) -> Iterator[AlarmStep]:
    """Give the steps that journal entries hold; what another version wrote and this one does not know is left out."""
    for entry in entries:
        alarms = entry.details.get("alarms") if entry.kind is Kind.ALARM else None
        for written in alarms if isinstance(alarms, list) else ():
            step = _read(written, entry.operator)
            if step is not None:
                yield step


def _written(step: AlarmStep) -> dict[str, object]:
    found: dict[str, object] = {
        "step": step.kind.value,
        "rule": step.key.rule.value,
        "about": step.key.about,
        "scope": step.key.scope,
        "time": step.time,
        "priority": step.priority.name.lower(),
    }
    if step.cause is not None:
        found["cause"] = [step.cause.rule.value, step.cause.about, step.cause.scope]
    if step.until is not None:
        found["until"] = step.until
    said = {"reason": step.reason, "below": step.below, "by_region": not step.operator}
    return {**found, **{key: value for key, value in said.items() if value}}


def _read(written: object, operator: str) -> AlarmStep | None:
    if not isinstance(written, Mapping):
        return None
    try:
        cause = written.get("cause")
        return AlarmStep(
            StepKind(written["step"]),
            AlarmKey(AlarmRule(written["rule"]), str(written["about"]), str(written.get("scope", ""))),
            float(written["time"]),
            Priority[str(written["priority"]).upper()],
            "" if written.get("by_region") else operator,
            str(written.get("reason", "")),
            None if written.get("until") is None else float(written["until"]),
            AlarmKey(AlarmRule(cause[0]), str(cause[1]), str(cause[2])) if cause else None,
            int(written.get("below", 0)),
        )
    except (KeyError, ValueError, TypeError, IndexError):
        return None
