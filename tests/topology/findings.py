"""Findings for tests that need one of a code, whatever it rests on."""

from console.words.findings.verdicts import NO_WORDS, VERDICT_WORDS
from topology.planning.facts import FindingFacts, ToldFacts
from topology.planning.plan import Finding, Severity


def facts(code: str, message: str, protects: str = "", satisfied_by: str = "") -> FindingFacts:
    """Give facts that say *message*, and have the words of the guard *code* for a verdict."""
    kind = type("Sample", (ToldFacts,), {"__slots__": (), "kind": "", "words": VERDICT_WORDS.get(code, NO_WORDS)})
    made: FindingFacts = kind(message, protects, satisfied_by)
    return made


def finding(code: str, severity: Severity, message: str = "a message of its own", **more: str) -> Finding:
    """Give a finding of the guard *code* that says *message*."""
    return Finding(code, severity, facts(code, message, **more))
