"""Calls the operator back: by sound when an alarm of high priority is new, and to a window that is not in front."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from console.operating.alarms.keeper import AlarmReading
from console.operating.view import View
from console.words.alarms import sentence
from topology.execution.progress import Phase, Progress
from topology.region.alarming.policy import AlarmRule, Priority

SHOWN_MS = 20_000


class Attention(QObject):
    """Marks the window in the task bar and, where the desktop has a tray, shows a notification."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._phase: Phase | None = None
        self._alarms: AlarmReading | None = None
        self._tray: QSystemTrayIcon | None = None

    def see(self, view: View) -> None:
        """Hear how an execution is doing, of every view."""
        self.progressed(view.progress)
        if view.alarms is not self._alarms:
            self._alarms = view.alarms
            self.alarmed(view.alarms)

    def progressed(self, progress: Progress | None) -> None:
        """Hear how an execution is doing; only the moment in which it halts calls for attention."""
        phase = None if progress is None else progress.phase
        halted = phase is Phase.HALTED and self._phase is not Phase.HALTED
        self._phase = phase
        if progress is not None and halted and not self._window.isActiveWindow():
            self.call(f"Halted: {progress.command}", progress.sentence)

    def alarmed(self, reading: AlarmReading) -> None:
        """Hear of new alarms: the first of the highest priority is said; a halt calls by itself, and what is low only stands."""
        new = [one for one in reading.new if one.priority < Priority.LOW and one.key.rule is not AlarmRule.HALTED]
        if not new:
            return
        first = min(new, key=lambda one: one.priority)
        if first.priority is Priority.HIGH:
            QApplication.beep()
        if not self._window.isActiveWindow():
            more = f" (and {len(new) - 1:,} more)" if len(new) > 1 else ""
            self.call(f"Alarm: {first.key.about}{more}", sentence(first))

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
