"""The page itself: how everything is, what was announced, every service with its ninety days."""

from xml.etree import ElementTree as ET

from console.reports.status_page.announcements import article, file_name_of, stamp
from console.reports.status_page.elements import element
from console.reports.status_page.frame import whole_page
from console.words import writing as words
from console.words.public import status_page as said
from topology.status_page.history import DAY_S, DayRecord
from topology.status_page.page import PublicPage, PublicService
from topology.status_page.values import Announcement, ServiceState

RECENT_S = 15 * DAY_S
"""What is over for longer than this is on the page of all announcements only."""
_BAR, _GAP, _TALL = 7, 3, 28
_HEIGHTS = {
    ServiceState.AVAILABLE: 10,
    ServiceState.UNKNOWN: 16,
    ServiceState.PARTIAL: 20,
    ServiceState.UNAVAILABLE: _TALL,
}
"""How tall a day's bar is by its worst state: the height says it without the colour."""


def index_page(page: PublicPage) -> bytes:
    """Write it."""
    content = [
        element("header", element("h1", words.literal(page.title)), _overall(page), _holds(page)),
        element("main", *_sections(page)),
        _footer(page),
    ]
    return whole_page(said.short(page.title), page, content)


def _overall(page: PublicPage) -> ET.Element:
    mark = element("span", said.MARKS[page.worst], class_="mark", aria_hidden="true")
    return element("p", mark, f" {said.overall(page)}", class_=f"overall box {page.worst}", id="overall")


def _holds(page: PublicPage) -> ET.Element:
    return element("p", f"{said.made(page)}. {said.holds(page)}", class_="soft", id="holds")


def _sections(page: PublicPage) -> list[ET.Element]:
    recent = [one for one in page.past if page.made - one.updates[-1].time <= RECENT_S]
    shown = [_announcements("Open announcements", page, page.open, "")] if page.open else []
    shown.append(_section("Services", *(_service(one) for one in page.services)))
    if page.maintenance:
        shown.append(_announcements("Planned maintenance", page, page.maintenance, ""))
    shown.append(_announcements("Past announcements of 15 days", page, tuple(recent), "None."))
    return shown


def _announcements(title: str, page: PublicPage, found: tuple[Announcement, ...], nothing: str) -> ET.Element:
    articles = [article(page, one) for one in found] or [element("p", nothing, class_="soft")]
    return _section(title, *articles)


def _section(title: str, *content: ET.Element) -> ET.Element:
    name = title.lower().replace(" ", "-")
    return element("section", element("h2", title, id=name), *content, aria_labelledby=name)


def _service(one: PublicService) -> ET.Element:
    reading = one.reading
    mark = element("span", said.MARKS[reading.state], class_="mark", aria_hidden="true")
    state = element("p", mark, " ", element("span", said.state(reading), class_="state"))
    if one.since is not None:
        state.append(element("span", " since ", stamp(one.since), class_="soft"))
    reason = element("p", f"Said by an operator: {words.literal(one.reason)}") if one.reason else None
    return element(
        "article", element("h3", said.title_of(one)), state, reason, *_days(one), class_=f"box {reading.state}"
    )


def _days(one: PublicService) -> list[ET.Element]:
    summary = said.days_said(one.days)
    width = len(one.days) * (_BAR + _GAP)
    bars = [_bar(day, number) for number, day in enumerate(one.days)]
    picture = element("svg", *bars, viewBox=f"0 0 {width} {_TALL}", preserveAspectRatio="none", role="img")
    picture.set("aria-label", summary)
    parts = [picture, element("p", summary, class_="soft", aria_hidden="true")]
    troubled = [day for day in reversed(one.days) if day.worst not in (None, ServiceState.AVAILABLE)]
    if troubled:
        rows = [
            element("tr", element("th", said.day(day.start), scope="row"), element("td", said.day_said(day)))
            for day in troubled
        ]
        body = element("table", element("tbody", *rows))
        parts.append(element("details", element("summary", f"Those days of {said.title_of(one)}"), body))
    return parts


def _bar(day: DayRecord, number: int) -> ET.Element:
    worst = day.worst
    height = 2 if worst is None else _HEIGHTS[worst]
    inset = 1 if worst is ServiceState.UNKNOWN else 0
    return element(
        "rect",
        x=str(number * (_BAR + _GAP) + inset),
        y=str(_TALL - height + inset),
        width=str(_BAR - 2 * inset),
        height=str(height - 2 * inset),
        class_=f"bar-{'none' if worst is None else worst}",
    )


def _footer(page: PublicPage) -> ET.Element:
    links = [
        ("All announcements", "history.html"),
        ("JSON", "summary.json"),
        ("RSS", "history.rss"),
        ("Atom", "history.atom"),
    ]
    own = [(f"RSS of {said.title_of(one)}", f"services/{file_name_of(one.name)}.rss") for one in page.services]
    drilled = (
        "No drill has been passed yet."
        if page.drilled is None
        else f"The last drill was passed on {said.moment(page.drilled)}."
    )
    items = [element("li", element("a", title, href=where)) for title, where in (*links, *own)]
    return element(
        "footer",
        element("nav", element("ul", *items, class_="plain"), aria_label="Feeds and archive"),
        element("p", drilled, class_="soft"),
    )
