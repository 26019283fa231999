"""Everything can be reached and used by keys, says what it is, and shows where the keys go: in the whole window, as it is used."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QTabBar, QToolButton, QWidget

from console.app.session import Session
from console.kit.host.system_look import THEME_CHOICES
from console.kit.theme import THEMES
from console.operating.notice import Notice
from console.panels.preview.seen import SEEN_S
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

CALM, CLEAR, CAUTION, BLOCKED = (
    "",
    "remove 1 server from storage",
    "remove 40 servers from billing",
    "remove 400 from billing",
)
CONTROLS = (QLineEdit, QPushButton, QComboBox, QTabBar, QToolButton)


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def steady(qapp: QApplication) -> Iterator[QApplication]:
    """Let the text cursor stand still, so that pictures of the same thing are the same."""
    before = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield qapp
    qapp.setCursorFlashTime(before)


def name_of(widget: QWidget) -> str:
    """Give what a screen reader would say of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return str(interface.text(QAccessible.Text.Name))


def interactive(window: MainWindow) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.StrongFocus)
    ]


async def shown(session: Session, text: str) -> None:
    """Type a command and wait until its plan can be confirmed, if it can."""
    session.panels.type(text)
    if text:
        await until(
            lambda: session.workspace.bench.work.plan is not None and session.panels.preview.confirm_bar.isVisible()
        )
        await asyncio.sleep(SEEN_S)
        await until(lambda: session.panels.preview.confirm_bar.armed() or is_blocked(session))
    else:
        await until(lambda: session.workspace.bench.work.plan is None)


def is_blocked(session: Session) -> bool:
    plan = session.workspace.bench.work.plan
    return plan is not None and plan.blocked


async def answered(session: Session, question: str) -> None:
    session.panels.command.set_text(question)
    QTest.keyClick(session.panels.command.editor, Qt.Key.Key_Return)
    await until(session.panels.preview.answer.isVisible)


async def carried_out(session: Session) -> None:
    """Confirm a plan of several waves, and wait until it is under way."""
    await shown(session, "remove 25 servers from storage")
    bar = session.panels.preview.confirm_bar
    if bar.field.isVisible():
        bar.field.setText("25")
    assert bar.try_confirm(), bar.button.text()
    await until(session.panels.execution.stop_button.isVisible)


def visited(window: MainWindow, key: Qt.Key, start: QWidget) -> list[QWidget]:
    """Press a key from *start* until the keys come back there; gives where they went."""
    start.setFocus()
    found: list[QWidget] = []
    for _ in range(100):
        focused = window.focusWidget()
        if focused is None or focused in found:
            break
        found.append(focused)
        QTest.keyClick(focused, key)
    return found


def test_that_every_control_on_screen_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        session.workspace.notice(Notice("n", "Something was left", "caution", (("Undo it", "undo"),)))

        async def find() -> None:
            panels.topology.hand.open_find()

        async def complete() -> None:
            panels.type("remo")
            QTest.keyClick(panels.command.editor, Qt.Key.Key_Tab)
            panels.command.completing.wanted.emit(2)

        async def journal() -> None:
            window.show_tab("Journal")

        looks: list[Callable[[], object]] = [
            *(lambda text=text: shown(session, text) for text in (CALM, CLEAR, CAUTION, BLOCKED)),
            *(lambda text=text: answered(session, text) for text in ("headroom", "explain index", "help")),
            find,
            complete,
            journal,
            lambda: carried_out(session),
        ]
        seen = set()
        for look in looks:
            await look()  # type: ignore[misc]
            for widget in interactive(window):
                assert name_of(widget).strip(), f"{widget} in {widget.parent()}"
                seen.add(type(widget).__name__)
        assert {"Editor", "EffectTable", "CountField", "ConfirmButton", "LineTable", "FindField", "QPushButton"} <= seen
        assert "FleetMapView" in seen

    play(qapp, tmp_path, scenario)


