"""The timeline: bars of what was below its floor, events, decisions, and the moment on show. It can be dragged and stepped."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from console.kit.overrides import reported, reported_or
from console.kit.painting import draw_focus, plain_tip
from console.kit.parts import Painted
from console.kit.theme import Theme
from console.operating.training.spans import Span
from console.panels.timeline.timeline_paint import TimelinePainter, TimelineReading
from console.panels.timeline.timeline_scale import TimelineScale
from topology.incident.model import Incident
from topology.incident.times import clock_text


class TimelineView(Painted):
    """Shows one incident from end to end, and says where the operator wants to go."""

    wanted = Signal(float)
    """A moment to show, seconds since 1970 UTC."""
    key = Signal(str)
    """What a key on the timeline asks for: play, next, previous, decision, start, end, take_over."""

    def __init__(self, theme: Theme, incident: Incident) -> None:
        super().__init__(theme)
        self._incident = incident
        self.shown = TimelineReading(incident.starts)
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
            self._describe()
            self.update()

    def _describe(self) -> None:
        incident = self._incident
        passed = [event for event in incident.events if event.time <= self.shown.now]
        last = f"; last event: {passed[-1].text}" if passed else ""
        self.setAccessibleDescription(f"{clock_text(self.shown.now, incident.time_zone)}{last}")

    @property
    def scale(self) -> TimelineScale:
        """Where everything is, at the size that the widget has now."""
        return TimelineScale(self._incident, self.width(), self.height())

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
            meant = self.scale.event_at(event.pos().x())
            clock = "" if meant is None else clock_text(meant.time, self._incident.time_zone)[:5]
            QToolTip.showText(event.globalPos(), "" if meant is None else plain_tip(f"{clock} {meant.text}"), self)
            return True
        return super().event(event)
