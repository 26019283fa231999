"""Counting and listing in the sentences of the core."""

from collections.abc import Sequence


def counted(count: int, one: str, many: str = "") -> str:
    """Give a number of things: `1 server`, `2,600 servers`; *many* is their plural where it is not *one* with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def first_of(names: Sequence[str], most: int = 0, more: str = "more", count: int | None = None) -> str:
    """Join names: `a, b and 3 more`.

    Past *most* (0: no limit) the rest is counted; *count* is how many there are, where *names* are only the first of them.
    """
    rest = (len(names) if count is None else count) - most
    if not most or rest <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {rest:,} {more}"
