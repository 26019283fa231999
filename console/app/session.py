"""One session of the console: makes the link, the journal, the operator, the workspace and the panels, and ends them.

This is the only place that knows all of them. It decides nothing about regions; that is the core's.
"""

import asyncio
import logging
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

import resources
from console.app.bugs import Bugs, hear_bugs, log_to
from console.app.interrupts import Interrupts, LastingLoop
from console.kit.collector import leave_alone_what_is_here, settle
from console.kit.loop.after_paint import all_painted
from console.kit.loop.warming import warm_plots
from console.operating.access import Journal, RegionLink, state_folder
from console.operating.extensions.guards import own_guards
from console.operating.jobs import Jobs
from console.operating.live.desk import LiveDesk
from console.operating.live.operators_name import operators_name
from console.operating.notice import Notice
from console.operating.refusal import RefusedError
from console.operating.regions import Address, address_of, file_of, folder_of, open_link, stated_source
from console.operating.trusting.trust import Trust, TrustError, request_of
from console.window.board import Board
from console.window.closing import ask_to_stop
from console.window.desktop.recent import remember_region
from console.window.frame.attention import Attention
from console.window.frame.read_so_far import ReadSoFar
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from console.window.trust_question import ask_for_trust
from console.window.workspace import Workspace
from topology.execution.journal_entries import JournalError
from topology.fleet.state import State
from topology.region.description import RegionError
from topology.region.errors import LinkError

log = logging.getLogger(__name__)

AGE_MS = 200
"""How often age and clock on screen are read anew."""
STOPPING_S = 5.0
"""How long closing waits for a stop to reach the region and the journal."""
ANSWERS_EACH_S = 0.5
"""How often a region that was silent at the start is looked at for an answer."""
JOURNAL_MS = 1000
"""How often the journal is read for what other consoles wrote."""


def run_session(
    app: QApplication,
    window: MainWindow,
    settings: SettingsStore,
    region: str | None,
    *,
    fresh: bool,
    metrics: tuple[str, int] | None = None,
) -> int:
    """Run the console in *window* until it is closed; gives the exit status."""
    leave_alone_what_is_here()
    bugs = hear_bugs(log_to(state_folder()))
    try:
        address = address_of(region)
        folder = folder_of(address)
        if not trusts(window, address):
            sys.stderr.write(f"{address.target}: stays closed, since you do not trust what it would open.\n")
            return 1
        so_far = ReadSoFar()
        link = open_link(address, folder, fresh=fresh, tell=so_far.hear)
    except RegionError as error:
        sys.stderr.write("\n".join(error.problems) + "\n")
        return 2
    with asyncio.Runner(loop_factory=lambda: LastingLoop(app)) as runner:
        return runner.run(_run(window, settings, link, folder, bugs, metrics, address, so_far))


def trusts(window: MainWindow, address: Address) -> bool:
    """Ask before a live region is opened the first time, or after its source changed; simulated ones need no trust."""
    path = Path(address.target)
    source = stated_source(path) if address.kind == "file" else None
    if source is None or Trust().holds(path, source):
        return True
    if not ask_for_trust(window.theme, request_of(path, source), window):
        return False
    try:
        Trust().add(path, source)
    except TrustError as error:
        raise RegionError((str(error),)) from error
    return True


async def _run(
    window: MainWindow,
    settings: SettingsStore,
    link: RegionLink,
    folder: Path,
    bugs: Bugs,
    metrics: tuple[str, int] | None,
    address: Address,
    so_far: ReadSoFar,
) -> int:
    asyncio.get_running_loop().set_exception_handler(bugs.hear_loop)
    session = Session(window, settings, link, folder, so_far)
    session.panels.choices.region_address = str(address)
    session.panels.choices.description = file_of(address)
    session.workspace.region_changed.connect(partial(_remember, settings, str(address)))
    if metrics is not None:
        session.measure(*metrics)
    bugs.tell(session.say_bug)
    interrupts = Interrupts(session.closed)
    with interrupts.heard():
        session.start()
        await session.closed.wait()
        was_running = session.desk.is_running
        await session.aclose()
    window.let_close()
    status = interrupts.status(session.desk.progress if was_running else None)
    if status is not None:
        return status
    return 2 if session.was_never_read else 0


def _remember(settings: SettingsStore, address: str, _state: State) -> None:
    remember_region(settings, address)


