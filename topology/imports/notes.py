"""What an import has to say about its input: sentences with their place, safe to show in a terminal or a comment."""

from dataclasses import dataclass
from enum import Enum


class ImportRefusedError(Exception):
    """The input as a whole cannot become a region; the text is a sentence for the operator, *notes* say more."""

    def __init__(self, sentence: str, notes: "tuple[Note, ...]" = ()) -> None:
        super().__init__(sentence)
        self.notes = notes


class UnreadableError(Exception):
    """The input is not what its format asks for; the text is a sentence's end, such as "is not JSON: ...", without a dot."""

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(what)
        self.place = place
        """Where in the file, such as "line 3"; may be empty."""


class Topic(Enum):
    """What a note is about; the value is the heading it is listed under."""

    LEFT_OUT = "Left out"
    NOT_UNDERSTOOD = "Not understood"
    NOT_IMPORTED = "Not imported"
    NO_BUDGET = "Without a budget"
    NO_FLOOR = "Without a floor"
    BUDGET = "Budgets"
    EXTERNAL = "Externals"
    NAME = "Names"
    DEPENDENCY = "Dependencies"
    REPLICAS = "Replicas"
    SERVERS = "Servers"


@dataclass(frozen=True, slots=True, order=True)
class SourcePlace:
    """Where something was read: a file, the line its document starts at, the document's number in it, from 1."""

    source: str
    document: int
    line: int = 0
    item: int = 0
    """Number in the document, from 1, when the document is a list of objects; else 0."""

    def __str__(self) -> str:
        file = plain(self.source, 200)
        line = f", line {self.line:,}" if self.line else ""
        item = f", item {self.item:,}" if self.item else ""
        return f"{file}{line} (document {self.document:,}{item})"


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about the input."""

    topic: Topic
    message: str
    place: SourcePlace | None = None

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"


def plain(text: str, longest: int = 100) -> str:
    """Give *text* on one line with nothing in it that a terminal, a comment or an encoder would act on.

    Characters that are not printable (control characters, line ends, marks that turn the direction of writing, halves
    of surrogate pairs) are written as escapes; text beyond *longest* characters is cut and ends in "…".
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii") for mark in cut)
