"""What teaches in a replay besides the run: the questions before the debrief, freeze probes, the lesson, and where one stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QObject

from console.kit.asking.questions import GivenAnswer
from console.kit.theme import Theme
from console.operating.incidents.lessons import code_page
from console.operating.incidents.standing import StandingError, StandingFile, answered, played
from console.operating.training.looking_back import before_debrief
from console.operating.training.training import Training
from console.panels.debrief.debrief_page import DebriefPage
from console.panels.lesson.lesson_view import LessonView
from console.panels.timeline.player import Player
from console.reports.lesson_text import lesson_html
from console.reports.said_text import said_html
from console.window.main_window import MainWindow
from console.window.replay.debriefing import Debriefing
from console.window.replay.probing import Probing
from console.window.workspace import Workspace
from topology.incident.lesson.model import Lesson, LessonQuestion
from topology.incident.lesson.said import MARKS, LessonAnswer, counted


class Teaching(QObject):
    """Holds what was answered, and says what goes into the debrief."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        training: Training,
        player: Player,
        workspace: Workspace,
        debriefing: Debriefing,
        lesson: Lesson,
        standing: StandingFile,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._training, self._workspace, self._debriefing = training, workspace, debriefing
        self._lesson, self._standing = lesson, standing
        self.page = DebriefPage(theme, debriefing.debrief)
        html = lesson_html(training.incident, lesson, code_page)
        self.lesson = LessonView(theme, html, lesson.questions)
        self.probing = Probing(window, theme, training, player)
        self._questions: tuple[LessonQuestion, ...] = ()
        self._said: tuple[LessonAnswer, ...] = ()
        self.extra: Callable[[], str] = str
        """What stands in the saved page besides, as HTML, such as the notes of an instructor."""
        self._asked_of = ""
        """The acts of the run that was asked about last: one run is asked about once."""
        self.page.answered.connect(self._take)
        self.page.marked.connect(self.mark)
        self.lesson.answered.connect(self._note_answer)
        self.probing.ended.connect(workspace.tell)

    def debrief(self) -> None:
        """Ask first; what was asked already, or is left out by asking again, leads to the debrief at once."""
        acts = self._training.acts_text() if self._training.acts else ""
        questions = () if self.page.is_asking or acts == self._asked_of else before_debrief(self._training)
        if not questions:
            self._show()
            return
        self._questions, self._said, self._asked_of = questions, (), acts
        self.page.ask(questions)

    def open_lesson(self) -> None:
        """Show the page of the lesson, with room to read it."""
        self._window.show_tab("Lesson")
        self._window.page_room.for_reading()

    def forget(self) -> None:
        """Begin anew: a run was given up."""
        self._said, self._asked_of = (), ""
        self.probing.forget()
        self.page.show_view((), ())
        self._debriefing.forget()

    def toggle_probes(self) -> None:
        """Let probes come by themselves, or only when they are called for."""
        self.probing.by_itself = not self.probing.by_itself
        how = "come by themselves while a run plays" if self.probing.by_itself else "come only when called for"
        self._workspace.tell(f"Freeze probes {how}.")

    def mark(self, mark: str, by: str = "") -> None:
        """Mark the open answer, one of `MARKS`, by the trainee or by somebody else; who marks last is right."""
        by = by or self._training.trainee or "the trainee"
        if not any(one.is_open and one.text for one in self._said):
            self._workspace.tell("There is no open answer to mark: it is asked for before the debrief.")
            return
        self._said = tuple(
            replace(one, mark=mark, marked_by=by) if one.is_open and one.text else one for one in self._said
        )
        self._keep()
        self.page.show_view(self._said, self.probing.said)
        self._workspace.tell(f"Marked by {by}: {MARKS[mark]}.")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self.page.set_theme(theme)
        self.lesson.set_theme(theme)
        self.probing.theme = theme

    def _take(self, answers: tuple[GivenAnswer, ...]) -> None:
        now = self._training.now()
        pairs = zip(self._questions, answers, strict=True)
        self._said = tuple(LessonAnswer(question, answer.choice, answer.text, now) for question, answer in pairs)
        self._show()

    def _keep(self) -> None:
        """Let what is saved of the debrief have what was answered, and how it was marked."""
        incident, probes = self._training.incident, self.probing.said
        zone = incident.time_zone
        parts = (
            said_html("What you said first", self._said, zone),
            said_html("Freeze probes", probes, zone),
            self.extra(),
            lesson_html(incident, self._lesson, code_page, links=False) if self._lesson.is_told else "",
        )
        self._debriefing.more = "\n".join(part for part in parts if part)
        self._debriefing.answers = self._said

    def _show(self) -> None:
        probes = self.probing.said
        self._keep()
        self.page.show_view(self._said, probes)
        self._debriefing.score()
        if self._training.acts:
            self.lesson.reveal()
            self._note_run(counted(probes))

    def _note_run(self, probes: tuple[int, int]) -> None:
        name = self._training.incident.name
        keys = tuple(f"{name}/{question.name}" for question in self._lesson.questions)
        try:
            self._standing.write(played(self._standing.read(), name, keys, probes, _today()))
        except StandingError as error:
            self._workspace.tell_failure(str(error))

    def _note_answer(self, name: str, right: bool) -> None:
        key = f"{self._training.incident.name}/{name}"
        try:
            self._standing.write(answered(self._standing.read(), key, right, _today()))
        except StandingError as error:
            self._workspace.tell_failure(str(error))


def _today() -> date:
    """Give the day as the trainee counts it."""
    return datetime.now().astimezone().date()