class Session:
    """Everything that lives between the first paint and the last."""

    def __init__(
        self,
        window: MainWindow,
        settings: SettingsStore,
        link: RegionLink,
        folder: Path,
        so_far: ReadSoFar | None = None,
    ) -> None:
        self.closed = asyncio.Event()
        self._window = window
        self._link = link
        self._folder = folder
        self._asking: QMessageBox | None = None
        self._unread = False
        self._so_far = so_far or ReadSoFar()
        self._jobs = Jobs(self._job_failed)
        journal, trouble = open_journal(folder)
        self.desk = LiveDesk(
            link, journal, operators_name(link.operator), folder, no_journal=trouble, guards=own_guards()
        )
        self.workspace = Workspace(self.desk, self._jobs)
        self.panels = Board(window, self.workspace, settings, window.theme)
        window.setWindowIcon(QIcon(str(resources.path("icons/underkeel.svg"))))
        self._attention = Attention(window, lambda: settings.value.notifies)
        self.workspace.view_changed.connect(self._attention.see)
        self.workspace.unreadable.connect(self._say_unreadable)
        self._age = QTimer(window)
        self._age.setInterval(AGE_MS)
        self._age.timeout.connect(self.workspace.refresh)
        self._age.timeout.connect(self._say_reading)
        self._age.timeout.connect(self._take_question_back)
        self._begun = time.monotonic()
        self._journal = QTimer(window)
        self._journal.setInterval(JOURNAL_MS)
        self._journal.timeout.connect(self.workspace.read_entries)
        window.closing.connect(self._wants_to_close)

    def start(self) -> None:
        """Follow the region, and say what an earlier session left unfinished."""
        self._age.start()
        self._journal.start()
        if self.desk.trouble:
            self.panels.journal.show_trouble(self.desk.trouble)
            sentence = f"Nothing can be carried out: {self.desk.trouble}. Everything can be looked at."
            self.workspace.notice(Notice("journal", sentence, "alarm", lasting=True))
        self._jobs.start("Following the region", self.workspace.follower.follow())
        self._jobs.start("Looking for unfinished executions", self._recover())
        self._jobs.start("Hearing who else is there", self._meet())
        self._jobs.start("Loading what plots need", warm_plots(self.workspace.follower.loaded))

    def measure(self, host: str, port: int) -> None:
        """Let a Prometheus on this machine read how the console itself does."""
        from console.app.metrics import Metrics

        metrics = Metrics(self._window)
        trouble = metrics.serve(host, port)
        if trouble:
            sys.stderr.write(f"{trouble}\n")
            self.workspace.notice(Notice("metrics", trouble, "caution"))
            return
        self.workspace.view_changed.connect(metrics.see)
        self.workspace.facts_heard.connect(metrics.heard)

    async def aclose(self) -> None:
        """Stop what runs, keep what should be kept, and let go of everything."""
        self._age.stop()
        self._journal.stop()
        if self.desk.is_running:
            await self._stop()
        await self.desk.aclose()
        self.panels.remember()
        await self._jobs.aclose()
        try:
            await self._link.aclose()
        except LinkError:
            log.exception("The link could not be closed")
        if self.desk.record.journal is not None:
            self.desk.record.journal.close()

    async def _meet(self) -> None:
        await self.workspace.follower.loaded.wait()
        await self.desk.colleagues.follow()

    async def _stop(self) -> None:
        """Stop as the operator would, so that the journal says so; closing goes on whatever comes of it."""
        try:
            async with asyncio.timeout(STOPPING_S):
                await self.desk.control("stop")
        except (RefusedError, LinkError, TimeoutError) as error:
            # It may just have ended; what is still open is told at the next start.
            log.warning("The execution could not be stopped in order: %s", error)

    async def _recover(self) -> None:
        with suppress(JournalError):  # which `recover` says
            await self.desk.history.load()
        await self.workspace.follower.loaded.wait()
        await all_painted(self._window)
        settle()
        if self.desk.record.journal is None:
            return
        answers = self._link.freshness.connected
        await self._say_unfinished()
        if not answers:  # It could not say what became of waves; it is asked once more as soon as it can.
            while not self._link.freshness.connected:  # noqa: ASYNC110 - a link has no event for it
                await asyncio.sleep(ANSWERS_EACH_S)
            await self._say_unfinished()

    async def _say_unfinished(self) -> None:
        """Say what is wrong with the journal, and what an earlier session left unfinished."""
        try:
            doubt, found = await self.desk.recover()
        except (JournalError, LinkError) as error:
            self.workspace.tell_failure(str(error))
            return
        if doubt:
            self.workspace.notice(Notice("journal-doubt", doubt, "alarm"))
        for execution in found:
            self.workspace.acts.tell_unfinished(execution)

    def _say_reading(self) -> None:
        """Say what is being read and for how long already, while there is nothing else to see."""
        if not self.workspace.follower.loaded.is_set() and not self._unread:
            seconds = int(time.monotonic() - self._begun)
            self.panels.preview.waiting.say(self._so_far.told(self._link.name, seconds))

    def _say_unreadable(self, sentence: str) -> None:
        """Say it in the terminal as well: there may be nobody at the window."""
        self._unread = True
        sys.stderr.write(f"{sentence}\n")

    @property
    def was_never_read(self) -> bool:
        """Whether there was no region to see at all."""
        return self._unread and not self.workspace.follower.loaded.is_set()

    def say_bug(self, sentence: str) -> None:
        """Show that something went wrong in the console itself."""
        self.workspace.notice(Notice(f"bug: {sentence}", sentence, "alarm"))

    def _wants_to_close(self) -> None:
        if not self.desk.is_running:
            self.closed.set()
            return
        if self._asking is None:
            progress = self.desk.progress
            sentence = (
                ""
                if progress is None
                else f"{progress.command}: {progress.servers_out:,} of {progress.total:,} are out."
            )
            self._asking = ask_to_stop(self._window, sentence, self.closed.set)
            self._asking.finished.connect(self._answered)

    def _take_question_back(self) -> None:
        """Ask no longer whether to stop what is over; the window stays, since nobody has chosen to close over its end."""
        if self._asking is not None and not self.desk.is_running:
            self._asking.reject()

    def _answered(self, _result: int) -> None:
        self._asking = None

    def _job_failed(self, sentence: str) -> None:
        self.workspace.tell_failure(sentence)


def open_journal(folder: Path) -> tuple[Journal | None, str]:
    """Open a region's journal; without one, say why (nothing can then be carried out)."""
    try:
        return Journal.open(folder), ""
    except JournalError as error:
        return None, str(error)
