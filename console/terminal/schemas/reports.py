"""The JSON Schemas of what the subcommands answer with `--json`; like readers, they pass over fields that they do not know."""

from typing import Any

from console.reports.class_table import FIGURES
from console.terminal.schemas.kinds import (
    FLAG,
    FORMAT_1,
    NUMBER,
    TEXT,
    Schema,
    answer,
    many,
    one_of,
    or_null,
    said,
    whole,
)
from console.terminal.schemas.outcomes import OUTCOMES
from topology.audit.report import FoundKind
from topology.execution.journal_entries import Kind
from topology.incident.model import CONFIDENCE
from topology.planning.plan import ScopeVerdict, Severity, Verdict

_COUNT: Schema = {"type": "integer"}
_TEXTS = many(TEXT)
_TEXT_OR_NULL, _COUNT_OR_NULL, _NUMBER_OR_NULL = map(or_null, (TEXT, _COUNT, NUMBER))
_SCOPE = said(TEXT, "region, zone:az4 or cell:az4/c1")
_SCOPE_VERDICT = one_of(*map(str, ScopeVerdict))
_EFFECT = answer(
    {
        "subsystem": TEXT,
        "scope": _SCOPE,
        **dict.fromkeys(("in_service", "leaving", "pending", "after", "declared"), _COUNT),
        "floor": _COUNT_OR_NULL,
        "headroom": _COUNT_OR_NULL,
        "verdict": _SCOPE_VERDICT,
        "named": FLAG,
    }
)
_IMPACT = answer({"subsystem": TEXT, "because": _TEXTS, "already": FLAG, "operations": _TEXTS})
_FINDING = answer(
    {
        "code": TEXT,
        "severity": one_of(*map(str, Severity)),
        "message": TEXT,
        "subsystem": _TEXT_OR_NULL,
        "scope": _TEXT_OR_NULL,
        "protects": TEXT,
        "satisfied_by": TEXT,
        "facts": or_null(answer({"kind": TEXT})),
    }
)
_PACE = answer(
    {
        "subsystem": _TEXT_OR_NULL,
        "seconds": NUMBER,
        **dict.fromkeys(("most", "used", "takes"), _COUNT),
        "next_at": _NUMBER_OR_NULL,
    }
)
_RESTART = {
    "subsystem": TEXT,
    "servers": _COUNT,
    "checks_minutes": _NUMBER_OR_NULL,
    "servers_per_minute": _NUMBER_OR_NULL,
    "alone": _NUMBER_OR_NULL,
    "total": _NUMBER_OR_NULL,
    "order": _TEXTS,
    "cells": _COUNT,
    "largest_cell": _NUMBER_OR_NULL,
    "last": _TEXT_OR_NULL,
    "illustrative": FLAG,
}
_SLIP = answer(
    {
        "command": TEXT,
        "kind": TEXT,
        "verdict": one_of(*map(str, Verdict)),
        "subsystem": _TEXT_OR_NULL,
        "scope": _TEXT_OR_NULL,
        "headroom": _COUNT_OR_NULL,
    }
)
_PLAN_KEYS: dict[str, Schema] = {
    "format": FORMAT_1,
    "command": TEXT,
    "action": one_of("remove", "restore"),
    "revision": _COUNT,
    "verdict": one_of(*map(str, Verdict)),
    "servers": _TEXTS,
    "effects": many(_EFFECT),
    "impacted": many(_IMPACT),
    "findings": many(_FINDING),
    "largest_safe": or_null(answer({"count": _COUNT, "command": TEXT})),
    "not_evaluated": _TEXTS,
    "not_evaluated_facts": many(answer({"kind": TEXT})),
    "digest": said(TEXT, "SHA-256 of region, command and sorted servers, in hexadecimal"),
    "pace_per_minute": _COUNT_OR_NULL,
    "minutes": _NUMBER_OR_NULL,
    "shared": _COUNT,
    "supports": many(_TEXTS),
    "pace": many(_PACE),
    "restart": many(answer(_RESTART)),
    "in_part": FLAG,
    "lacks": _TEXTS,
    "undoes": _COUNT_OR_NULL,
    "left_out": many({}),
    "makes_room": or_null({"type": "object"}),
    "staging": or_null({"type": "object"}),
    "slips": answer({"count": _COUNT, "breaking": _COUNT, "worst": many(_SLIP)}),
}
_PLAN = answer(_PLAN_KEYS)
_SAVED = answer(_PLAN_KEYS, "makes_room", "staging", "slips")
_SHOWN = answer({"format": FORMAT_1, "stale": _TEXTS, "saved": _SAVED, "now": _SAVED})
_KEPT = answer({"format": FORMAT_1, "path": TEXT, "saved": _SAVED})
_ERROR = answer(
    {
        "format": FORMAT_1,
        "error": answer({"message": TEXT, "column": _COUNT_OR_NULL, "expected": _TEXTS, "suggestion": _TEXT_OR_NULL}),
    }
)
_HEADROOM = answer(
    {
        "format": FORMAT_1,
        "region": TEXT,
        "revision": _COUNT,
        "scopes": many(
            answer(
                {
                    "subsystem": TEXT,
                    "scope": _SCOPE,
                    "in_service": _COUNT,
                    "floor": _COUNT_OR_NULL,
                    "headroom": _COUNT_OR_NULL,
                    "verdict": _SCOPE_VERDICT,
                }
            )
        ),
    }
)
_EXPLAIN = answer(
    {
        "format": FORMAT_1,
        "subsystem": TEXT,
        "sections": many(answer({"heading": TEXT, "columns": _TEXTS, "rows": many(_TEXTS)})),
        "remarks": _TEXTS,
    }
)
_RESTARTS = answer(
    {
        "format": FORMAT_1,
        "restarts": many(answer({**_RESTART, "minutes_of_one_cell": {"type": "object"}})),
    }
)
_AUDIT = answer(
    {
        "format": FORMAT_1,
        "region": TEXT,
        "region_digest": TEXT,
        "revision": _COUNT,
        "layout": TEXT,
        "evaluated": _COUNT,
        "playbooks": many(answer({"name": TEXT, "title": TEXT, "purpose": TEXT, "steps": many({"type": "object"})})),
        "found": many(answer({"kind": one_of(*map(str, FoundKind)), "playbook": TEXT, "step": _COUNT})),
        "not_evaluated": _TEXTS,
    }
)
_ENTRY = answer(
    {
        "format": FORMAT_1,
        "number": _COUNT,
        "time": TEXT,
        "operator": TEXT,
        "kind": one_of(*map(str, Kind)),
        "command": TEXT,
        "plan": {},
        "execution": {},
        "servers": _TEXTS,
        "details": {},
        "hash": TEXT,
    }
)
_FOUND = answer(
    {
        "level": one_of("error", "note"),
        "file": TEXT,
        "line": said(_COUNT, "from 1, or 0 where it is about the whole file"),
        "column": _COUNT,
        "message": TEXT,
    }
)
_CHECK = answer(
    {
        "format": FORMAT_1,
        "good": FLAG,
        "files": many(
            answer(
                {
                    "path": TEXT,
                    "kind": one_of("region", "playbook", "incident"),
                    "good": FLAG,
                    "summary": TEXT,
                    "found": many(_FOUND),
                }
            )
        ),
    }
)
_REPLAY = answer(
    {
        "format": FORMAT_1,
        "incident": answer({"name": TEXT, "title": TEXT, "date": TEXT, "time_zone": TEXT}),
        "sources": many(answer({"id": TEXT, "title": TEXT, "url": TEXT})),
        "confidence": {"type": "object", "propertyNames": one_of(*CONFIDENCE)},
        "events": many(
            answer({"time": TEXT, "utc": TEXT, "text": TEXT, "source": TEXT, "subsystems": {"type": "object"}})
        ),
        "decisions": many(answer({"name": TEXT, "time": TEXT, "situation": TEXT, "objectives": _TEXTS})),
    }
)
_INCIDENTS = answer(
    {
        "format": FORMAT_1,
        "incidents": many(
            answer(
                {
                    **dict.fromkeys(("name", "title", "date", "time_zone", "difficulty", "summary"), TEXT),
                    **dict.fromkeys(("minutes", "events"), _COUNT),
                    **dict.fromkeys(("lessons", "decisions", "eras"), _TEXTS),
                }
            )
        ),
    }
)
_SCORE = answer(
    {
        "format": FORMAT_1,
        "kind": {"const": "score"},
        **dict.fromkeys(("incident", "title", "digest", "era", "branch", "until", "time_zone"), TEXT),
        "yours": answer({"score": {"type": "object"}, "objectives": many({"type": "object"})}),
        "what_happened": {"type": "object"},
        "acts": many(answer({**dict.fromkeys(("utc", "time", "do", "outcome"), TEXT), "says": _TEXTS})),
    }
)
_COMPARISON = answer({"format": FORMAT_1, "kind": {"const": "comparison"}, "runs": many(_SCORE)})
_CLASS = answer(
    {
        "format": FORMAT_1,
        "kind": {"const": "class"},
        "runs": many(
            answer(
                {
                    **dict.fromkeys(("run", "trainee", "incident", "tool", "from", "until", "open_answer"), TEXT),
                    **dict.fromkeys(("seed", "acts"), _COUNT),
                    **dict.fromkeys(FIGURES, _NUMBER_OR_NULL),
                }
            )
        ),
    }
)
_MADE = answer(
    {
        "format": FORMAT_1,
        "made": one_of("region", "incident", "picture"),
        "path": TEXT,
        **dict.fromkeys(("servers", "subsystems", "dependencies", "services", "seed"), _COUNT),
        "shared": said(NUMBER, "the share of servers that support more than one subsystem"),
        "unprotected": said(_TEXTS, "subsystems of which nothing states a floor"),
        "notes": many(answer({"topic": TEXT, "message": TEXT})),
        "region": TEXT,
        "seconds": NUMBER,
        **dict.fromkeys(("width", "height"), _COUNT),
        **dict.fromkeys(("theme", "command"), TEXT),
    },
    *("servers", "subsystems", "dependencies", "services", "seed", "shared", "unprotected", "notes"),
    *("region", "seconds", "width", "height", "theme", "command"),
)

