"""The `underkeel` command: opens the console, or answers in the terminal. No Qt is loaded unless a window is drawn."""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from console.terminal.program import guarded, own_command

SIZE = (1680, 1000)
_GRAPH_FILES = {
    "jaeger": "what tracing tools export: lists of dependencies, traces of Jaeger, traces of Zipkin v1 and v2",
    "graph": "nodes and edges: GraphML, DOT or node-link JSON",
    "vizceral": "a file for Vizceral: regions, services, their instances and traffic",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    run = _commands().get(words[0] if words else "")
    return guarded(lambda: run(words[1:]) if run else _open(words))


def _commands() -> dict[str, Callable[[list[str]], int]]:
    return {
        "preview": _preview,
        "check": _check,
        "audit": _audit,
        "explain": _explain,
        "restart": _restart,
        "import": _import,
        "generate": _generate,
        "journal": _journal,
        "picture": _picture,
        "replay": _replay,
        "record": _record,
    }


def _meant(words: list[str]) -> str:
    """Give the command that a first word almost is, where it cannot name a region; else nothing."""
    if not words or not words[0].isalpha() or Path(words[0]).exists():
        return ""
    from difflib import get_close_matches

    return next(iter(get_close_matches(words[0].lower(), _commands(), n=1, cutoff=0.7)), "")


def _open(words: list[str]) -> int:
    meant = _meant(words)
    if meant:
        again = shlex.join([meant, *words[1:]])
        sys.stderr.write(f"There is no command or region {words[0]!r}. Did you mean: {own_command()} {again}\n")
        return 2
    parser = argparse.ArgumentParser(
        prog="underkeel",
        description="Shows what a removal would take from every subsystem, before it is confirmed.",
        epilog=f"In the terminal, without a window: {', '.join(_commands())} (each with --help).",
    )
    parser.add_argument(
        "region", nargs="?", help="a bundled region, sim:NAME, file:PATH or a path (default: s3-us-east-1)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier acts on a simulated region")
    parser.add_argument("--theme", choices=("night", "day"), help="for this session")
    parser.add_argument("--scale", type=int, choices=(100, 125, 150, 175, 200), help="percent, for this session")
    parser.add_argument("--version", action="version", version=f"underkeel {_version()}")
    chosen = parser.parse_args(words)
    from console.app.app import open_console

    return open_console(chosen.region, fresh=chosen.fresh, theme=chosen.theme, scale=chosen.scale)


def _preview(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel preview",
        description="Says what a command would do to a region as described. Exit status: 0 clear, 3 caution, "
        "1 blocked or nothing to do, 2 not a command, a verb without a plan, or an unreadable region.",
    )
    parser.add_argument("command", nargs="+", metavar="COMMAND", help='such as "remove 40 servers from billing"')
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--json", action="store_true", help="the stable format of the manual")
    parser.add_argument(
        "--step", type=_limit, metavar="N", help="of a run: which step (default: the first with a plan)"
    )
    chosen = parser.parse_args(words)
    from console.terminal.preview_command import preview_command

    return preview_command(" ".join(chosen.command), chosen.region, chosen.json, sys.stdout, sys.stderr, chosen.step)


def _check(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel check",
        description="Reads region files and playbooks, and names every error with its place. Exit status 0 or 2.",
    )
    parser.add_argument("path", nargs="+", type=Path, metavar="PATH")
    chosen = parser.parse_args(words)
    from console.terminal.check_command import check_command

    return check_command(chosen.path, sys.stdout, sys.stderr)


def _audit(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel audit",
        description="Says which inputs that playbooks accept would break a floor, if nothing but the playbook stood in the way. "
        "Exit status: 0 nothing found, 1 something found, 2 something could not be read.",
    )
    parser.add_argument(
        "playbook", nargs="*", metavar="PLAYBOOK", help="a bundled name, a file or a folder (default: all bundled)"
    )
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--json", action="store_true", help="the format of the manual instead of a text")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page that needs no other file")
    parser.add_argument(
        "--keyboard", default="qwerty", help="on which slips happen: qwerty, qwertz, azerty (default: qwerty)"
    )
    chosen = parser.parse_args(words)
    from console.terminal.audit_command import audit_command

    return audit_command(
        chosen.playbook, chosen.region, chosen.json, chosen.html, sys.stdout, sys.stderr, chosen.keyboard
    )


def _explain(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel explain",
        description="Says which floors hold for a subsystem and where each comes from, what it needs and who needs it, "
        "what shares its servers, the largest safe removal in each zone, and what a full restart would take.",
    )
    parser.add_argument("subsystem", metavar="SUBSYSTEM")
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--json", action="store_true", help="as JSON instead of a text")
    chosen = parser.parse_args(words)
    from console.terminal.explain_command import explain_command

    return explain_command(chosen.subsystem, chosen.region, chosen.json, sys.stdout, sys.stderr)


