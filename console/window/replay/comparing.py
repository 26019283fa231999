"""Puts any two runs beside each other in the debrief: yours, saved ones, a record's commands, with other tools and policies."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from console.operating.access import read_regular
from console.operating.regions import read_file
from console.operating.training.comparing import acts_of_file, acts_of_record, under_policy_of
from console.operating.training.training import Training
from console.panels.debrief.debrief_view import DebriefView
from console.window.frame.offering import offer_choices
from console.window.replay.debriefing import Debriefing
from console.window.workspace import Workspace
from console.words.findings.table import sentence
from topology.incident.model import Era, Incident
from topology.incident.reading import IncidentError
from topology.incident.session.acts import Acts
from topology.incident.session.outcome import Plain, outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline
from topology.region.description import RegionError
from topology.region.errors import LinkError

LARGEST = 16 * 1024 * 1024
YOURS = "Your run"
HAPPENED = "What happened"


class Comparing(QObject):
    """Knows which run is on show in the debrief, and what stands beside it."""

    def __init__(
        self, window: QWidget, debrief: DebriefView, training: Training, workspace: Workspace, debriefing: Debriefing
    ) -> None:
        super().__init__(window)
        self._window, self._debrief, self._training = window, debrief, training
        self._workspace, self._debriefing = workspace, debriefing
        self._shown: Acts | None = None
        """The run on show; None is the trainee's own, as it is now."""
        self.menu: QMenu | None = None
        debrief.compare_wanted.connect(self.offer)

    def forget(self) -> None:
        """Come back to the trainee's own run."""
        self._shown = None

    def offer(self) -> None:
        """Show what can be put on show, and what beside it."""
        shown = self._shown or self._training.whole_run()
        tools = [era for era in self._training.incident.eras if era.name != shown.era.name]
        choices = [
            ("happened", f"Beside it: {HAPPENED.lower()}"),
            *((f"era {era.name}", f"Beside it: the same acts, tool “{era.title}”") for era in tools),
            ("policy", "Beside it: the same acts, by the policy of a file …"),
            ("file", "Beside it: a saved run …"),
            ("own", "On show: your run"),
            *(
                (f"record {era.name}", f"On show: the record's commands, tool “{era.title}”")
                for era in self._eras_of_record()
            ),
            ("open", "On show: a saved run …"),
        ]
        self.menu = offer_choices(self._window, "Compare", choices, "", self.take)

    def take(self, choice: str) -> None:
        """Do what was chosen of what is offered."""
        what, _, name = choice.partition(" ")
        eras = {era.name: era for era in self._training.incident.eras}
        if what in ("file", "open", "policy"):
            self._ask_file(what)
        elif what == "era":
            shown = self._shown or self._training.whole_run()
            self._put_beside(replace(shown, era=eras[name]), f"tool “{eras[name].title}”")
        elif what == "record":
            self._put_on_show(partial(acts_of_record, self._training.incident, eras[name]))
        elif what == "own":
            self.forget()
            self._debriefing.score()
        else:
            self._show(self._shown)

    def open_file(self, what: str, name: str) -> None:
        """Take a file: of a run to put on show (`open`) or beside (`file`), or of a region whose `policy` judges."""
        incident = self._training.incident
        if what == "policy":
            self._workspace.jobs.start("The comparison", self._judge_by(Path(name)))
        elif what == "open":
            self._put_on_show(lambda: acts_of_file(self._read(name), name, incident))
        else:
            try:
                acts = acts_of_file(self._read(name), name, incident)
            except IncidentError as error:
                self._workspace.tell_failure(error.problems[0])
            else:
                self._put_beside(acts, Path(name).name)

    def _eras_of_record(self) -> tuple[Era, ...]:
        has_commands = any(event.command for event in self._training.incident.events)
        return self._training.incident.eras if has_commands else ()

    def _ask_file(self, what: str) -> None:
        kinds = {"policy": "Regions (*.toml)"}.get(what, "Runs (*.toml *.json)")
        dialog = QFileDialog(self._window, "Open", "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(partial(self.open_file, what))
        dialog.open()

    def _read(self, name: str) -> str:
        try:
            return read_regular(Path(name), f"{name}:", LARGEST, "choose another")[0].decode("utf-8-sig")
        except LinkError as error:
            raise IncidentError((str(error),)) from error
        except UnicodeDecodeError as error:
            raise IncidentError((f"{name}: is not UTF-8 text; choose another.",)) from error

    def _put_on_show(self, read: Callable[[], Acts]) -> None:
        try:
            self._shown = read()
        except IncidentError as error:
            self._workspace.tell_failure(error.problems[0])
            return
        self._show(self._shown)

    async def _judge_by(self, path: Path) -> None:
        try:
            # A large description takes longer than a frame to read.
            other = await asyncio.get_running_loop().run_in_executor(None, read_file, path, str(path))
            incident = under_policy_of(self._training.incident, other, str(path))
        except (IncidentError, RegionError) as error:
            self._workspace.tell_failure(error.problems[0])
            return
        shown = self._shown or self._training.whole_run()
        self._put_beside(shown, f"policy of {path.name}", incident)

    def _put_beside(self, other: Acts, called: str, incident: Incident | None = None) -> None:
        mine = self._training.trainee if self._shown is None else self._shown.trainee
        whose = f"{other.trainee}, " if other.trainee not in ("", mine) else ""
        self._show(self._shown, (other, f"{whose}{called}", incident))

    def _show(self, acts: Acts | None, beside: tuple[Acts, str, Incident | None] | None = None) -> None:
        self._debrief.show_busy()
        self._workspace.jobs.start("The comparison", self._compared(acts, beside))

    async def _compared(self, acts: Acts | None, beside: tuple[Acts, str, Incident | None] | None) -> None:
        # Values in, values out: each run is gone through to the end of the incident, which takes longer than a frame.
        shown = acts or self._training.whole_run()
        outcome, other = await asyncio.get_running_loop().run_in_executor(None, self._outcomes, shown, beside)
        called = YOURS if acts is None else f"{acts.trainee or 'A saved run'}"
        if beside is None or other is None:
            self._debriefing.show_other(outcome, called, own=acts is None)
        else:
            self._debriefing.show_beside(outcome, other, called, beside[1])

    def _outcomes(self, acts: Acts, beside: tuple[Acts, str, Incident | None] | None) -> tuple[Plain, Plain | None]:
        outcome = self._training.outcome(acts)
        if beside is None:
            return outcome, None
        other, _, incident = beside
        if incident is None:
            return outcome, self._training.outcome(other)
        timeline = Timeline(incident)
        return outcome, outcome_of(timeline, run_acts(timeline, other, sentence, self._training.guards))
