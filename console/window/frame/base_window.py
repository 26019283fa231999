"""A window that fits its screen, takes regions that are dropped on it, and passes on letters that nothing takes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow

from console.kit.keys import keep_typed, letter_of
from console.kit.overrides import reported

SMALLEST = QSize(960, 600)
USUAL = QSize(1680, 1000)
AROUND = QSize(4, 40)
"""Pixels that frame and title of the usual desktops take, which nobody tells before the window is shown."""


class BaseWindow(QMainWindow):
    """Knows screens and events, and no panel."""

    lettered = Signal(str)
    """A letter or digit was typed that nothing in the window has a use for."""
    dropped = Signal(str)
    """The path of a region that was dropped on the window."""

    def __init__(self) -> None:
        super().__init__()
        self._early: list[str] | None = []
        """What was typed before anything could take it; None once something does."""
        self.setAcceptDrops(True)
        self.resize(USUAL.boundedTo(self.fit_screen()))

    def fit_screen(self) -> QSize:
        """Ask for no more than the screen has; gives the room there is."""
        room = room_on(self.screen().availableGeometry().size())
        self.setMinimumSize(SMALLEST.width(), min(SMALLEST.height(), room.height()))
        return room

    def keep_size(self, ratio: float) -> None:
        """Keep as many pixels of the screen where each unit of the window has become 1 / *ratio* as many of them."""
        shown = self.windowState()
        full = shown & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen)
        if full:
            self.showNormal()
        wanted = QSize(round(self.width() * ratio), round(self.height() * ratio))
        self.resize(wanted.boundedTo(self.fit_screen()))
        if full:
            self.setWindowState(shown)

    def let_type(self, take: Callable[[str], None]) -> None:
        """Give letters that nothing in the window has a use for to *take*, first what was typed before there was a line."""
        early, self._early = self._early, None
        self.lettered.connect(take)
        if early:
            take("".join(early))

    def take_letter(self, letter: str) -> None:
        """Hear a letter that was typed in another window of this one."""
        self.activateWindow()
        self.lettered.emit(letter)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on what is typed where nothing takes it: it is the beginning of a command."""
        if self._early is not None and keep_typed(self._early, event):
            return
        if letter := letter_of(event):
            self.lettered.emit(letter)
        else:
            super().keyPressEvent(event)

    @reported
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if region_in(event.mimeData()):
            event.acceptProposedAction()

    @reported
    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped.emit(region_in(event.mimeData()))
        event.acceptProposedAction()


def room_on(available: QSize) -> QSize:
    """Give the size that a window has room for on a screen, its frame and title being round it."""
    return QSize(max(1, available.width() - AROUND.width()), max(1, available.height() - AROUND.height()))


def region_in(data: QMimeData) -> str:
    """Give the path of the region in what is dragged; empty where it is none, or more than one."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if len(paths) != 1:
        return ""
    path = paths[0]
    fits = path.suffix.lower() == ".toml" or (path / "region.toml").is_file()
    return str(path) if fits else ""
