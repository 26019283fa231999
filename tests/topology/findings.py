"""Findings for tests that need one of a code, whatever it rests on."""

from topology.planning.facts import FindingFacts, ToldFacts
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Finding, Severity
from topology.playbook.unmet import GUARD as EXPECTS

WORDS = {guard.code: guard.words for guard in (*GUARDS, EXPECTS)}


def facts(code: str, message: str, protects: str = "", satisfied_by: str = "") -> FindingFacts:
    """Give facts that say *message*, and have the words of the guard *code*."""
    kind = type("Sample", (ToldFacts,), {"__slots__": (), "kind": "", "words": WORDS.get(code, ToldFacts.words)})
    made: FindingFacts = kind(message, protects, satisfied_by)
    return made


def finding(code: str, severity: Severity, message: str = "a message of its own", **more: str) -> Finding:
    """Give a finding of the guard *code* that says *message*."""
    return Finding(code, severity, facts(code, message, **more))
