"""The slips of the typed command in the side panel: how many break a floor, the worst, and what was probably meant."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import LEFT, RIGHT, Tone, draw_focus, elided_name, font_of, plain_tip, tone
from console.kit.parts import Rule, Text, set_theme_of
from console.kit.theme import Theme
from console.panels.preview.pieces import Heading, column
from console.words import writing as words
from topology.command.slips import Slip
from topology.planning.guards.meaning.unknown import SourceLost, SourceSilent
from topology.planning.neighbours import Neighbour, Neighbourhood
from topology.planning.plan import Plan, Verdict

KEEPS = "keeps every floor"
_INDENT = 8
_GAP = 16


def summary(found: Neighbourhood) -> str:
    """Say how many commands are a slip away, and how many of them would break a floor."""
    least = "" if found.complete else "at least "
    if not found.breaking:
        return f"{least}{words.number(found.count)}, {words.verb(found.count, 'which keeps', 'all keep')} every floor"
    verb = words.verb(found.breaking, "breaks", "break")
    return f"{words.number(found.breaking)} of {least}{words.number(found.count)} {verb} a floor"


def consequence(neighbour: Neighbour) -> tuple[str, Tone]:
    """Say what a neighbour would do to its worst scope, and in which tone."""
    if neighbour.breaks and neighbour.headroom is not None:
        where = neighbour.scope.place if neighbour.scope is not None else ""
        place = f"{neighbour.subsystem} in {where}" if where else f"{neighbour.subsystem}"
        return f"{place}: {words.number(-neighbour.headroom)} below its floor", "alarm"
    if neighbour.verdict is Verdict.NOTHING:
        return "selects no server", "text_faint"
    return ("blocked", "alarm") if neighbour.verdict is Verdict.BLOCKED else (KEEPS, "text_soft")


def cut_around(text: str, at: tuple[int, int], room: int) -> tuple[str, str, str]:
    """Give *text* before, in and after its difference *at*, cut to *room* characters around the difference.

    What comes after is cut in its middle: names that begin alike are told apart by their ends.
    """
    before, marked, after = text[: at[0]], text[at[0] : at[1]], text[at[1] :]
    spare = max(2, room - len(marked))
    if len(before) + len(after) <= spare:
        return before, marked, after
    first = min(len(before), max(spare // 2, spare - len(after)))
    if first < len(before):
        before = "…" + before[len(before) - first + 1 :]
    if spare - first < len(after):
        left = spare - first - 1
        after = after[: left - left // 2] + "…" + after[len(after) - left // 2 :]
    return before, marked, after


class SlipRow(QWidget):
    """One command with its difference marked, and what it would do; choosing it offers the text, and nothing more."""

    taken = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._text = ""
        self._at = (0, 0)
        self._says = ""
        self._tone: Tone = "text_soft"
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_slip(self, slip: Slip, says: str, tone_name: Tone) -> None:
        """Show *slip*, and what it would do."""
        self._text, self._at, self._says, self._tone = slip.text, slip.at[0], says, tone_name
        self.setAccessibleName(f"{slip.text}: {says}")
        self.setToolTip(plain_tip(words.literal(slip.text)))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Give the command text."""
        return self._text

    def says(self) -> str:
        """Give what it would do."""
        return self._says

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()

    @reported_or(False)
    def hasHeightForWidth(self) -> bool:
        return True

    @reported_or(-1)
    def heightForWidth(self, width: int) -> int:
        lines = 1 if self._fits(width) else 2
        return lines * self._line() + 6

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(round(self._width_of(self._text)) + 2 * _INDENT, self.heightForWidth(self.width()))

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._line() + 6)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()
        super().resizeEvent(event)

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.taken.emit(self._text)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.taken.emit(self._text)
        else:
            event.ignore()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self._line()
        room = self.width() - 2 * _INDENT
        self._paint_text(painter, QRectF(_INDENT, 3, room, line))
        below = 0 if self._fits(self.width()) else line
        painter.setFont(font_of(9))
        painter.setPen(tone(self._theme, self._tone))
        align = LEFT if below else RIGHT
        says = elided_name(words.literal(self._says), painter.font(), room)
        painter.drawText(QRectF(_INDENT, 3 + below, room, line), int(align), says)
        if self.hasFocus():
            draw_focus(painter, self.rect(), self._theme.focus)

    def _paint_text(self, painter: QPainter, box: QRectF) -> None:
        plain, bold = font_of(9.5, mono=True), font_of(9.5, bold=True, mono=True)
        at = box.left()
        parts = cut_around(self._text, self._at, int(box.width() / self._width_of("0")))
        before, marked, after = map(words.literal, parts)
        for text, font, colour in (
            (before, plain, self._theme.text),
            (marked, bold, self._theme.plan),
            (after, plain, self._theme.text),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            width = QFontMetricsF(font).horizontalAdvance(text)
            painter.drawText(QRectF(at, box.top(), width + 1, box.height()), int(LEFT), text)
            if font is bold:
                self._mark(painter, at, width, box.bottom())
            at += width

    def _mark(self, painter: QPainter, left: float, width: float, bottom: float) -> None:
        """Underline what differs; where something is missing, point at the place."""
        if width:
            painter.setPen(QPen(self._theme.plan, 1.6))
            painter.drawLine(QRectF(left, bottom, width, 0).topLeft(), QRectF(left, bottom, width, 0).topRight())
            return
        tip, base = QRectF(left, bottom - 4, 0, 0).topLeft(), QRectF(left - 3.5, bottom + 1, 7, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.plan)
        painter.drawPolygon(QPolygonF([tip, base.topLeft(), base.topRight()]))

    def _fits(self, width: int) -> bool:
        says = QFontMetricsF(font_of(9)).horizontalAdvance(words.literal(self._says))
        return self._width_of(self._text) + says + _GAP + 2 * _INDENT <= width

    def _width_of(self, text: str) -> float:
        return QFontMetricsF(font_of(9.5, mono=True)).horizontalAdvance(words.literal(text))

    def _line(self) -> int:
        return round(QFontMetricsF(font_of(9.5, mono=True)).height()) + 2


class SlipsSection(QWidget):
    """What is one slip away from the typed command; hidden until a survey of its neighbours is done."""

    taken = Signal(str)
    """Command text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[SlipRow] = []
        self.rule = Rule(theme)
        self.heading = Heading(theme, "One slip away")
        self.lead = Text(theme, 9.5, wrap=True)
        layout = column(self)
        layout.addWidget(self.rule)
        layout.addSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.lead)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        layout.addLayout(self._column)
        self.hide()

    def show_neighbourhood(self, found: Neighbourhood | None, plan: Plan) -> None:
        """Show what is a slip away from the command of *plan*; None, or nothing found, hides it.

        While the source is silent it is hidden, too: what keeps every floor then is not known of any command.
        """
        if any(isinstance(one.facts, SourceLost | SourceSilent) for one in plan.findings):
            found = None
        self.setVisible(found is not None and found.count > 0)
        if found is None:
            self._show_rows([])
            return
        rows: list[tuple[Slip, str, Tone]] = []
        if found.looks_like is not None:
            rows.append((found.looks_like, KEEPS, "text"))
        rows += [(one.slip, *consequence(one)) for one in found.worst if one.breaks]
        self.heading.title.say(_title(found, plan))
        self.heading.aside.say(summary(found), "caution" if found.breaking and not plan.blocked else "text_soft")
        self.lead.setVisible(found.looks_like is not None)
        if found.looks_like is not None:
            self.lead.say(f"This looks like a slip of {found.looks_like.command}, which {KEEPS}.", "caution", "caution")
        self._show_rows(rows)

    def rows(self) -> list[SlipRow]:
        """Give the rows that can be seen."""
        return [row for row in self._rows if not row.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.rule, self.lead), theme)
        self.heading.set_theme(theme)
        for row in self._rows:
            row.set_theme(theme)

    def _show_rows(self, wanted: list[tuple[Slip, str, Tone]]) -> None:
        while len(self._rows) < len(wanted):
            row = SlipRow(self._theme)
            row.taken.connect(self.taken)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, (slip, says, tone_name) in zip(self._rows, wanted, strict=False):
            row.show_slip(slip, says, tone_name)
            row.show()
        for row in self._rows[len(wanted) :]:
            row.hide()


def _title(found: Neighbourhood, plan: Plan) -> str:
    if found.looks_like is not None:
        return "Did you mean"
    return "One slip from a broken floor" if found.breaking and not plan.blocked else "One slip away"
