"""Small painted pieces that the panels are made of: texts, buttons, boxes and rules.

They paint themselves in the theme's colours and in the console's typeface whatever style sheet is in force above them,
show every text literally, and know nothing of the domain.
"""

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import (
    CENTRE,
    LEFT,
    STAY_TOGETHER,
    Sign,
    Tone,
    breakable,
    draw_box,
    draw_focus,
    draw_sign,
    elided,
    font_of,
    plain_tip,
    tone,
)
from console.kit.theme import Theme
from console.words import writing as words

_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
_TALL = 100_000


class Text(QLabel):
    """A plain text in one tone: wrapped, or on one line and cut with the whole text as its tooltip."""

    def __init__(
        self,
        theme: Theme,
        size: float = 10,
        tone_name: Tone = "text",
        *,
        bold: bool = False,
        mono: bool = False,
        wrap: bool = False,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._tone: Tone = tone_name
        self._sign: Sign = ""
        self._own_font = font_of(size, bold, mono)
        metrics = QFontMetrics(self._own_font)
        self._line = metrics.height()
        self._one_line = metrics.boundingRect(QRect(0, 0, _TALL, _TALL), _WRAPPED, " ").height()
        """How tall a text that is wrapped is with one line, which fractions of pixels may make taller than `_line`."""
        self._side = metrics.ascent() * 0.72
        self._wrap = wrap
        self._align = align
        self._shown = ""
        # Measuring shapes the text anew every time, and layouts ask many times for few widths.
        self._advance = -1
        self._heights: dict[int, int] = {}
        self._broken: dict[int, str] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        # A wrapped text is as tall as its width makes it: a fixed height would be that of one line.
        upright = QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, upright)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        # Else the label takes height for width out of the policy again with every text.
        self.setWordWrap(wrap)

    def say(self, text: str, tone_name: Tone | None = None, sign: Sign = "") -> None:
        """Show a text, as it is; the sign stands before it."""
        if tone_name is not None and tone_name != self._tone:
            self._tone = tone_name
            self.update()
        if text == self.text() and sign == self._sign:
            return
        self._sign = sign
        shown = "\n".join(words.literal(line) for line in text.split("\n"))
        # Names have hyphens, places and rates have slashes, and are not to be broken at them.
        self._shown = shown.replace("-", f"-{STAY_TOGETHER}").replace("/", f"/{STAY_TOGETHER}") if self._wrap else shown
        self._advance = -1
        self._heights.clear()
        self._broken.clear()
        self.setText(text)
        self.setAccessibleName(f"{words.mark(sign)} {text}".strip())
        self._offer_whole()
        self.updateGeometry()
        self.update()

    def natural_width(self) -> int:
        """Give the width that shows the whole text on one line."""
        if self._advance < 0:
            self._advance = QFontMetrics(self._own_font).horizontalAdvance(self._shown)
        return self._advance + self._indent() + 1

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()

    @reported_or(-1)
    def heightForWidth(self, width: int) -> int:
        if not self._wrap:
            return self._line_height()
        margins = self.contentsMargins()
        room = max(1, width - self._indent() - margins.left() - margins.right())
        height = self._heights.get(room)
        if height is None:
            height = self._heights[room] = self._height_within(room)
        return height

    def _height_within(self, room: int) -> int:
        if "\n" not in self._shown and self.natural_width() - self._indent() <= room:
            return self._one_line
        within = QRect(0, 0, room, _TALL)
        return QFontMetrics(self._own_font).boundingRect(within, _WRAPPED, self._breakable(room) or " ").height()

    def _breakable(self, room: int) -> str:
        """Give the text as it may be broken within *room*; what is measured is painted, too."""
        text = self._broken.get(room)
        if text is None:
            text = self._broken[room] = breakable(self._shown, self._own_font, room)
        return text

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(self.natural_width(), self._line_height())

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(0 if not self._wrap else 40, self._line_height())

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_whole()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = tone(self._theme, self._tone)
        line = self._line_height()
        if self._sign:
            draw_sign(
                painter,
                self._sign,
                QRectF(0, (line - self._sign_side()) / 2, self._sign_side(), self._sign_side()),
                colour,
            )
        painter.setFont(self._own_font)
        painter.setPen(colour)
        room = self.contentsRect().adjusted(self._indent(), 0, 0, 0)
        if self._wrap:
            painter.drawText(room, _WRAPPED, self._breakable(room.width()))
        else:
            # Cutting measures the text anew, and most texts have room.
            fits = "\n" not in self._shown and self.natural_width() - self._indent() <= room.width()
            shown = self._shown if fits else elided(self._shown, self._own_font, room.width())
            painter.drawText(room, int(self._align), shown)

    def _offer_whole(self) -> None:
        cut = not self._wrap and self.natural_width() > self.width() + 1
        whole = plain_tip(self._shown) if cut else ""
        if whole != self.toolTip():
            self.setToolTip(whole)

    def _line_height(self) -> int:
        return self._line

    def _sign_side(self) -> float:
        return self._side

    def _indent(self) -> int:
        return round(self._sign_side() * 1.55) if self._sign else 0


