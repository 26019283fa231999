"""What the window is told besides its views, as signals: sentences, notices, answers, commands to put into the line."""

from PySide6.QtCore import QObject, Signal

from console.operating.notice import Notice


class Voice(QObject):
    """Says things. A notice is kept while it has something to say, and each text of it is said once."""

    begun = Signal(str)
    """The command of a plan that is being carried out from now on."""
    answered = Signal(object)
    """Answer to a question."""
    answer_over = Signal(object)
    """Answer that is not true any more."""
    shown = Signal(str)
    """Name of a subsystem to bring into view."""
    help_wanted = Signal(str)
    """A verb to explain, or empty for all of it."""
    suggested = Signal(str)
    """A command to put into the command line."""
    noticed = Signal(object)
    notice_over = Signal(str)
    playbook_changed = Signal(object)
    """Where one is in a run."""
    failed = Signal(str)
    """A sentence for the operator: something was not done."""
    unreadable = Signal(str)
    """Why the region could not be read at all so far."""
    said = Signal(str)
    """A sentence for the operator: something was done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[str, str] = {}

    def tell(self, sentence: str) -> None:
        """Say what was done."""
        self.said.emit(sentence)

    def not_loaded(self, sentence: str) -> None:
        """Say why the region could not be read so far."""
        self.unreadable.emit(sentence)

    def tell_failure(self, sentence: str) -> None:
        """Say what was not done."""
        self.failed.emit(sentence)

    def notice(self, notice: Notice) -> None:
        """Put a notice under the strip."""
        self.noticed.emit(notice)

    def keep_notice(self, notice: Notice) -> None:
        """Show a notice while it has something to say; each text is said once."""
        if self._kept.get(notice.key, "") == notice.text:
            return
        self._kept[notice.key] = notice.text
        if notice.text:
            self.notice(notice)
        else:
            self.notice_over.emit(notice.key)
