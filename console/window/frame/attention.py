"""Calls the operator back to a window that is not in front: an execution ended, the source fell silent, an alarm is new."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from console.kit.host.notifying import SHOWN_MS, notify
from console.operating.alarms.keeper import AlarmReading
from console.operating.strip import StripReading
from console.operating.view import View
from console.words.alarms import sentence
from topology.execution.progress import Phase, Progress
from topology.region.alarming.policy import AlarmRule, Priority


class Attention(QObject):
    """Marks the window in the task bar and shows a notification of the desktop, where it is wanted."""

    def __init__(self, window: QWidget, wanted: Callable[[], bool] = lambda: True) -> None:
        super().__init__(window)
        self._window = window
        self._wanted = wanted
        self._silent = False
        self._phase: Phase | None = None
        self._alarms: AlarmReading | None = None
        self._tray: QSystemTrayIcon | None = None

    def see(self, view: View) -> None:
        """Hear how an execution is doing, and whether the source is heard of, of every view."""
        self.progressed(view.progress)
        self.heard(view.strip)
        if view.alarms is not self._alarms:
            self._alarms = view.alarms
            self.alarmed(view.alarms)

    def progressed(self, progress: Progress | None) -> None:
        """Hear how an execution is doing; the moment in which it ends or halts calls for attention."""
        phase = None if progress is None else progress.phase
        before, self._phase = self._phase, phase
        if progress is None or phase is before or before is None or not progress.phase.is_end:
            return
        if not self._window.isActiveWindow():
            word = {Phase.HALTED: "Halted", Phase.STOPPED: "Stopped"}.get(progress.phase, "Finished")
            # The word for its phase stands in the title.
            why = progress.reason or progress.sentence
            self.call(f"{word}: {progress.command}", why, urgent=progress.phase is Phase.HALTED)

    def heard(self, strip: StripReading) -> None:
        """Hear whether the source is silent; the moment in which it falls silent calls for attention."""
        fell, self._silent = strip.stale and not self._silent, strip.stale
        if fell and not self._window.isActiveWindow():
            self.call(f"{strip.region} is silent", f"No news for {strip.silent_for}: nothing can be confirmed.")

    def alarmed(self, reading: AlarmReading) -> None:
        """Hear of new alarms: the first of the highest priority is said; a halt calls by itself, and what is low only stands."""
        new = [one for one in reading.new if one.priority < Priority.LOW and one.key.rule is not AlarmRule.HALTED]
        if not new:
            return
        if any(one.priority is Priority.HIGH for one in new):
            QApplication.beep()
        # That the source is silent was said when it fell silent.
        new = [one for one in new if one.key.rule is not AlarmRule.SOURCE_SILENT]
        if new and not self._window.isActiveWindow():
            first = min(new, key=lambda one: one.priority)
            more = f" (and {len(new) - 1:,} more)" if len(new) > 1 else ""
            self.call(f"Alarm: {first.key.about}{more}", sentence(first))

    def call(self, title: str, sentence: str, *, urgent: bool = True) -> None:
        """Call for attention."""
        QApplication.alert(self._window)
        if not self._wanted():
            return
        if not QSystemTrayIcon.isSystemTrayAvailable():
            notify(title, sentence, urgent=urgent)
            return
        if self._tray is None:
            icon = self._window.windowIcon()
            self._tray = QSystemTrayIcon(icon if not icon.isNull() else QIcon.fromTheme("dialog-warning"), self)
        self._tray.show()
        kind = QSystemTrayIcon.MessageIcon.Warning if urgent else QSystemTrayIcon.MessageIcon.Information
        self._tray.showMessage(title, sentence, kind, SHOWN_MS)
