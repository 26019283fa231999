"""The timeline: bars of what was below its floor, events, decisions, the moment on show. Dragged, stepped and zoomed."""

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy

from console.kit.overrides import reported, reported_or
from console.kit.painting import draw_focus, plain_tip, show_tip
from console.kit.parts import Painted
from console.kit.theme import Theme
from console.operating.training.spans import Span
from console.panels.timeline.timeline_paint import TimelinePainter, TimelineReading
from console.panels.timeline.timeline_scale import TimelineScale
from console.panels.timeline.timeline_zoom import TimelineZoom
from topology.incident.model import Incident
from topology.incident.times import clock_text

NOTCH = 120.0
"""What a wheel says of one notch, in eighths of a degree."""


class TimelineView(Painted):
    """Shows one incident, or the part of it that was zoomed to, and says where the operator wants to go."""

    wanted = Signal(float)
    """A moment to show, seconds since 1970 UTC."""
    key = Signal(str)
    """What a key on the timeline asks for: play, next, previous, decision, start, end, take_over."""
    zoomed = Signal()
    """Another part is on show."""

    def __init__(self, theme: Theme, incident: Incident) -> None:
        super().__init__(theme)
        self._incident = incident
        self.shown = TimelineReading(incident.starts)
        self.shows_future = False
        """Whether events and bars ahead of the clock are shown, as an instructor may want."""
        self.zoom = TimelineZoom.at_first(incident)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(92)
        self.setAccessibleName("Timeline")
        self._describe()

    def show_record(self, spans: tuple[Span, ...]) -> None:
        """Show what happened."""
        self.shown = replace(self.shown, record=spans)
        self.update()

    def show_run(self, spans: tuple[Span, ...], left_at: float | None) -> None:
        """Show a trainee's run, from when it left the record; None where there is none."""
        if (spans, left_at) != (self.shown.run, self.shown.left_at):
            self.shown = replace(self.shown, run=spans, left_at=left_at)
            self.update()

    def show_time(self, now: float) -> None:
        """Show the moment that is on show everywhere else."""
        if now != self.shown.now:
            self.shown = replace(self.shown, now=now)
            self._show_part(self.zoom.following(now))
            self._describe()
            self.update()

    def zoom_by(self, steps: float, about: float | None = None) -> None:
        """Zoom in by so many steps, negative is out, about a moment; by default the one on show."""
        self._show_part(self.zoom.nearer(steps, self.shown.now if about is None else about))

    def zoom_out(self) -> None:
        """Show all of the incident."""
        self._show_part(TimelineZoom.whole(self._incident))

    def _show_part(self, zoom: TimelineZoom) -> None:
        if zoom != self.zoom:
            self.zoom = zoom
            self.update()
            self.zoomed.emit()

    def _describe(self) -> None:
        incident = self._incident
        passed = [event for event in incident.events if event.time <= self.shown.now]
        last = f"; last event: {passed[-1].text}" if passed else ""
        self.setAccessibleDescription(f"{clock_text(self.shown.now, incident.time_zone)}{last}")

    @property
    def scale(self) -> TimelineScale:
        """Where everything is, at the size that the widget has now."""
        zoom, until = self.zoom, math.inf if self.shows_future else self.shown.known
        return TimelineScale(self._incident, self.width(), self.height(), zoom.first, zoom.last, until)

    def show_future(self, shown: bool) -> None:
        """Show what is still to come in the record, or only what is past at the clock."""
        self.shows_future = shown
        self.update()

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(600, 130)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        TimelinePainter(self.scale, self.shown, self._theme).paint(painter)
        if self.hasFocus():
            draw_focus(painter, self.rect(), self._theme.focus)

    # ---- hands ------------------------------------------------------------------------------------------------------

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            meant = self.scale.event_at(event.position().x())
            self.wanted.emit(meant.time if meant is not None else self.scale.moment_at(event.position().x()))

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(self.scale.moment_at(event.position().x()))

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; sideways, or with Shift, it moves along."""
        turned, shifted = event.angleDelta(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if turned.x() or shifted:
            self._show_part(self.zoom.moved(-(turned.x() or turned.y()) / NOTCH / 8))
        else:
            self.zoom_by(turned.y() / NOTCH, self.scale.moment_at(event.position().x()))
        event.accept()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in ("+", "=", "-", "0"):
            self.zoom_out() if event.text() == "0" else self.zoom_by(-1 if event.text() == "-" else 1)
            return
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
            meant = self.scale.event_at(event.pos().x())
            clock = "" if meant is None else clock_text(meant.time, self._incident.time_zone)[:5]
            show_tip(self, event.globalPos(), "" if meant is None else plain_tip(f"{clock} {meant.text}"))
            return True
        return super().event(event)
