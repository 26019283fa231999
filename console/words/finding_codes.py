"""A few words for every code that a plan's findings can have, by how much the finding weighs.

The guards of a removal's undo only caution, so what blocks elsewhere has words for that, too.
"""

import re
from collections.abc import Callable

from console.words import writing as words
from topology.planning.plan import Finding, Plan, ScopeVerdict, Severity

BLOCKS = {
    "floor": "would break a floor",
    "unknown": "what is needed to judge it is missing",
    "nothing-matches": "no server matches",
    "too-few-match": "not that many servers match",
    "too-large": "more than one command may take",
    "expects": "not what the playbook declared",
    "protected": "protected servers",
    "frozen": "a change freeze is in force",
    "stale": "the region has changed since",
    "ceiling": "more than the ceiling allows",
    "effort": "the number of servers has to be typed",
}
"""For each code that blocks; a code that is not here is shown with its message."""

CAUTIONS = {
    "floor": "a floor stays broken",
    "unknown": "not everything that is needed to judge it is known",
    "nothing-matches": "no server matches",
    "too-few-match": "some servers cannot come back",
    "too-large": "more than one command may take",
    "expects": "not what the playbook declared",
    "protected": "protected servers",
    "frozen": "a change freeze is in force",
    "stale": "the region has changed since",
    "ceiling": "above the ceiling",
    "pace": "the pace is already in use",
    "unusual": "far more than usual",
    "self": "an observer or this console depends on it",
}
"""For each code that cautions and needs no numbers; `tight`, `collateral` and `impact` are counted."""

_UNAVAILABLE = {
    "floor": "while a floor would break",
    "unknown": "while its effect is unknown",
    "frozen": "during the change freeze",
    "stale": "until the plan is made again",
}
_SILENT = re.compile(r"the newest fact is ([\d,]+) s old")
_DUMB = re.compile(r"\S+ does not answer(?:: .+)?$")
_PERCENT = re.compile(r"headroom of (\d+)% of the floor")


def codes_of(plan: Plan, *severities: Severity) -> tuple[str, ...]:
    """Give the codes of the findings that weigh so much, in order, each once."""
    return tuple(dict.fromkeys(finding.code for finding in plan.findings if finding.severity in severities))


def block_words(code: str, plan: Plan) -> str:
    """Say what blocks a plan; a code without words is said with its message."""
    if code == "floor" and (count := broken(plan)):
        return f"would break {words.plural(count, 'floor')}"
    if code == "unknown" and (source := source_words(plan)):
        return source
    if code == "too-few-match" and plan.undoes is not None and plan.action == "remove":
        return "not all of its servers can leave"
    return BLOCKS.get(code) or _message(code, plan, Severity.BLOCK)


def caution_words(code: str, plan: Plan) -> str:
    """Say what cautions."""
    if code in _COUNTED:
        return _COUNTED[code](plan)
    if code == "unknown" and (source := source_words(plan)):
        return source
    if code == "too-few-match" and plan.action == "remove":
        return "some servers cannot leave"
    return CAUTIONS.get(code) or _message(code, plan, Severity.CAUTION)


def why_not(plan: Plan) -> str:
    """Say why a plan cannot be confirmed, to go on with after `unavailable` and the like: while …, or : and a reason."""
    codes = codes_of(plan, Severity.BLOCK)
    if source_words(plan) and "floor" not in codes:
        return "while the source is silent"
    for code, why in _UNAVAILABLE.items():
        if code in codes:
            return why
    return f": {block_words(codes[0], plan)}" if codes else ""


def source_words(plan: Plan) -> str:
    """Say that the source is silent, and for how long, where that is why something is not known; else nothing."""
    for finding in plan.findings:
        if finding.code == "unknown" and (match := _SILENT.match(finding.message)):
            return f"the source is silent ({words.age(int(match[1].replace(',', '')))})"
        if finding.code == "unknown" and finding.subsystem is None and _DUMB.match(finding.message):
            return "the source does not answer"
    return ""


def broken(plan: Plan) -> int:
    """Count the floors that a plan would break, in every scope."""
    return sum(effect.verdict is ScopeVerdict.BREAKS for effect in plan.effects)


def _tight(plan: Plan) -> str:
    """Count the floors that become tight apart from those that were so already."""
    became = stayed = 0
    for finding in plan.findings:
        if finding.code == "tight":
            was = _was_tight(finding, plan)
            became, stayed = became + (not was), stayed + was
    parts = [(became, "gets", "get"), (stayed, "stays", "stay")]
    said = [
        f"{words.plural(count, 'floor')} {words.verb(count, one, many)} tight" for count, one, many in parts if count
    ]
    return words.listed(said)


def _was_tight(finding: Finding, plan: Plan) -> bool:
    """Whether the scope was tight before, what is leaving in running executions counted as gone."""
    percent = _PERCENT.search(finding.satisfied_by)
    places = {(effect.subsystem, effect.scope): effect for effect in plan.effects}
    effect = places.get((finding.subsystem or "", finding.scope or ""))
    if percent is None or effect is None or effect.floor is None:
        return False
    before = effect.in_service - effect.pending - effect.floor
    return before * 100 < int(percent[1]) * effect.floor


def _collateral(plan: Plan) -> str:
    names = dict.fromkeys(effect.subsystem for effect in plan.effects if effect.leaving > 0 and not effect.named)
    return f"also takes from {words.listed(names, 3)}" if names else "also takes from other subsystems"


def _impact(plan: Plan) -> str:
    fresh = [impact.subsystem for impact in plan.impacted if not impact.already]
    if not fresh:
        return "a hard need ends at its floor"
    return f"{words.listed(fresh, 3)} {words.verb(len(fresh), 'loses', 'lose')} a hard need"


_COUNTED: dict[str, Callable[[Plan], str]] = {"tight": _tight, "collateral": _collateral, "impact": _impact}


def _message(code: str, plan: Plan, severity: Severity) -> str:
    found = (finding for finding in plan.findings if finding.code == code and finding.severity is severity)
    return next((finding.message for finding in found), code)
