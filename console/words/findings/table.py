"""The one table from facts to words: whoever shows a finding asks here, whichever guard it came from."""

from typing import Any

from console.words.findings import (
    capacity,
    confirming,
    dependents,
    expectations,
    meaning,
    not_evaluated,
    policy,
    second_person,
)
from console.words.findings.audits import findings, inputs
from console.words.findings.verdicts import NO_WORDS, VERDICT_WORDS
from console.words.findings.wording import Wording, said
from topology.audit.limits import WouldNotStart
from topology.planning.facts import FindingFacts, SpokenFacts, Words
from topology.planning.guards.confirming.stale import VerdictWorse
from topology.planning.plan import Finding
from topology.region.sentences.counting import first_of

_MODULES = (
    capacity,
    confirming,
    dependents,
    meaning,
    policy,
    second_person,
    expectations,
    not_evaluated,
    findings,
    inputs,
)
MOST_REASONS = 3


def sentence(facts: FindingFacts) -> str:
    """Say facts in one sentence: those of a guard without a full stop, what is not evaluated with one."""
    return facts.sentence() if isinstance(facts, SpokenFacts) else _WORDINGS[type(facts)].sentence(facts)


def message(finding: Finding) -> str:
    """Say what is the matter, in one sentence."""
    return sentence(finding.facts)


def protects(finding: Finding) -> str:
    """Say what is at stake; empty for nothing in particular."""
    facts = finding.facts
    return facts.protects() if isinstance(facts, SpokenFacts) else _WORDINGS[type(facts)].protects(facts)


def satisfied_by(finding: Finding) -> str:
    """Say what would make the guard content; empty where nothing would."""
    facts = finding.facts
    return facts.satisfied_by() if isinstance(facts, SpokenFacts) else _WORDINGS[type(facts)].satisfied_by(facts)


def words_of(finding: Finding) -> Words:
    """Give the few words of a verdict for a finding: its guard's own, or those for its code."""
    own = finding.facts.words if isinstance(finding.facts, SpokenFacts) else NO_WORDS
    return own if own != NO_WORDS else VERDICT_WORDS.get(finding.code, NO_WORDS)


def has_words(kind: type[FindingFacts]) -> bool:
    """Whether facts of this kind can be said."""
    return kind in _WORDINGS or issubclass(kind, SpokenFacts)


def _verdict_worse(facts: VerdictWorse) -> str:
    before, now = facts.before_revision, facts.now_revision
    text = f"{facts.before} at revision {before:,} is {facts.now} at revision {now:,}"
    reasons = tuple(dict.fromkeys(map(sentence, facts.reasons)))
    return f"{text}: {first_of(reasons, MOST_REASONS, 'more reasons')}" if reasons else text


_WORDINGS: dict[type[FindingFacts], Wording[Any]] = {
    one.kind: one
    for one in (
        *(one for module in _MODULES for one in module.WORDINGS),
        said(VerdictWorse, _verdict_worse, *confirming.STALE),
        said(WouldNotStart, lambda facts: inputs.would_not_start(facts, sentence(facts.reason))),
    )
}
