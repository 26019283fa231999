"""The form for a playbook's parameters: a field each, what it accepts beside it, and what is wrong with it under it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from console.kit.painting import plain_tip
from console.kit.parts import Text
from console.kit.theme import Theme
from console.words import writing as words
from topology.command.grammar.syntax import Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.playbook.binding import bind, bounds_of, names_in
from topology.playbook.model import Parameter, Playbook, Reference

MOST_NAMES = 500
"""Names that a field offers; more are typed."""
Field = QLineEdit | QComboBox


class Form(QWidget):
    """Fields for the parameters of one playbook. It writes the text of a run, and carries nothing out."""

    changed = Signal()
    entered = Signal()
    """Enter was pressed in a field."""

    def __init__(self, theme: Theme, vocabulary: Callable[[], Vocabulary]) -> None:
        super().__init__()
        self._theme = theme
        self._vocabulary = vocabulary
        self._playbook: Playbook | None = None
        self._fields: dict[str, Field] = {}
        self._remarks: dict[str, Text] = {}
        self._touched: set[str] = set()
        """Fields that were typed into, or that Enter was pressed over: only these are told what they lack."""
        self._texts: list[Text] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    def show_playbook(self, playbook: Playbook) -> None:
        """Show the fields of *playbook*, with its defaults."""
        self._clear()
        self._touched.clear()
        self._playbook = playbook
        for number, parameter in enumerate(playbook.parameters):
            self._add(2 * number, parameter)
        self._grid.setRowStretch(2 * len(playbook.parameters), 1)
        self.check()

    def fill(self, arguments: tuple[tuple[str, str], ...]) -> None:
        """Put *arguments* into their fields."""
        for name, text in arguments:
            field = self._fields.get(name)
            if isinstance(field, QComboBox):
                field.setEditText(text)
            elif field is not None:
                field.setText(text)

    def run(self) -> Run | None:
        """Give the run that the fields say, without what is left at its default; None while a field is refused."""
        playbook = self._playbook
        if playbook is None or not self.check():
            return None
        arguments = self._arguments()
        defaults = {one.name: str(one.default) for one in playbook.parameters if not isinstance(one.default, Reference)}
        return Run(playbook.name, tuple((name, text) for name, text in arguments if text != defaults.get(name)))

    def check(self) -> bool:
        """Say under each field what is wrong with it; gives whether nothing is."""
        playbook = self._playbook
        if playbook is None:
            return False
        bound = bind(playbook, self._arguments(), self._vocabulary())
        wrong = {refusal.parameter: refusal.message for refusal in bound.refusals}
        for name, remark in self._remarks.items():
            parameter = playbook.parameter(name)
            if name in wrong and (name in self._touched or self._said(name)):
                remark.say(wrong[name], "alarm", "alarm")
            else:
                remark.say(accepted(parameter, bounds_of(parameter, bound.values)), "text_faint")
        return not wrong

    def focus_first(self) -> None:
        """Put the focus into the first field."""
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def fields(self) -> dict[str, Field]:
        """Give the fields by the names of their parameters."""
        return dict(self._fields)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for text in (*self._texts, *self._remarks.values()):
            text.set_theme(theme)

    def _arguments(self) -> list[tuple[str, str]]:
        """Give what the fields say; an empty one leaves its parameter to its default."""
        texts = {
            name: field.currentText() if isinstance(field, QComboBox) else field.text()
            for name, field in self._fields.items()
        }
        return [(name, text.strip()) for name, text in texts.items() if text.strip()]

    def _add(self, row: int, parameter: Parameter) -> None:
        title = Text(self._theme, 9.5, bold=True)
        title.say(parameter.name)
        field = self._field(parameter)
        field.setAccessibleName(f"{parameter.name}, a {parameter.type}")
        field.setAccessibleDescription(parameter.help)
        field.setToolTip(plain_tip(words.literal(parameter.help)))
        remark = Text(self._theme, 8.5, "text_faint", wrap=True)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(field, row, 1)
        self._grid.addWidget(remark, row + 1, 1)
        self._fields[parameter.name], self._remarks[parameter.name] = field, remark
        self._texts.append(title)

    def _field(self, parameter: Parameter) -> Field:
        default = (
            "" if parameter.default is None or isinstance(parameter.default, Reference) else str(parameter.default)
        )
        names = parameter.among or names_in(parameter.type, self._vocabulary())
        if 0 < len(names) <= MOST_NAMES:
            box = QComboBox()
            box.setEditable(True)
            box.addItems([str(name) for name in names])
            box.setEditText(default)
            box.editTextChanged.connect(partial(self._edited, parameter.name))
            line = box.lineEdit()
            if line is not None:
                line.returnPressed.connect(self._enter)
                line.setAccessibleName(f"{parameter.name}, a {parameter.type}")
            return box
        field = QLineEdit(default)
        if isinstance(parameter.default, Reference):
            field.setPlaceholderText(f"as {parameter.default.name}")
        field.textChanged.connect(partial(self._edited, parameter.name))
        field.returnPressed.connect(self._enter)
        return field

    def _edited(self, name: str, _text: str) -> None:
        self._touched.add(name)
        self.check()
        self.changed.emit()

    def _enter(self) -> None:
        self._touched.update(self._fields)
        self.check()
        self.entered.emit()

    def _said(self, name: str) -> str:
        field = self._fields[name]
        return (field.currentText() if isinstance(field, QComboBox) else field.text()).strip()

    def _clear(self) -> None:
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._fields, self._remarks, self._texts = {}, {}, []


def accepted(parameter: Parameter, bounds: tuple[int | None, int | None]) -> str:
    """Say what a parameter is for and what it accepts."""
    least, most = bounds
    sign = "%" if parameter.type == "percent" else ""
    parts = [parameter.help] if parameter.help else []
    if most is not None:
        parts.append(f"{words.number(least or 1)}{sign} to {words.number(most)}{sign}")
    elif least is not None:
        parts.append(f"{words.number(least)}{sign} and more")
    return "; ".join(parts) or f"a {parameter.type}"
