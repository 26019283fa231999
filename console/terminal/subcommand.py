"""What a subcommand is, and how numbers in its words are read; which there are is the tables' business."""

import argparse
import errno
import os
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REGION_WORD = "REGION"
"""How a word that names a region is shown; completion offers the bundled ones for it."""
REGION = "a bundled region or the path of a region file (default: s3-us-east-1)"


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One subcommand: *help* is one line about it, *description* says what it does and its exit statuses.

    *add_arguments* declares its words, *run* does it and gives the exit status. Neither may import before it is called what
    the others do not need: `underkeel preview` should not wait for what `underkeel import` reads.
    """

    name: str
    help: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    examples: tuple[str, ...]
    """What to type, without the name of the program and its own: shown by `--help`."""

    def parser(self) -> argparse.ArgumentParser:
        """Give what reads its words."""
        return self.declare_in(argparse.ArgumentParser(prog=f"underkeel {self.name}"))

    def declare_in(self, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        """Say in an empty *parser* what its words are: one of its own, or its part of one for the whole program."""
        parser.description = textwrap.fill(self.description, _width())
        parser.formatter_class = argparse.RawDescriptionHelpFormatter  # examples are shown as they are typed
        self.add_arguments(parser)
        verbose_argument(parser)
        shown = "\n".join(f"  {parser.prog} {example}".rstrip() for example in self.examples)
        parser.epilog = "\n\n".join(filter(None, (parser.epilog, f"examples:\n{shown}")))
        parser.set_defaults(refuse=parser.error)
        return parser


def _width() -> int:
    """Give the columns that argparse itself would write to."""
    return shutil.get_terminal_size().columns - 2


def region_argument(parser: argparse.ArgumentParser, help: str = REGION) -> None:  # noqa: A002 - the word of argparse
    """Let a region be named."""
    parser.add_argument("--region", type=named, metavar=REGION_WORD, help=help)


def live_argument(parser: argparse.ArgumentParser) -> None:
    """Let a live region be read from its source."""
    parser.add_argument(
        "--live", action="store_true", help="read the servers from the region's source, now; acts on nothing"
    )


def json_argument(parser: argparse.ArgumentParser, help: str = "as JSON instead of a text") -> None:  # noqa: A002
    """Let the answer be JSON."""
    parser.add_argument("--json", action="store_true", help=help)


def verbose_argument(parser: argparse.ArgumentParser) -> None:
    """Let what is done be told while it is done."""
    parser.add_argument("--verbose", action="store_true", help="also say on the terminal what is written to a log")


def named(text: str) -> str:
    """Read a name or an address. An empty one, as of a variable of a script that is not set, would mean something else, or all.

    What is no text, or no name that the system knows, could be neither shown, nor written into an answer, nor looked up.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is empty; write a name there, or leave the option out")
    if not text.isascii() and text.encode(errors="replace") != text.encode(errors="surrogateescape"):
        raise argparse.ArgumentTypeError(f"{shortened(text)!r} is no text in UTF-8; give the file another name")
    if "://" not in text and _is_too_long(text):
        raise argparse.ArgumentTypeError(f"{shortened(text)!r} is longer than any name of a file")
    return text


def shortened(text: str, most: int = 60) -> str:
    """Give the beginning of a text that is too long for a sentence."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _is_too_long(text: str) -> bool:
    try:
        os.lstat(text)
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    except ValueError:
        return False
    return False


def named_file(text: str) -> Path:
    """Read the path of a file or a folder; an empty one would be the current folder."""
    return Path(named(text))


def whole(most: int, least: int = 1) -> Callable[[str], int]:
    """Make a reader of whole numbers; digits may be grouped with underscores, as in commands."""

    def read(text: str) -> int:
        digits = text.replace("_", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and least <= int(digits) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most:,}")
        return int(digits)

    return read


def limit(text: str) -> int:
    """Read how many of something, from 1 on."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of entries; write one from 1 on, such as 20")
    return int(text)


def loopback(text: str) -> tuple[str, int]:
    """Read `127.0.0.1:9464`, `[::1]:9464` or `:9464`; only this machine is listened to."""
    from ipaddress import ip_address

    host, colon, port = text.rpartition(":")
    host = "127.0.0.1" if host in ("", "localhost") else host.strip("[]")
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = False
    if not (colon and local and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an address on this machine; write one such as 127.0.0.1:9464 (others read it through a proxy)"
        )
    return host, int(port)
