"""What a status page says, in plain words: states, announcements, days; whoever needs a service reads it, often in trouble."""

from collections.abc import Sequence
from datetime import UTC

from console.words import writing as words
from topology.region.sentences.clock import moment_at
from topology.status_page.history import DayRecord
from topology.status_page.page import PublicPage, PublicService
from topology.status_page.values import Announcement, AnnouncementStatus, ServiceReading, ServiceState

MARKS = {
    ServiceState.AVAILABLE: "✓",
    ServiceState.PARTIAL: "◆",
    ServiceState.UNKNOWN: "?",
    ServiceState.UNAVAILABLE: "▼",
}
"""The sign that stands with a colour, so that the colour is never alone."""
STATUSES = {
    AnnouncementStatus.INVESTIGATING: "Investigating",
    AnnouncementStatus.IDENTIFIED: "Cause identified",
    AnnouncementStatus.MONITORING: "Watching the repair",
    AnnouncementStatus.RESOLVED: "Resolved",
    AnnouncementStatus.SCHEDULED: "Planned",
    AnnouncementStatus.IN_PROGRESS: "In progress",
    AnnouncementStatus.COMPLETED: "Completed",
}
LONGEST_TITLE = 140
"""Characters of a title where there is room for one line."""
_OVERALL = {
    ServiceState.AVAILABLE: "All services are available",
    ServiceState.PARTIAL: "Some services are available in part",
    ServiceState.UNKNOWN: "The state of some services is not known",
    ServiceState.UNAVAILABLE: "Some services are unavailable",
}


def state(reading: ServiceReading) -> str:
    """Say how a service is."""
    if reading.state is ServiceState.PARTIAL:
        if reading.operations:
            lost = words.listed([words.literal(name) for name in reading.operations])
            return f"Available in part: {lost} {words.verb(len(reading.operations), 'does', 'do')} not work"
        return "Available in part: with less capacity than usual"
    if reading.state is ServiceState.UNKNOWN:
        return "Not known: no reading has come in"
    return reading.state.value.capitalize()


def overall(page: PublicPage) -> str:
    """Say in a sentence how all of it is."""
    if not page.services:
        return "No service is watched"
    worst = page.worst
    if worst is ServiceState.UNAVAILABLE and all(one.reading.state is worst for one in page.services):
        return "No service is available" if len(page.services) > 1 else f"{title_of(page.services[0])} is unavailable"
    return _OVERALL[worst]


def title_of(service: PublicService) -> str:
    """Give what a service is called, fit to stand anywhere."""
    return words.literal(service.title)


def titled(page: PublicPage, names: Sequence[str]) -> str:
    """Give the titles of services by name, for a sentence."""
    known = {one.name: one.title for one in page.services}
    return words.listed([words.literal(known.get(name, name)) for name in names])


def short(text: str, most: int = LONGEST_TITLE) -> str:
    """Give a text in one line: what is longer ends in dots."""
    plain = words.literal(text[: most + 1])
    return plain if len(text) <= most else f"{words.literal(text[:most])}…"


def moment(time: float) -> str:
    """Write a time for readers anywhere: 28 Feb 2017, 18:14 UTC."""
    at = moment_at(time, UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def day(time: float) -> str:
    """Write a day."""
    at = moment_at(time, UTC)
    return f"{at.day} {at:%b %Y}"


def made(page: PublicPage) -> str:
    """Say when the page was made."""
    return f"Made on {moment(page.made)}"


def holds(page: PublicPage) -> str:
    """Say until when it can be believed, for readers without scripts."""
    return (
        f"It holds until {moment(page.holds_until)}, and is made anew before that. "
        "If it is later than that where you are, this page is old, and things may be otherwise."
    )


def stale() -> str:
    """Say that the page is old, for a reader whose clock says so."""
    return (
        "This page is old: it should have been replaced by now, and was not. "
        "What it says may not be so any more. Load it again, or look at another address of it."
    )


def window(one: Announcement) -> str:
    """Say when maintenance is meant to be; empty for a trouble."""
    if one.starts is None or one.ends is None:
        return ""
    return f"From {moment(one.starts)} until {moment(one.ends)}"


def days_said(days: Sequence[DayRecord]) -> str:
    """Say in a sentence what ninety days were like."""
    watched = [one for one in days if one.worst is not None]
    if not watched:
        return f"Nothing is recorded of the last {len(days)} days."
    troubled = [one for one in watched if one.worst is not ServiceState.AVAILABLE]
    parts = [f"Of the last {len(days)} days {len(watched)} {words.verb(len(watched), 'is', 'are')} recorded"]
    if not troubled:
        return f"{parts[0]}; it was available on all of them."
    parts.append(f"on {words.plural(len(troubled), 'day')} it was not available all the time")
    lost = sum(one.seconds_in(ServiceState.UNAVAILABLE) for one in watched)
    if lost:
        parts.append(f"unavailable for {words.duration(lost)} in all")
    return f"{'; '.join(parts)}."


def day_said(one: DayRecord) -> str:
    """Say what a day was like that was not wholly available."""
    said = [
        f"{_STATE_WORDS[state]} for {words.duration(seconds)}"
        for state, seconds in one.seconds
        if state is not ServiceState.AVAILABLE
    ]
    return ", ".join(said) or "available"


_STATE_WORDS = {
    ServiceState.AVAILABLE: "available",
    ServiceState.PARTIAL: "available in part",
    ServiceState.UNKNOWN: "not known",
    ServiceState.UNAVAILABLE: "unavailable",
}
