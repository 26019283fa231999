"""What a subcommand is, and how numbers in its words are read; which there are is the tables' business."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

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

    def parser(self) -> argparse.ArgumentParser:
        """Give what reads its words."""
        parser = argparse.ArgumentParser(prog=f"underkeel {self.name}", description=self.description)
        self.add_arguments(parser)
        parser.set_defaults(refuse=parser.error)
        return parser


def region_argument(parser: argparse.ArgumentParser, help: str = REGION) -> None:  # noqa: A002 - the word of argparse
    """Let a region be named."""
    parser.add_argument("--region", help=help)


def live_argument(parser: argparse.ArgumentParser) -> None:
    """Let a live region be read from its source."""
    parser.add_argument(
        "--live", action="store_true", help="read the servers from the region's source, now; acts on nothing"
    )


def json_argument(parser: argparse.ArgumentParser, help: str = "as JSON instead of a text") -> None:  # noqa: A002
    """Let the answer be JSON."""
    parser.add_argument("--json", action="store_true", help=help)


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
