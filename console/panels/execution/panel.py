"""The execution panel: how far it is, why it waits or halted, and the buttons that stop, hold and undo it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.painting import TONES
from console.kit.parts import Button, RoundedBox, Text
from console.kit.theme import Theme
from console.panels.execution.escape import WITHIN_S
from console.panels.execution.waves import WaveBar
from console.words.execution import about, counts, folded, meaning_of, state_line, title, undo_command, undo_label
from topology.execution.execution import Phase, Progress

MARGIN = 18
_HEADS = {
    Phase.HALTED: "Halted: nothing further leaves",
    Phase.STOPPED: "Stopped",
    Phase.FINISHED: "Finished",
    Phase.PAUSED: "Paused",
    Phase.STOPPING: "Stopping",
}


class StateBox(RoundedBox):
    """Why it stands still, or how it ended; loud where it halted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.head = Text(theme, 10.5, bold=True, wrap=True)
        self.below = Text(theme, 9.5, wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        self._column.addWidget(self.head)
        self._column.addWidget(self.below)

    def show_state(self, progress: Progress, now: float | None) -> None:
        """Show the state of *progress*, while there is something to say."""
        head, line, meaning = _HEADS.get(progress.phase, ""), state_line(progress, now), meaning_of(progress)
        self.setVisible(bool(head or line))
        self.head.say(head, TONES[meaning], meaning if meaning != "note" else "")
        self.head.setVisible(bool(head))
        self.below.say(line, "text" if head else "text_soft")
        self.below.setVisible(bool(line))
        if meaning == "alarm":
            self.look("alarm", "alarm_ground", 2)
        elif meaning == "caution" and head:
            self.look("caution", "caution_ground", 1.5)
        else:
            self.look("border", "raised", 1 if head else 0)
        self._column.setContentsMargins(*((12, 8, 12, 8) if head else (0, 0, 0, 0)))
        self.setAccessibleName(f"{head}. {line}".strip(". "))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.head.set_theme(theme)
        self.below.set_theme(theme)


class ExecutionPanel(QWidget):
    """Shows one execution, running or last; every button says its command."""

    command = Signal(str)
    """Command text: stop, pause, resume, or undo with its entry."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._progress: Progress | None = None
        self._now: float | None = None
        self._pace: int | None = None
        self._folded = False
        self._closed = ""
        """The execution whose outcome the operator put away."""
        self.title = Text(theme, 12, bold=True)
        self.about = Text(theme, 9, "text_soft", wrap=True)
        self.bar = WaveBar(theme)
        self.counts = Text(theme, 9.5, wrap=True)
        self.state = StateBox(theme)
        self.stop_button = Button(theme, "alarm", 12)
        self.hold_button = Button(theme)
        self.undo_button = Button(theme)
        self.close_button = Button(theme, "link", 9)
        self.close_button.say("Close [Esc]", "Close the outcome of this execution: Escape")
        self._hint = QTimer(self)
        self._hint.setSingleShot(True)
        self._hint.timeout.connect(self._name_stop)
        self._put_together()
        self._connect()
        self.setAccessibleName("Execution")
        self.hide()

    def show_progress(self, progress: Progress | None, now: float | None = None, pace: int | None = None) -> None:
        """Show *progress*; None takes the panel away.

        *now* is the link's time, for the wait that is left; *pace* are the servers per minute it keeps to.
        """
        self._progress, self._now, self._pace = progress, now if now is not None else self._now, pace
        self.setVisible(progress is not None and progress.execution != self._closed)
        if progress is None:
            return
        self.title.say(folded(progress) if self._is_folded(progress) else title(progress))
        self.about.say(about(progress, pace))
        self.bar.show_progress(progress)
        self.counts.say(counts(progress), "caution" if progress.unknown or progress.refused else "text")
        self.state.show_state(progress, self._now)
        self._show_buttons(progress)
        for part in (self.about, self.bar, self.counts):
            part.setVisible(not self._is_folded(progress))

    def fold(self, wanted: bool) -> None:
        """Show an execution that has ended in one line, while there is something else to look at."""
        if wanted is not self._folded:
            self._folded = wanted
            if self._progress is not None:
                self.show_progress(self._progress, self._now, self._pace)

    def close_ended(self) -> None:
        """Put the outcome of an execution away; one that still runs stays."""
        if self._progress is not None and self._progress.phase.is_end:
            self._close()

    def _is_folded(self, progress: Progress) -> bool:
        return self._folded and progress.phase.is_end

    def show_time(self, now: float) -> None:
        """Let the wait that is left run down."""
        self._now = now
        if self._progress is not None and self.isVisible() and not self._is_folded(self._progress):
            self.state.show_state(self._progress, now)

    def hint_escape(self) -> None:
        """Say on the button, for as long as it is true, that one more Escape stops."""
        if self._progress is not None and not self._progress.phase.is_end:
            self.stop_button.say("STOP   [Esc once more]", "Stop. Escape once more stops")
            self._hint.start(round(WITHIN_S * 1000))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.title, self.about, self.bar, self.counts, self.state):
            part.set_theme(theme)
        for button in (self.stop_button, self.hold_button, self.undo_button, self.close_button):
            button.set_theme(theme)
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.border)

    def _put_together(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.hold_button, 2)
        buttons.addWidget(self.undo_button, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 12, MARGIN, 14)
        layout.setSpacing(7)
        layout.addLayout(head)
        layout.addWidget(self.about)
        layout.addWidget(self.bar)
        layout.addWidget(self.counts)
        layout.addSpacing(2)
        # Nothing above STOP changes its height while it may be needed.
        layout.addWidget(self.stop_button)
        layout.addLayout(buttons)
        layout.addWidget(self.state)
        self._layout = layout
        self._name_stop()

    def _connect(self) -> None:
        self.stop_button.clicked.connect(self._stop)
        self.hold_button.clicked.connect(self._hold)
        self.undo_button.clicked.connect(self._undo)
        self.close_button.clicked.connect(self._close)

    def _show_buttons(self, progress: Progress) -> None:
        phase = progress.phase
        running = not phase.is_end
        self.stop_button.setVisible(running)
        # Never disabled while anything may still leave: a second stop does no harm, a missing one does.
        if phase is Phase.STOPPING and not self._hint.isActive():
            self.stop_button.say("Stopping …", "Stopping; press again to repeat the stop")
        elif not self._hint.isActive():
            self._name_stop()
        self.hold_button.setVisible(running and phase is not Phase.STOPPING)
        self.hold_button.say("Resume" if phase is Phase.PAUSED else "Pause")
        label = undo_label(progress)
        self.undo_button.setVisible(bool(label))
        self.undo_button.say(label)
        self.close_button.setVisible(phase.is_end)
        if self._is_folded(progress):
            self.state.hide()
        # How it ended comes before what can be done about it.
        place = self._layout.indexOf(self.counts) + 1 if phase.is_end else self._layout.count() - 1
        if self._layout.indexOf(self.state) != place:
            self._layout.removeWidget(self.state)
            self._layout.insertWidget(place, self.state)

    def _name_stop(self) -> None:
        self.stop_button.say("STOP   [Esc Esc]", "Stop: no further server leaves. Escape pressed twice does the same")

    def _stop(self) -> None:
        self.command.emit("stop")

    def _hold(self) -> None:
        paused = self._progress is not None and self._progress.phase is Phase.PAUSED
        self.command.emit("resume" if paused else "pause")

    def _undo(self) -> None:
        if self._progress is not None:
            self.command.emit(undo_command(self._progress))

    def _close(self) -> None:
        if self._progress is not None:
            self._closed = self._progress.execution
            self.hide()
