"""Reads the numbers of the language: quantities, paces and journal entries, each with a sentence for what is wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from topology.command.grammar.syntax import All, Count, Pace, Percent, Quantity
from topology.command.grammar.tokens import shown

MOST_SERVERS = 1_000_000_000
"""Beyond any fleet: a larger number is a slip of the hand."""
LAST_ENTRY = 1_000_000_000_000

_PLAIN = re.compile(r"[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+")
_GROUPING = re.compile(r"[1-9][0-9]{0,2}(?:_[0-9]{3})*_[0-9]{0,2}")
_EXPONENT = re.compile(r"([1-9][0-9]{0,8})[eE]\+?([0-9])")
_PACE_BEGUN = re.compile(r"[1-9][0-9_]*(?:/(?:m|mi)?)?")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a word, between *start* and *end* in it (None: its end).

    *instead* is what could be written there, or one of the names in *near*. *unfinished* is true when more typing may
    put it right.
    """

    message: str
    instead: str | None = None
    unfinished: bool = False
    start: int = 0
    end: int | None = None
    near: Sequence[str] = ()


def read_quantity(word: str, verb: str) -> Quantity | Wrong:
    """Read a count, a percentage or `all`; *verb* is for the sentence about nothing."""
    if word == "all":
        return All()
    if not word.endswith("%"):
        number = _read_number(word, MOST_SERVERS, "servers")
        if number == 0:
            return Wrong(f"0 servers is nothing to {verb}")
        return number if isinstance(number, Wrong) else Count(number)
    body = word[:-1]
    if not body:
        return Wrong("a percentage has its number before the %, such as 10%")
    percent = _read_number(body, MOST_SERVERS, "percent")
    if isinstance(percent, Wrong):
        return Wrong(percent.message, f"{percent.instead}%" if percent.instead else None)
    if percent == 0:
        return Wrong(f"0% is nothing to {verb}")
    if percent > 100:
        return Wrong(f"{body}% is more than there is: a percentage goes from 1% to 100%")
    return Percent(percent)


def read_pace(word: str, allowed: int | None) -> Pace | Wrong:
    """Read `5/min`; *allowed* is the policy's pace, None when there is none to compare with."""
    amount, slash, unit = word.partition("/")
    if slash and unit != "min":
        pace = f"{amount}/min" if _PLAIN.fullmatch(amount) and unit in ("minute", "minutes", "mins") else None
        unfinished = _PACE_BEGUN.fullmatch(word) is not None
        return Wrong(f"a pace is in servers per minute, such as 5/min, not {shown(word)}", pace, unfinished)
    number = _read_number(amount, MOST_SERVERS, "servers a minute")
    if isinstance(number, Wrong):
        return Wrong(number.message, f"{number.instead}/min" if number.instead else None, number.unfinished)
    if number == 0:
        return Wrong("a pace of 0 servers a minute would never end")
    if not slash:
        return Wrong(f"a pace says per minute: {amount}/min", f"{amount}/min", unfinished=True)
    if allowed is not None and number > allowed:
        message = f"{number:,}/min is faster than the policy allows, {allowed:,}/min"
        return Wrong(message, f"{allowed}/min" if allowed else None)
    return Pace(number)


def read_entry(word: str) -> int | Wrong:
    """Read the number of a journal entry."""
    number = _read_number(word, LAST_ENTRY, "")
    return Wrong("journal entries are numbered from 1") if number == 0 else number


def _read_number(word: str, most: int, unit: str) -> int | Wrong:
    if _PLAIN.fullmatch(word):
        number = int(word.replace("_", ""))
        return number if number <= most else Wrong(f"{shown(word)} is too large: at most {most:,} {unit}".rstrip())
    return 0 if word == "0" else _what_is_wrong(word)


def _what_is_wrong(word: str) -> Wrong:
    name = shown(word)
    rest = word[1:]
    if word[:1] in ("-", "+"):
        return Wrong(f"{name} has a sign: numbers here have none", rest if _PLAIN.fullmatch(rest) else None)
    if re.fullmatch(r"0[0-9_]+", word):
        bare = word.lstrip("0_")
        return Wrong(f"{name} begins with 0: write the number without it", bare if _PLAIN.fullmatch(bare) else None)
    if re.fullmatch(r"[0-9]*\.[0-9]*", word):
        return Wrong(f"{name} is not a whole number")
    if exponent := _EXPONENT.fullmatch(word):
        number = int(exponent[1]) * 10 ** int(exponent[2])
        plain = str(number) if number <= MOST_SERVERS else None
        return Wrong(f"{name} is written with an exponent: write the number out", plain)
    if re.fullmatch(r"[0-9._]+[eE][-+]?[0-9]*", word):
        return Wrong(f"{name} is written with an exponent: write the number out")
    if re.fullmatch(r"[0-9_]+", word):
        bare = word.replace("_", "")
        instead = f"{int(bare):_}" if _PLAIN.fullmatch(bare) and len(bare) < 13 else None
        unfinished = _GROUPING.fullmatch(word) is not None
        return Wrong(
            f"{name} is grouped wrongly: _ stands between groups of three digits, as in 1_000", instead, unfinished
        )
    if glued := re.fullmatch(r"([0-9]+%?)([a-z]+)", word):
        return Wrong(f"{name} is no number: put a space after {shown(glued[1])}", f"{glued[1]} {glued[2]}")
    return Wrong(f"{name} is no number")
