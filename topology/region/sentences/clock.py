"""A moment as the region's own clock shows it, in the sentences of the core."""

from datetime import datetime
from zoneinfo import ZoneInfo


def by_clock(time_zone: str, moment: float, shape: str = "%H:%M:%S %Z") -> str:
    """Write a moment, in seconds since 1970 UTC, in the *shape* of `strftime`."""
    return datetime.fromtimestamp(moment, ZoneInfo(time_zone)).strftime(shape)
