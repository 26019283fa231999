"""Calls the operator back to a window that is not in front, when an execution halts."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from console.operating.view import View
from topology.execution.progress import Phase, Progress

SHOWN_MS = 20_000


class Attention(QObject):
    """Marks the window in the task bar and, where the desktop has a tray, shows a notification."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._phase: Phase | None = None
        self._tray: QSystemTrayIcon | None = None

    def see(self, view: View) -> None:
        """Hear how an execution is doing, of every view."""
        self.progressed(view.progress)

    def progressed(self, progress: Progress | None) -> None:
        """Hear how an execution is doing; only the moment in which it halts calls for attention."""
        phase = None if progress is None else progress.phase
        halted = phase is Phase.HALTED and self._phase is not Phase.HALTED
        self._phase = phase
        if progress is not None and halted and not self._window.isActiveWindow():
            self.call(f"Halted: {progress.command}", progress.sentence)

    def call(self, title: str, sentence: str) -> None:
        """Call for attention."""
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            icon = self._window.windowIcon()
            self._tray = QSystemTrayIcon(icon if not icon.isNull() else QIcon.fromTheme("dialog-warning"), self)
        self._tray.show()
        self._tray.showMessage(title, sentence, QSystemTrayIcon.MessageIcon.Warning, SHOWN_MS)
