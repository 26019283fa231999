"""Paints a timeline: bars of what was below its floor, the axis with its events, decisions, and the moment on show."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from console.kit.painting import LEFT, elided, font_of
from console.kit.theme import Theme
from console.operating.training.spans import Span
from console.panels.timeline.timeline_scale import MARGIN, SMALL, TimelineScale

ROW, GAP, LEAST_BAR = 17, 3, 3


@dataclass(frozen=True, slots=True)
class TimelineReading:
    """What a timeline shows: the record, a trainee's run with when it left the record, and the moment on show."""

    now: float
    record: tuple[Span, ...] = ()
    run: tuple[Span, ...] = ()
    left_at: float | None = None

    @property
    def known(self) -> float:
        """The moment up to which the record may be known: in a run, when it was left."""
        return self.now if self.left_at is None else min(self.now, self.left_at)


@dataclass(frozen=True, slots=True)
class TimelinePainter:
    """Paints a reading on a scale."""

    scale: TimelineScale
    shown: TimelineReading
    theme: Theme

    def paint(self, painter: QPainter) -> None:
        """Paint all of it, from the ground up."""
        painter.fillRect(QRect(0, 0, self.scale.width, self.scale.height), self.theme.panel)
        self._paint_bars(painter)
        self._paint_axis(painter)
        self._paint_labels(painter)
        self._paint_decisions(painter)
        self._paint_cursor(painter)
        if not self.scale.is_whole:
            self._paint_part(painter)

    def _paint_bars(self, painter: QPainter) -> None:
        theme = self.theme
        spans = filter(self._on_show, (*self.shown.run, *self._record))
        names = list(dict.fromkeys(span.subsystem for span in spans))
        room = self.scale.axis_y() - 12
        most = max(1, (room - 4) // (ROW + GAP))
        painter.setFont(font_of(SMALL))
        in_run = self.shown.left_at is not None
        for number, name in enumerate(names[:most]):
            y = room - (number + 1) * (ROW + GAP) + GAP
            ran = any(span.subsystem == name for span in self.shown.run)
            for span in filter(self._on_show, self._record):
                if span.subsystem == name:
                    # One label a row: that of the run stands where that of the record would.
                    text = "" if ran else f"{name}: as it happened" if in_run else f"{name} below floor"
                    self._bar(painter, span, y, text, solid=not in_run)
            for span in filter(self._on_show, self.shown.run):
                if span.subsystem == name:
                    self._bar(painter, span, y, f"{name}: your run", solid=True)
        if len(names) > most:
            painter.setPen(theme.text_faint)
            text = f"and {len(names) - most} more below floor"
            painter.drawText(QRect(MARGIN, 0, 300, 14), int(LEFT), text)

    @property
    def _record(self) -> tuple[Span, ...]:
        """What of the record may be known: what began later is not shown, nor when it ends what goes on."""
        until = self.scale.until
        return tuple(replace(span, end=min(span.end, until)) for span in self.shown.record if span.start <= until)

    def _on_show(self, span: Span) -> bool:
        return span.end >= self.scale.start and span.start <= self.scale.end

    def _bar(self, painter: QPainter, span: Span, y: int, text: str, *, solid: bool) -> None:
        theme = self.theme
        # What goes on beyond an end of the part on show ends there, with its label beside it.
        left = max(float(MARGIN), self.scale.x_of(span.start))
        right = min(float(self.scale.width - MARGIN), self.scale.x_of(span.end))
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
            painter.drawText(place, int(LEFT), elided(text, font_of(SMALL), room))

    def _paint_axis(self, painter: QPainter) -> None:
        theme, y = self.theme, self.scale.axis_y()
        painter.fillRect(QRect(MARGIN, y, self.scale.width - 2 * MARGIN, 1), theme.edge)
        for event in self.scale.events:
            if not self.scale.shows(event.time):
                continue
            x = round(self.scale.x_of(event.time))
            tall = 8 if not event.illustrative else 5
            # A fact is a full mark across the line; what is invented only hangs below it.
            painter.fillRect(QRect(x - 1, y - (tall if not event.illustrative else 0), 2, tall * 2), theme.text)

    def _paint_labels(self, painter: QPainter) -> None:
        font = font_of(SMALL)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self.theme.text_soft)
        for label in self.scale.labels(metrics):
            top = self.scale.axis_y() + 10 + label.row * metrics.height()
            painter.drawText(label.x, top + metrics.ascent(), label.text)

    def _paint_decisions(self, painter: QPainter) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.panel, 1))
        painter.setBrush(self.theme.plan)
        for decision in self.scale.incident.decisions:
            if not self.scale.shows(decision.time):
                continue
            centre = QPointF(self.scale.x_of(decision.time), self.scale.axis_y() - 0.5)
            corners = ((0, -7), (7, 0), (0, 7), (-7, 0))
            painter.drawPolygon(QPolygonF([QPointF(centre.x() + x, centre.y() + y) for x, y in corners]))
        painter.restore()

    def _paint_cursor(self, painter: QPainter) -> None:
        theme = self.theme
        if self.shown.left_at is not None and self.scale.shows(self.shown.left_at):
            painter.setPen(QPen(theme.training, 1, Qt.PenStyle.DotLine))
            x = round(self.scale.x_of(self.shown.left_at))
            painter.drawLine(x, 2, x, self.scale.axis_y() + 8)
        if not self.scale.shows(self.shown.now):
            return
        painter.fillRect(QRect(round(self.scale.x_of(self.shown.now)) - 1, 0, 2, self.scale.axis_y() + 12), theme.plan)

    def _paint_part(self, painter: QPainter) -> None:
        """Show at the top which part of the whole is on show, with the decisions and the moment there."""
        theme, incident = self.theme, self.scale.incident
        whole = TimelineScale(incident, self.scale.width, self.scale.height)
        painter.fillRect(QRect(MARGIN, 2, whole.width - 2 * MARGIN, 1), theme.edge)
        left, right = round(whole.x_of(self.scale.start)), round(whole.x_of(self.scale.end))
        painter.fillRect(QRect(left, 1, max(LEAST_BAR, right - left), 3), theme.text_soft)
        painter.fillRect(QRect(round(whole.x_of(self.shown.now)) - 1, 0, 2, 6), theme.plan)
