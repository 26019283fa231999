"""Looks at the commands one slip away, in slices, after the preview was painted: the echo and the preview never wait for it."""

import time
from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Signal

from console.kit.loop.after_paint import AfterPaint
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.slips import KeyboardLayout, each_slip
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.neighbours import Neighbourhood, survey
from topology.planning.plan import Plan

SLICE_S = 0.004
"""How long one slice takes; a key that comes in between is served first."""
AFTER_MS = 30
"""How long the preview is on screen before the survey begins: fast typing starts none."""


class SlipSurvey(QObject):
    """One survey at a time: a newer plan, or a region that moved on, ends the one before."""

    found = Signal(object)
    """Neighbourhood of the plan on show, or None while it is not known."""

    def __init__(self, layout: KeyboardLayout, parent: QObject | None = None, guards: tuple[Guard, ...] = ()) -> None:
        super().__init__(parent)
        self._layout = layout
        self._guards = guards
        self._about: tuple[Plan, int] | None = None
        self._steps: Generator[None, None, Neighbourhood | None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        # Counted from the making of the plan, a slow machine would begin before it has painted it.
        self._painted = AfterPaint(self, lambda: self._timer.start(AFTER_MS))

    @property
    def is_under_way(self) -> bool:
        """Whether it looks at slips, or will as soon as the plan is painted."""
        return self._painted.waits or self._timer.isActive()

    def set_layout(self, layout: KeyboardLayout) -> None:
        """Look at the slips of another keyboard from the next plan on."""
        self._layout = layout
        self._end()

    def hold(self) -> None:
        """Wait while a key is echoed and its plan made; the next `begin` goes on with the same plan, or begins with another."""
        self._painted.stop()
        self._timer.stop()

    def begin(self, state: State, plan: Plan | None, command: object, reading: Reading, vocabulary: Vocabulary) -> None:
        """Look at the slips of *command*, whose plan is on show; nothing to look at ends what is under way."""
        if plan is None or not isinstance(command, Planned) or plan.undoes is not None:
            self._end()
            self.found.emit(None)
            return
        before = self._about
        is_like = before is not None and plan.is_like(before[0])
        if before is not None and is_like and before[1] == state.revision:
            if self._steps is not None and not self.is_under_way:
                self._painted.start()
            return
        if not is_like:
            self.found.emit(None)
        self._about = plan, state.revision
        slips = each_slip(reading, vocabulary, self._layout)
        self._steps = survey(state, plan, command, slips, extra=self._guards)
        self._timer.stop()
        self._painted.start()

    def _go_on(self) -> None:
        steps, until = self._steps, time.perf_counter() + SLICE_S
        if steps is None:
            return
        try:
            while time.perf_counter() < until:
                next(steps)
        except StopIteration as end:
            self._steps = None
            if end.value is None:
                # The region moved on; the next plan on show begins anew.
                self._about = None
            else:
                self.found.emit(end.value)
            return
        self._timer.start(0)

    def _end(self) -> None:
        self.hold()
        self._steps = self._about = None
