"""The status page as a window sees it, of a live region or of a training."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from console.operating.jobs import Jobs
from console.operating.status_page.target_reading import TargetReading
from topology.command.grammar.page_commands import PageCommand
from topology.execution.journal_entries import Entry
from topology.fleet.state import State
from topology.status_page.page import PublicPage


@dataclass(frozen=True, slots=True, eq=False)
class PageReading:
    """The status page as one frame shows it."""

    page: PublicPage
    targets: tuple[TargetReading, ...] = ()
    """Where it is published; none in a training, where it stays in the window."""


class DeskPage(Protocol):
    """What a window may ask of a status page."""

    on_change: Callable[[], None]
    """Hears when there is another reading."""

    @property
    def reading(self) -> PageReading | None:
        """The page as it stands; None where the description states none, or it is not known yet."""

    @property
    def obstacle(self) -> str:
        """Why nothing can be said here; empty where it can."""

    def begin(self, state: State, jobs: Jobs) -> None:
        """Begin with a region, or go on with another roster or description of it."""

    def see(self, state: State) -> None:
        """Judge a state, if the last one was judged a second before it."""

    def hear(self, entries: Iterable[Entry]) -> None:
        """Take in what the journal says of it."""

    def previewed(self, command: PageCommand) -> PublicPage:
        """Give the page as it would be.

        Raises:
            AnnouncingError: it cannot be said.
        """

    async def act(self, command: PageCommand) -> str:
        """Say it, and give a sentence about what was done.

        Raises:
            AnnouncingError: it cannot be said.
            JournalError: it could not be written, and is not said.
        """

    def publish(self) -> str:
        """Publish everywhere now, and give a sentence about that."""

    def late(self) -> tuple[tuple[str, str], ...]:
        """Give the targets that are older than the page promises, each with a sentence."""
