"""The frame that holds the panels: painted first, named by its mode, and never closed over the operator's head."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from console.kit.theme import THEMES, load_fonts, load_theme
from console.operating.notice import Notice
from console.operating.strip import Mode, StripReading
from console.window.frame.base_window import SMALLEST, USUAL, room_on
from console.window.frame.top_strip import mode_colour
from console.window.main_window import MainWindow, style_of
from console.window.settings import SettingsStore

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def settings(tmp_path: Path) -> SettingsStore:
    return SettingsStore(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def window(qtbot: QtBot, settings: SettingsStore) -> MainWindow:
    load_fonts()
    return opened(qtbot, settings)


def opened(qtbot: QtBot, settings: SettingsStore) -> MainWindow:
    window = MainWindow(load_theme("night"), settings)
    qtbot.addWidget(window, before_close_func=MainWindow.let_close)
    return window


def panel(name: str) -> QLabel:
    label = QLabel(name)
    label.setMinimumSize(50, 50)
    return label


def test_that_it_says_once_that_it_was_painted(qtbot: QtBot, window: MainWindow) -> None:
    said: list[int] = []
    window.painted.connect(lambda: said.append(1))
    with qtbot.waitSignal(window.painted):
        window.show()
    window.repaint()
    window.resize(1300, 700)
    window.repaint()
    assert said == [1]


def test_that_it_fits_the_screen_and_the_smallest_screen_promised(window: MainWindow) -> None:
    available = window.screen().availableGeometry().size()
    assert window.size() == room_on(available).boundedTo(USUAL).expandedTo(SMALLEST)
    assert window.minimumSize() == SMALLEST
    assert SMALLEST.boundedTo(QSize(1280, 720)) == SMALLEST


def test_that_before_anything_is_known_it_says_so(window: MainWindow) -> None:
    assert window.windowTitle() == "LOADING · Underkeel"


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.LOADING])
def test_that_the_mode_is_in_the_title_and_around_everything(qtbot: QtBot, window: MainWindow, mode: Mode) -> None:
    window.show()
    qtbot.waitExposed(window)
    window.show_reading(StripReading(mode, "us-east-1"))
    assert window.windowTitle() == f"{mode.value} · us-east-1 · Underkeel"
    colour = mode_colour(window.theme, mode)

    def corners() -> set[str]:
        image = window.grab().toImage()
        right, bottom = image.width() - 2, image.height() - 2
        return {
            image.pixelColor(x, y).name()
            for x, y in ((1, bottom), (right, bottom), (1, bottom // 2), (right, bottom // 2))
        }

    qtbot.waitUntil(lambda: corners() == {colour.name()})


def test_that_closing_only_asks(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    with qtbot.waitSignal(window.closing):
        assert not window.close()
    assert window.isVisible()
    window.let_close()
    assert not window.isVisible()


def test_that_place_and_splitters_are_remembered(qtbot: QtBot, settings: SettingsStore) -> None:
    load_fonts()
    first = opened(qtbot, settings)
    first.install(panel("topology"), panel("command"), panel("side"), (("Journal", panel("journal")),))
    first.show()
    first.resize(960, 690)
    first._columns.setSizes([510, 450])
    first._rows.setSizes([300, 390])
    shares = share(first._columns), share(first._rows)
    first.let_close()
    second = opened(qtbot, settings)
    second.install(panel("topology"), panel("command"), panel("side"), (("Journal", panel("journal")),))
    second.show()
    assert second.size() == QSize(960, 690)
    assert (share(second._columns), share(second._rows)) == pytest.approx(shares, abs=0.02)


def share(splitter: QSplitter) -> float:
    """Give the share of the first of two parts."""
    first, second = splitter.sizes()
    return first / (first + second)


def test_that_a_remembered_place_that_makes_no_sense_is_no_matter(qtbot: QtBot, settings: SettingsStore) -> None:
    load_fonts()
    settings.change(geometry="abcd", splitters={"rows": "zz", "columns": "00"})
    window = opened(qtbot, settings)
    window.show()
    assert window.width() >= SMALLEST.width()


def test_that_panels_stand_where_they_belong(qtbot: QtBot, window: MainWindow) -> None:
    topology, command, side, journal = (panel(name) for name in ("topology", "command", "side", "journal"))
    window.install(topology, command, side, (("Journal", journal),))
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()

    def top_left(widget: QLabel) -> tuple[int, int]:
        place = widget.mapTo(window, widget.rect().topLeft())
        return place.x(), place.y()

    qtbot.waitUntil(lambda: window.rect().contains(command.mapTo(window, command.rect().bottomRight())))
    assert command.width() > 300
    assert top_left(topology)[1] < top_left(journal)[1] < top_left(command)[1]
    assert top_left(side)[0] >= top_left(topology)[0] + topology.width()
    assert window.tabs.tabText(0) == "Journal"
    for widget in (topology, command, side, journal):
        assert window.rect().contains(widget.mapTo(window, widget.rect().bottomRight()))


@pytest.mark.parametrize("name", THEMES)
def test_that_the_style_sheet_has_no_colour_of_its_own(name: str, qapp: object) -> None:
    theme = load_theme(name)
    style = style_of(theme)
    assert "$" not in style
    assert theme.border.name() in style


def test_that_the_theme_can_change_while_it_is_open(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    qtbot.waitExposed(window)
    day = load_theme("day")
    window.set_theme(day)
    assert window.theme is day
    qtbot.waitUntil(lambda: window.grab().toImage().pixelColor(640, window.height() - 40) == day.panel)


def test_that_every_control_can_be_reached_by_key_and_has_a_name(window: MainWindow) -> None:
    assert window.strip.accessibleName()
    assert window.strip.focusPolicy() is Qt.FocusPolicy.NoFocus  # it is only looked at


def test_that_a_lower_tab_is_found_by_its_title_whatever_it_is_called_and_wherever_it_stands(qtbot: QtBot) -> None:
    window = MainWindow(load_theme("night"), SettingsStore(QSettings("nowhere", "nothing")))
    qtbot.addWidget(window)
    pages = {title: QWidget() for title in ("Fleet map", "Alarms", "Playbooks")}
    window.install(QWidget(), QWidget(), QWidget(), tuple(pages.items()))
    window.tabs.insertTab(0, QWidget(), "Timeline")
    window.tabs.removeTab(1)
    window.tabs.call("Alarms", "Alarms 2")
    texts = [window.tabs.tabText(number) for number in range(window.tabs.count())]
    assert texts == ["Timeline", "Alarms 2", "Playbooks"]
    for title, page in (("Playbooks", pages["Playbooks"]), ("Alarms", pages["Alarms"])):
        window.show_tab(title)
        assert window.tabs.currentWidget() is page
    window.show_tab("Timeline")
    assert window.tabs.currentIndex() == 0


@pytest.mark.parametrize("size", [SMALLEST, QSize(1280, 800), QSize(1680, 1000)])
def test_that_notices_neither_cover_the_topology_nor_move_it(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    topology, command, side, journal = (panel(name) for name in ("topology", "command", "side", "journal"))
    window.install(topology, command, side, (("Journal", journal),))
    window.resize(size)
    with qtbot.waitExposed(window):
        window.show()

    def place(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())

    qtbot.waitUntil(lambda: window.rect().contains(place(command)) and window.rect().contains(place(side)))

    before, line, keys = place(topology), place(command), "a" if size == SMALLEST else "ab"
    for key in keys:
        window.notices.show_notice(Notice(key, f"Entry {key} was cut off, and nobody has gone on with it.", "caution"))
        bar = place(window.notices)
        assert bar.height() > 20
        assert place(topology) == before
        assert not bar.intersects(before)
        assert (bar.bottom() + 1, place(command)) == (line.top(), line)
    qtbot.waitUntil(lambda: place(journal).bottom() < place(window.notices).top())
    assert place(topology) == before
    for key in keys:
        window.notices.drop(key)
    qtbot.waitUntil(lambda: not window.notices.isVisible())
    assert place(topology) == before
