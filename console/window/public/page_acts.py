"""Shows what an announcement will look like, says it once it is confirmed, and tells what came of it."""

from collections.abc import Callable

from console.operating.desk import Desk
from console.operating.jobs import Jobs
from console.operating.notice import Notice
from console.operating.workbench import Work
from console.window.voice import Voice
from console.words.public.previewing import cannot_be_said, preview_answer
from console.words.public.targets import ground_sentences
from topology.command.grammar.page_commands import PageCommand, PublishPage
from topology.execution.journal_entries import JournalError
from topology.fleet.state import State
from topology.planning.answers import TitledAnswer
from topology.status_page.board import AnnouncingError


class PageActs:
    """What an operator does about the status page; *done* hears that something was said."""

    def __init__(self, voice: Voice, desk: Desk, jobs: Jobs, done: Callable[[], None]) -> None:
        self._voice = voice
        self._desk = desk
        self._jobs = jobs
        self._done = done
        self._seen: tuple[PageCommand, str] | None = None
        """The command that was previewed last, and why it cannot be said; empty where it can."""
        self._shown: TitledAnswer | None = None

    def begin(self, state: State) -> None:
        """Begin with a region, and say what is wrong with what its page stands on."""
        self._desk.page.begin(state, self._jobs)
        said = "; ".join(ground_sentences(state.region))
        self._voice.keep_notice(Notice("status-page", said[:1].upper() + said[1:] + "." if said else "", "caution"))

    def look(self, work: Work) -> None:
        """Show what the text would say to those outside, where it would say anything."""
        command = work.reading.command
        command = command if isinstance(command, PageCommand) and command == work.command else None
        if command == (None if self._seen is None else self._seen[0]):
            return
        if self._shown is not None:
            self._voice.answer_over.emit(self._shown)
        self._seen, self._shown = None, None
        if command is not None:
            self._preview(command)

    def _preview(self, command: PageCommand) -> None:
        page = self._desk.page
        try:
            shown = preview_answer(page.previewed(command), command, _where(self._desk))
            self._seen = command, ""
        except AnnouncingError as error:
            shown = cannot_be_said(str(error))
            self._seen = command, str(error)
        self._shown = shown
        self._voice.answered.emit(shown)

    def entered(self, command: PageCommand | PublishPage) -> None:
        """Do what Enter means: publishing again changes nothing, all else is confirmed."""
        if isinstance(command, PublishPage):
            self._voice.tell(self._desk.page.publish())
        else:
            self._voice.tell("Ctrl+Enter says it to those outside, as shown.")

    def confirm(self) -> bool:
        """Say what is shown; gives whether anything for those outside is on show."""
        if self._seen is None:
            return False
        command, why = self._seen
        if why:
            self._voice.tell_failure(f"Not said: {why}.")
        else:
            self._jobs.start("An announcement", self._say(command))
        return True

    async def _say(self, command: PageCommand) -> None:
        try:
            sentence = await self._desk.page.act(command)
        except (AnnouncingError, JournalError) as error:
            self._voice.tell_failure(f"Not said: {error}.")
            return
        finally:
            self._done()
        self._voice.begun.emit("")
        self._voice.tell(sentence)


def _where(desk: Desk) -> tuple[str, ...]:
    reading = desk.page.reading
    return () if reading is None else tuple(target.name for target in reading.targets)
