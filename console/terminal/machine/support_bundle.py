"""`underkeel support-bundle FILE.zip`: what somebody who helps needs to know of this machine; shown before it is written.

No command that was typed, no journal, no description, no key goes in. What a log says may name servers, so the list is shown first.
"""

import os
import platform
import re
import sys
import zipfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from io import BytesIO
from pathlib import Path
from typing import TextIO

from console.terminal.machine.scrubbing import scrubbed
from console.terminal.streams.json_answer import FORMAT, write_json
from console.terminal.subcommand import Subcommand, json_argument, named_file

WRITTEN, NOT_WANTED, NOT_WRITTEN = 0, 1, 2
PACKAGES = (
    "underkeel", "PySide6-Essentials", "msgspec", "networkx", "numpy", "pyqtgraph", "pyyaml", "qasync", "rapidfuzz",
    "grpcio", "aiohttp", "mcp",
)  # fmt: skip
VARIABLES = re.compile(r"(XDG_.*|QT_.*|LANG|LC_.*|TERM|DISPLAY|WAYLAND_DISPLAY|NO_COLOR|UNDERKEEL_LOG_LEVEL)")
"""Variables of the environment whose values go in; of others not even the names."""
KEPT_SETTINGS = re.compile(r"\[\w+\]$|(theme|scale|keyboard|reduced_motion|shows_preview|notifies)=")
MOST_LOG = 2_000_000


def _zip(text: str) -> Path:
    path = named_file(text)
    if path.suffix.lower() != ".zip":
        raise ArgumentTypeError(f"{text!r} does not end in .zip")
    return path


def _words(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=_zip, metavar="FILE.zip", help="a new file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--yes", action="store_true", help="write it without asking, for scripts")
    how.add_argument("--show", action="store_true", help="print every line that would go in, and write nothing")
    json_argument(parser, "what goes in, and whether it was written; asks nothing")


def _support_bundle(chosen: Namespace) -> int:
    if chosen.show and chosen.json:
        _answer(chosen.file, contents(), sys.stdout, written=False, whole=True)
        return WRITTEN
    if chosen.show:
        sys.stdout.writelines(f"== {name}\n{text}\n" for name, text in contents().items())
        return WRITTEN
    return bundle(chosen.file, chosen.yes, sys.stdin, sys.stdout, sys.stderr, as_json=chosen.json)


def bundle(path: Path, yes: bool, asked: TextIO, out: TextIO, err: TextIO, *, as_json: bool = False) -> int:
    """Show what would go in, ask, and write it; gives 0 when written, 1 when not wanted, 2 when not possible.

    As JSON nobody is asked: without *yes* it says what would go in.
    """
    if path.exists():
        err.write(f"{path} is there already; name a new file.\n")
        return NOT_WRITTEN
    parts = contents()
    if as_json:
        written = yes and _written(path, parts, err)
        if yes and not written:
            return NOT_WRITTEN
        _answer(path, parts, out, written=written)
        return WRITTEN if written else NOT_WANTED
    out.write("This goes in, with what looks like a secret replaced by …:\n\n")
    for name, text in parts.items():
        head = text if name == "about.txt" else f"{len(text.splitlines()):,} lines\n"
        out.write(f"{name}\n" + "".join(f"    {line}\n" for line in head.splitlines()))
    out.write("\nA log may name servers and regions: read it first (--show prints every line).\n")
    if not yes and not _agrees(asked, out):
        out.write("Nothing was written.\n")
        return NOT_WANTED
    if not _written(path, parts, err):
        return NOT_WRITTEN
    out.write(f"{path}: written.\n")
    return WRITTEN


def _written(path: Path, parts: dict[str, str], err: TextIO) -> bool:
    try:
        # Names of servers are nobody else's on this machine.
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(_zipped(parts))
    except OSError as error:
        err.write(f"{path}: cannot be written: {error.strerror or error}.\n")
        return False
    return True


def _answer(path: Path, parts: dict[str, str], out: TextIO, *, written: bool, whole: bool = False) -> None:
    """Say as JSON what goes in, with *whole* every line of it, and whether it was written."""
    told = [
        {"name": name, "lines": len(text.splitlines()), **({"text": text} if whole else {})}
        for name, text in parts.items()
    ]
    write_json({"format": FORMAT, "file": str(path), "written": written, "parts": told}, out)


def contents() -> dict[str, str]:
    """Give the files of the bundle by name."""
    from console.operating.access import config_folder, state_folder

    parts = {"about.txt": _about()}
    for file in sorted(state_folder().glob("underkeel.log*")):
        parts[file.name] = scrubbed(_tail(file))
    settings = config_folder() / "underkeel.ini"
    if settings.is_file():
        lines = _tail(settings).splitlines()
        parts["settings.txt"] = "\n".join(line for line in lines if KEPT_SETTINGS.match(line)) + "\n"
    return parts


def _about() -> str:
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"Python {platform.python_version()}", platform.platform(), f"locale {os.environ.get('LANG', 'not set')}"]
    try:
        release = platform.freedesktop_os_release()
        lines.append(release.get("PRETTY_NAME", ""))
    except OSError:
        lines.append("no os-release")
    for name in PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name}: not installed")
    known = sorted(name for name in os.environ if VARIABLES.fullmatch(name))
    lines += [scrubbed(f"{name}={os.environ[name]}") for name in known]
    return "\n".join(lines) + "\n"


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_LOG))
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"cannot be read: {error.strerror or error}\n"


def _zipped(parts: dict[str, str]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return whole.getvalue()


def _agrees(asked: TextIO, out: TextIO) -> bool:
    if not asked.isatty():
        out.write("Nobody is there to ask; say --yes to write it.\n")
        return False
    out.write("Write it? Type yes: ")
    out.flush()
    return asked.readline().strip().lower() == "yes"


SUPPORT_BUNDLE = Subcommand(
    "support-bundle",
    "gather versions, settings and logs for somebody who helps",
    "Writes versions, the log and a few settings into one file, after showing what goes in. No command, no journal, no description "
    "and nothing that looks like a secret does. Exit status: 0 written, 1 not wanted, 2 not possible.",
    _words,
    _support_bundle,
    ("help.zip",),
)
