"""The window: it puts the panels together and nothing else. It is light to import, so that it is painted before the rest loads."""

from dataclasses import fields
from string import Template

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

import resources
from console.kit.collector import Collector
from console.kit.host.xlib import set_title
from console.kit.overrides import reported, reported_or
from console.kit.splitter import GripSplitter
from console.kit.theme import FAMILY, Theme, palette_of
from console.operating.strip import Mode, StripReading
from console.window.frame.base_window import BaseWindow
from console.window.frame.notice_room import column_of
from console.window.frame.notices import NoticeBar
from console.window.frame.overlaid import Overlaid, without_margins
from console.window.frame.tab_order import move
from console.window.frame.top_strip import TopStrip, mode_colour
from console.window.pages.detaching import Detaching
from console.window.pages.lower_tabs import LowerTabs
from console.window.pages.page_room import PageRoom
from console.window.settings import SettingsStore, from_hex, to_hex

FRAME = 3


class ModeFrame(QFrame):
    """The line around everything, in the colour of the mode.

    Drawn, not styled: another style sheet would be worked out anew for every part of the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self._colour = QColor(0, 0, 0, 0)

    def set_colour(self, colour: QColor) -> None:
        """Draw it in this colour from now on."""
        self._colour = colour
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        width, height = self.width(), self.height()
        for left, top, across, down in (
            (0, 0, width, FRAME),
            (0, height - FRAME, width, FRAME),
            (0, 0, FRAME, height),
            (width - FRAME, 0, FRAME, height),
        ):
            painter.fillRect(left, top, across, down, self._colour)


class MainWindow(BaseWindow):
    """Top strip, notices, topology, lower tabs, command line and side panel, with splitters that are remembered."""

    painted = Signal()
    """After the first paint."""
    closing = Signal()
    """The operator wants to close; whoever holds the region decides, and calls `let_close`."""

    def __init__(self, theme: Theme, settings: SettingsStore) -> None:
        super().__init__()
        self._settings = settings
        self._theme = theme
        self._mode = Mode.LOADING
        self._collector = Collector(self)
        self._may_close = False
        self._was_painted = False
        self._tab_order: tuple[QWidget, ...] = ()
        self._reading, self._doing = StripReading(), ""
        self.strip = TopStrip(theme)
        self._upper = Overlaid()
        self.notices = NoticeBar(theme)
        self.tabs = LowerTabs()
        self.tabs.setDocumentMode(True)
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName("Pages below the topology")
        self._command = _holder()
        self._side = _holder()
        self._rows = GripSplitter(Qt.Orientation.Vertical, theme)
        self._columns = GripSplitter(Qt.Orientation.Horizontal, theme)
        self.page_room = PageRoom(self._rows, self.tabs)
        self.detaching = Detaching(self, self.tabs, self._upper)
        self._put_together()
        self.set_theme(theme)
        self.show_reading(StripReading())
        self._restore()

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._theme

    def install(
        self, topology: QWidget, command: QWidget, side: QWidget, tabs: tuple[tuple[str, QWidget], ...]
    ) -> None:
        """Put the panels in, once they are loaded."""
        self.detaching.topology = topology
        for holder, panel in ((self._upper, topology), (self._command, command), (self._side, side)):
            layout = holder.layout()
            if layout is None:
                raise RuntimeError("there is no layout here, as there has to be")
            layout.addWidget(panel)
        for title, panel in tabs:
            self.tabs.put(title, panel)
        self.page_room.begin([600, 240], from_hex(self._settings.value.splitters.get("rows", "")))
        self._restore()

    def put_under_strip(self, band: QWidget) -> None:
        """Let a band stand right below the strip, over the whole width."""
        self._whole.insertWidget(1, band)

    def cover(self, view: QWidget) -> None:
        """Let *view* lie over the topology whenever it is shown."""
        self._upper.set_cover(view)

    def set_tab_order(self, panels: tuple[QWidget, ...]) -> None:
        """Let Tab go through these panels in this order, and round."""
        self._tab_order = panels

    def show_reading(self, reading: StripReading) -> None:
        """Show mode, region and age on the strip, the frame and the title."""
        self.strip.show_reading(reading)
        self._reading = reading
        self._call()
        if reading.mode is not self._mode:
            self._mode = reading.mode
            self._frame_colour()

    def show_doing(self, doing: str) -> None:
        """Say in the title what is being carried out, such as "removing 20/48"; nothing where nothing is."""
        self._doing = doing
        self._call()

    def show_tab(self, title: str) -> None:
        """Bring the lower tab with this title to the front, and give it the focus."""
        self.tabs.bring(title)

    def set_theme(self, theme: Theme) -> None:
        """Change colours of the window and of its own parts."""
        self._theme = theme
        # Dialogs of the desktop and links in texts take the colours of the application, not of a window.
        QApplication.setPalette(palette_of(theme))
        self.setPalette(palette_of(theme))
        self.setStyleSheet(style_of(theme))
        self.strip.set_theme(theme)
        self.notices.set_theme(theme)
        self._rows.set_theme(theme)
        self._columns.set_theme(theme)
        self._frame_colour()

    def let_close(self) -> None:
        """Close now: nothing runs any more."""
        self._may_close = True
        self._remember()
        self.close()

    @reported_or(False)
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the keys on; every widget of the window asks here."""
        return move(self._tab_order, self.focusWidget(), forward)

    @reported
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.closing.emit()

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.panel)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def _put_together(self) -> None:
        lower = QWidget()
        rows = QVBoxLayout(lower)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.tabs)
        self._rows.addWidget(self._upper)
        self._rows.addWidget(lower)
        self._rows.setStretchFactor(0, 3)
        self._rows.setStretchFactor(1, 1)
        self._rows.setChildrenCollapsible(True)
        self._rows.setCollapsible(0, False)
        left, self._notice_room = column_of(self._rows, self.notices, self._command)
        self._columns.addWidget(left)
        self._columns.addWidget(self._side)
        self._columns.setStretchFactor(0, 2)
        self._columns.setStretchFactor(1, 1)
        self._columns.setChildrenCollapsible(False)
        self._side.setMinimumWidth(380)
        self._frame = ModeFrame()
        self._whole = whole = QVBoxLayout(self._frame)
        whole.setContentsMargins(2 * FRAME, 2 * FRAME, 2 * FRAME, 2 * FRAME)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addWidget(self._columns, 1)
        self.setCentralWidget(self._frame)
        self._columns.setSizes([860, 420])

    def _call(self) -> None:
        reading = self._reading
        story = reading.title if reading.mode in (Mode.REPLAY, Mode.TRAINING) else ""
        parts = (reading.mode.value, reading.region, story, reading.speed, self._doing, "Underkeel")
        title = " · ".join(part for part in parts if part)
        if title != self.windowTitle():
            set_title(self, title)

    def _frame_colour(self) -> None:
        self._frame.set_colour(mode_colour(self._theme, self._mode))

    def _remember(self) -> None:
        self._settings.change(
            geometry=to_hex(self.saveGeometry()),
            splitters={"rows": to_hex(self._rows.saveState()), "columns": to_hex(self._columns.saveState())},
        )

    def _restore(self) -> None:
        kept = self._settings.value
        if kept.geometry and not self._was_painted:
            self.restoreGeometry(from_hex(kept.geometry))
        self._rows.restoreState(from_hex(kept.splitters.get("rows", "")))
        self._columns.restoreState(from_hex(kept.splitters.get("columns", "")))


def _holder() -> QWidget:
    holder = QWidget()
    without_margins(holder)
    return holder


def style_of(theme: Theme) -> str:
    """Give the style sheet of the standard widgets, in the theme's colours."""
    colours = {entry.name: getattr(theme, entry.name).name() for entry in fields(theme) if entry.name != "name"}
    return Template(resources.text("themes/widgets.qss")).substitute(colours, family=FAMILY)
