"""Clock times as an incident writes them: local, in a named zone, across days and changes of daylight saving."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from topology.region.sentences.clock import by_clock, moment_at

_WRITTEN = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})[ T])?(?P<clock>\d{2}:\d{2}(?::\d{2})?)(?P<offset>Z|[+-]\d{2}:\d{2})?"
)
HOW = 'write a local time such as "09:37" or "09:37:30", with a date before it on another day: "2017-03-01 00:10"'


def moment_of(raw: object, day: date, zone: tzinfo) -> float:
    """Give the seconds since 1970 UTC of a written clock time; without a date it is on *day*.

    Raises:
        ValueError: with what is wrong, fit to follow "is ...".
    """
    if isinstance(raw, datetime):
        return _local(raw, zone) if raw.tzinfo is None else raw.timestamp()
    if isinstance(raw, time):
        return _local(datetime.combine(day, raw), zone)
    match = _WRITTEN.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(f"not a clock time; {HOW}")
    try:
        on = date.fromisoformat(match["day"]) if match["day"] else day
        wall = datetime.combine(on, time.fromisoformat(match["clock"]))
        if match["offset"]:
            return datetime.fromisoformat(wall.isoformat() + match["offset"]).timestamp()
    except ValueError as error:
        raise ValueError(f"not a time of any clock ({error}); {HOW}") from error
    return _local(wall, zone)


def utc_text(moment: float) -> str:
    """Write a moment as `2017-02-28T17:37:00Z`."""
    return moment_at(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_text(moment: float, zone: str) -> str:
    """Write a moment by the clock of a zone: `2017-02-28 09:37:00 PST`."""
    return by_clock(zone, moment, "%Y-%m-%d %H:%M:%S %Z")


def clock_text(moment: float, zone: str) -> str:
    """Write only the time of day: `09:37:00`."""
    return by_clock(zone, moment, "%H:%M:%S")


def _local(wall: datetime, zone: tzinfo) -> float:
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    one, other = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    # When the clock is set forward the first reading is the smaller offset, when set back the larger one.
    if one < other:
        raise ValueError(f"a time that the clocks of {zone} leave out on that day; add its offset")
    if one > other:
        ways = f'"{wall:%H:%M}{_offset(one)}" or "{wall:%H:%M}{_offset(other)}"'
        raise ValueError(f"a time that comes twice in {zone} on that day; write {ways}")
    return first.timestamp()


def _offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
