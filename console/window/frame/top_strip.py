"""The line that is always on screen: which region, in which mode, how old, what time there, how it stands, and who acts."""

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.kit.overrides import reported
from console.kit.painting import plain_tip
from console.kit.theme import Theme, mono_font, ui_font
from console.operating.strip import Mode, StripReading

HEIGHT = 44
MARGIN = 14
GAP = 20
WIDEST_AGE = "under 3 s old"
MODEL = "model values"
StripPlace = Literal["", "alarms", "trouble"]
"""What a click on a part of the strip goes to; empty for nothing."""


def mode_colour(theme: Theme, mode: Mode) -> QColor:
    """Give the colour of a mode's badge and frame."""
    return {
        Mode.LIVE: theme.live,
        Mode.SIMULATION: theme.simulation,
        Mode.REPLAY: theme.replay,
        Mode.TRAINING: theme.training,
        Mode.DISCONNECTED: theme.disconnected,
        Mode.LOADING: theme.stale,
        Mode.NOT_READ: theme.alarm,
    }[mode]


class TopStrip(QWidget):
    """Paints a `StripReading`; narrow windows lose the least important texts first, never the mode or the age."""

    alarms_wanted = Signal()
    """The alarms were clicked."""
    trouble_wanted = Signal()
    """How many are below their floor, or tight, was clicked: where is it?"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms, self._troubles = QRect(), QRect()
        self._theme = theme
        self._reading = StripReading()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_reading(self._reading)

    def show_reading(self, reading: StripReading) -> None:
        """Show new values."""
        if reading == self._reading and self.accessibleName():
            return
        self._reading = reading
        spoken = self.sentence()
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
        self.setToolTip(plain_tip(self.explanation()))
        self.update()

    def sentence(self) -> str:
        """Say in words what stands, as a screen reader would: nothing in it changes while nothing happens."""
        reading = self._reading
        parts = [reading.mode.value, reading.speed, reading.region, reading.title, "silent" if reading.stale else ""]
        parts += [
            reading.only_here,
            _below(reading.below),
            _tight(reading.tight),
            _unknown(reading.unknown),
            people(reading.operators),
            reading.alarms,
            f"operator {reading.operator}" if reading.operator else "",
        ]
        return ", ".join(part for part in parts if part)

    def explanation(self) -> str:
        """Say what the parts mean, a line each, for who asks by pointing."""
        reading = self._reading
        lines = (
            (reading.age, "how old the newest fact is"),
            (MODEL if reading.model else "", "the numbers are a model's, not facts"),
            (reading.revision, "how many changes of the region were told"),
            (_below(reading.below), "subsystems that have less than one of their floors, anywhere; a click goes there"),
            (_tight(reading.tight), "subsystems that have little above a floor; a click goes there"),
            (reading.alarms, "what needs an act; a click or F8 shows which"),
        )
        whose = " · ".join(part for part in (reading.region, reading.title) if part)
        return "\n".join((whose, *(f"{text}: {meaning}" for text, meaning in lines if text))).strip()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(1280, HEIGHT)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, reading = self._theme, self._reading
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.border)
        left = self._badge(painter)
        right = self._right(painter)
        middle = self._clock(painter, right)
        self._left(painter, left, middle or right)
        if reading.mode is Mode.DISCONNECTED:
            painter.fillRect(QRect(0, self.height() - 3, self.width(), 3), theme.disconnected)

    def _badge(self, painter: QPainter) -> int:
        colour = mode_colour(self._theme, self._reading.mode)
        font = ui_font(9.5, bold=True)
        text = badge_text(self._reading)
        width = max(86, QFontMetrics(font).horizontalAdvance(text) + 28)
        box = QRect(MARGIN, 9, width, HEIGHT - 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(self._theme.on_badge)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box.right() + GAP

    def _left(self, painter: QPainter, x: int, limit: int) -> None:
        theme, reading = self._theme, self._reading
        age_colour = theme.alarm if reading.stale else theme.text_soft
        # As wide as it usually gets, so that what stands behind it does not move with every tenth of a second.
        age = (f"{reading.age} · silent" if reading.stale and reading.age else reading.age).ljust(len(WIDEST_AGE))
        # A replay is of an incident, which stands where a live region has its name.
        told = reading.mode in (Mode.REPLAY, Mode.TRAINING)
        parts = (
            (reading.title if told else "", ui_font(11, bold=True), theme.text, 4),
            (reading.region, ui_font(11, bold=not told), theme.text, 1 if told else 4),
            (age, mono_font(10), age_colour, 4),
            (reading.only_here, ui_font(9.5), theme.text_soft, 3),
            (MODEL if reading.model else "", ui_font(9.5), theme.text_faint, 2),
            (reading.revision, ui_font(10), theme.text_soft, 1),
            ("" if told else reading.title, ui_font(10), theme.text_soft, 0),
        )
        for text, font, colour, _ in self._that_fit(parts, limit - x - GAP):
            cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, limit - x - GAP))
            x = self._text(painter, x, cut, font, colour) + GAP

    def _that_fit(
        self, parts: tuple[tuple[str, QFont, QColor, int], ...], room: int
    ) -> list[tuple[str, QFont, QColor, int]]:
        """Drop the least important texts until the rest fits, keeping the order."""
        left = [part for part in parts if part[0]]
        while left and sum(QFontMetrics(part[1]).horizontalAdvance(part[0]) + GAP for part in left) > room:
            least = min(left, key=lambda part: part[3])
            if least[3] >= 4:
                break
            left.remove(least)
        return left

    def _clock(self, painter: QPainter, right: int) -> int:
        """Draw the region's clock in the middle; gives its left edge, or 0 where there is no room before *right*."""
        if self.width() < 1000 or not self._reading.clock:
            return 0
        font = ui_font(13, bold=True)  # its digits are of one width, its colon is narrow
        width = QFontMetrics(font).horizontalAdvance(self._reading.clock)
        x = (self.width() - width) // 2
        if x + width > right:
            return 0
        self._text(painter, x, self._reading.clock, font, self._theme.text)
        return x

    def _right(self, painter: QPainter) -> int:
        theme, reading = self._theme, self._reading
        below = theme.alarm if reading.below else theme.text_soft
        tight = theme.caution if reading.tight and not reading.stale else theme.text_soft
        alarms = theme.caution if reading.loud else theme.text_soft
        self._alarms, self._troubles = QRect(), QRect()
        parts: list[tuple[str, QFont, QColor, StripPlace]] = [
            (f"operator: {reading.operator}" if reading.operator else "", ui_font(10), theme.text_soft, ""),
            (people(reading.operators), ui_font(10), theme.text, ""),
            (f"{reading.alarms}  F8" if reading.alarms else "", ui_font(10, bold=bool(reading.loud)), alarms, "alarms"),
            (_tight(reading.tight, mark=True), ui_font(10, bold=bool(reading.tight)), tight, "trouble"),
            (_unknown(reading.unknown, mark=True), ui_font(10, bold=True), theme.alarm, ""),
            (_below(reading.below, mark=True), ui_font(10, bold=bool(reading.below)), below, "trouble"),
        ]
        x = self.width() - MARGIN
        for whole, font, colour, place in parts:
            if not whole:
                continue
            metrics = QFontMetrics(font)
            text = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, self.width() // 5)
            x -= metrics.horizontalAdvance(text)
            self._text(painter, x, text, font, colour)
            if place == "alarms":
                self._alarms = QRect(x - 8, 10, metrics.horizontalAdvance(text) + 16, HEIGHT - 20)
                self._boxed(painter, self._alarms, colour)
            elif place == "trouble":
                self._troubles |= QRect(x, 0, metrics.horizontalAdvance(text), HEIGHT)
            x -= GAP + 8
        return x

    def _boxed(self, painter: QPainter, box: QRect, colour: QColor) -> None:
        painter.setPen(colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._alarms.contains(event.position().toPoint()):
            self.alarms_wanted.emit()
        elif self._troubles.contains(event.position().toPoint()):
            self.trouble_wanted.emit()

    def _text(self, painter: QPainter, x: int, text: str, font: QFont, colour: QColor) -> int:
        painter.setFont(font)
        painter.setPen(colour)
        width = QFontMetrics(font).horizontalAdvance(text)
        painter.drawText(
            QRect(x, 0, width + 2, HEIGHT - 1), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )
        return x + width


def badge_text(reading: StripReading) -> str:
    """Give what the badge says: the mode, and of a replay how its clock runs."""
    return f"{reading.mode.value} {reading.speed}".strip()


def people(count: int) -> str:
    """Count the operators that are there; nothing for one alone."""
    return f"{count:,} operators" if count > 1 else ""


def _below(count: int | None, mark: bool = False) -> str:
    if count is None:
        return ""
    return f"{'▼ ' if mark else ''}{count:,} below floor"


def _unknown(count: int, mark: bool = False) -> str:
    return f"{'? ' if mark else ''}{count:,} unknown" if count else ""


def _tight(count: int | None, mark: bool = False) -> str:
    if count is None:
        return ""
    return f"{'◆ ' if mark else ''}{count:,} tight"
