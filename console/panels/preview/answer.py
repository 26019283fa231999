"""Shows the answer to a question (`headroom`, `explain`, `help`): headings, rows of texts, remarks."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Painted, Text
from console.kit.theme import Theme
from console.operating.explanation import WITH_CELLS
from console.panels.preview.pieces import Heading, TextColumn, column
from console.panels.preview.restart_plot import RestartPlot
from console.panels.preview.trend.plot import TrendPlot
from console.words import writing as words
from console.words.trend.sentences import heading
from topology.planning.answers import Section, TitledAnswer, answer_text, section_text

SIZE = 9.5
HEAD_SIZE = 8.5
GAP = 14
_TALL = 100_000
_READABLE = 120
"""As narrow as a column of texts gets before others give way, in pixels."""
_LEFT = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
_NUMERIC = set("0123456789,+-?.% " + words.MINUS)


class SectionView(Painted):
    """Paints a section's rows in columns as wide as they need; where there is no room, texts are wrapped, never cut."""

    def __init__(self, theme: Theme, section: Section) -> None:
        super().__init__(theme)
        self._section = section
        self._old = False
        self._texts = [tuple(_written(cell) for cell in row) for row in section.rows]
        self._right = [
            all(set(row[number]) <= _NUMERIC or row[number] == "not stated" for row in self._texts if number < len(row))
            for number in range(len(section.columns))
        ]
        self._line = QFontMetrics(font_of(SIZE)).height() + 4
        self._whole = self._natural()
        self._laid_out: tuple[int, list[int], list[int]] = (-1, [], [])
        """A width, the columns' widths in it, and the rows' heights, that of the titles first where there are any."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        text = section_text(section)
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text) if len(self._texts) <= 12 else "")

    def look_old(self) -> None:
        """Draw the numbers as of a moment that is over."""
        if not self._old:
            self._old = True
            self.update()

    @reported_or(True)
    def hasHeightForWidth(self) -> bool:
        return True

    @reported_or(-1)
    def heightForWidth(self, width: int) -> int:
        return sum(self._layout_in(width)[1])

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._line)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        widths, heights = self._layout_in(self.width())
        top = 0
        for number, (row, height) in enumerate(zip(self._rows(), heights, strict=True)):
            if top <= event.rect().bottom() and top + height >= event.rect().top():
                self._draw(painter, QRect(0, top, 0, height), row, widths, head=number == 0 and self._has_titles())
            top += height

    def _has_titles(self) -> bool:
        return any(self._section.columns)

    def _rows(self) -> list[tuple[str, ...]]:
        return [tuple(self._section.columns), *self._texts] if self._has_titles() else self._texts

    def _draw(self, painter: QPainter, line: QRect, row: tuple[str, ...], widths: list[int], *, head: bool) -> None:
        theme, left = self._theme, 0
        painter.setFont(font_of(HEAD_SIZE if head else SIZE))
        for number, (cell, width) in enumerate(zip(row, widths, strict=False)):
            right = self._right[number]
            plain = theme.text_faint if self._old else theme.text
            painter.setPen(theme.text_faint if head else plain if number == 0 or right else theme.text_soft)
            if not self._old and not head and cell.startswith(words.MINUS) and right:
                painter.setPen(theme.alarm)
            box = QRect(left, line.top() + 2, width, line.height() - 2)
            wrap = self._wrapping(number, cell, width)
            painter.drawText(box, (_RIGHT if right else _LEFT) | wrap, _unbroken(cell))
            left += width + GAP

    def _layout_in(self, width: int) -> tuple[list[int], list[int]]:
        """Give the widths of the columns and the heights of the rows in a *width*."""
        if self._laid_out[0] != width:
            widths = self._widths(width)
            self._laid_out = (width, widths, [self._height(row, widths) for row in self._rows()])
        return self._laid_out[1], self._laid_out[2]

    def _height(self, row: tuple[str, ...], widths: list[int]) -> int:
        metrics, height = QFontMetrics(font_of(SIZE)), self._line
        for number, (cell, width) in enumerate(zip(row, widths, strict=False)):
            if wrap := self._wrapping(number, cell, width):
                within = metrics.boundingRect(QRect(0, 0, width, _TALL), _LEFT | wrap, _unbroken(cell))
                height = max(height, within.height() + 4)
        return height

    def _wrapping(self, number: int, cell: str, width: int) -> int:
        """Say how a cell is wrapped: between words, or anywhere where even a word is too long."""
        if width >= self._whole[number]:
            return 0
        metrics = QFontMetrics(font_of(SIZE))
        fits = all(metrics.horizontalAdvance(word) <= width for word in cell.split())
        return int(Qt.TextFlag.TextWordWrap if fits else Qt.TextFlag.TextWrapAnywhere)

    def _natural(self) -> list[int]:
        """Give the widths that show every cell on one line."""
        cells, heads = QFontMetrics(font_of(SIZE)), QFontMetrics(font_of(HEAD_SIZE))
        return [
            max(
                heads.horizontalAdvance(title),
                *(cells.horizontalAdvance(row[number]) for row in self._texts if number < len(row)),
                0,
            )
            + 2
            for number, title in enumerate(self._section.columns)
        ]

    def _widths(self, room: int) -> list[int]:
        """Take what is missing from the last column of texts first, and from the widest when that is narrow already."""
        widths = list(self._whole)
        over = sum(widths) + GAP * (len(widths) - 1) - room
        last = next((number for number in reversed(range(len(widths))) if not self._right[number]), None)
        if last is not None and over > 0:
            cut = min(over, max(0, widths[last] - max(_READABLE, room * 2 // 5)))
            widths[last] -= cut
            over -= cut
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
    asked_anew = Signal()
    """The same question is asked again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._answer: TitledAnswer | None = None
        self.title = Text(theme, 12, bold=True)
        self.close_button = Button(theme, "link", 9)
        self.close_button.say("Close", "Close the answer")
        self.close_button.clicked.connect(self.closed)
        self.anew_button = Button(theme, "link", 9)
        self.anew_button.say("Ask anew", "Ask the same again, of the region as it is now")
        self.anew_button.clicked.connect(self.asked_anew)
        self.as_of = Text(theme, 9, "text_soft", wrap=True)
        self.copy_button = Button(theme, "link", 9)
        self.copy_button.say("Copy", "Copy the answer")
        self.copy_button.clicked.connect(self.copy)
        self.remarks = TextColumn(theme, 9, "text_soft")
        self._parts: list[Heading | SectionView | RestartPlot | TrendPlot] = []
        layout = column(self, 8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.anew_button)
        head.addWidget(self.copy_button)
        head.addWidget(self.close_button)
        layout.addLayout(head)
        layout.addWidget(self.as_of)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        layout.addLayout(self._column)
        layout.addWidget(self.remarks)

    def show_answer(self, answer: TitledAnswer) -> None:
        """Show *answer* in place of the one before."""
        self._answer = answer
        self.title.say(answer.title)
        self.as_of.say(answer.as_of)
        for dated in (self.as_of, self.anew_button):
            dated.setVisible(bool(answer.as_of))
        for part in self._parts:
            self._column.removeWidget(part)
            part.deleteLater()
        self._parts = []
        for section in answer.sections:
            if section.heading:
                self._add(Heading(self._theme, section.heading))
            self._add(SectionView(self._theme, section))
            if answer.trend is not None and section.heading == heading(answer.trend):
                self._add(TrendPlot(self._theme, answer.trend))
            if answer.restart is not None and section.heading == WITH_CELLS:
                self._add(RestartPlot(self._theme, answer.restart))
        self.remarks.show_lines([(remark, "text_soft") for remark in answer.remarks])

    def tell_changed(self) -> None:
        """Say that the region has gone on since the answer, and let it look old."""
        if self._answer is None or not self._answer.as_of:
            return
        self.as_of.say(f"{self._answer.as_of} Numbers have changed since.", "text")
        for part in self._parts:
            if isinstance(part, SectionView):
                part.look_old()

    def text(self) -> str:
        """Give the answer as plain text."""
        answer = self._answer
        if answer is None:
            return ""
        return answer_text(answer)

    def copy(self) -> None:
        """Put the answer on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        own = (self.title, self.close_button, self.copy_button, self.anew_button, self.as_of, self.remarks)
        for part in (*own, *self._parts):
            part.set_theme(theme)

    def _add(self, part: Heading | SectionView | RestartPlot | TrendPlot) -> None:
        self._parts.append(part)
        self._column.addWidget(part)


def _written(cell: str) -> str:
    return cell.replace("-", words.MINUS) if cell.startswith("-") and set(cell) <= _NUMERIC else words.literal(cell)


def _unbroken(cell: str) -> str:
    """Keep names with hyphens from being broken at them."""
    return cell.replace("-", "-\N{WORD JOINER}")
