"""An audit as JSON for people and scripts: the facts, and beside each the sentence that is made of it."""

from typing import Any

import msgspec

from console.words.findings.found import found_sentence
from topology.audit.report import AuditReport


def audit_builtins(report: AuditReport) -> dict[str, Any]:
    """Give a report as the manual describes its JSON; `AuditReport.from_json` reads it."""
    body = report.to_builtins()
    told = zip(body["found"], report.found, strict=True)
    return {**body, "found": [_with_message(bare, found_sentence(one)) for bare, one in told]}


def audit_json(report: AuditReport) -> bytes:
    """Write it, indented."""
    return msgspec.json.format(msgspec.json.encode(audit_builtins(report)), indent=2)


def _with_message(bare: dict[str, Any], message: str) -> dict[str, Any]:
    """Put the sentence where it always stood, after the step."""
    head = ("kind", "playbook", "step")
    return {**{name: bare[name] for name in head}, "message": message, **bare}
