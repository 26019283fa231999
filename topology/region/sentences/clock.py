"""A moment as a clock shows it: the region's own, or UTC."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from topology.region.region import shown

KNOWN = "America/Los_Angeles"
"""A zone that every table of them has."""


def zone_of(name: str) -> tzinfo:
    """Give a time zone by its name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_problem(name: str) -> str:
    """Say what is wrong with the name of a time zone, and what to do; empty where this machine knows it."""
    if name == "UTC" or zone_of(name) is not UTC:
        return ""
    if zone_of(KNOWN) is UTC:
        return (
            f"is {shown(name)}, and there is no table of time zones on this system: install it with "
            "apt-get install tzdata, or pip install tzdata"
        )
    return f'is {shown(name)}, which is not a known time zone; write one such as "{KNOWN}"'


def moment_at(moment: float, zone: tzinfo = UTC) -> datetime:
    """Give a moment, in seconds since 1970 UTC, by the clock of a *zone*."""
    return datetime.fromtimestamp(moment, zone)


def by_clock(time_zone: str, moment: float, shape: str = "%H:%M:%S %Z") -> str:
    """Write a moment, in seconds since 1970 UTC, in the *shape* of `strftime`."""
    return moment_at(moment, zone_of(time_zone)).strftime(shape)
