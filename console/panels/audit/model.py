"""What an audit found, as a table model: ranked as the audit ranks it, the worst first."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from console.kit.lines.line_model import LineModel
from console.kit.theme import Theme
from console.reports.audit_report import ALARMING, HEADINGS
from console.words import writing as words
from console.words.findings.found import found_sentence, origin_words
from console.words.findings.table import sentence
from topology.audit.report import Found, Input

HEADS = ("found", "playbook", "step", "what the worst input does")
KIND, PLAYBOOK, STEP, WORST = range(len(HEADS))


class AuditModel(LineModel[Found]):
    """The rows are those of the report's `found`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, HEADS, parent)

    def says(self, row: Found, column: int) -> str:
        """Give the text of a cell."""
        return words.literal(_said(row, column))

    def colour(self, theme: Theme, row: Found, column: int) -> QColor:
        """Give the colour of a cell."""
        if column == KIND:
            return theme.alarm if row.kind in ALARMING else theme.caution
        return theme.text


def _said(found: Found, column: int) -> str:
    if column == KIND:
        return f"{'▼' if found.kind in ALARMING else '◆'} {HEADINGS[found.kind]}"
    if column == PLAYBOOK:
        return found.playbook or "the region"
    if column == STEP:
        return str(found.step) if found.step else ""
    return scope(found.inputs[0]) if found.inputs else found_sentence(found)


def scope(one: Input) -> str:
    """Say what an input does to its worst scope, with old and new value and the floor."""
    effect = one.effect
    where = f" {effect.scope.place}" if effect.scope.place else ""
    change = f"{words.number(effect.in_service)} → {words.number(effect.after)}"
    return f"{effect.subsystem}{where} {change}, floor {words.number(effect.floor or 0)}"


def whole(found: Found) -> str:
    """Give all of a finding, to read: what it lets through, each input, and what would make it safe."""
    where = f"{found.playbook}, step {found.step}" if found.step else found.playbook or "the region"
    lines = [f"{HEADINGS[found.kind]}: {where}", "", f"{found_sentence(found)}."]
    if found.inputs:
        lines += ["", "Inputs, the worst first:"]
        lines += [f"  {one.run}\n    {origin_words(one)}: {scope(one)}" for one in found.inputs]
    for remedy in found.remedies:
        lines += ["", f"Would make it safe, in {remedy.place}: {sentence(remedy.facts)}.", f"  {remedy.toml}"]
    return "\n".join(words.literal(line) for text in lines for line in text.split("\n"))