def _restart(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel restart",
        description="Says what a full restart would take by the model of the description, and what more cells would "
        "change. It restarts nothing.",
    )
    parser.add_argument("subsystem", nargs="?", metavar="SUBSYSTEM", help="one subsystem (default: each)")
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--json", action="store_true", help="as JSON instead of a text")
    chosen = parser.parse_args(words)
    from console.terminal.explain_command import restart_command

    return restart_command(chosen.subsystem, chosen.region, chosen.json, sys.stdout, sys.stderr)


def _import(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel import", description="Makes a region file from what another tool knows."
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    kubernetes = kinds.add_parser("kubernetes", help="manifests: workloads, their replicas, budgets and addresses")
    kubernetes.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a manifest, or a folder of them")
    kubernetes.add_argument("--out", type=Path, help="the region file to write (default: standard output)")
    for kind, what in _GRAPH_FILES.items():
        graph = kinds.add_parser(kind, help=what)
        graph.add_argument("path", type=Path, metavar="FILE", help=what)
        graph.add_argument("--out", type=Path, help="the region file to write (default: standard output)")
    chosen = parser.parse_args(words)
    if chosen.kind in _GRAPH_FILES:
        from console.terminal.imports.import_graph_command import import_graph_file

        return import_graph_file(chosen.kind, chosen.path, chosen.out, sys.stdout, sys.stderr)
    from console.terminal.imports.import_command import import_kubernetes

    return import_kubernetes(chosen.path, chosen.out, sys.stdout, sys.stderr)


def _generate(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel generate",
        description="Makes a believable region, invented from end to end: OUT/region.toml with OUT/fleet.csv. The same "
        "numbers and seed give the same files. OUT is new, empty, or what generate made there, untouched since.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to make")
    parser.add_argument("--servers", type=_whole(1_000_000), required=True, metavar="N", help="1 to 1,000,000")
    parser.add_argument(
        "--subsystems", type=_whole(10_000), required=True, metavar="M", help="1 to 10,000, externals included"
    )
    parser.add_argument("--seed", type=_whole(2**63 - 1, least=0), default=0, metavar="S", help="default: 0")
    chosen = parser.parse_args(words)
    from console.terminal.generate_command import generate_command

    return generate_command(chosen.out, chosen.servers, chosen.subsystems, chosen.seed, sys.stdout, sys.stderr)


def _whole(most: int, least: int = 1) -> Callable[[str], int]:
    """Make a reader of whole numbers; digits may be grouped with underscores, as in commands."""

    def read(text: str) -> int:
        digits = text.replace("_", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and least <= int(digits) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most:,}")
        return int(digits)

    return read


def _journal(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel journal", description="Reads the journal of a region; writes nothing."
    )
    parser.add_argument("verb", choices=("list", "verify"), help="list the entries, or check that none was changed")
    parser.add_argument("--region", help="whose journal (default: s3-us-east-1)")
    parser.add_argument("--expect", metavar="HEAD", help="with verify: the head noted earlier, to notice a cut tail")
    parser.add_argument("--limit", type=_limit, metavar="N", help="with list: only the last N entries")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args(words)
    from console.terminal.journal_command import list_entries, verify_entries

    if chosen.verb == "verify":
        return verify_entries(chosen.region, chosen.expect, chosen.json, sys.stdout, sys.stderr)
    return list_entries(chosen.region, chosen.limit, chosen.json, sys.stdout, sys.stderr)


def _picture(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel picture",
        description="Draws the real window off screen into a PNG file. Reads and keeps no acts.",
    )
    parser.add_argument("out", type=_png, metavar="OUT.png")
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--command", default="", help="text to type into the command line")
    parser.add_argument("--theme", choices=("night", "day"), default="night")
    parser.add_argument("--size", type=_size, default=SIZE, metavar="WxH", help="pixels (default: 1680x1000)")
    chosen = parser.parse_args(words)
    from console.app.picture import save_picture

    return save_picture(chosen.out, chosen.region, chosen.command, chosen.theme, chosen.size, sys.stdout, sys.stderr)


def _replay(words: list[str]) -> int:
    from console.app.replay_words import replay

    return replay(words, sys.stdout, sys.stderr)


def _record(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="underkeel record",
        description="Watches a region, and saves what happened there as the folder of an incident. Acts on nothing. "
        "Ctrl+C ends and saves. Exit status: 0, or 2 when nothing was saved.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    parser.add_argument("--region", help="a bundled region or the path of a region file (default: s3-us-east-1)")
    parser.add_argument("--seconds", type=_whole(86_400), metavar="N", help="end after so long")
    chosen = parser.parse_args(words)
    from console.terminal.record_command import record_command

    return record_command(chosen.region, chosen.folder, chosen.seconds, sys.stdout, sys.stderr)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of entries; write one from 1 on, such as 20")
    return int(text)


def _png(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png; only PNG files are written")
    return path


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isascii() and height.isascii() and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write pixels such as 1680x1000")
    size = (int(width[:6]), int(height[:6]))
    if not (640 <= size[0] <= 8192 and 480 <= size[1] <= 8192):
        raise argparse.ArgumentTypeError(f"{text} is not between 640x480 and 8192x8192")
    return size


def _version() -> str:
    try:
        return version("underkeel")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
