"""Scoring a run for its debrief, keeping the score, and writing what was scored where the trainee wants it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from console.operating.access import write_whole
from console.operating.incidents.scores import Scores, ScoresError
from console.operating.training.training import Training
from console.panels.debrief.debrief_view import DebriefView
from console.reports.debrief_page import debrief_page
from console.window.workspace import Workspace
from topology.incident.lesson.said import LessonAnswer
from topology.incident.session.debrief import run_beside
from topology.incident.session.outcome import Plain

_BEST = "Your best run so far, with this tool from this start."
_NOT_BEST = "Not your best run with this tool from this start."


class Debriefing(QObject):
    """Knows the outcome on show, and writes it."""

    def __init__(
        self, window: QWidget, debrief: DebriefView, training: Training, workspace: Workspace, scores: Scores
    ) -> None:
        super().__init__(window)
        self.debrief = debrief
        self._window, self._training, self._workspace, self._scores = window, training, workspace, scores
        self._last: Plain = {}
        """The outcome that is on show in the debrief."""
        self._other: Plain | None = None
        """The run that stands beside it, in the place of what happened."""
        self._saved_acts = ""
        """The acts as they were saved last."""
        self.more = ""
        """What stands in the saved page besides: answers, and the lesson, as HTML."""
        self.answers: tuple[LessonAnswer, ...] = ()
        """What was answered before it; it is kept with the outcome, and is no part of the score."""
        debrief.save_wanted.connect(self.save_as)

    def score(self) -> None:
        """Score the run, and show what came of it."""
        self.debrief.show_busy()
        self._workspace.jobs.start("The debrief", self._scored())

    async def _scored(self) -> None:
        # Values in, values out: it walks through the whole incident, which takes longer than a frame.
        outcome = await asyncio.get_running_loop().run_in_executor(None, self._training.outcome)
        self.debrief.show_outcome(outcome, self._keep_score(outcome))
        self._last, self._other = outcome, None

    def forget(self) -> None:
        """The run is given up: what was scored of it is of nothing that is on show."""
        self._last, self._other, self.answers, self.more = {}, None, (), ""
        self.debrief.clear()

    def show_other(self, outcome: Plain, called: str, *, own: bool) -> None:
        """Show a run beside what happened that is not scored: the trainee's *own* was before, and another's is not theirs."""
        self.debrief.show_outcome(outcome, "", called="your run" if own else called, own=own)
        self._last, self._other = outcome, None

    def show_beside(self, outcome: Plain, other: Plain, called: str, beside: str) -> None:
        """Show a run with another one beside it."""
        merged = {**run_beside(outcome, other, beside), "whose": called}
        self.debrief.show_outcome(merged, f"Beside it: {beside}.", called=called, own=False)
        self._last, self._other = merged, other

    def _keep_score(self, outcome: Plain) -> str:
        values = cast("dict[str, Any]", outcome)
        if not values["acts"]:
            return "Nothing was done in it, so no score is kept."
        try:
            mine = _BEST if self._scores.keep(values) else _NOT_BEST
            better = self._scores.better(values)
        except ScoresError as error:
            return str(error)
        return mine if better is None else f"{mine} Better was {better.words()}."

    @property
    def would_be_lost(self) -> int:
        """How many acts of a run are kept nowhere; 0 where nothing was done, or all of it was saved."""
        acts = self._training.acts
        return 0 if not acts or self._training.acts_text() == self._saved_acts else len(acts)

    def save_as(self, kind: str) -> None:
        """Ask where to, and write there."""
        dialog = QFileDialog(self._window, "Save", self._file_name(kind))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._file_name(kind))
        dialog.fileSelected.connect(_Writes(kind, self.write))
        dialog.open()

    def _file_name(self, kind: str) -> str:
        endings = {"html": "debrief.html", "json": "debrief.json", "acts": "acts.toml"}
        whose = re.sub(r"\W+", "-", self._training.trainee.lower()).strip("-_")
        return "-".join(part for part in (self._training.incident.name, whose, endings[kind]) if part)

    def write(self, kind: str, path: Path) -> None:
        """Write what was scored last."""
        text = {
            "html": lambda: debrief_page(self._last, self._training.incident, self.more),
            "json": lambda: msgspec.json.format(msgspec.json.encode(self._values()), indent=2).decode() + "\n",
            "acts": self._training.acts_text,
        }[kind]()
        try:
            write_whole(path, text.encode(), None, make_folder=False)
        except OSError as error:
            self._workspace.tell_failure(f"{path} could not be written: {error.strerror}; choose another place.")
            return
        if kind == "acts":
            self._saved_acts = text
        self._workspace.tell(f"Saved: {path}")

    def _values(self) -> Plain:
        """Give what is on show, as the terminal prints it."""
        if self._other is None:
            return {**self._last, "answers": [one.values() for one in self.answers]} if self.answers else self._last
        return {"format": 1, "kind": "comparison", "runs": [self._last, self._other]}


class _Writes:
    """Writes one kind of file where the dialog says."""

    def __init__(self, kind: str, write: Callable[[str, Path], None]) -> None:
        self._kind, self._write = kind, write

    def __call__(self, name: str) -> None:
        self._write(self._kind, Path(name))
