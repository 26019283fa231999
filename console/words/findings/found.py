"""What an audit found, in words: its facts with the worst of the inputs, and how one comes to an input."""

from console.words.findings.table import sentence
from topology.audit.facts import InputsBreak, RunsBreak
from topology.audit.origins import USUAL
from topology.audit.report import Found, FoundKind, Input
from topology.planning.facts import ToldFacts
from topology.region.sentences.changes import change


def found_sentence(found: Found) -> str:
    """Say what was found, without a full stop."""
    facts, said = found.facts, sentence(found.facts)
    if isinstance(facts, InputsBreak) and found.inputs:
        return f"{said}; the worst: {_worst(found.inputs[0])}"
    if isinstance(facts, RunsBreak) and found.inputs:
        return f"{said}: {_worst(found.inputs[0])}"
    if found.kind is FoundKind.UNKNOWN and not found.playbook and not isinstance(facts, ToldFacts):
        return f"{said}; the rest rests on what is known"
    return said


def origin_words(one: Input) -> str:
    """Say how one comes to an input."""
    return ", ".join(map(sentence, one.origin)) or sentence(USUAL)


def stopped_words(one: Input) -> str:
    """Say what would refuse an input; empty where nothing of the playbook does."""
    return "" if one.stopped_by is None else sentence(one.stopped_by)


def _worst(one: Input) -> str:
    effect = one.effect
    return f"{origin_words(one)}: {change(effect)}, floor {effect.floor or 0:,}: {-(effect.headroom or 0):,} below"
