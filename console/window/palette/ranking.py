"""What of everything that can be done fits some words, the best first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

WORD, BEGINNING, INSIDE, SCATTERED = range(4)


@dataclass(frozen=True, slots=True)
class Doable:
    """Something that can be done: its *text*, the *way* to it through the menus, its keys, and a line about it."""

    id: str
    text: str
    way: str = ""
    keys: str = ""
    help: str = ""


def ranked(words: str, entries: Iterable[Doable]) -> tuple[Doable, ...]:
    """Give the entries that every one of the *words* is found in: whole words before beginnings, before parts, before letters.

    What is found in the text comes before what is found in the way or the help. Entries that fit alike keep their order.
    """
    wanted = words.lower().split()
    found = [(rank, entry) for entry in entries if (rank := _rank(wanted, entry)) is not None]
    return tuple(entry for _, entry in sorted(found, key=lambda one: one[0]))


def _rank(wanted: list[str], entry: Doable) -> tuple[int, int, int] | None:
    text, around = entry.text.lower(), f"{entry.way} {entry.help} {entry.keys}".lower()
    worst, outside, at = WORD, 0, 0
    for word in wanted:
        fit = _fit(word, text)
        if fit is None or fit == SCATTERED:
            other = _fit(word, around)
            if other is not None and other < SCATTERED:
                fit, outside = other, outside + 1
        if fit is None:
            return None
        worst, at = max(worst, fit), at + max(text.find(word), 0)
    return worst + (SCATTERED + 1 if outside else 0), outside, at


def _fit(word: str, text: str) -> int | None:
    """Say how a word is found in a text: whole, as a beginning, inside, or as letters in their order; None where it is not."""
    if re.search(rf"\b{re.escape(word)}\b", text):
        return WORD
    if re.search(rf"\b{re.escape(word)}", text):
        return BEGINNING
    if word in text:
        return INSIDE
    letters = iter(text)
    return SCATTERED if len(word) > 2 and all(letter in letters for letter in word) else None
