"""An audit as JSON for people and scripts: the facts, and beside each the sentence that is made of it."""

from typing import Any

import msgspec

from console.words.findings.found import found_sentence, origin_words, stopped_words
from console.words.findings.table import sentence
from topology.audit.kept_report import report_builtins
from topology.audit.report import AuditReport, Found, Input, Remedy


def audit_builtins(report: AuditReport) -> dict[str, Any]:
    """Give a report as the manual describes its JSON; `AuditReport.from_json` reads it."""
    body: dict[str, Any] = report_builtins(report, _told)
    return body


def audit_json(report: AuditReport) -> bytes:
    """Write it, indented."""
    return msgspec.json.format(msgspec.json.encode(audit_builtins(report)), indent=2)


def _told(part: object) -> dict[str, str | list[str]]:
    if isinstance(part, Found):
        return {"message": found_sentence(part)}
    if isinstance(part, Input):
        return {"origin": origin_words(part), "stopped_by": stopped_words(part)}
    if isinstance(part, Remedy):
        return {"why": sentence(part.facts)}
    if isinstance(part, AuditReport):
        return {"not_evaluated": [sentence(one) for one in part.not_evaluated]}
    return {}
