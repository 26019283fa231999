"""Cuts DOT text into signs, words and texts, in one pass whose time grows with the length of the text alone."""

import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from topology.imports.notes import UnreadableError, plain

_TOKEN = re.compile(
    r"""(?P<space>\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|\#[^\n]*+)
    |(?P<sign>->|--|[{}\[\];,=:+])
    |"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)"
    |(?P<number>-?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?))
    |(?P<word>[^\W\d]\w*+)
    |(?P<html><)""",
    re.VERBOSE | re.DOTALL,
)
_ANGLE = re.compile(r"[<>]")
_TAG = re.compile(r"<[^<>]*+>")


class DotToken(NamedTuple):
    """A sign, or something that names or states."""

    kind: Literal["sign", "word", "text", "end"]
    """A *word* stands without quotes, so that it may be a keyword."""
    value: str
    line: int
    """Where it begins, from 1."""


def tokens_of(text: str) -> Iterator[DotToken]:
    """Give the tokens of *text*, and one of kind `end`; comments are left out.

    Raises:
        UnreadableError: something in it is none.
    """
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong(text, at, line)
        end = match.end()
        match match.lastgroup:
            case "space":
                pass
            case "sign":
                yield DotToken("sign", match["sign"], line)
            case "text":
                yield DotToken(
                    "text", match["text"].replace("\\\r\n", "").replace("\\\n", "").replace('\\"', '"'), line
                )
            case "html":
                end = _end_of_html(text, at, line)
                yield DotToken("text", _shown(text[at + 1 : end - 1]), line)
            case _:
                yield DotToken("word", match[0], line)
        line += text.count("\n", at, end)
        at = end
    yield DotToken("end", "", line)


def _end_of_html(text: str, start: int, line: int) -> int:
    """Find where an HTML label ends: its angle brackets are in pairs."""
    depth = 0
    for bracket in _ANGLE.finditer(text, start):
        depth += 1 if bracket[0] == "<" else -1
        if depth == 0:
            return bracket.end()
    raise UnreadableError("ends in an HTML label that began here: it was cut", f"line {line:,}")


def _shown(markup: str) -> str:
    """Give what an HTML label says, as text."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _wrong(text: str, at: int, line: int) -> UnreadableError:
    for begin, what in (('"', "a text"), ("/*", "a comment")):
        if text.startswith(begin, at):
            return UnreadableError(f"ends in {what} that began here: it was cut", f"line {line:,}")
    return UnreadableError(
        f"is not DOT: {plain(text[at : at + 20])!r} stands where nothing begins so", f"line {line:,}"
    )
