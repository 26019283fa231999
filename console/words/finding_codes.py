"""The few words of a verdict: what blocks a plan or cautions, by the words that its guards bring along, and counted.

Nothing here reads a sentence: a finding carries its facts, and what a guard's own words cannot say is counted from them.
"""

from collections.abc import Callable, Mapping

from console.words import writing as words
from console.words.findings.table import message, words_of
from console.words.findings.verdicts import NOT_ALL_CAN_LEAVE
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.guards.dependents.self_observation import ObserverTouched, PublisherTouched
from topology.planning.guards.meaning.unknown import SourceLost, SourceSilent
from topology.planning.plan import Plan, ScopeVerdict, Severity


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
        return NOT_ALL_CAN_LEAVE.blocks
    return _own_words(code, plan, Severity.BLOCK)


def caution_words(code: str, plan: Plan, labels: Mapping[str, str] | None = None) -> str:
    """Say what cautions; those who need what leaves are called by their *labels*."""
    if code in _COUNTED:
        return _COUNTED[code](plan, labels or {})
    if code == "unknown" and (source := source_words(plan)):
        return source
    if code == "too-few-match" and plan.action == "remove":
        return NOT_ALL_CAN_LEAVE.cautions
    return _own_words(code, plan, Severity.CAUTION)


def why_not(plan: Plan) -> str:
    """Say why a plan cannot be confirmed, to go on with after `unavailable` and the like: while …, or : and a reason."""
    codes = codes_of(plan, Severity.BLOCK)
    if source_words(plan) and "floor" not in codes:
        return "while the source is silent"
    blocking = (one for one in plan.findings if one.severity is Severity.BLOCK)
    if meanwhile := next((found.meanwhile for found in map(words_of, blocking) if found.meanwhile), ""):
        return meanwhile
    return f": {block_words(codes[0], plan)}" if codes else ""


def source_words(plan: Plan) -> str:
    """Say that the source is silent, and for how long, where that is why something is not known; else nothing."""
    for finding in plan.findings:
        if isinstance(finding.facts, SourceSilent):
            return f"the source is silent ({words.age(round(finding.facts.age_s))})"
        if isinstance(finding.facts, SourceLost):
            return "the source does not answer"
    return ""


def broken(plan: Plan) -> int:
    """Count the floors that a plan would break, in every scope."""
    return sum(effect.verdict is ScopeVerdict.BREAKS for effect in plan.effects)


def _tight(plan: Plan, _labels: Mapping[str, str]) -> str:
    """Say the worst of the floors that end tight, and count the others: those that get tight apart from those that were."""
    found = [one.facts for one in plan.findings if isinstance(one.facts, EndsTight)]
    if not found:
        return _own_words("tight", plan, Severity.CAUTION)
    worst = min(found, key=lambda facts: ((facts.after - facts.floor) / max(facts.floor, 1), facts.was_tight))
    others = [facts for facts in found if facts is not worst]
    stayed = sum(facts.was_tight for facts in others)
    parts = [(len(others) - stayed, "gets", "get"), (stayed, "stays", "stay")]
    said = [f"{words.number(count)} more {words.verb(count, one, many)} tight" for count, one, many in parts if count]
    return words.listed([_ending(worst), *said])


def _ending(facts: EndsTight) -> str:
    """Say where the capacity of a scope ends: placement ends at its floor."""
    where = "" if facts.scope == "region" else f" in {words.scope(facts.scope)}"
    above = facts.after - facts.floor
    return f"{facts.subsystem}{where} ends " + (f"{words.number(above)} above its floor" if above else "at its floor")


def _collateral(plan: Plan, _labels: Mapping[str, str]) -> str:
    names = dict.fromkeys(effect.subsystem for effect in plan.effects if effect.leaving > 0 and not effect.named)
    return f"also takes from {words.listed(names, 3)}" if names else "also takes from other subsystems"


def _impact(plan: Plan, labels: Mapping[str, str]) -> str:
    fresh = [labels.get(impact.subsystem, impact.subsystem) for impact in plan.impacted if not impact.already]
    if not fresh:
        return "a hard need ends at its floor"
    return f"{words.listed(fresh, 3)} {words.verb(len(fresh), 'loses', 'lose')} a hard need"


def _observers(plan: Plan, labels: Mapping[str, str]) -> str:
    """Name who watches, and needs what leaves: Status board and this console need what is being removed."""
    facts = [one.facts for one in plan.findings]
    names = [labels.get(one.observer, one.observer) for one in facts if isinstance(one, ObserverTouched)]
    names += [
        f"the page's target {one.target}" if one.target else "this console"
        for one in facts
        if isinstance(one, PublisherTouched)
    ]
    found = tuple(dict.fromkeys(names))
    if not found:
        return _own_words("self", plan, Severity.CAUTION)
    return f"{words.listed(found, 3)} {words.verb(len(found), 'needs', 'need')} what is being removed"


_COUNTED: dict[str, Callable[[Plan, Mapping[str, str]], str]] = {
    "tight": _tight,
    "collateral": _collateral,
    "impact": _impact,
    "self": _observers,
}


def _own_words(code: str, plan: Plan, severity: Severity) -> str:
    """Give a guard's own words; those of a guard that has none are its whole sentence."""
    found = next((one for one in plan.findings if one.code == code and one.severity is severity), None)
    return code if found is None else words_of(found).of(severity.value) or message(found)