def test_that_no_two_buttons_on_screen_have_the_same_name(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        for number in range(3):
            session.workspace.notice(
                Notice(f"{number}", f"Entry {number} was left", offers=(("Undo it", f"undo {number}"),))
            )
        await carried_out(session)
        await shown(session, BLOCKED)
        names = [name_of(button) for button in window.findChildren(QPushButton) if button.isVisible()]
        assert sorted(names) == sorted(set(names))

    play(qapp, tmp_path, scenario)


@pytest.mark.parametrize("tab", ["Fleet map", "Journal"])
def test_that_tab_goes_the_way_of_the_work_and_reaches_every_control(
    qapp: QApplication, tmp_path: Path, tab: str
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        preview, execution, journal = panels.preview, panels.execution, panels.journal
        await until(lambda: panels.fleet.map is not None)
        window.show_tab(tab)
        await carried_out(session)
        await until(lambda: panels.command.text() == "")
        await shown(session, CAUTION)
        preview.confirm_bar.field.setText("40")
        visited(window, Qt.Key.Key_Tab, preview.table)  # the journal's selects its first entry, which can be undone
        reachable = [widget for widget in interactive(window) if widget.isEnabled() and not widget.focusProxy()]
        reachable = [widget for widget in reachable if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
        # The command line keeps Tab for completion: from there it is Shift+Tab, or a key of the menu.
        stops = visited(window, Qt.Key.Key_Tab, preview.table)
        way = (
            preview.table,
            preview.servers.toggle,
            preview.largest,
            preview.confirm_bar.field,
            preview.confirm_bar.button,
            execution.stop_button,
            execution.hold_button,
            window.tabs.tabBar(),
            panels.fleet.map,
            journal.filter,
            journal.table,
            journal.detail,
            panels.topology,
            panels.command.editor,
        )
        # While something runs nothing else can be confirmed, and the journal's detail comes with a chosen row.
        way = tuple(stop for stop in way if stop.isVisible() and stop.isEnabled())
        first = panels.fleet.map if tab == "Fleet map" else journal.filter
        assert {preview.table, execution.stop_button, first, panels.topology} <= set(way)
        assert [stop for stop in stops if stop in way] == list(way)
        assert [name_of(widget) for widget in reachable if widget not in stops] == []
        assert visited(window, Qt.Key.Key_Backtab, panels.command.editor) == [stops[-1], *reversed(stops[:-1])]

    play(qapp, tmp_path, scenario)


def test_that_rows_made_later_stand_in_the_order_of_the_screen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        await shown(session, CAUTION)
        session.workspace.notice(Notice("n", "Something was left", "caution", (("Undo it", "undo"),)))
        await until(lambda: bool(window.notices.findChildren(QPushButton)))
        offer = next(one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo it")
        QTest.keyClick(session.panels.command.editor, Qt.Key.Key_Backtab)
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
        assert window.focusWidget() is offer

    play(qapp, tmp_path, scenario)


def test_that_the_key_of_each_panel_gives_the_keys_to_something_in_it(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        for state in (lambda: shown(session, CALM), lambda: answered(session, "help")):
            await state()
            for action, panel in (
                ("preview", panels.preview),
                ("fleet_map", panels.fleet),
                ("journal", panels.journal),
                ("messages", panels.messages),
                ("topology", panels.topology),
                ("command", panels.command),
            ):
                panels.actions[action].trigger()
                focused = window.focusWidget()
                assert focused is panel or panel.isAncestorOf(focused)
                assert focused.focusPolicy() & Qt.FocusPolicy.TabFocus, action

    play(qapp, tmp_path, scenario)


def luminance(image: QImage) -> NDArray[np.float64]:
    """Give the relative luminance of WCAG 2 of every pixel."""
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine() // 4, 4)
    parts = rows[:, : plain.width(), :3] / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def marked(before: QImage, after: QImage) -> int:
    """Count the pixels that changed with a contrast of 3:1 at least."""
    one, other = luminance(before) + 0.05, luminance(after) + 0.05
    return int((np.maximum(one, other) / np.minimum(one, other) >= 3).sum())


def picture(window: MainWindow, widget: QWidget) -> QImage:
    # What marks the command line stands before it, and frames may stand just outside.
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-44, -4, 4, 4)
    return window.grab(place.intersected(window.rect())).toImage()


def test_that_the_focus_is_seen_wherever_it_is(steady: QApplication, tmp_path: Path, theme: str) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        window.resize(1280, 800)
        await carried_out(session)
        panels.run("pause")
        await until(lambda: panels.execution.hold_button.text() == "Resume")
        await shown(session, CAUTION)
        panels.preview.confirm_bar.field.setText("40")
        panels.preview.table.setFocus()
        seen: list[QWidget] = []
        while (stop := window.focusWidget()) not in seen:
            seen.append(stop)
            after = picture(window, stop)
            (panels.topology if stop is not panels.topology else panels.journal.table).setFocus()
            before = picture(window, stop)
            assert marked(before, after) >= 40, f"{stop} {name_of(stop)}"
            stop.setFocus()
            QTest.keyClick(stop, Qt.Key.Key_Tab)
        assert len(seen) > 10

    play(steady, tmp_path, scenario, theme)


def test_that_every_action_of_the_menu_has_a_key(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        keys = {name: action.shortcut().toString() for name, action in session.panels.actions.items()}
        choices = [f"theme.{name}" for name in THEME_CHOICES]  # "theme" has the key, and the palette has them all
        # Escape twice is no key sequence; what one reads once is found in the menu and the palette.
        assert sorted(name for name, key in keys.items() if not key) == sorted(["stop", *choices, "news", "about"])
        given = [key for key in keys.values() if key]
        assert len(set(given)) == len(given)

    play(qapp, tmp_path, scenario)
