"""A band under the strip for each execution of another operator: whose, what, how far, and STOP for it."""

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, Painted, Text
from console.kit.theme import Theme
from console.operating.colleagues.gathering import Gathering, OtherExecution
from console.words import writing as words

MOST_COUNTS = 440
"""Pixels that the counts of an execution take at most where there is little room."""
MOST_SHOWN = 3
BAR = QSize(200, 14)


class ShareBar(Painted):
    """How much of an execution was sent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._share = 0.0
        self.setFixedSize(BAR)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Show a share, 0 to 1."""
        self._share = share
        self.setAccessibleName(f"{share:.0%} sent")
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.track)
        painter.fillRect(QRect(0, 0, round(self.width() * self._share), self.height()), self._theme.water)
        painter.setPen(self._theme.border_strong)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class ExecutionRow(QWidget):
    """One execution."""

    stop = Signal(object)
    """The command that stops it."""
    command = Signal(str)
    """Command text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._one: OtherExecution | None = None
        self.title = Text(theme, 10, bold=True)
        self.counts = Text(theme, 9.5, "text_soft")
        self.bar = ShareBar(theme)
        self.button = Button(theme, "plain", 9.5)
        self.button.clicked.connect(self._pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(16)
        row.addWidget(self.title)
        row.addWidget(self.counts, 1)
        row.addWidget(self.bar)
        row.addWidget(self.button)

    def show_execution(self, one: OtherExecution, *, by_escape: bool) -> None:
        """Show it. *by_escape*: two Escapes stop it too, for nothing of one's own runs."""
        self._one = one
        self.title.say(f"{one.operator}: {one.command or one.execution}")
        self.counts.say(counts_of(one))
        # The command, however long, leaves room for how far it is.
        self.counts.setMinimumWidth(min(self.counts.natural_width(), MOST_COUNTS))
        self.bar.show_share(one.sent / one.total if one.total else 0.0)
        self.bar.setVisible(one.total > 0)
        if one.carried_out:
            keys = "  Esc Esc" if by_escape else ""
            what = f"Stop {one.operator}'s {one.command} ({one.stopping}): no further server leaves"
            self.button.say(f"STOP {one.operator}'s{keys}", what)
        else:
            self.button.say("Take over …", f"Take over what {one.operator} left: {one.command}")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.title, self.counts, self.bar, self.button):
            part.set_theme(theme)

    def _pressed(self) -> None:
        if self._one is None:
            return
        if self._one.carried_out:
            self.stop.emit(self._one.stopping)
        else:
            self.command.emit(str(self._one.taking_over))


class OthersBand(QWidget):
    """The executions of others, oldest first; nothing takes room while there is none."""

    stop = Signal(object)
    command = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows = [ExecutionRow(theme) for _ in range(MOST_SHOWN)]
        self.more = Text(theme, 9.5, "text_soft")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for row in self._rows:
            row.stop.connect(self.stop)
            row.command.connect(self.command)
            layout.addWidget(row)
        layout.addWidget(self.more)
        self.more.setContentsMargins(16, 0, 0, 4)
        self.setAccessibleName("What other operators carry out")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def rows(self) -> tuple[ExecutionRow, ...]:
        """Give the rows in sight."""
        return tuple(row for row in self._rows if not row.isHidden())

    def show_gathering(self, gathering: Gathering, *, own_runs: bool = False) -> None:
        """Show what others carry out; *own_runs*: two Escapes are for what this console carries out."""
        found = gathering.executions
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(found))
            if number < len(found):
                row.show_execution(found[number], by_escape=not own_runs)
        rest = len(found) - MOST_SHOWN
        several = len([one for one in found if one.carried_out])
        stops = f"Esc Esc stops all {words.number(several)}" if several > 1 and not own_runs else ""
        said = ", ".join(filter(None, (f"and {words.number(rest)} more" if rest > 0 else "", stops)))
        self.more.say(f"{said[:1].upper()}{said[1:]}")
        self.more.setVisible(bool(said))
        self.setVisible(bool(found))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for row in self._rows:
            row.set_theme(theme)
        self.more.set_theme(theme)
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.raised)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.border)


def counts_of(one: OtherExecution) -> str:
    """Say how far an execution is."""
    if not one.total:
        return f"wave {words.number(one.waves)}, {words.number(one.sent)} sent"
    verb = "sent back" if one.restores else "sent"
    parts = [f"wave {words.number(one.waves)}", f"{words.number(one.sent)} of {words.number(one.total)} {verb}"]
    parts.append(f"{words.number(one.to_go)} to go")
    if one.draining:
        parts.insert(2, f"{words.number(one.draining)} draining")
    if one.done_about and one.carried_out:
        parts.append(f"done about {one.done_about}")
    if one.stopped_by:
        parts.append(f"stopped by {one.stopped_by}")
    if not one.carried_out:
        parts.append("its console is gone")
    return " · ".join(parts)
