"""Lets an incident's clock run: play, pause, speeds, steps from event to event. It stops by itself at every decision."""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.operating.training.training import Training

SPEEDS = (1, 10, 60, 600, 3600)
FRAME_MS = 16
LONGEST_FRAME_S = 0.25
"""A window that was held up for longer does not leap over what it could not show."""


class Player(QObject):
    """The hands of the clock of one training."""

    moved = Signal()
    """The clock stands somewhere else, or what is on show there is another."""
    changed = Signal()
    """It plays or pauses, or its speed changed."""
    decided = Signal(object)
    """Decision at which it stopped."""
    ended = Signal()
    """The incident is over."""
    refused = Signal(str)

    def __init__(self, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._read = 0.0
        self.speed = 60
        self._elsewhere = ""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether time passes."""
        return self._timer.isActive()

    def words(self) -> str:
        """Say how it runs: paused, or the speed."""
        return self._elsewhere or (f"×{self.speed:,}" if self.is_playing else "paused")

    def show_elsewhere(self, words: str) -> None:
        """The clock runs in another window: say how."""
        if words != self._elsewhere:
            self._elsewhere = words
            self.changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.is_playing else self.play()

    def play(self) -> None:
        """Let time pass; at the end of the incident it has nowhere to go."""
        if self._training.now() >= self._training.incident.ends:
            self.refused.emit("The incident is over: step back, or choose another moment on the timeline.")
            return
        if not self.is_playing:
            self._read = time.perf_counter()
            self._timer.start()
            self.changed.emit()

    def pause(self) -> None:
        """Hold the clock."""
        if self.is_playing:
            self._timer.stop()
            self.changed.emit()

    def set_speed(self, speed: int) -> None:
        """Let time pass so many times as quickly."""
        self.speed = speed
        self.changed.emit()

    def go_to(self, moment: float) -> None:
        """Show another moment; the clock goes on or holds as it did."""
        self._training.go_to(moment)
        self._read = time.perf_counter()
        self.moved.emit()

    def step(self, forward: bool) -> None:
        """Pause, and go to the next or the previous event."""
        self.pause()
        timeline, now = self._training.replay.timeline, self._training.now()
        event = timeline.next_after(now) if forward else timeline.previous_before(now)
        incident = self._training.incident
        self.go_to(event.time if event is not None else incident.ends if forward else incident.starts)

    def to_decision(self) -> None:
        """Go to the next decision, and stop there."""
        decision = self._training.next_decision()
        if decision is None:
            self.refused.emit("There is no later decision in this incident.")
            return
        self.pause()
        self.go_to(decision.time)
        self.decided.emit(decision)

    def _tick(self) -> None:
        read = time.perf_counter()
        passed, self._read = min(read - self._read, LONGEST_FRAME_S), read
        decision, incident = self._training.next_decision(), self._training.incident
        until = min(self._training.now() + passed * self.speed, incident.ends)
        stops = decision is not None and decision.time <= until
        self._training.go_to(decision.time if stops and decision is not None else until)
        if stops or until >= incident.ends:
            self.pause()
        self.moved.emit()
        if stops:
            self.decided.emit(decision)
        elif until >= incident.ends:
            self.ended.emit()
