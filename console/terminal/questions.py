"""The words of the subcommands that only ask: each entry says what it takes, and hands it to the file that answers."""

import sys
from argparse import ArgumentParser, Namespace

from console.terminal.subcommand import (
    Subcommand,
    json_argument,
    limit,
    live_argument,
    named,
    named_file,
    region_argument,
)


def _preview_words(parser: ArgumentParser) -> None:
    parser.add_argument("command", nargs="+", metavar="COMMAND", help='such as "remove 40 servers from billing"')
    region_argument(parser)
    live_argument(parser)
    json_argument(parser, "the stable format of the manual")
    parser.add_argument("--step", type=limit, metavar="N", help="of a run: which step (default: the first with a plan)")


def _preview(chosen: Namespace) -> int:
    from console.terminal.preview_command import preview_command

    return preview_command(
        " ".join(chosen.command), chosen.region, chosen.json, sys.stdout, sys.stderr, chosen.step, live=chosen.live
    )


def _check_words(parser: ArgumentParser) -> None:
    parser.add_argument("path", nargs="+", type=named_file, metavar="PATH")
    live_argument(parser)
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="how to say it: sarif and github are for code hosts (default: text)",
    )
    forms.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")


def _check(chosen: Namespace) -> int:
    from console.terminal.checks.check_command import check_command

    return check_command(chosen.path, sys.stdout, sys.stderr, live=chosen.live, form=chosen.format)


def _audit_words(parser: ArgumentParser) -> None:
    parser.add_argument(
        "playbook",
        nargs="*",
        type=named,
        metavar="PLAYBOOK",
        help="a bundled name, a file or a folder (default: all bundled)",
    )
    region_argument(parser)
    live_argument(parser)
    json_argument(parser, "the format of the manual instead of a text")
    parser.add_argument("--html", type=named_file, metavar="FILE", help="also write a page that needs no other file")
    parser.add_argument(
        "--keyboard", default="qwerty", help="on which slips happen: qwerty, qwertz, azerty (default: qwerty)"
    )


def _audit(chosen: Namespace) -> int:
    from console.terminal.audit_command import audit_command

    return audit_command(
        chosen.playbook,
        chosen.region,
        chosen.json,
        chosen.html,
        sys.stdout,
        sys.stderr,
        chosen.keyboard,
        live=chosen.live,
    )


