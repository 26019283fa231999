"""Announcements on pages: each with what was said in it, the newest first, and a page of its own for good."""

import hashlib
import re
from datetime import UTC
from xml.etree import ElementTree as ET

from console.reports.status_page.elements import element
from console.reports.status_page.frame import whole_page
from console.words import writing as words
from console.words.public import status_page as said
from topology.region.sentences.clock import moment_at
from topology.status_page.page import PublicPage
from topology.status_page.values import Announcement, AnnouncementStatus

FOLDER = "announcements"
_LOOKS = {
    AnnouncementStatus.RESOLVED: "available",
    AnnouncementStatus.COMPLETED: "available",
    AnnouncementStatus.SCHEDULED: "planned",
}
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")


def path_of(one: Announcement) -> str:
    """Give where the page of an announcement is, from the page's own folder."""
    return f"{FOLDER}/{one.key}.html"


def file_name_of(service: str) -> str:
    """Give a service's name as the beginning of a file's: one that is no file's name gets a digest in its place."""
    if _PLAIN.fullmatch(service):
        return service
    return f"service-{hashlib.sha256(service.encode(errors='backslashreplace')).hexdigest()[:12]}"


def stamp(time: float) -> ET.Element:
    """Write a time that programs can read, too."""
    return element("time", said.moment(time), datetime=moment_at(time, UTC).isoformat(timespec="seconds"))


def article(page: PublicPage, one: Announcement, up: str = "", *, heading: str = "h3") -> ET.Element:
    """Write an announcement as a box."""
    name = element("a", said.short(one.title), href=f"{up}{path_of(one)}")
    about = [words.literal(said.titled(page, one.services))] if one.services else []
    if window := said.window(one):
        about.append(window)
    updates = [_update(one, number) for number in reversed(range(len(one.updates)))]
    return element(
        "article",
        element(heading, name),
        element("p", " · ".join(about), class_="soft") if about else None,
        element("ol", *updates, class_="plain"),
        class_=f"box {_LOOKS.get(one.status, 'partial')}",
    )


def _update(one: Announcement, number: int) -> ET.Element:
    update = one.updates[number]
    text = words.literal(update.text) if update.text else ("" if number else words.literal(one.title))
    status = element("span", said.STATUSES[update.status], class_="state")
    return element("li", status, f" — {text} " if text else " ", element("span", stamp(update.time), class_="soft"))


def announcement_page(page: PublicPage, one: Announcement) -> bytes:
    """Write the page of one announcement, which keeps its address for good."""
    open_ = not one.is_over
    back = element("p", element("a", f"To the page: {words.literal(page.title)}", href="../index.html"))
    content = [
        element("header", element("h1", words.literal(page.title))),
        element("main", element("h2", "Announcement"), article(page, one, "../")),
        element(
            "footer", back, element("p", f"{said.made(page)}. {said.holds(page)}", class_="soft") if open_ else None
        ),
    ]
    return whole_page(f"{said.short(one.title)} — {said.short(page.title)}", page, content, "../", dated=open_)


def history_page(page: PublicPage) -> bytes:
    """Write all announcements that were ever made."""
    articles = [article(page, one) for one in page.announcements]
    content = [
        element("header", element("h1", words.literal(page.title))),
        element("main", element("h2", "All announcements"), *(articles or [element("p", "None so far.")])),
        element("footer", element("p", element("a", "To the page", href="index.html"))),
    ]
    return whole_page(f"All announcements — {said.short(page.title)}", page, content, dated=False)
