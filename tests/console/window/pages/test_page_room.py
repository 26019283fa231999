"""The height that topology and lower page share: where there is little, the page is folded to its titles until it is asked for."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSplitter
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore

LEAST = 150
"""Pixels of height that the page in these tests needs."""

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def settings(tmp_path: Path) -> SettingsStore:
    load_fonts()
    return SettingsStore(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


def opened(qtbot: QtBot, settings: SettingsStore, height: int) -> MainWindow:
    window = MainWindow(load_theme("night"), settings)
    qtbot.addWidget(window, before_close_func=MainWindow.let_close)
    window.setMinimumSize(900, 300)
    window.resize(960, height)
    window.show()
    qtbot.waitExposed(window)
    pages = tuple((title, QLabel(title)) for title in ("Fleet map", "Journal"))
    for _, page in pages:
        page.setMinimumHeight(LEAST)
    window.install(QLabel("topology"), QLabel("command"), QLabel("side"), pages)
    return window


def page_height(window: MainWindow) -> int:
    rows = window.findChildren(QSplitter)[0]
    splitter = rows if rows.orientation() is Qt.Orientation.Vertical else window.findChildren(QSplitter)[1]
    return splitter.sizes()[1]


def is_folded(window: MainWindow) -> bool:
    return page_height(window) < LEAST


def test_that_a_low_window_leaves_the_topology_all_but_the_titles_of_the_pages(
    qtbot: QtBot, settings: SettingsStore
) -> None:
    window = opened(qtbot, settings, 420)
    qtbot.waitUntil(lambda: is_folded(window))
    assert page_height(window) >= window.tabs.tabBar().sizeHint().height()
    assert window.tabs.tabBar().isVisible()


def test_that_a_window_with_room_for_both_shows_both(qtbot: QtBot, settings: SettingsStore) -> None:
    window = opened(qtbot, settings, 700)
    assert not is_folded(window)


def test_that_a_page_that_is_asked_for_by_its_title_opens_and_stays(qtbot: QtBot, settings: SettingsStore) -> None:
    window = opened(qtbot, settings, 420)
    qtbot.waitUntil(lambda: is_folded(window))
    window.show_tab("Journal")
    qtbot.waitUntil(lambda: not is_folded(window))
    window.resize(970, 430)
    qtbot.waitUntil(lambda: window.width() == 970)
    assert not is_folded(window)


def test_that_a_click_on_the_title_of_the_page_in_front_opens_it(qtbot: QtBot, settings: SettingsStore) -> None:
    window = opened(qtbot, settings, 420)
    qtbot.waitUntil(lambda: is_folded(window))
    bar = window.tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center() + QPoint(1, 1))
    qtbot.waitUntil(lambda: not is_folded(window))


def test_that_the_page_opens_when_the_window_grows_and_folds_when_it_is_low_again(
    qtbot: QtBot, settings: SettingsStore
) -> None:
    window = opened(qtbot, settings, 420)
    qtbot.waitUntil(lambda: is_folded(window))
    window.resize(960, 760)
    qtbot.waitUntil(lambda: not is_folded(window))
    window.resize(960, 420)
    qtbot.waitUntil(lambda: is_folded(window))


def test_that_a_page_that_was_kept_open_in_a_low_window_is_open_the_next_time(
    qtbot: QtBot, settings: SettingsStore
) -> None:
    window = opened(qtbot, settings, 420)
    qtbot.waitUntil(lambda: is_folded(window))
    window.show_tab("Fleet map")
    qtbot.waitUntil(lambda: not is_folded(window))
    window.let_close()
    assert not is_folded(opened(qtbot, settings, 420))
