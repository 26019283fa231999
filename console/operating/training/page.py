"""The status page of a training: in the run and in the window, and nowhere else."""

from collections.abc import Callable, Iterable

from console.operating.jobs import Jobs
from console.operating.status_page.desk_page import PageReading
from console.operating.training.training import Training
from topology.command.grammar.page_commands import PageCommand
from topology.execution.journal_entries import Entry
from topology.fleet.state import State
from topology.incident.session.session import TrainingSession
from topology.status_page.board import AnnouncingError
from topology.status_page.page import PublicPage
from topology.status_page.saying import steps_of


class TrainingPage:
    """What customers could read in a run; before the run there is none."""

    def __init__(self, training: Training) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.reading: PageReading | None = None
        self.obstacle = ""
        """In a training there always is a page."""
        self._training = training

    def begin(self, state: State, jobs: Jobs) -> None:
        """A run has its own."""

    def see(self, state: State) -> None:
        """Show the page of the run as it is now."""
        session = self._training.session
        if session is None:
            self.reading = None
            return
        session.look_at_services()
        self.reading = PageReading(_page(session))

    def hear(self, entries: Iterable[Entry]) -> None:
        """A training keeps no journal."""

    def previewed(self, command: PageCommand) -> PublicPage:
        """Give the page as it would be; the run is not touched, and not begun."""
        session = self._training.session or self._training.not_begun()
        board = session.page.copy()
        board.hear(steps_of(board, command, self._training.now(), lambda: "preview"))
        return board.page(self._training.incident.region.name, self._training.now())

    async def act(self, command: PageCommand) -> str:
        """Say it in the run; an act like any other."""
        answer = self._training.act(str(command))
        if answer.kind != "done":
            raise AnnouncingError("; ".join(answer.sentences))
        return f"{command}: published, in this training alone."

    def publish(self) -> str:
        """In a training nothing leaves the window."""
        return "In a training the status page stays in the window: nothing is published."

    def late(self) -> tuple[tuple[str, str], ...]:
        """Nothing is published, so nothing is late."""
        return ()


def _page(session: TrainingSession) -> PublicPage:
    return session.page.page(session.branch.incident.region.name, session.branch.time)
