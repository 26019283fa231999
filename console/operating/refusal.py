"""Why something that the operator asked for is not done."""

from console.words.findings.table import message
from topology.planning.facts import ToldFacts
from topology.planning.plan import Finding, Severity


class RefusedError(Exception):
    """It is not done; *findings* say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(message(finding) for finding in findings))
        self.findings = findings


class NothingToUndoError(Exception):
    """There is nothing that an undo could give back; the sentence says what was looked for."""


def refused(message: str, code: str = "unknown") -> RefusedError:
    """Refuse with one sentence."""
    return RefusedError(Finding(code, Severity.BLOCK, ToldFacts(message)))
