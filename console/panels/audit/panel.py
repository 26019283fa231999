"""The audit panel: which inputs the playbooks accept that would break a floor, as a table; each row opens its command."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.lines.line_table import LineReader, LineTable, dress
from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.splitter import LEAST_BESIDE, GripSplitter
from console.kit.theme import FAMILY, Theme, reader_style
from console.panels.audit.model import KIND, PLAYBOOK, STEP, WORST, AuditModel, whole
from console.reports.audit_report import totals
from console.words import writing as words
from topology.audit.report import AuditReport, Found

LEAST_ROWS = 3
_WIDEST = {
    KIND: "▼ One slip from a broken floor",
    PLAYBOOK: "restart-cell-by-cell",
    STEP: "step",
}


class AuditPanel(QWidget):
    """What the last audit found. It audits by itself when it is first looked at, and again when asked to."""

    wanted = Signal()
    """Audit the region as it is now."""
    take_command = Signal(str)
    """Command text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._was_wanted = False
        self.lead = Text(theme, 9.5, wrap=True)
        self.again = Button(theme, size=9)
        self.again.say("Audit again", "Audit every playbook against the region as it is now")
        self.model = AuditModel(theme, self)
        self.table = LineTable()
        self.detail = LineReader()
        self._splitter = GripSplitter(Qt.Orientation.Horizontal, theme)
        self._dress_table()
        self._put_together()
        self.again.clicked.connect(self._want)
        self.table.selectionModel().selectionChanged.connect(self._select)
        self.table.opened.connect(self._take)
        self.table.doubleClicked.connect(self._take)
        self.setAccessibleName("Audit of the playbooks")
        self.set_theme(theme)
        self.lead.say("Not audited yet.", "text_soft")

    def show_step(self, done: int, total: int, playbook: str) -> None:
        """Say how far the audit is."""
        how_far = f" Step {words.number(done + 1)} of {words.number(total)}: {playbook}." if playbook else ""
        self.lead.say(f"Auditing every playbook against the region as it is now …{how_far}", "text_soft")

    def show_report(self, report: AuditReport) -> None:
        """Show what was found."""
        revision = f"At revision {words.number(report.revision)}: "
        if report.found:
            text = f"{totals(report)}. Enter puts the command of a row into the command line; nothing is carried out."
            self.lead.say(revision + text.replace("..", "."), "caution")
        else:
            self.lead.say(revision + totals(report), "text_soft")
        self.model.show_rows(report.found)
        self.table.setVisible(bool(report.found))
        if report.found:
            self.table.selectRow(0)
        self._select()

    def show_failure(self, sentence: str) -> None:
        """Say why there is no (new) report."""
        self.lead.say(sentence, "alarm", "alarm")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._splitter.set_theme(theme)
        for part in (self.lead, self.again, self.model):
            part.set_theme(theme)
        self.detail.setStyleSheet(reader_style(theme, FAMILY))
        self.update()

    @reported
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_wanted:
            self._want()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.table.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _dress_table(self) -> None:
        self.table.setModel(self.model)
        dress(self.table, "What the audit found, the worst first", LEAST_ROWS)
        self.table.fit(_WIDEST, WORST, {KIND: "▼ One slip from a", PLAYBOOK: "restart-cell"}, (STEP,))

    def _put_together(self) -> None:
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName("All of the selected finding")
        above = QHBoxLayout()
        above.addWidget(self.lead, 1)
        above.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self.detail)
        self._splitter.setSizes([600, 300])
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setMinimumHeight(LEAST_BESIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addWidget(self._splitter, 1)
        self.detail.hide()

    def _want(self) -> None:
        self._was_wanted = True
        self.wanted.emit()

    def _chosen(self) -> Found | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.row_at(rows[0].row()) if rows else None

    def _select(self) -> None:
        found = self._chosen()
        self.detail.setVisible(found is not None)
        self.detail.setPlainText("" if found is None else whole(found))

    def _take(self) -> None:
        found = self._chosen()
        if found is not None and found.command:
            self.take_command.emit(found.command)
