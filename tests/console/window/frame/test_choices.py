"""A menu of values only shows them: looking changes nothing, and the one in use is marked."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QMenu

from console.app.session import Session
from console.window.frame.base_window import room_on
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_that_the_scale_is_chosen_and_never_only_taken_next(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        settings = session.panels._settings
        session.panels.choose("scale")
        (menu,) = [one for one in window.findChildren(QMenu) if one.isVisible()]
        offered = [action for action in menu.actions() if action.isCheckable()]
        assert [action.text() for action in offered] == ["100 %", "110 %", "125 %", "150 %", "175 %", "200 %"]
        assert [action.text() for action in offered if action.isChecked()] == ["100 %"]
        menu.close()
        assert settings.value.scale == 100
        session.panels.choose("scale")
        (menu,) = [one for one in window.findChildren(QMenu) if one.isVisible()]
        next(action for action in menu.actions() if action.text() == "150 %").trigger()
        menu.close()
        await until(lambda: settings.value.scale == 150)

    play(qapp, tmp_path, scenario)


def test_that_a_window_leaves_room_for_its_frame() -> None:
    assert room_on(QSize(1280, 720)).height() <= 680
    assert room_on(QSize(960, 540)).width() < 960
