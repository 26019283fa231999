"""Colour for what must be seen first in a terminal; a file, a pipe or NO_COLOR gets the bare words, which say the same."""

import os
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TextIO

from topology.planning.plan import Severity, Verdict


class Rendition(Enum):
    """What a word tells; the value is the rendition that terminals know (ECMA-48, select graphic rendition)."""

    ALARM = "1;31"
    CARE = "33"
    GOOD = "32"
    PLAIN = ""


Paint = Callable[[str, Rendition], str]
VERDICT = {
    Verdict.BLOCKED: Rendition.ALARM,
    Verdict.CAUTION: Rendition.CARE,
    Verdict.CLEAR: Rendition.GOOD,
    Verdict.NOTHING: Rendition.CARE,
}
SEVERITY = {Severity.BLOCK: Rendition.ALARM, Severity.CAUTION: Rendition.CARE}


def paint_for(stream: TextIO, variables: Mapping[str, str] = os.environ) -> Paint:
    """Give what colours words written to *stream*: only a terminal that can, where nobody asked for none (no-color.org)."""
    able = stream.isatty() and variables.get("TERM", "dumb") != "dumb"
    return _paint if able and not variables.get("NO_COLOR") else bare


def bare(text: str, _tone: Rendition) -> str:
    """Give the words alone."""
    return text


def _paint(text: str, tone: Rendition) -> str:
    return f"\x1b[{tone.value}m{text}\x1b[0m" if tone.value else text
