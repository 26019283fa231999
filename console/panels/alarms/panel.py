"""The alarm panel: a table with a filter, the load of the last day below it, and every step one key away."""

from datetime import tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.kit.lines.line_table import NARROW, LineTable, dress
from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.alarms.keeper import AlarmReading
from console.panels.alarms.model import ACT, SINCE, STATE, WHAT, AlarmModel, AlarmRow
from console.words import writing as words
from console.words.alarms import load_line
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, UnshelveAlarm

LEAST_ROWS = 2
_WIDEST = {SINCE: "00:00:00", ACT: "restore 100 to index in az4", STATE: "shelved until 00:00 · operator"}
_NARROW = {ACT: "restore 100 to index", STATE: "shelved until"}
HINT = "Enter types the act · A seen · S shelve · U take up again · → unfold"


class AlarmTable(LineTable):
    """Alarms to choose from; letters act on the selected one."""

    pressed_key = Signal(str)
    """`acknowledge`, `shelve`, `unshelve`, `unfold` or `fold`."""

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = {
            Qt.Key.Key_A: "acknowledge",
            Qt.Key.Key_S: "shelve",
            Qt.Key.Key_U: "unshelve",
            Qt.Key.Key_Right: "unfold",
            Qt.Key.Key_Left: "fold",
        }
        act = acts.get(Qt.Key(event.key()))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if act is not None and plain:
            self.pressed_key.emit(act)
        else:
            super().keyPressEvent(event)


class AlarmPanel(QWidget):
    """What needs an act now, the loud ones first."""

    take_command = Signal(str)
    """Command text to put into the command line; it is not submitted."""
    said = Signal(object)
    """An `AlarmCommand` to do at once: to have seen an alarm, or take one up again. It changes nothing in the region."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("filter: words, a subsystem, a rule …")
        self.filter.setAccessibleName("Filter the alarms")
        self.filter.setClearButtonEnabled(True)
        self.hint = Text(theme, 9, "text_faint")
        self.hint.say(HINT)
        self.all_seen = Button(theme, size=9)
        self.all_seen.say("All seen", "Say of every alarm that you have seen it")
        self.model = AlarmModel(theme, self)
        self.table = AlarmTable()
        self.calm = Text(theme, 9.5, "text_soft")
        self.calm.say("No alarm. What needs an act is listed here, with the act it asks for.")
        self.load = Text(theme, 9, "text_faint")
        self._dress_table()
        self._put_together()
        self.filter.textChanged.connect(self._filter)
        self.table.opened.connect(self._type_act)
        self.table.doubleClicked.connect(self._type_act)
        self.table.pressed_key.connect(self._act)
        self.all_seen.clicked.connect(self._all_seen)
        self.setAccessibleName("Alarms")
        self.set_theme(theme)
        self._show_calm(True)

    def show_reading(self, reading: AlarmReading, zone: tzinfo) -> None:
        """Show the alarms that stand; the one that is selected stays selected while it is there."""
        chosen = self._chosen()
        self.model.show_alarms(reading.alarms, zone)
        if chosen is not None:
            place = self.model.place_of(chosen.alarm.key)
            if place is not None and place != self.table.currentIndex().row():
                self.table.selectRow(place)
        self._show_calm(not reading.alarms)
        self.load.say(load_line(reading.load))
        self.all_seen.setVisible(bool(reading.loud))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.hint, self.all_seen, self.calm, self.load, self.model):
            part.set_theme(theme)
        self.update()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what has no room in a low or narrow panel, and let the alarms have it."""
        is_calm = self.table.isHidden()
        whole = self.filter.sizeHint().height() + self.table.minimumHeight() + self.load.sizeHint().height()
        self.load.setVisible(is_calm or self.height() >= whole + 16)
        self.hint.setVisible(not is_calm and self.width() >= NARROW)

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.model.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)
        self.table.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        dress(table, "Alarms, those that nobody has seen first", LEAST_ROWS)
        table.fit(_WIDEST, WHAT, _NARROW, (SINCE,))

    def _put_together(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(10)
        above.addWidget(self.filter, 2)
        above.addWidget(self.hint, 3)
        above.addWidget(self.all_seen)
        self.all_seen.setFixedHeight(self.filter.sizeHint().height())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addWidget(self.calm)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.load)

    def _show_calm(self, is_calm: bool) -> None:
        self.calm.setVisible(is_calm)
        self.table.setHidden(is_calm)
        self.filter.setVisible(not is_calm)
        self._fit()

    def _filter(self, text: str) -> None:
        self.model.filter(text)

    def _chosen(self) -> AlarmRow | None:
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def _type_act(self) -> None:
        row = self._chosen()
        if row is not None and row.alarm.condition.act:
            self.take_command.emit(row.alarm.condition.act)

    def _act(self, act: str) -> None:
        row = self._chosen()
        if row is None:
            return
        about = row.alarm.key.about
        if act in ("unfold", "fold"):
            self._unfold(row, act == "unfold")
        elif act == "shelve":
            self.take_command.emit(f'shelve alarm {about} for 30 min because "')
        else:
            self.said.emit(AcknowledgeAlarm(about) if act == "acknowledge" else UnshelveAlarm(about))

    def _unfold(self, row: AlarmRow, is_open: bool) -> None:
        if row.follow:
            self.model.unfold(row.alarm.key, is_open)
            place = self.model.place_of(row.alarm.key)
            if place is not None:
                self.table.selectRow(place)

    def _all_seen(self) -> None:
        self.said.emit(AcknowledgeAlarm(None))


def tab_title(reading: AlarmReading) -> str:
    """Give the tab's title, with how many wait for somebody."""
    return f"Alarms {words.number(reading.loud)}" if reading.loud else "Alarms"
