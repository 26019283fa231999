"""While a region is being read the window says which, and how many servers there are so far."""

import asyncio
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app.session import Session
from console.kit.theme import load_fonts, load_theme
from console.operating.regions import address_of, open_link
from console.window.frame.read_so_far import ReadSoFar
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from tests.console.window.whole_window import ended, until
from topology.generation.region import generate

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_that_what_is_read_and_how_much_of_it_is_said_until_it_is_there(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    made = generate(120_000, 5, 1)
    (tmp_path / "large/region.toml").write_text(made.text)
    (tmp_path / "large/fleet.csv").write_text("".join(lines for _, lines in made.fleet()))
    words: list[str] = []
    so_far = ReadSoFar()

    def tell(word: str) -> None:
        so_far.hear(word)
        words.append(so_far.told("large", 3))

    load_fonts()
    settings = SettingsStore(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(load_theme("night"), settings)

    async def main() -> None:
        link = open_link(address_of(str(tmp_path / "large")), tmp_path / "acts", tell=tell)
        session = Session(window, settings, link, tmp_path / "acts", so_far)
        session._say_reading()
        assert session.panels.preview.waiting.text().startswith(f"Reading {link.name} …")
        so_far.hear("Read 7 servers")
        session._say_reading()
        assert session.panels.preview.waiting.text().endswith("\nRead 7 servers …")
        session.start()
        try:
            async with asyncio.timeout(60):
                await until(session.workspace.follower.loaded.is_set)
        finally:
            await ended(session, window, qapp)

    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        runner.run(main())
    found = [re.fullmatch(r"Reading large … 3 s\nRead ([0-9,]+) servers …", word) for word in words]
    counts = [int(one[1].replace(",", "")) for one in found if one is not None]
    assert len(counts) > 1
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[-1] <= 120_000
