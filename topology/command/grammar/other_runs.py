"""Runs of servers as other tools write them: `index-[001-004,007]` of hostlists, `index-001-004`, `index-001-index-004`."""

import re
from collections.abc import Sequence

from topology.command.grammar.names import NAME, split_number
from topology.command.grammar.vocabulary import standing

_HOSTLIST = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\[([0-9]+(?:-[0-9]+)?(?: *, *[0-9]+(?:-[0-9]+)?)*)\]")
_DASHED = re.compile(r"(?P<first>[A-Za-z0-9][A-Za-z0-9._-]*[0-9])-(?P<last>[A-Za-z0-9._-]*[0-9])")


def of_hostlist(text: str, start: int) -> tuple[int, str] | None:
    """Give where a hostlist that begins at *start* ends, and the same servers as this language has them; None for none."""
    found = _HOSTLIST.match(text, start)
    if found is None:
        return None
    prefix, parts = found[1], [part.strip() for part in found[2].split(",")]
    runs = [_run(prefix, *part.split("-")) for part in parts]
    if not all(runs):
        return None
    return found.end(), ", ".join(run for run in runs if run)


def of_dashes(word: str, names: Sequence[str]) -> str | None:
    """Give the run that *word* means where it is no server of *names* (sorted), and both its ends are; else None."""
    found = _DASHED.fullmatch(word)
    if found is None or standing(word, names) != "unknown":
        return None
    prefix, digits = split_number(found["first"])
    last = found["last"].removeprefix(prefix)
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
