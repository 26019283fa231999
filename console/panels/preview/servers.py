"""The list of a plan's servers, to open and to copy."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from console.kit.parts import Button, Rule, set_theme_of
from console.kit.theme import MONO, Theme, reader_style
from console.panels.preview.pieces import column
from console.words import writing as words
from topology.planning.plan import Plan

MOST_NAMES = 20_000
"""Names that the list shows; copying takes all of them."""


class ServersSection(QWidget):
    """The servers of the plan, in the order in which they would go: a list that opens, and can be copied whole."""

    said = Signal(str)
    """What was copied, as a sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plan: Plan | None = None
        self._listed: Plan | None = None
        self.rule = Rule(theme)
        self.toggle = Button(theme, "link", 9.5)
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._show_list)
        self.copy_button = Button(theme, "link", 9)
        self.copy_button.say("Copy  Ctrl+Shift+C", "Copy every server of the plan")
        self.copy_button.clicked.connect(self.copy)
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.list.setAccessibleName("Servers of the plan")
        self.list.setFixedHeight(170)
        self.list.hide()
        row = QHBoxLayout()
        row.addWidget(self.toggle)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        layout = column(self)
        layout.addWidget(self.rule)
        layout.addSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.list)
        self.set_theme(theme)

    def show_servers_of(self, plan: Plan) -> None:
        """Show the servers of *plan*; their names are made when the list is open, or copied."""
        self.setVisible(bool(plan.count))
        self._plan = plan
        self._name_toggle()
        if self.toggle.isChecked():
            self._show_list(True)

    def copy(self) -> None:
        """Put every server's name on the clipboard, one a line."""
        if self._plan is not None and self._plan.count:
            QGuiApplication.clipboard().setText("\n".join(self._plan.servers))
            self.said.emit(f"Copied the names of {words.plural(self._plan.count, 'server')}.")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.rule, self.toggle, self.copy_button), theme)
        self.list.setStyleSheet(reader_style(theme, MONO))

    def _show_list(self, wanted: bool) -> None:
        plan = self._plan
        if wanted and plan is not None and self._listed is not plan:
            names = plan.first(MOST_NAMES)
            if self._listed is None or names != self._listed.first(MOST_NAMES) or plan.count != self._listed.count:
                shown = "\n".join(words.literal(name) for name in names)
                if plan.count > MOST_NAMES:
                    shown += f"\n… and {words.number(plan.count - MOST_NAMES)} more; Copy takes all of them"
                self.list.setPlainText(shown)
            self._listed = plan
        self.list.setVisible(wanted)
        self._name_toggle()

    def _name_toggle(self) -> None:
        count = words.number(0 if self._plan is None else self._plan.count)
        arrow = "▾" if self.toggle.isChecked() else "▸"
        self.toggle.say(f"{arrow} Servers ({count})", f"Servers of the plan, {count}")
