"""What consoles at other machines say comes into the window as if it were said here: on the status page, and to alarms."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.operating.status_page.entries import details_of
from console.window.main_window import MainWindow
from tests.console.window.public.test_status_page_window import described, panel_of, texts
from tests.console.window.whole_window import play, until
from topology.execution.journal_entries import Entry, Kind
from topology.status_page.values import Announced, AnnouncementStatus

SAID = Announced(1_000.0, 1, "t1", "Orders are slow", ("store",), AnnouncementStatus.INVESTIGATING)


def entry_of(step: Announced) -> Entry:
    """Give what another machine's operator said, as the ledger tells it."""
    return Entry(0, datetime.now(UTC), "ben", Kind.PAGE, "", "", "", (), details_of((step,)), "", "")


def test_that_an_announcement_of_another_machine_is_shown_published_and_written_down_under_its_operators_name(
    qapp: QApplication, tmp_path: Path
) -> None:
    path, page = described(tmp_path)

    async def scenario(session: Session, window: MainWindow) -> None:
        space = session.workspace
        told = [entry_of(SAID)]
        taken: list[int] = []

        def heard() -> tuple[Entry, ...]:
            taken.append(len(told))
            found = tuple(told)
            told.clear()
            return found

        space.desk.history._elsewhere = heard  # type: ignore[attr-defined]
        await until(lambda: not told)
        assert space._watches, "before that nobody could have taken it in"
        session.panels.choose("status_page")
        await until(
            lambda: (
                ("Announcement 1", "Investigating: Orders are slow") in [row[:2] for row in texts(panel_of(session))]
            )
        )
        await until(lambda: (page / "index.html").exists() and "Orders are slow" in (page / "index.html").read_text())
        await until(lambda: [one for one in space.desk.history.entries if one.details.get("from") == "ben"])

    play(qapp, tmp_path, scenario, region=str(path))
