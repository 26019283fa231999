"""What is told to the operator: notices above the panels, answers beneath the line, and all of it in the messages."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.operating.notice import Notice
from console.panels.command_line.line import CommandLine
from console.window.frame.messages import MessagesPanel
from console.window.frame.notices import NoticeBar

MESSAGE = "message"
"""Key of the notice that shows the last failure."""


class NoticePresenter(QObject):
    """Shows sentences where they belong; *clock* gives the time that a message is of."""

    def __init__(
        self, notices: NoticeBar, command: CommandLine, messages: MessagesPanel, clock: Callable[[], str]
    ) -> None:
        # Its life ends with the window's, and with it what it is connected to.
        super().__init__(notices)
        self._notices, self._command, self._messages, self._clock = notices, command, messages, clock

    def show_notice(self, notice: Notice) -> None:
        """Show a notice until it is dismissed or over."""
        self._messages.append(self._clock(), notice.kind, notice.text)
        self._notices.show_notice(notice)

    def show_failure(self, sentence: str) -> None:
        """Show what went wrong, until something is typed."""
        self.show_notice(Notice(MESSAGE, sentence, "alarm"))

    def note_alarm(self, sentence: str) -> None:
        """Keep in the messages what is shown large elsewhere."""
        self._messages.append(self._clock(), "alarm", sentence)

    def show_said(self, sentence: str) -> None:
        """Answer beneath the line, until the text changes."""
        self._messages.append(self._clock(), "note", sentence)
        self._command.saying.reply(sentence)

    def forget_failure(self) -> None:
        """Take the last failure away: the operator goes on."""
        self._notices.drop(MESSAGE)
