"""What a slip does to a text: one stretch of it becomes another, and why."""

from enum import StrEnum
from typing import NamedTuple


class SlipKind(StrEnum):
    """Why a hand ends up with another command. The order is that in which slips are looked for; the first one counts."""

    DIGIT_DROPPED = "digit-dropped"
    ZERO_ADDED = "zero-added"
    DIGIT_DOUBLED = "digit-doubled"
    DIGITS_SWAPPED = "digits-swapped"
    NEIGHBOURING_KEY = "neighbouring-key"
    """A key beside the meant one, in its place or along with it."""
    PERCENT_LOST = "percent-lost"
    PERCENT_GAINED = "percent-gained"
    SEPARATOR_LOST = "separator-lost"
    """The `-`, `.` or `_` of a name pattern, without which it means other names, often more of them."""
    SEPARATOR_GAINED = "separator-gained"
    """The other way round: with it the pattern means names that begin so, often fewer of them."""
    FORGOTTEN = "forgotten"
    """A clause, or one of several names, places or conditions, is not there."""
    OTHER_NAME = "other-name"
    """A name one edit away (a character added, dropped, changed, or two swapped) that the region also has."""


class Edit(NamedTuple):
    """The text from *start* to *end* (not included) becomes *instead*."""

    kind: SlipKind
    start: int
    end: int
    instead: str


class Word(NamedTuple):
    """A word of the command with its place."""

    start: int
    end: int
    text: str
