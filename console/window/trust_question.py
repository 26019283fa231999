"""Asks once whether a live region may be opened: what it would run or reach, and whose file says so."""

from PySide6.QtCore import QEventLoop, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from console.kit.painting import Tone
from console.kit.parts import Button, Text
from console.kit.theme import Theme, palette_of
from console.operating.trusting.trust import TrustRequest

WIDTH = 640


class TrustQuestion(QDialog):
    """What is asked, and two answers. Enter gives neither: whoever is used to pressing it has not read what is asked."""

    trusted = Signal()

    def __init__(self, theme: Theme, request: TrustRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open a live region? · Underkeel")
        self.setPalette(palette_of(theme))
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        heading = Text(theme, 14, bold=True)
        heading.say("This region is not a simulation. Open it?")
        column.addWidget(heading)
        for fact in request.facts:
            column.addWidget(self._line(theme, fact))
        for caution in request.cautions:
            column.addWidget(self._line(theme, caution, "caution"))
        asked = self._line(
            theme, "You are asked once for this path, and again if what it runs or reaches changes.", "text_soft"
        )
        column.addWidget(asked)
        column.addSpacing(8)
        self.leave = Button(theme)
        self.open_it = Button(theme)
        self.leave.say("Leave it closed")
        self.open_it.say("Trust and open")
        self.leave.clicked.connect(self.reject)
        self.open_it.clicked.connect(self._trust)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.open_it)
        row.addWidget(self.leave)
        column.addLayout(row)
        # A layout asks for its height at the width it has, and it has none before the first show.
        self.setFixedSize(WIDTH, column.totalHeightForWidth(WIDTH))
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, theme: Theme, text: str, tone: Tone = "text") -> Text:
        line = Text(theme, 10, tone, wrap=True)
        line.say(text, sign="caution" if tone == "caution" else "")
        return line

    def _trust(self) -> None:
        self.trusted.emit()
        self.accept()


def ask_for_trust(theme: Theme, request: TrustRequest, parent: QWidget | None = None) -> bool:
    """Ask, and wait for the answer; only before the session's own event loop runs."""
    question = TrustQuestion(theme, request, parent)
    answers: list[bool] = []
    question.trusted.connect(lambda: answers.append(True))
    waiting = QEventLoop()
    question.finished.connect(waiting.quit)
    question.show()
    waiting.exec()
    return bool(answers)
