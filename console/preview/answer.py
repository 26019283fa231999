"""Shows the answer to a question (`headroom`, `explain`, `help`): headings, rows of texts, remarks."""

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console import words
from console.overrides import reported, reported_or
from console.painting import LEFT, RIGHT, elided, font_of, plain_tip
from console.parts import Button, Text
from console.preview.pieces import Heading, Lines, column
from console.theme import Theme
from topology.answers import Answer, Section

SIZE = 9.5
HEAD_SIZE = 8.5
GAP = 14
_NUMERIC = set("0123456789,+-?.% " + words.MINUS)


class SectionView(QWidget):
    """Paints a section's rows in columns as wide as they need; the widest gives way when there is no room."""

    def __init__(self, theme: Theme, section: Section) -> None:
        super().__init__()
        self._theme = theme
        self._section = section
        self._texts = [tuple(_written(cell) for cell in row) for row in section.rows]
        self._right = [
            all(set(row[number]) <= _NUMERIC or row[number] == "not stated" for row in self._texts if number < len(row))
            for number in range(len(section.columns))
        ]
        self._line = QFontMetrics(font_of(SIZE)).height() + 4
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        text = section_text(section)
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text) if len(self._texts) <= 12 else "")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        lines = len(self._texts) + any(self._section.columns)
        return QSize(200, lines * self._line)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        widths = self._widths()
        top = 0
        if any(self._section.columns):
            self._draw(painter, top, tuple(self._section.columns), widths, HEAD_SIZE, head=True)
            top += self._line
        for row in self._texts:
            if top <= event.rect().bottom() and top + self._line >= event.rect().top():
                self._draw(painter, top, row, widths, SIZE, head=False)
            top += self._line

    def _draw(
        self, painter: QPainter, top: int, row: tuple[str, ...], widths: list[int], size: float, *, head: bool
    ) -> None:
        theme, left = self._theme, 0
        font = font_of(size)
        painter.setFont(font)
        for number, (cell, width) in enumerate(zip(row, widths, strict=False)):
            painter.setPen(
                theme.text_faint if head else theme.text if number == 0 or self._right[number] else theme.text_soft
            )
            if not head and cell.startswith(words.MINUS) and self._right[number]:
                painter.setPen(theme.alarm)
            box = QRect(left, top, width, self._line)
            painter.drawText(box, int(RIGHT if self._right[number] else LEFT), elided(cell, font, width))
            left += width + GAP

    def _widths(self) -> list[int]:
        cells, heads = QFontMetrics(font_of(SIZE)), QFontMetrics(font_of(HEAD_SIZE))
        widths = [
            max(
                heads.horizontalAdvance(title),
                *(cells.horizontalAdvance(row[number]) for row in self._texts if number < len(row)),
                0,
            )
            + 2
            for number, title in enumerate(self._section.columns)
        ]
        over = sum(widths) + GAP * (len(widths) - 1) - self.width()
        while over > 0 and widths:
            widest = max(range(len(widths)), key=lambda number: widths[number])
            if widths[widest] <= 40:
                break
            cut = min(over, max(1, widths[widest] // 8))
            widths[widest] -= cut
            over -= cut
        return widths


class AnswerView(QWidget):
    """An answer, until it is closed or another command is typed."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._answer: Answer | None = None
        self.title = Text(theme, 12, bold=True)
        self.close_button = Button(theme, "link", 9)
        self.close_button.say("Close", "Close the answer")
        self.close_button.clicked.connect(self.closed)
        self.copy_button = Button(theme, "link", 9)
        self.copy_button.say("Copy", "Copy the answer")
        self.copy_button.clicked.connect(self.copy)
        self.remarks = Lines(theme, 9, "text_soft")
        self._parts: list[Heading | SectionView] = []
        layout = column(self, 8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.close_button)
        layout.addLayout(head)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        layout.addLayout(self._column)
        layout.addWidget(self.remarks)

    def show_answer(self, answer: Answer) -> None:
        """Show *answer* in place of the one before."""
        self._answer = answer
        self.title.say(answer.title)
        for part in self._parts:
            self._column.removeWidget(part)
            part.deleteLater()
        self._parts = []
        for section in answer.sections:
            if section.heading:
                self._add(Heading(self._theme, section.heading))
            self._add(SectionView(self._theme, section))
        self.remarks.show_lines([(remark, "text_soft") for remark in answer.remarks])

    def text(self) -> str:
        """Give the answer as plain text."""
        answer = self._answer
        if answer is None:
            return ""
        return "\n\n".join([answer.title, *(section_text(section) for section in answer.sections), *answer.remarks])

    def copy(self) -> None:
        """Put the answer on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.title, self.close_button, self.copy_button, self.remarks, *self._parts):
            part.set_theme(theme)

    def _add(self, part: Heading | SectionView) -> None:
        self._parts.append(part)
        self._column.addWidget(part)


def _written(cell: str) -> str:
    return cell.replace("-", words.MINUS) if cell.startswith("-") and set(cell) <= _NUMERIC else words.literal(cell)


def section_text(section: Section) -> str:
    """Write a section as plain text, in columns."""
    rows = [row for row in (tuple(section.columns), *section.rows) if any(row)]
    count = max((len(row) for row in rows), default=0)
    widths = [max((len(row[number]) for row in rows if number < len(row)), default=0) for number in range(count)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    return "\n".join([section.heading, *lines] if section.heading else lines)
