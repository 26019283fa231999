"""The announcements as feeds, RSS 2.0 and Atom (RFC 4287), of the whole page and of each service: an entry for each update."""

from datetime import UTC
from email.utils import format_datetime
from typing import NamedTuple

from console.reports.status_page.announcements import path_of
from console.reports.status_page.elements import element, xml_document
from console.words import writing as words
from console.words.public import status_page as said
from topology.region.sentences.clock import moment_at
from topology.status_page.history import DAY_S
from topology.status_page.page import PublicPage
from topology.status_page.values import Announcement, Update

MOST = 100
"""Updates in a feed, the newest."""


class FeedEntry(NamedTuple):
    """One update, as an entry of a feed."""

    of: Announcement
    number: int
    update: Update

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"{self.of.key}.{self.number}"

    @property
    def title(self) -> str:
        """Its title."""
        return f"{said.STATUSES[self.update.status]}: {said.short(self.of.title)}"

    @property
    def text(self) -> str:
        """All that is said in it."""
        return words.literal(self.update.text or self.of.title)


def _entries(announcements: tuple[Announcement, ...]) -> list[FeedEntry]:
    every = [FeedEntry(one, number, update) for one in announcements for number, update in enumerate(one.updates, 1)]
    return sorted(every, key=lambda entry: (entry.update.time, entry.key), reverse=True)[:MOST]


def rss(page: PublicPage, announcements: tuple[Announcement, ...], title: str) -> bytes:
    """Write RSS 2.0."""
    items = [
        element(
            "item",
            element("title", entry.title),
            element("link", _address(page, entry.of)),
            element("description", entry.text),
            element("pubDate", _rfc822(entry.update.time)),
            element("guid", _name(page, entry), isPermaLink="false"),
        )
        for entry in _entries(announcements)
    ]
    channel = element(
        "channel",
        element("title", words.literal(title)),
        element("link", page.address or _urn(page)),
        element("description", words.literal(title)),
        element("lastBuildDate", _rfc822(_changed(page, announcements))),
        *items,
    )
    return xml_document(element("rss", channel, version="2.0"))


def atom(page: PublicPage, announcements: tuple[Announcement, ...], title: str, name: str) -> bytes:
    """Write Atom; *name* is the feed's path from the page's folder."""
    entries = [
        element(
            "entry",
            element("title", entry.title),
            element("id", _name(page, entry)),
            element("updated", _rfc3339(entry.update.time)),
            element("link", rel="alternate", href=_address(page, entry.of)),
            element("content", entry.text, type="text"),
        )
        for entry in _entries(announcements)
    ]
    feed = element(
        "feed",
        element("title", words.literal(title)),
        element("id", f"{_urn(page)}:{name}"),
        element("updated", _rfc3339(_changed(page, announcements))),
        element("author", element("name", words.literal(page.title))),
        element("link", rel="self", href=f"{page.address}{name}") if page.address else None,
        *entries,
        xmlns="http://www.w3.org/2005/Atom",
    )
    return xml_document(feed)


def _changed(page: PublicPage, announcements: tuple[Announcement, ...]) -> float:
    """Give when a feed changed last; one without entries, when the day began, so that it is not another file each minute."""
    return max((one.updates[-1].time for one in announcements), default=page.made // DAY_S * DAY_S)


def _address(page: PublicPage, one: Announcement) -> str:
    return f"{page.address}{path_of(one)}" if page.address else f"{_urn(page)}:{one.key}"


def _name(page: PublicPage, entry: FeedEntry) -> str:
    return f"{_urn(page)}:{entry.key}"


def _urn(page: PublicPage) -> str:
    return f"urn:underkeel:{page.region}"


def _rfc822(time: float) -> str:
    return format_datetime(moment_at(time, UTC))


def _rfc3339(time: float) -> str:
    return moment_at(time, UTC).isoformat(timespec="seconds")
