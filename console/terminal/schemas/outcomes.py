"""The JSON Schemas of what the subcommands answer that check, keep or publish something, rather than look at a region."""

from console.terminal.schemas.kinds import FLAG, FORMAT_1, NUMBER, TEXT, Schema, answer, many, one_of, or_null, said

_COUNT: Schema = {"type": "integer"}
_TEXTS = many(TEXT)
_VERIFIED = answer({"format": FORMAT_1, "ok": FLAG, "count": _COUNT, "head": TEXT, "sentence": TEXT})
_TRUST = answer({"format": FORMAT_1, "file": TEXT, "trusted": FLAG, "facts": _TEXTS, "cautions": _TEXTS})
_LEDGER = answer(
    {
        "format": FORMAT_1,
        "did": one_of("backup", "restore", "check"),
        "path": TEXT,
        "region": TEXT,
        "running": said(_TEXTS, "the executions that somebody carries out right now"),
        **dict.fromkeys(("revision", "unfinished", "unanswered", "reserved", "stopped"), _COUNT),
        "time": NUMBER,
    }
)
_ADAPTER = answer(
    {
        "format": FORMAT_1,
        "program": _TEXTS,
        "good": FLAG,
        "steps": many(answer({"step": TEXT, "verdict": TEXT, "text": TEXT})),
    }
)
_TARGET = answer(
    {
        "name": TEXT,
        "kind": TEXT,
        "address": TEXT,
        "trouble": said(TEXT, "why the page does not stand there; empty where it does"),
        "revision": or_null(_COUNT),
        "seconds": or_null(NUMBER),
        "read_from": said(or_null(TEXT), "with drill: the address that the public reads it from"),
    }
)
_STATUS_PAGE = answer(
    {
        "format": FORMAT_1,
        "did": one_of("build", "publish", "drill"),
        "good": FLAG,
        "path": TEXT,
        "written": _COUNT,
        "targets": many(_TARGET),
        "cautions": _TEXTS,
    },
    *("path", "written", "targets", "cautions"),
)
_DESKTOP_ENTRY = answer(
    {
        "format": FORMAT_1,
        "did": one_of("print", "install", "remove"),
        "program": said(TEXT, "what the menu starts"),
        "files": said(_TEXTS, "those that were written, or are gone"),
        "entry": TEXT,
    },
    "entry",
)
_PART = answer({"name": TEXT, "lines": _COUNT, "text": said(TEXT, "with --show")}, "text")
_SUPPORT_BUNDLE = answer({"format": FORMAT_1, "file": TEXT, "written": FLAG, "parts": many(_PART)})
_SERVE_DEMO = answer(
    {
        "format": FORMAT_1,
        "did": said(one_of("described", "found", "put", "serving", "ended"), "serving: consoles can be opened"),
        "sentence": TEXT,
        **dict.fromkeys(("servers", "racks"), _COUNT),
    }
)
OUTCOMES: tuple[tuple[str, str, Schema], ...] = (
    ("verified", "What `underkeel journal verify --json` answers", _VERIFIED),
    ("trust", "What `underkeel trust --json` answers", _TRUST),
    ("ledger", "What `underkeel ledger --json` answers", _LEDGER),
    ("adapter", "What `underkeel adapter check --json` answers", _ADAPTER),
    ("status-page", "What `underkeel status-page build`, `publish` and `drill` answer with --json", _STATUS_PAGE),
    ("desktop-entry", "What `underkeel desktop-entry --json` answers", _DESKTOP_ENTRY),
    ("support-bundle", "What `underkeel support-bundle --json` answers", _SUPPORT_BUNDLE),
    ("serve-demo", "One line of `underkeel serve-demo --json`", _SERVE_DEMO),
)