Kind = Literal["plain", "alarm", "accent", "link"]


class Button(QPushButton):
    """A button with a word and the key that does the same; `alarm` is for STOP, `link` looks like text.

    Enter does not press it: in a console where Enter ends a command, only a click or Space may.
    """

    def __init__(self, theme: Theme, kind: Kind = "plain", size: float = 10, *, mono: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._kind: Kind = kind
        self._own_font = font_of(size, bold=kind == "alarm", mono=mono)
        self._padding = {"link": (0, 2), "alarm": (14, 13)}.get(kind, (14, 8))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Maximum if kind == "link" else QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed
        )

    def say(self, text: str, spoken: str = "") -> None:
        """Show a text; *spoken* is its accessible name where it should say more."""
        if text != self.text():
            self.setText(text)
            self.updateGeometry()
        if self.accessibleName() != (spoken or text):
            self.setAccessibleName(spoken or text)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._own_font)
        across, along = self._padding
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * across + 2, metrics.height() + 2 * along)

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground, text, border = self._colours()
        if self._kind != "link":
            draw_box(painter, self.rect(), ground, border)
        self.paint_inside(painter)
        room = self.rect().adjusted(self._padding[0] // 2, 0, -self._padding[0] // 2, 0)
        painter.setFont(self._own_font)
        painter.setPen(text)
        painter.drawText(room, int(CENTRE), elided(words.literal(self.text()), self._own_font, room.width()))
        if self._kind == "link" and self.underMouse():
            painter.drawLine(room.left(), room.bottom(), room.right(), room.bottom())
        if self.hasFocus() and self._kind in ("alarm", "accent"):
            # On a coloured ground, and off its edge, where it would pass for a smaller button.
            draw_focus(painter, self.rect().adjusted(3, 3, -3, -3), text)
        elif self.hasFocus():
            draw_focus(painter, self.rect(), self._theme.focus)

    def paint_inside(self, painter: QPainter) -> None:
        """Draw between the ground and the text; for those that have something to show there."""

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        theme = self._theme
        if not self.isEnabled():
            return theme.panel, theme.text_faint, theme.border
        if self._kind == "alarm":
            return theme.alarm, theme.on_alarm, theme.text if self.underMouse() else theme.alarm
        if self._kind == "accent":
            return theme.plan, theme.on_plan, theme.text if self.underMouse() else theme.plan
        text = theme.plan if self._kind == "link" else theme.text
        return (
            theme.selection if self.isDown() else theme.raised,
            text,
            theme.text if self.underMouse() else theme.border_strong,
        )


class Painted(QWidget):
    """A widget that paints itself, in the colours of the theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()


class RoundedBox(Painted):
    """A rounded box that others stand in."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._border: Tone = "border"
        self._ground: Literal["panel", "raised", "alarm_ground", "caution_ground", "plan_ground"] = "raised"
        self._width = 1.0

    def look(
        self,
        border: Tone,
        ground: Literal["panel", "raised", "alarm_ground", "caution_ground", "plan_ground"] = "raised",
        width: float = 1.0,
    ) -> None:
        """Change border and ground; a width of 0 draws neither."""
        if (border, ground, width) != (self._border, self._ground, self._width):
            self._border, self._ground, self._width = border, ground, width
            self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._width == 0:
            return
        ground: QColor = getattr(self._theme, self._ground)
        draw_box(QPainter(self), self.rect(), ground, tone(self._theme, self._border), self._width)


class Rule(Painted):
    """A thin line between two parts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shown = True
        self.setFixedHeight(1)

    def set_shown(self, shown: bool) -> None:
        """Draw it or not; it keeps its place."""
        if shown != self._shown:
            self._shown = shown
            self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._shown:
            QPainter(self).fillRect(self.rect(), self._theme.border)


def set_theme_of(parts: "tuple[Themed, ...]", theme: Theme) -> None:
    """Change the colours of several parts."""
    for part in parts:
        part.set_theme(theme)


Themed = Text | Button | RoundedBox | Rule
