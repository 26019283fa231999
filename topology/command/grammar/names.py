"""Server names and runs of them: `billing-0077`, `billing-0001..0040`."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import NameRange
from topology.command.grammar.tokens import shown

MOST_NAMES = 100_000
"""Servers that one command may name."""

# As in `topology.region.region`, which is not imported since it brings numpy along, and the window should not wait for that.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
LONGEST_NAME = 253

_DIGITS = "0123456789"
_LONGEST_NUMBER = 18


def expand(names: NameRange) -> Iterator[str]:
    """Spell every name of a run, in order."""
    if names.last is None:
        yield names.prefix + names.first
        return
    width = len(names.first)
    for number in range(int(names.first), int(names.last) + 1):
        yield f"{names.prefix}{number:0{width}}"


def size(names: NameRange) -> int:
    """Count the names of a run without spelling them."""
    return 1 if names.last is None else int(names.last) - int(names.first) + 1


def read_names(word: str) -> NameRange | Wrong:
    """Read one name or one run; whether such servers exist is not asked here."""
    first, dots, last = word.partition("..")
    if not dots:
        return NameRange("", word) if NAME.fullmatch(word) else _no_name(word)
    prefix, digits = split_number(first)
    if not digits or not NAME.fullmatch(first):
        return Wrong(f"a run begins with a name that ends in digits, such as billing-0001..0040, not {shown(first)}..")
    if len(digits) > _LONGEST_NUMBER:
        return Wrong(f"the number in {shown(first)} is too long for a run")
    if prefix and last.startswith(prefix):
        last = last[len(prefix) :]
    if not re.fullmatch(f"[0-9]{{{len(digits)}}}", last):
        return _wrong_end(word, prefix, digits, last)
    if int(last) < int(digits):
        return Wrong(f"{shown(word)} runs backwards", f"{prefix}{last}..{digits}")
    if int(last) - int(digits) >= MOST_NAMES:
        return Wrong(
            f"{shown(word)} is {int(last) - int(digits) + 1:,} names: one command names at most {MOST_NAMES:,}"
        )
    return NameRange(prefix, digits, last)


class Named:
    """The names a command has so far, to find one that comes twice."""

    def __init__(self) -> None:
        self.count = 0
        self._runs: dict[tuple[str, int], list[tuple[int, int]]] = {}

    def add(self, names: NameRange) -> str | None:
        """Take *names* in, or give the first name that is already there."""
        return self._place(names, keep=True)

    def first_repeated(self, names: NameRange) -> str | None:
        """Give the first of *names* that is already there; nothing is taken in."""
        return self._place(names, keep=False)

    def _place(self, names: NameRange, *, keep: bool) -> str | None:
        prefix, digits = split_number(names.prefix + names.first)
        if digits and len(digits) <= _LONGEST_NUMBER:
            key, low = (prefix, len(digits)), int(digits)
        else:
            key, low = (names.prefix + names.first, 0), 0
        high = low + size(names) - 1
        runs = self._runs.setdefault(key, [])
        place = bisect_left(runs, (low, low))
        for other_low, other_high in runs[max(place - 1, 0) : place + 1]:
            if low <= other_high and other_low <= high:
                return f"{key[0]}{max(low, other_low):0{key[1]}}" if key[1] else key[0]
        if keep:
            self.count += size(names)
            runs.insert(place, (low, high))
        return None


def split_number(name: str) -> tuple[str, str]:
    """Cut a name in front of the digits it ends in."""
    prefix = name.rstrip(_DIGITS)
    return prefix, name[len(prefix) :]


def _no_name(word: str) -> Wrong:
    if any(mark in word for mark in "*?["):
        return Wrong(f"{shown(word)} is a pattern: servers are named one by one, or chosen with where name = PATTERN")
    if len(word) > LONGEST_NAME:
        return Wrong(f"a server name has at most {LONGEST_NAME} characters, {shown(word)} has {len(word):,}")
    lower = word.lower()
    return Wrong(
        f"{shown(word)} is no server name: names have letters, digits, -, _ and .",
        lower if NAME.fullmatch(lower) else None,
    )


def _wrong_end(word: str, prefix: str, digits: str, last: str) -> Wrong:
    end = shown(last) or "nothing"
    message = (
        f"a run ends with as many digits as it begins with: {shown(prefix + digits)} ends in {len(digits)}, not {end}"
    )
    begun = re.fullmatch(f"[0-9]{{0,{len(digits) - 1}}}", last) is not None or prefix.startswith(last)
    longer = last.zfill(len(digits)) if re.fullmatch("[0-9]+", last) else ""
    fits = len(longer) == len(digits) and longer >= digits
    return Wrong(message, f"{prefix}{digits}..{longer}" if fits else None, unfinished=begun)
