"""What a screen reader is told by itself: verdicts, errors, completions, how an execution goes, and silence of the source."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from console.kit.host.announcing import announce
from console.operating.view import View
from console.panels.command_line.popup import CompletionList
from console.words.execution import title
from console.words.plan import headline
from topology.execution.progress import Phase, Progress

SETTLE_MS = 600
"""A verdict that stands this long is told: while somebody types, only the last one is."""
_SPOKEN = {
    Phase.RUNNING: "Begun",
    Phase.PAUSED: "Paused",
    Phase.STOPPING: "Stopping",
    Phase.STOPPED: "Stopped",
    Phase.HALTED: "Halted",
    Phase.FINISHED: "Finished",
}

Says = Callable[[QWidget, str, bool], None]


class Announcer(QObject):
    """Says each thing once. *says* is what speaks."""

    def __init__(self, window: QWidget, says: Says = announce) -> None:
        super().__init__(window)
        self._window, self._says = window, says
        self._verdict, self._told = "", ""
        self._phases: tuple[str, Phase | None] = ("", None)
        self._silent = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(self._tell_verdict)
        self._list: CompletionList | None = None
        self._offered, self._told_offers = "", ""
        self._rested = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._rested.timeout.connect(self._tell_offers)

    def see(self, view: View) -> None:
        """Hear of what is on show; what is new in it is told."""
        verdict = verdict_of(view)
        if verdict != self._verdict:
            self._verdict = verdict
            self._settled.start()
        if view.progress is not None:
            self._see_progress(view.progress)
        fell, self._silent = view.strip.stale and not self._silent, view.strip.stale
        if fell:
            self.say(f"{view.strip.region} is silent: nothing can be confirmed.", urgent=True)

    def fail(self, sentence: str) -> None:
        """Hear of what was not done."""
        self.say(sentence, urgent=True)

    def hear_list(self, offers: CompletionList) -> None:
        """Tell of a list of completions, and of the one that is chosen in it."""
        self._list = offers
        offers.offered.connect(self._see_offers)
        offers.moved.connect(self.say)

    def say(self, sentence: str, urgent: bool = False) -> None:
        """Say a sentence now."""
        self._says(self._window, sentence, urgent)

    def _tell_verdict(self) -> None:
        if self._verdict and self._verdict != self._told:
            self.say(self._verdict)
        self._told = self._verdict

    def _see_offers(self, count: int, first: str) -> None:
        self._offered = f"{count:,} completions, {first} first" if count > 1 else f"1 completion, {first}"
        self._rested.start()

    def _tell_offers(self) -> None:
        """Tell of a list that is still there now that nobody types."""
        if self._list is not None and self._list.isVisible() and self._offered != self._told_offers:
            self.say(self._offered)
            self._told_offers = self._offered

    def _see_progress(self, progress: Progress) -> None:
        execution, before = self._phases
        fresh = progress.execution != execution
        self._phases = (progress.execution, progress.phase)
        waits = progress.phase is Phase.WAITING or (progress.phase is Phase.RUNNING and before is Phase.WAITING)
        if (progress.phase is before and not fresh) or (waits and not fresh):
            return
        word = _SPOKEN.get(progress.phase, "Begun")
        self.say(f"{word}: {title(progress)}. {progress.sentence}".strip(), urgent=progress.phase is Phase.HALTED)


def verdict_of(view: View) -> str:
    """Say in a line what is on show of what was typed: its verdict, or what is wrong with it."""
    plan, error = view.work.plan, view.work.reading.error
    if plan is not None:
        found = headline(plan)
        return f"{found.title}. {found.below}"
    return "" if error is None else error.message
