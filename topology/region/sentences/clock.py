"""A moment as a clock shows it: the region's own, or UTC."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(name: str) -> tzinfo:
    """Give a time zone by its name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def moment_at(moment: float, zone: tzinfo = UTC) -> datetime:
    """Give a moment, in seconds since 1970 UTC, by the clock of a *zone*."""
    return datetime.fromtimestamp(moment, zone)


def by_clock(time_zone: str, moment: float, shape: str = "%H:%M:%S %Z") -> str:
    """Write a moment, in seconds since 1970 UTC, in the *shape* of `strftime`."""
    return moment_at(moment, zone_of(time_zone)).strftime(shape)
