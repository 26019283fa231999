"""Which page stands at a place: what it knows, who wrote it, whether all of it is there. No clock decides which of two is newer.

A page is older than another where it does not know all that the other says: every announcement, with as many updates. Of two that
know the same the one that is written later is newer, and the number rises with each.
"""

from collections.abc import Mapping

import msgspec

from topology.publishing.errors import PublishError

FORMAT = 1
NAME = "edition.json"


class Edition(msgspec.Struct, frozen=True):
    """What is written beside the page. *claim* tells who writes; *is_complete* whether that is done."""

    region: str
    number: int
    claim: str
    is_complete: bool
    holds: dict[str, int]
    """Updates of each announcement, by its key."""
    format: int = FORMAT
    source: str = ""
    """Of which description it was made: another one may say otherwise of the same services. Empty: an earlier version wrote it."""


def written(edition: Edition) -> bytes:
    """Write it."""
    return msgspec.json.format(msgspec.json.encode(edition, order="sorted"), indent=1) + b"\n"


def read(data: bytes) -> Edition:
    """Read it.

    Raises:
        PublishError: it is none of this version.
    """
    try:
        found = msgspec.json.decode(data, type=Edition)
    except msgspec.MsgspecError as error:
        raise PublishError(f"holds an {NAME} that underkeel did not write ({error}); name an empty place") from error
    if found.format != FORMAT:
        raise PublishError(f"was written by another version of underkeel (format {found.format}); use that one")
    return found


def unknown_to(holds: Mapping[str, int], standing: Mapping[str, int]) -> tuple[str, ...]:
    """Give the announcements of which what stands says more than *holds* knows."""
    return tuple(key for key, count in standing.items() if holds.get(key, 0) < count)
