"""One session of a replay: puts link, training, workspace and panels together, and ends them. No journal, no live region."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

import resources
from console.app.bugs import Bugs, hear_bugs, log_to
from console.app.interrupts import Interrupts, LastingLoop
from console.operating.access import data_folder, state_folder
from console.operating.extensions.guards import own_guards
from console.operating.incidents.incidents import playbooks_for
from console.operating.incidents.lessons import lesson_named
from console.operating.incidents.scores import Scores
from console.operating.jobs import Jobs
from console.operating.live.operators_name import operators_name
from console.operating.notice import Notice
from console.operating.procedures.playbooks import Runnable, runnable_playbooks
from console.operating.training.desk import TrainingDesk
from console.operating.training.joined import JoinedTraining
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from console.window.main_window import MainWindow
from console.window.replay.leaving import ask_to_leave
from console.window.replay.replay_board import ReplayBoard
from console.window.replay.replay_workspace import TrainingWorkspace
from console.window.replay.station.joining import JoinedRun
from console.window.replay.station.line_socket import LineSocket
from console.window.settings import SettingsStore
from topology.incident.lesson.model import NO_LESSON, Lesson
from topology.incident.model import Incident
from topology.incident.reading import IncidentError

Joined = tuple[LineSocket, dict[str, Any]]
"""The connection to a run that goes on elsewhere, and what it said first."""


def run_replay(
    app: QApplication,
    window: MainWindow,
    settings: SettingsStore,
    incident: Incident,
    description: Path,
    joined: Joined | None = None,
) -> int:
    """Replay *incident* in *window* until it is closed, or show a run of it that was *joined*; gives the exit status."""
    bugs = hear_bugs(log_to(state_folder()))
    with asyncio.Runner(loop_factory=lambda: LastingLoop(app)) as runner:
        return runner.run(_run(window, settings, incident, bugs, description, joined))


async def _run(
    window: MainWindow,
    settings: SettingsStore,
    incident: Incident,
    bugs: Bugs,
    description: Path,
    joined: Joined | None,
) -> int:
    asyncio.get_running_loop().set_exception_handler(bugs.hear_loop)
    playbooks = playbooks_for(incident, description.parent)
    lesson, trouble = _lesson(incident, description.parent)
    session = ReplaySession(window, settings, incident, Scores(data_folder()), playbooks, lesson, joined)
    if trouble:
        session.workspace.tell_failure(trouble)
    session.panels.choices.description = description
    bugs.tell(session.say_bug)
    interrupts = Interrupts(session.closed)
    with interrupts.heard():
        session.start()
        await session.closed.wait()
        await session.aclose()
    window.let_close()
    return interrupts.status(None) or 0


def _lesson(incident: Incident, folder: Path) -> tuple[Lesson, str]:
    """Read what is taught after an incident; one with a fault in it is left out, and the fault said."""
    try:
        return lesson_named(str(folder), incident), ""
    except IncidentError as error:
        return NO_LESSON, f"The lesson is left out: {error.problems[0]}"


class ReplaySession:
    """Everything of a replay. It is made of an incident alone."""

    def __init__(
        self,
        window: MainWindow,
        settings: SettingsStore,
        incident: Incident,
        scores: Scores,
        playbooks: Callable[[], Runnable] = runnable_playbooks,
        lesson: Lesson = NO_LESSON,
        joined: Joined | None = None,
    ) -> None:
        self.closed = asyncio.Event()
        self._window = window
        self._question: QMessageBox | None = None
        self._jobs = Jobs(self._job_failed)
        self.replay = Replay(incident)
        mirror = None if joined is None else JoinedTraining(self.replay, own_guards())
        self.training = mirror or Training(self.replay, own_guards())
        self.training.trainee = name = operators_name()
        self.desk = TrainingDesk(self.training, name)
        self.workspace = TrainingWorkspace(self.training, self.desk, self._jobs, playbooks)
        self.panels = ReplayBoard(window, self.workspace, self.desk, settings, window.theme, scores, lesson)
        window.setWindowIcon(QIcon(str(resources.path("icons/underkeel.svg"))))
        window.closing.connect(self._close)
        self._joined = joined
        if joined is not None and mirror is not None:
            run = JoinedRun(joined[0], mirror, window)
            self.panels.join(run)
            run.begin(joined[1])

    def start(self) -> None:
        """Follow the incident."""
        self._jobs.start("Following the incident", self.workspace.follower.follow())

    async def aclose(self) -> None:
        """Let go of everything; nothing of the run is kept."""
        self.panels.player.pause()
        self.panels.station.sharing.close()
        await self.desk.aclose()
        self.panels.remember()
        await self._jobs.aclose()
        await self.replay.aclose()

    def say_bug(self, sentence: str) -> None:
        """Show that something went wrong in the console itself."""
        self.workspace.notice(Notice(f"bug: {sentence}", sentence, "alarm"))

    def _close(self) -> None:
        """Close, but ask first where that would lose a run."""
        # A run that was joined is kept, or asked about, where it is.
        lost = self.panels.debriefing.would_be_lost if self._joined is None else 0
        if lost and self._question is None:
            self.panels.player.pause()
            save = partial(self.panels.debriefing.save_as, "acts")
            self._question = ask_to_leave(self._window, lost, save, self.closed.set)
            self._question.finished.connect(self._asked)
        elif not lost:
            self.closed.set()

    def _asked(self) -> None:
        self._question = None

    def _job_failed(self, sentence: str) -> None:
        self.workspace.tell_failure(sentence)
