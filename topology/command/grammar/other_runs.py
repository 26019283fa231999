"""Runs of servers as other tools write them: `index-[001-004,007]`, `index-{001..004}`, `index-001-004`, `index-001 to 004`."""

import re
from collections.abc import Sequence

from topology.command.grammar.names import NAME, split_number
from topology.command.grammar.vocabulary import standing

_PART = r"[0-9]+(?:(?:-|\.\.)[0-9]+)?"
_HOSTLIST = re.compile(
    rf"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[({_PART}(?: *, *{_PART})*)\]|{{({_PART}(?: *, *{_PART})*)}})"
)
_SPACED = re.compile(
    r"(?P<first>[A-Za-z0-9][A-Za-z0-9._-]*[0-9]) +(?:-+|to|through) +(?P<last>[A-Za-z0-9._-]*[0-9])(?= *(?:,|$)| )"
)
_DASHED = re.compile(r"(?P<first>[A-Za-z0-9][A-Za-z0-9._-]*[0-9])-(?P<last>[A-Za-z0-9._-]*[0-9])")


def of_hostlist(text: str, start: int) -> tuple[int, str] | None:
    """Give where a hostlist that begins at *start* ends, and the same servers as this language has them; None for none."""
    found = _HOSTLIST.match(text, start)
    if found is None:
        return None
    prefix, parts = found[1], [part.strip() for part in (found[2] or found[3]).split(",")]
    runs = [_run(prefix, *part.replace("..", "-").split("-")) for part in parts]
    if not all(runs):
        return None
    return found.end(), ", ".join(run for run in runs if run)


def of_dashes(word: str, names: Sequence[str]) -> str | None:
    """Give the run that *word* means where it is no server of *names* (sorted), and both its ends are; else None."""
    found = _DASHED.fullmatch(word)
    if found is None or standing(word, names) != "unknown":
        return None
    return _between(found["first"], found["last"], names)


def of_spaced(text: str, start: int, names: Sequence[str]) -> tuple[int, str] | None:
    """Give where two *names* from *start* on end that have a dash or `to` between them, and the run that they mean; else None."""
    found = _SPACED.match(text, start)
    run = None if found is None else _between(found["first"], found["last"], names)
    return None if found is None or run is None else (found.end(), run)


def run_of_others(text: str, start: int, word: str, names: Sequence[str]) -> tuple[int, str] | None:
    """Give where a run that another tool would write so ends, and how it is written here; None where *word* begins none."""
    if "[" in word or "{" in word:
        return of_hostlist(text, start)
    if run := of_dashes(word, names):
        return start + len(word), run
    return of_spaced(text, start, names)


def _between(first: str, last: str, names: Sequence[str]) -> str | None:
    prefix, digits = split_number(first)
    last = last.removeprefix(prefix)
    ends = (prefix + digits, prefix + last)
    if not last.isdigit() or len(last) != len(digits) or int(last) <= int(digits):
        return None
    return _run(prefix, digits, last) if all(standing(end, names) == "name" for end in ends) else None


def _run(prefix: str, first: str, last: str = "") -> str | None:
    """Write a run, or one name; None where its ends do not fit together."""
    if not NAME.fullmatch(prefix + first):
        return None
    if not last or last == first:
        return prefix + first
    return f"{prefix}{first}..{last}" if len(last) == len(first) and int(last) > int(first) else None
