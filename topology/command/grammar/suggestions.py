"""Says what was probably meant: the name that was probably meant, when there is one."""

import string
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from topology.command.grammar.vocabulary import standing

_LETTERS = string.ascii_lowercase + string.digits + "-."


def closest(word: str, names: Sequence[str]) -> tuple[str, ...]:
    """Give the *names* nearest to *word*: one when it is plain which was meant, several when they are equally near.

    Upper case is forgiven, then a name broken off, then a few keys missed (added, dropped, changed or swapped with the
    neighbour): one in a short word, up to three in a long one.
    """
    from rapidfuzz import process  # here, since most texts never need it and the first window should not wait for it
    from rapidfuzz.distance import OSA

    wanted = word.lower()
    if wanted in names:
        return (wanted,)
    begun = [name for name in names if wanted and name.startswith(wanted)]
    if len(begun) == 1:
        return (begun[0],)
    cutoff = 1 if len(wanted) <= 3 else 2 if len(wanted) <= 6 else 3
    found = process.extract(wanted, names, scorer=OSA.distance, limit=12, score_cutoff=cutoff)
    return tuple(name for name, distance, _ in found if distance == found[0][1])


def one_key_away(word: str, names: Sequence[str]) -> Iterator[str]:
    """Give those of the sorted *names* that are one missed key away from *word*.

    It tries the possible names instead of measuring the real ones, so that its cost does not grow with the fleet.
    """
    shared = 0
    while shared < len(word) and standing(word[: shared + 1], names) != "unknown":
        shared += 1
    seen = {word}
    for place in range(shared + 1):  # a key missed later than this leaves a beginning that no name has
        for candidate in _edits(word, place):
            if candidate not in seen:
                seen.add(candidate)
                found = bisect_left(names, candidate)
                if found < len(names) and names[found] == candidate:
                    yield candidate


def _edits(word: str, place: int) -> Iterator[str]:
    before, after = word[:place], word[place:]
    if after:
        yield before + after[1:]
    if len(after) > 1:
        yield before + after[1] + after[0] + after[2:]
    for letter in _LETTERS:
        yield before + letter + after
        if after:
            yield before + letter + after[1:]
