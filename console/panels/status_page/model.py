"""The status page as rows: services, open announcements, targets; each with the command that it may need next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from console.kit.lines.line_model import LineModel
from console.kit.theme import Theme
from console.operating.status_page.desk_page import PageReading
from console.operating.status_page.target_reading import TargetReading
from console.words import writing as words
from console.words.public import status_page as said
from topology.region.sentences.clock import moment_at
from topology.status_page.page import PublicPage, PublicService
from topology.status_page.values import Announcement, ServiceState

HEADS = ("what", "how it stands", "since", "more")
WHAT, STANDS, SINCE, MORE = range(len(HEADS))
Meaning = Literal["alarm", "caution", "clear", "quiet"]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row: its texts, what it means, and the beginning of a command about it."""

    texts: tuple[str, str, str, str]
    meaning: Meaning
    command: str


def rows_of(reading: PageReading | None, zone: tzinfo) -> list[PageRow]:
    """Give the rows of a reading, times in *zone*."""
    if reading is None:
        return []
    page = reading.page
    rows = [_announcement(one, page, zone) for one in (*page.open, *page.maintenance)]
    rows += [_service(one, zone) for one in page.services]
    return rows + [_target(one, page, zone) for one in reading.targets]


def _announcement(one: Announcement, page: PublicPage, zone: tzinfo) -> PageRow:
    update = one.updates[-1]
    texts = (
        f"Announcement {one.number:,}",
        f"{said.STATUSES[update.status]}: {said.short(one.title)}",
        _clock(update.time, zone),
        " · ".join(filter(None, (said.titled(page, one.services), said.window(one)))),
    )
    return PageRow(texts, "quiet" if one.is_maintenance else "caution", f'announce update {one.number} "')


_MEANINGS: dict[ServiceState, Meaning] = {
    ServiceState.AVAILABLE: "clear",
    ServiceState.PARTIAL: "caution",
    ServiceState.UNKNOWN: "quiet",
    ServiceState.UNAVAILABLE: "alarm",
}


def _service(one: PublicService, zone: tzinfo) -> PageRow:
    since = "" if one.since is None else _clock(one.since, zone)
    state = f"{said.MARKS[one.reading.state]} {said.state(one.reading)}"
    more = f"said by an operator: {words.literal(one.reason)}" if one.reason else ""
    command = f"override {one.name} end" if one.reason else f'announce "" for {one.name} status investigating'
    return PageRow((f"Service {said.title_of(one)}", state, since, more), _MEANINGS[one.reading.state], command)


def _target(one: TargetReading, page: PublicPage, zone: tzinfo) -> PageRow:
    took = f"revision {one.number:,}, took {words.duration(one.seconds)}" if one.number else ""
    last = "" if one.last is None else _clock(one.last, zone)
    is_late = one.last is not None and page.made - one.last > page.promised_s
    if one.elsewhere:
        state, meaning = f"published by {words.literal(one.elsewhere)}", "clear"
    elif one.trouble:
        state, meaning = f"{'▼' if is_late else '◆'} {words.literal(one.trouble)}", "alarm" if is_late else "caution"
    elif one.last is None:
        state, meaning = "being published" if one.is_busy else "not published yet", "quiet"
    else:
        state, meaning = f"{'▼ late' if is_late else '✓ holds the page'}", "alarm" if is_late else "clear"
    texts = (f"Target {one.name}", state, last, " · ".join(filter(None, (took, words.literal(one.where)))))
    return PageRow(texts, meaning, "publish")  # type: ignore[arg-type] # mypy joins the literals to a text


def _clock(time: float, zone: tzinfo) -> str:
    return f"{moment_at(time, zone):%d %b %H:%M:%S}"


class PageModel(LineModel[PageRow]):
    """Rows change in place while there are as many, so that what is selected stays selected."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, HEADS, parent)

    def show_rows(self, rows: Sequence[PageRow]) -> None:
        """Show rows; the page is read each second, and mostly says the same."""
        if list(rows) != list(self.rows):
            super().show_rows(rows)

    def says(self, row: PageRow, column: int) -> str:
        """Give the text of a cell."""
        return row.texts[column]

    def colour(self, theme: Theme, row: PageRow, column: int) -> QColor:
        """Give the colour of a cell."""
        if column != STANDS:
            return theme.text if column == WHAT else theme.text_soft
        return {"alarm": theme.alarm, "caution": theme.caution}.get(row.meaning, theme.text)

    def stay(self, rows: Sequence[PageRow]) -> bool:
        """Whether there are as many."""
        return len(rows) == len(self.rows)
