"""The timeline: bars of what was below its floor, events, decisions, and the moment on show. It can be dragged and stepped."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from console.kit.overrides import reported, reported_or
from console.kit.painting import LEFT, draw_focus, elided, font_of, plain_tip
from console.kit.parts import Painted
from console.kit.theme import Theme
from console.operating.training.spans import Span
from topology.incident.model import Event, Incident
from topology.incident.times import clock_text

MARGIN = 24
ROW, GAP, LEAST_BAR = 17, 3, 3
MOST_LABEL = 190
NEAR = 6
"""Pixels from an event at which the pointer means it."""
LABELS = 2
"""Rows of labels under the axis."""


@dataclass(frozen=True, slots=True)
class _Label:
    x: int
    row: int
    text: str


class TimelineView(Painted):
    """Shows one incident from end to end, and says where the operator wants to go."""

    wanted = Signal(float)
    """A moment to show, seconds since 1970 UTC."""
    key = Signal(str)
    """What a key on the timeline asks for: play, next, previous, decision, start, end, take_over."""

    def __init__(self, theme: Theme, incident: Incident) -> None:
        super().__init__(theme)
        self._incident = incident
        self._record: tuple[Span, ...] = ()
        self._run: tuple[Span, ...] = ()
        self._left_at: float | None = None
        self._now = incident.starts
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(92)
        self.setAccessibleName("Timeline")
        self._describe()

    def show_record(self, spans: tuple[Span, ...]) -> None:
        """Show what happened."""
        self._record = spans
        self.update()

    def show_run(self, spans: tuple[Span, ...], left_at: float | None) -> None:
        """Show a trainee's run, from when it left the record; None where there is none."""
        if (spans, left_at) != (self._run, self._left_at):
            self._run, self._left_at = spans, left_at
            self.update()

    def show_time(self, now: float) -> None:
        """Show the moment that is on show everywhere else."""
        if now != self._now:
            self._now = now
            self._describe()
            self.update()

    def _describe(self) -> None:
        incident = self._incident
        passed = [event for event in incident.events if event.time <= self._now]
        last = f"; last event: {passed[-1].text}" if passed else ""
        self.setAccessibleDescription(f"{clock_text(self._now, incident.time_zone)}{last}")

    # ---- where things are -------------------------------------------------------------------------------------------

    def x_of(self, moment: float) -> float:
        """Give the place of a moment."""
        share = (moment - self._incident.starts) / max(1.0, self._incident.length_s)
        return MARGIN + share * (self.width() - 2 * MARGIN)

    def moment_at(self, x: float) -> float:
        """Give the moment at a place."""
        share = (x - MARGIN) / max(1, self.width() - 2 * MARGIN)
        return self._incident.starts + min(1.0, max(0.0, share)) * self._incident.length_s

    def axis_y(self) -> int:
        """Give the height of the axis: labels need their rows below it."""
        return self.height() - 2 - LABELS * QFontMetrics(font_of(8.5)).height() - 10

    def event_at(self, x: float) -> Event | None:
        """Give the event that the pointer means."""
        near = [event for event in self._incident.events if abs(self.x_of(event.time) - x) <= NEAR]
        return min(near, key=lambda event: abs(self.x_of(event.time) - x)) if near else None

    # ---- painting ---------------------------------------------------------------------------------------------------

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(600, 130)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.panel)
        self._paint_bars(painter)
        self._paint_axis(painter)
        self._paint_labels(painter)
        self._paint_decisions(painter)
        self._paint_cursor(painter)
        if self.hasFocus():
            draw_focus(painter, self.rect(), self._theme.focus)

    def _paint_bars(self, painter: QPainter) -> None:
        theme = self._theme
        names = list(dict.fromkeys(span.subsystem for span in (*self._run, *self._record)))
        room = self.axis_y() - 12
        most = max(1, (room - 4) // (ROW + GAP))
        painter.setFont(font_of(8.5))
        in_run = self._left_at is not None
        for number, name in enumerate(names[:most]):
            y = room - (number + 1) * (ROW + GAP) + GAP
            ran = any(span.subsystem == name for span in self._run)
            for span in self._record:
                if span.subsystem == name:
                    # One label a row: that of the run stands where that of the record would.
                    text = "" if ran else f"{name}: as it happened" if in_run else f"{name} below floor"
                    self._bar(painter, span, y, text, solid=not in_run)
            for span in self._run:
                if span.subsystem == name:
                    self._bar(painter, span, y, f"{name}: your run", solid=True)
        if len(names) > most:
            painter.setPen(theme.text_faint)
            text = f"and {len(names) - most} more below floor"
            painter.drawText(QRect(MARGIN, 0, 300, 14), int(LEFT), text)

    def _bar(self, painter: QPainter, span: Span, y: int, text: str, *, solid: bool) -> None:
        theme = self._theme
        left, right = self.x_of(span.start), self.x_of(span.end)
        box = QRectF(left, y, max(LEAST_BAR, right - left), ROW)
        fill = QColor(theme.alarm)
        fill.setAlphaF(0.45 if solid else 0.0)
        painter.setPen(QPen(theme.alarm, 1, Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(theme.text if solid else theme.text_soft)
        room = int(box.width()) - 8
        if room > 30:
            place = QRect(int(left) + 5, y, room, ROW)
            painter.drawText(place, int(LEFT), elided(text, font_of(8.5), room))

    def _paint_axis(self, painter: QPainter) -> None:
        theme, y = self._theme, self.axis_y()
        painter.fillRect(QRect(MARGIN, y, self.width() - 2 * MARGIN, 1), theme.edge)
        for event in self._incident.events:
            x = round(self.x_of(event.time))
            tall = 8 if not event.illustrative else 5
            # A fact is a full mark across the line; what is invented only hangs below it.
            painter.fillRect(QRect(x - 1, y - (tall if not event.illustrative else 0), 2, tall * 2), theme.text)

    def _paint_labels(self, painter: QPainter) -> None:
        font = font_of(8.5)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.text_soft)
        for label in self._labels(metrics):
            top = self.axis_y() + 10 + label.row * metrics.height()
            painter.drawText(label.x, top + metrics.ascent(), label.text)

    def _labels(self, metrics: QFontMetrics) -> list[_Label]:
        """Place what fits: the clock and the first words of an event, in the first row with room for it."""
        ends = [-1000] * LABELS
        found: list[_Label] = []
        seen: set[int] = set()
        for event in self._incident.events:
            x = round(self.x_of(event.time))
            if x in seen:
                continue
            clock = clock_text(event.time, self._incident.time_zone)[:5]
            row = min(range(LABELS), key=lambda number: ends[number])
            left = max(2, x - 12)
            if left < ends[row] + 8:
                continue
            text = f"{clock} {_short(event)}"
            room = min(metrics.horizontalAdvance(text), MOST_LABEL)
            if left + room > self.width() - 4:
                # At the right edge it ends with the line instead; where that place is taken, the clock alone is said.
                left = self.width() - 4 - room
                if left < ends[row] + 8:
                    room = metrics.horizontalAdvance(clock)
                    left = self.width() - 4 - room
                    text = clock
                if left < ends[row] + 8:
                    continue
            shown = elided(text, font_of(8.5), room)
            found.append(_Label(left, row, shown))
            ends[row] = left + metrics.horizontalAdvance(shown)
            seen.add(x)
        return found

    def _paint_decisions(self, painter: QPainter) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.panel, 1))
        painter.setBrush(self._theme.plan)
        for decision in self._incident.decisions:
            centre = QPointF(self.x_of(decision.time), self.axis_y() - 0.5)
            corners = ((0, -7), (7, 0), (0, 7), (-7, 0))
            painter.drawPolygon(QPolygonF([QPointF(centre.x() + x, centre.y() + y) for x, y in corners]))
        painter.restore()

    def _paint_cursor(self, painter: QPainter) -> None:
        theme = self._theme
        if self._left_at is not None:
            painter.setPen(QPen(theme.training, 1, Qt.PenStyle.DotLine))
            x = round(self.x_of(self._left_at))
            painter.drawLine(x, 2, x, self.axis_y() + 8)
        painter.fillRect(QRect(round(self.x_of(self._now)) - 1, 0, 2, self.axis_y() + 12), theme.plan)

    # ---- hands ------------------------------------------------------------------------------------------------------

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            meant = self.event_at(event.position().x())
            self.wanted.emit(meant.time if meant is not None else self.moment_at(event.position().x()))

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(self.moment_at(event.position().x()))

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        meant = {
            Qt.Key.Key_Space: "play",
            Qt.Key.Key_Right: "next",
            Qt.Key.Key_Left: "previous",
            Qt.Key.Key_Down: "decision",
            Qt.Key.Key_Home: "start",
            Qt.Key.Key_End: "end",
            Qt.Key.Key_B: "take_over",
        }.get(Qt.Key(event.key()))
        if meant is None:
            super().keyPressEvent(event)
            return
        self.key.emit(meant)

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            meant = self.event_at(event.pos().x())
            clock = "" if meant is None else clock_text(meant.time, self._incident.time_zone)[:5]
            QToolTip.showText(event.globalPos(), "" if meant is None else plain_tip(f"{clock} {meant.text}"), self)
            return True
        return super().event(event)


def _short(event: Event) -> str:
    """Give the first words of an event, up to where its first part ends."""
    text = event.text
    for stop in (";", ".", ":", ","):
        head = text.split(stop, 1)[0]
        if 8 < len(head) < len(text):
            text = head
            break
    return text
