"""Where one is in a run, in view until it is done or left: the steps behind, and the one that is next."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from topology.playbook.run import PlaybookRun

MARGIN = 18


def run_line(going: PlaybookRun) -> str:
    """Say the steps of a run: debug-slow-billing: 1 ✓  2 ✓  3 ▸."""
    if going.run.undo:
        return f"{going.playbook.name}: its undo ▸"
    done, count = len(going.done), len(going.playbook.steps)
    steps = (
        f"{number} {'✓' if number <= done else '▸' if number == done + 1 else '·'}" for number in range(1, count + 1)
    )
    return f"{going.playbook.name}: {'  '.join(steps)}"


class RunStrip(QWidget):
    """One line for a run that is under way; hidden where none is."""

    go_on = Signal(str)
    """The text of the run, to be put into the command line: Enter there does the next step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._run = ""
        self.steps = Text(theme, 10, bold=True)
        self.next = Text(theme, 9.5, "text_soft", mono=True, wrap=True)
        self.next_button = Button(theme, size=9)
        self.leave_button = Button(theme, "link", 9)
        self.leave_button.say("Leave", "Leave this run; what it did stays")
        self.next_button.clicked.connect(lambda: self.go_on.emit(self._run))
        self.leave_button.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(self.steps, 1)
        head.addWidget(self.next_button)
        head.addWidget(self.leave_button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(MARGIN, 10, MARGIN, 10)
        lines.setSpacing(3)
        lines.addLayout(head)
        lines.addWidget(self.next)
        self.setAccessibleName("Playbook run")
        self.hide()

    def show_run(self, going: PlaybookRun, command: str) -> None:
        """Show where one is; *command* is what the next step would do. A run that is at its end goes."""
        step = going.step
        self._run = str(going.run)
        self.setVisible(step is not None and (bool(going.done) or bool(going.attempts)))
        if step is None:
            return
        self.steps.say(run_line(going))
        self.next.say(command)
        self.next_button.say(f"Step {step.number}", f"Put step {step.number} of this run into the command line")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.steps, self.next, self.next_button, self.leave_button):
            part.set_theme(theme)
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.border)
