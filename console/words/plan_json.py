"""Plans as JSON for people and scripts: the facts, and beside each the sentences that are made of it."""

from typing import Any

import msgspec

from console.words.findings.table import message, protects, satisfied_by, sentence
from topology.planning.plan import Finding, Plan


def plan_builtins(plan: Plan) -> dict[str, Any]:
    """Give a plan as the manual describes its JSON; `Plan.from_json` reads it."""
    bare = plan.to_builtins()
    told = [sentence(one) for one in plan.not_evaluated]
    body: dict[str, Any] = {}
    for name, value in bare.items():
        if name == "digest":  # where it always stood
            body["not_evaluated"] = told
        body[name] = [_finding(one) for one in plan.findings] if name == "findings" else value
    return body


def plan_json(plan: Plan) -> bytes:
    """Write it."""
    return msgspec.json.encode(plan_builtins(plan))


def _finding(finding: Finding) -> dict[str, Any]:
    bare = finding.to_builtins()
    return {
        "code": bare["code"],
        "severity": bare["severity"],
        "message": message(finding),
        "subsystem": bare["subsystem"],
        "scope": bare["scope"],
        "protects": protects(finding),
        "satisfied_by": satisfied_by(finding),
        "lifted_by": bare["lifted_by"],
        "facts": bare["facts"],
    }
