"""What an audit found, as a table model: ranked as the audit ranks it, the worst first."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from console.kit.overrides import reported_or
from console.kit.painting import plain_tip
from console.kit.roles import DISPLAY, FOREGROUND, TOOLTIP, Index
from console.kit.theme import Theme
from console.reports.audit_report import ALARMING, HEADINGS
from console.words import writing as words
from topology.audit.report import AuditReport, Found, Input

HEADS = ("found", "playbook", "step", "what the worst input does")
KIND, PLAYBOOK, STEP, WORST = range(len(HEADS))


class AuditModel(QAbstractTableModel):
    """The rows are those of the report's `found`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._found: tuple[Found, ...] = ()

    def show_report(self, report: AuditReport) -> None:
        """Show another report."""
        self.beginResetModel()
        self._found = report.found
        self.endResetModel()

    def found_at(self, row: int) -> Found:
        """Give what a row is about."""
        return self._found[row]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        if self._found:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._found) - 1, len(HEADS) - 1), [FOREGROUND])

    @reported_or(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._found)

    @reported_or(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADS)

    @reported_or(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        known = role == DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(HEADS)
        return HEADS[section] if known else None

    @reported_or(None)
    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        found = self._found[index.row()]
        if role == DISPLAY:
            return words.literal(_text(found, index.column()))
        if role == FOREGROUND:
            return self._colour(found, index.column())
        if role == TOOLTIP:
            return plain_tip(words.literal(_text(found, index.column())))
        return None

    def _colour(self, found: Found, column: int) -> QColor:
        if column == KIND:
            return self._theme.alarm if found.kind in ALARMING else self._theme.caution
        return self._theme.text


def _text(found: Found, column: int) -> str:
    if column == KIND:
        return f"{'▼' if found.kind in ALARMING else '◆'} {HEADINGS[found.kind]}"
    if column == PLAYBOOK:
        return found.playbook or "the region"
    if column == STEP:
        return str(found.step) if found.step else ""
    return scope(found.inputs[0]) if found.inputs else found.message


def scope(one: Input) -> str:
    """Say what an input does to its worst scope, with old and new value and the floor."""
    effect = one.effect
    where = f" {effect.scope.place}" if effect.scope.place else ""
    change = f"{words.number(effect.in_service)} → {words.number(effect.after)}"
    return f"{effect.subsystem}{where} {change}, floor {words.number(effect.floor or 0)}"


def whole(found: Found) -> str:
    """Give all of a finding, to read: what it lets through, each input, and what would make it safe."""
    where = f"{found.playbook}, step {found.step}" if found.step else found.playbook or "the region"
    lines = [f"{HEADINGS[found.kind]}: {where}", "", f"{found.message}."]
    if found.inputs:
        lines += ["", "Inputs, the worst first:"]
        lines += [f"  {one.run}\n    {one.origin}: {scope(one)}" for one in found.inputs]
    for remedy in found.remedies:
        lines += ["", f"Would make it safe, in {remedy.place}: {remedy.why}.", f"  {remedy.toml}"]
    return "\n".join(words.literal(line) for text in lines for line in text.split("\n"))