def _headroom_words(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORD", help='such as "billing in az4" (default: every subsystem)')
    region_argument(parser)
    live_argument(parser)
    json_argument(parser)


def _headroom(chosen: Namespace) -> int:
    from console.terminal.facts.headroom_command import headroom_command

    return headroom_command(
        " ".join(chosen.words).split(), chosen.region, chosen.json, sys.stdout, sys.stderr, live=chosen.live
    )


def _explain_words(parser: ArgumentParser) -> None:
    parser.add_argument("subsystem", metavar="SUBSYSTEM")
    region_argument(parser)
    live_argument(parser)
    json_argument(parser)


def _explain(chosen: Namespace) -> int:
    from console.terminal.facts.explain_command import explain_command

    return explain_command(chosen.subsystem, chosen.region, chosen.json, sys.stdout, sys.stderr, live=chosen.live)


def _restart_words(parser: ArgumentParser) -> None:
    parser.add_argument("subsystem", nargs="?", type=named, metavar="SUBSYSTEM", help="one subsystem (default: each)")
    region_argument(parser)
    live_argument(parser)
    json_argument(parser)


def _restart(chosen: Namespace) -> int:
    from console.terminal.facts.explain_command import restart_command

    return restart_command(chosen.subsystem, chosen.region, chosen.json, sys.stdout, sys.stderr, live=chosen.live)


def _journal_words(parser: ArgumentParser) -> None:
    parser.add_argument("verb", choices=("list", "verify"), help="list the entries, or check that none was changed")
    region_argument(parser, "whose journal (default: s3-us-east-1)")
    parser.add_argument(
        "--expect", type=named, metavar="HEAD", help="with verify: the head noted earlier, to notice a cut tail"
    )
    parser.add_argument("--limit", type=limit, metavar="N", help="with list: only the last N entries")
    json_argument(parser, "one JSON object a line")


def _journal(chosen: Namespace) -> int:
    from console.terminal.journal_command import list_entries, verify_entries

    if chosen.verb == "verify":
        return verify_entries(chosen.region, chosen.expect, chosen.json, sys.stdout, sys.stderr)
    return list_entries(chosen.region, chosen.limit, chosen.json, sys.stdout, sys.stderr)


def _trust_words(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=named_file, metavar="FILE", help="the description of a live region")
    parser.add_argument("--yes", action="store_true", help="trust it without asking, for scripts")
    json_argument(parser, "what it would open, and whether it is trusted; asks nothing")


def _trust(chosen: Namespace) -> int:
    from console.terminal.trust_command import trust_command

    return trust_command(chosen.path, chosen.yes, sys.stdin, sys.stdout, sys.stderr, as_json=chosen.json)


PREVIEW = Subcommand(
    "preview",
    "say what a command would do",
    "Says what a command would do to a region as described. Exit status: 0 clear, 3 caution, "
    "1 blocked or nothing to do, 2 not a command, a verb without a plan, or an unreadable region.",
    _preview_words,
    _preview,
    (
        '"remove 40 servers from billing"',
        '"remove 10% from index in az4" --json',
        '"run debug-slow-billing count=5 zone=az4" --step 2',
    ),
)
CHECK = Subcommand(
    "check",
    "read region files and playbooks, and name every error",
    "Reads region files, playbooks and incidents, and names every error with file, line and column. Exit status: 0 good, 2 not.",
    _check_words,
    _check,
    ("regions/us-east-1.toml playbooks/drain.toml", "regions/*.toml --format sarif"),
)
AUDIT = Subcommand(
    "audit",
    "say which inputs of playbooks would break a floor",
    "Says which inputs that playbooks accept would break a floor, if nothing but the playbook stood in the way. "
    "Exit status: 0 nothing found, 1 something found, 2 something could not be read.",
    _audit_words,
    _audit,
    ("drain-rack --region s3-us-east-1", "playbooks/ --region regions/us-east-1.toml --html audit.html"),
)
HEADROOM = Subcommand(
    "headroom",
    "say how much may leave before a floor breaks",
    "Says capacity, floor and headroom of every subsystem, or of one, in a place or in all of them, smallest headroom first. "
    "Exit status: 0, 1 when a scope of these is below its floor, 2 when the region or the words cannot be read.",
    _headroom_words,
    _headroom,
    ("", "billing in az4", "index --json"),
)
EXPLAIN = Subcommand(
    "explain",
    "say which floors hold for a subsystem, and who needs it",
    "Says which floors hold for a subsystem and where each comes from, what it needs and who needs it, "
    "what shares its servers, the largest safe removal in each zone, and what a full restart would take.",
    _explain_words,
    _explain,
    ("index", "billing --region regions/us-east-1.toml"),
)
RESTART = Subcommand(
    "restart",
    "say what a full restart would take",
    "Says what a full restart would take by the model of the description, and what more cells would "
    "change. It restarts nothing.",
    _restart_words,
    _restart,
    ("", "index --json"),
)
JOURNAL = Subcommand(
    "journal",
    "list the journal of a region, or check that nothing in it was changed",
    "Reads the journal of a region; writes nothing.",
    _journal_words,
    _journal,
    ("list --limit 20", "verify --expect 9f2c11"),
)
TRUST = Subcommand(
    "trust",
    "show what opening a live region runs or reaches, and trust it",
    "Shows what opening a live region would run or reach, and whose file says so, and keeps that you trust it, until that "
    "changes. Opens nothing. Exit status: 0 trusted, 1 not, 2 unreadable or not live.",
    _trust_words,
    _trust,
    ("regions/edge.toml",),
)
