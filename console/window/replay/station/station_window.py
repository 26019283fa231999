"""The window of the instructor: what waits, what was done, the true state, what was said, and a line to direct with."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from console.kit.painting import font_of
from console.kit.parts import Button, Text, set_theme_of
from console.kit.theme import Theme
from console.operating.access import read_regular, write_whole
from console.operating.training.looking_back import moment_now
from console.operating.training.moment_file import moment_text
from console.operating.training.training import Training
from console.panels.timeline.player import Player
from console.window.replay.probing import INSTRUCTOR
from console.window.replay.station.directing import Directing
from console.window.replay.station.joining import JoinedClock, RemoteDirecting
from topology.incident.reading import IncidentError
from topology.incident.station.deeds import HOW, CueError
from topology.incident.times import clock_text
from topology.region.errors import LinkError

LARGEST = 4 * 1024 * 1024
BUTTONS = ("Open a plan …", "Save this moment …", "Open a moment …", "Play", "Take back")


class StationWindow(QWidget):
    """A window of its own, for another screen."""

    def __init__(
        self,
        theme: Theme,
        training: Training,
        player: Player | JoinedClock,
        directing: Directing | RemoteDirecting,
        owner: QWidget | None,
    ) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setObjectName("filled")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"Instructor · {training.incident.title} · Underkeel")
        self.setProperty(INSTRUCTOR, True)
        self._training, self._player, self._directing = training, player, directing
        self.clock = Text(theme, 11, bold=True)
        self.trouble = Text(theme, 9.5, "caution", wrap=True)
        self.waiting = QListWidget()
        self.log = QPlainTextEdit()
        self.truth = QPlainTextEdit()
        self.remarks = QPlainTextEdit()
        self.line = QLineEdit()
        self.how = Text(theme, 9, "text_soft", wrap=True)
        self.how.say(HOW[:1].upper() + HOW[1:] + ".")
        self.buttons = {name: Button(theme, size=9) for name in BUTTONS}
        self._titles = [Text(theme, 9, "text_faint") for _ in range(4)]
        self._put_together()
        deeds = (self._ask_plan, self._ask_where, self._ask_moment, player.toggle, self._take_back)
        for name, deed in zip(BUTTONS, deeds, strict=True):
            self.buttons[name].say(name)
            self.buttons[name].clicked.connect(deed)
        self.line.returnPressed.connect(self._write)
        directing.changed.connect(self.show_now)
        directing.refused.connect(self.say_trouble)
        player.moved.connect(self.show_now)
        player.changed.connect(self.show_now)
        room = self.screen().availableGeometry().size()
        self.resize(min(980, room.width() - 20), min(620, room.height() - 50))
        self.show_now()

    def show_now(self) -> None:
        """Show how it stands; costs nothing while nobody sees it."""
        training, directing = self._training, self._directing
        self.buttons["Play"].say("Pause" if self._player.is_playing else "Play")
        clock = clock_text(training.now(), training.incident.time_zone)
        self.clock.say(f"{clock} · {self._player.words()} · {'a run' if training.is_run else 'the record'}")
        if not self.isVisible():
            return
        row = self.waiting.currentRow()
        self.waiting.clear()
        self.waiting.addItems(directing.waiting())
        self.waiting.setCurrentRow(row)
        _show(self.log, directing.log, at_end=True)
        _show(self.remarks, [str(one) for one in sorted((*directing.remarks, *directing.notes), key=str)], at_end=True)
        _show(self.truth, self._true_lines(), at_end=False)

    def say_trouble(self, sentence: str) -> None:
        """Say what was not done, and why."""
        self.trouble.say(sentence, "caution", "caution" if sentence else "")
        self.trouble.setVisible(bool(sentence))

    def open_plan(self, name: str) -> None:
        """Take what was prepared in a file."""
        text = self._read(name)
        if text is None:
            return
        try:
            self._directing.open_plan(text, name)
        except IncidentError as error:
            self.say_trouble("\n".join(error.problems))
        else:
            self.say_trouble("")
        self.show_now()

    def save_moment(self, name: str) -> None:
        """Write the moment on show, so that it can be handed out."""
        try:
            write_whole(Path(name), moment_text(self._training).encode(), None, make_folder=False)
        except OSError as error:
            self.say_trouble(f"{name} could not be written: {error.strerror}; choose another place.")
        else:
            self.say_trouble(f"Saved: {name}")

    def open_moment(self, name: str) -> None:
        """Begin at a moment that was handed out."""
        text = self._read(name)
        if text is None:
            return
        try:
            self._directing.open_moment(text, name)
        except IncidentError as error:
            self.say_trouble("\n".join(error.problems))
        else:
            self.say_trouble("")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        set_theme_of((self.clock, self.trouble, self.how, *self.buttons.values(), *self._titles), theme)

    def _true_lines(self) -> list[str]:
        lines = []
        for one in moment_now(self._training).standings:
            if one.in_service is None:
                lines.append(f"{one.subsystem}: {one.verdict}")
                continue
            lie = self._directing.lies.get(one.subsystem)
            shown = "" if lie is None else f"   the trainee is shown {lie:,}"
            lines.append(f"{one.subsystem}: {one.in_service:,}, floor {one.floor or 0:,}, {one.verdict}{shown}")
        return lines

    def _write(self) -> None:
        text = self.line.text().strip()
        try:
            self._directing.write(text)
        except CueError as error:
            self.say_trouble(f"Not done: {error}.")
        else:
            self.say_trouble("")
            self.line.clear()

    def _take_back(self) -> None:
        self._directing.take_back(self.waiting.currentRow())

    def _read(self, name: str) -> str | None:
        try:
            return read_regular(Path(name), f"{name}:", LARGEST, "name another")[0].decode("utf-8-sig")
        except LinkError as error:
            self.say_trouble(str(error))
        except UnicodeDecodeError:
            self.say_trouble(f"{name}: is not UTF-8 text; name another.")
        return None

    def _ask_plan(self) -> None:
        dialog = QFileDialog(self, "What you prepared", "", "TOML (*.toml)")
        dialog.fileSelected.connect(self.open_plan)
        dialog.open()

    def _ask_moment(self) -> None:
        dialog = QFileDialog(self, "A moment that was saved", "", "TOML (*.toml)")
        dialog.fileSelected.connect(self.open_moment)
        dialog.open()

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Save this moment")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{self._training.incident.name}-moment.toml")
        dialog.fileSelected.connect(self.save_moment)
        dialog.open()

    def _put_together(self) -> None:
        named = (
            ("Waits", self.waiting),
            ("Done", self.log),
            ("True state", self.truth),
            ("Said, and notes", self.remarks),
        )
        halves = [QVBoxLayout(), QVBoxLayout()]
        for number, ((title, part), label) in enumerate(zip(named, self._titles, strict=True)):
            label.say(title)
            part.setAccessibleName(title)
            part.setFont(font_of(9.5))
            if isinstance(part, QPlainTextEdit):
                part.setReadOnly(True)
            halves[number // 2].addWidget(label)
            halves[number // 2].addWidget(part, 1)
        columns = QHBoxLayout()
        for half in halves:
            columns.addLayout(half, 1)
        self.line.setPlaceholderText("at 09:50 inject fail 40 from index in az4")
        self.line.setAccessibleName("What is to be done, and when")
        above = QHBoxLayout()
        above.addWidget(self.clock, 1)
        for button in self.buttons.values():
            above.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(above)
        layout.addWidget(self.trouble)
        layout.addLayout(columns, 1)
        layout.addWidget(self.line)
        layout.addWidget(self.how)
        self.trouble.hide()


def _show(part: QPlainTextEdit, lines: list[str], *, at_end: bool) -> None:
    """Show lines; what is told one after the other is read *at_end*, anything else where it stood."""
    text = "\n".join(lines)
    if part.toPlainText() != text:
        bar = part.verticalScrollBar()
        stood = bar.value()
        part.setPlainText(text)
        bar.setValue(bar.maximum() if at_end else stood)
