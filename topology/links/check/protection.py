"""What is kept from being removed, and when: which servers are protected, and which time is frozen."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

import numpy as np

from topology.fleet.lowered import ServersUnprotected
from topology.region.errors import LinkError
from topology.region.region import Region

MOST_NAMED = 5
"""Servers named; more are counted."""
Span = tuple[float, float]
"""A time, from and until, in seconds since 1970 UTC."""


def protected_of(region: Region) -> tuple[str, ...]:
    """Give the names of the servers that may never be removed: by themselves, or by a subsystem that they support."""
    roster = region.roster
    guarded = {number for number, subsystem in enumerate(region.subsystems) if subsystem.protected}
    by_set = np.array([any(number in guarded for number, _ in profile) for profile in roster.profiles], np.bool_)
    found = roster.protected.astype(np.bool_)
    if by_set.any():
        found = found | by_set[roster.profile]
    return tuple(sorted(roster.names[server] for server in found.nonzero()[0].tolist()))


def packed(names: Sequence[str]) -> str:
    """Write names in little room."""
    return b64encode(zlib.compress("\n".join(names).encode())).decode() if names else ""


def unpacked(text: str) -> frozenset[str]:
    """Read what `packed` wrote.

    Raises:
        LinkError: it is damaged.
    """
    try:
        return frozenset(zlib.decompress(b64decode(text)).decode().split("\n")) if text else frozenset()
    except (ValueError, zlib.error) as error:
        raise LinkError(
            f"which servers were protected before is damaged ({error}); see what is protected now, and acknowledge it"
        ) from error


def unprotected(old: str, new: str) -> ServersUnprotected | None:
    """Give which servers were protected and are no more; None when there are none."""
    names = sorted(unpacked(old) - unpacked(new))
    return ServersUnprotected(tuple(names[:MOST_NAMED]), len(names)) if names else None


def frozen_of(region: Region) -> tuple[Span, ...]:
    """Give the time that is frozen, by whichever freezes, as spans in order that do not touch."""
    return _joined((freeze.start.timestamp(), freeze.until.timestamp()) for freeze in region.freezes)


def thawed(old: Iterable[Span], new: Iterable[Span], now: float) -> tuple[Span, ...]:
    """Give the spans after *now* that *old* covers and *new* does not."""
    left = [(max(start, now), until) for start, until in _joined(old) if until > now]
    for start, until in _joined(new):
        left = [part for span in left for part in _without(span, (start, until))]
    return tuple(left)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, until in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        elif until > start:
            joined.append((start, until))
    return tuple(joined)


def _without(span: Span, hole: Span) -> list[Span]:
    before, after = (span[0], min(span[1], hole[0])), (max(span[0], hole[1]), span[1])
    return [part for part in (before, after) if part[0] < part[1]]
