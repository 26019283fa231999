"""In a low window the topology has the most room of the left side, whichever page is below it."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play


def test_that_the_topology_gets_two_thirds_of_a_low_window_on_every_page(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        window.resize(window.minimumSize())
        await asyncio.sleep(0)
        sizes = window._rows.sizes()
        assert sizes[0] > 0.66 * sum(sizes)
        for page in ("journal", "audit", "alarms", "fleet_map"):
            session.panels.choose(page)
            assert window._rows.sizes() == sizes, page

    play(qapp, tmp_path, scenario)