REPORTS: dict[str, Schema] = {
    name: whole(name, title, schema)
    for name, title, schema in (
        ("preview", "What `underkeel preview --json` answers", {"anyOf": [_PLAN, _ERROR]}),
        ("plan", "What `underkeel plan show` and `plan save` answer with --json", {"anyOf": [_SHOWN, _KEPT]}),
        ("headroom", "What `underkeel headroom --json` answers", _HEADROOM),
        ("explain", "What `underkeel explain --json` answers", _EXPLAIN),
        ("restart", "What `underkeel restart --json` answers", _RESTARTS),
        ("audit", "What `underkeel audit --json` answers", _AUDIT),
        ("journal", "One line of `underkeel journal list --json`", _ENTRY),
        ("check", "What `underkeel check --format json` answers", _CHECK),
        ("made", "What `import`, `generate`, `record` and `picture` answer with --json", _MADE),
        (
            "replay",
            "What `underkeel replay` answers with --json",
            {"anyOf": [_REPLAY, _INCIDENTS, _SCORE, _COMPARISON, _CLASS]},
        ),
        *OUTCOMES,
    )
}


def schemas() -> dict[str, dict[str, Any]]:
    """Give every schema by its name."""
    from console.terminal.schemas.incident import INCIDENT
    from console.terminal.schemas.playbook import PLAYBOOK
    from console.terminal.schemas.region import REGION

    return {"region": REGION, "playbook": PLAYBOOK, "incident": INCIDENT, **REPORTS}
