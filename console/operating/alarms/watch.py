"""Watches a region for alarms: once a second, from the state on show, and hears what other consoles did."""

from collections.abc import Callable, Iterable
from typing import Protocol

from console.operating.alarms.entries import steps_in
from console.operating.alarms.keeper import AlarmKeeper, AlarmReading
from console.operating.desk import Desk
from console.operating.jobs import Jobs
from topology.alarms.readings import Slope, readings_of
from topology.alarms.values import HaltFacts
from topology.command.grammar.alarm_commands import AlarmCommand
from topology.execution.journal_entries import Entry
from topology.execution.progress import Phase, Progress
from topology.fleet.state import State
from topology.fleet.trend.ring import HeadroomHistory

EACH_S = 1.0


class HearsAlarms(Protocol):
    """Who shows alarms, and what is said of them."""

    def refresh(self) -> None:
        """Show another reading with the next frame."""

    def tell(self, sentence: str) -> None:
        """Say what was done."""

    def tell_failure(self, sentence: str) -> None:
        """Say why nothing was done."""


class AlarmWatch:
    """The alarms of one window; *journal_trouble* says what is wrong with the journal, *late* which targets of the page are."""

    def __init__(
        self,
        desk: Desk,
        jobs: Jobs,
        told_to: HearsAlarms,
        journal_trouble: Callable[[], str],
        late: Callable[[], tuple[tuple[str, str], ...]] = tuple,
    ) -> None:
        self._told_to = told_to
        self._jobs = jobs
        self._journal_trouble = journal_trouble
        self._late = late
        self._keeper = AlarmKeeper(desk.history.keep_alarms, told_to.refresh, desk.name)
        self._looked: float | None = None
        self._is_looking = False

    @property
    def reading(self) -> AlarmReading:
        """The alarms as they stand."""
        return self._keeper.reading

    def see(self, state: State, progress: Progress | None, history: HeadroomHistory | None) -> None:
        """Judge a state, if the last one was judged a second before it, or is of a later moment."""
        if self._is_looking or (self._looked is not None and 0 <= state.time - self._looked < EACH_S):
            return
        self._looked, self._is_looking = state.time, True
        slope = Slope(history.slope()) if history is not None and history.fits(state.region) else None
        readings = readings_of(state, slope, _halted(progress), self._troubles(), self._late())
        work = self._keeper.look(readings)
        try:
            self._jobs.start("Judging alarms", work).add_done_callback(self._done)
        except RuntimeError:  # the loop has ended: the window is closing, and nobody looks any more
            work.close()

    def hear(self, entries: Iterable[Entry]) -> None:
        """Take in what journal entries say of alarms."""
        self._keeper.hear(tuple(steps_in(entries)))

    def submit(self, command: AlarmCommand) -> None:
        """Do what an operator says to alarms, and tell what came of it."""
        self._jobs.start("The alarms", self._told(command))

    async def _told(self, command: AlarmCommand) -> None:
        try:
            self._told_to.tell(await self._keeper.act(command))
        except ValueError as error:
            self._told_to.tell_failure(f"The alarms stay as they are: {error}.")
        self._told_to.refresh()

    def _done(self, _task: object) -> None:
        self._is_looking = False

    def _troubles(self) -> tuple[tuple[str, str], ...]:
        sentence = self._journal_trouble()
        return (("journal", sentence),) if sentence else ()


def _halted(progress: Progress | None) -> tuple[tuple[str, HaltFacts], ...]:
    if progress is None or progress.phase is not Phase.HALTED:
        return ()
    facts = HaltFacts(
        progress.command, progress.operator, progress.servers_out, progress.total, progress.reason or progress.sentence
    )
    return ((progress.execution, facts),)
