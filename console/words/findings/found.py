"""What an audit found, in one sentence: its facts, and with those that break a floor the worst of the inputs."""

from console.words.findings.table import sentence
from topology.audit.facts import InputsBreak, RunsBreak
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


def _worst(one: Input) -> str:
    effect = one.effect
    return f"{one.origin}: {change(effect)}, floor {effect.floor or 0:,}: {-(effect.headroom or 0):,} below"
