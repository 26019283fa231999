"""The verdict of a plan, whom it impacts down the line, and its findings."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.painting import TONES
from console.kit.parts import Button, RoundedBox, Rule, Text, set_theme_of
from console.kit.theme import Theme
from console.panels.preview.pieces import Heading, TextColumn, column
from console.words import writing as words
from console.words.finding_lines import FindingLine, finding_lines
from console.words.findings.table import message
from console.words.plan import Headline, headline, impact_aside, impact_lines, meaning_of
from topology.planning.guards.dependents.impact import NoHeadroomLeft
from topology.planning.plan import Finding, Plan

MOST_FINDINGS = 4
MOST_IMPACTS = 5


class VerdictBox(RoundedBox):
    """The verdict of the plan, in words, before anything else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.title = Text(theme, 12.5, bold=True, wrap=True)
        self.below = Text(theme, 9, wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 9, 14, 9)
        layout.setSpacing(3)
        layout.addWidget(self.title)
        layout.addWidget(self.below)

    def show_plan(self, plan: Plan, labels: Mapping[str, str]) -> None:
        """Show the verdict of *plan*; subsystems that need what leaves are called by their *labels*."""
        found: Headline = headline(plan, labels)
        tone = TONES[found.meaning]
        self.title.say(found.title, tone, found.meaning)
        self.below.say(found.below)
        self.below.setVisible(bool(found.below))
        if found.meaning == "alarm":
            self.look("alarm", "alarm_ground", 2)
        elif found.meaning == "caution":
            self.look("caution", "caution_ground", 2)
        else:
            self.look("border_strong", "raised", 1)
        self.setAccessibleName(f"{found.title}. {found.below}")

    def show_unchecked(self, title: str, below: str) -> None:
        """Say in place of a verdict that nobody judged: then nothing may look as if it held."""
        self.title.say(title, "text", "")
        self.below.say(below)
        self.below.setVisible(True)
        self.look("border", "panel", 1)
        self.setAccessibleName(f"{title}. {below}")

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.title.set_theme(theme)
        self.below.set_theme(theme)


class ImpactSection(QWidget):
    """Down the line: who loses a hard need, and why."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._open = False
        self._shown: tuple[Plan, Mapping[str, str]] | None = None
        self._at_floor: list[str] = []
        self.rule = Rule(theme)
        self.heading = Heading(theme, "Down the line")
        self.lines = TextColumn(theme, 9.5, "text_soft")
        self.more = Button(theme, "link", 9)
        self.more.clicked.connect(self._toggle)
        layout = column(self)
        layout.addWidget(self.rule)
        layout.addSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.lines)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_plan(self, plan: Plan, labels: Mapping[str, str]) -> None:
        """Show whom *plan* impacts; nothing is shown where it impacts nobody."""
        at_floor = [message(one) for one in plan.findings if isinstance(one.facts, NoHeadroomLeft)]
        self.setVisible(bool(plan.impacted or at_floor))
        if not plan.impacted and not at_floor:
            self._shown = None
            return
        self._at_floor = at_floor
        self._shown = (plan, labels)
        fresh = any(not impact.already for impact in plan.impacted)
        aside = impact_aside(plan) if plan.impacted else f"{words.plural(len(at_floor), 'need')} at its floor"
        self.heading.aside.say(aside, "alarm" if fresh else "caution" if at_floor else "text_soft")
        self._show_lines()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.rule, self.heading, self.lines, self.more):
            part.set_theme(theme)

    def _show_lines(self) -> None:
        if self._shown is None:
            return
        lines = (*((line, False) for line in self._at_floor), *impact_lines(*self._shown))
        count = len(lines) if self._open else min(len(lines), MOST_IMPACTS)
        self.lines.show_lines([(line, "text_faint" if already else "text_soft") for line, already in lines[:count]])
        self.more.setVisible(len(lines) > MOST_IMPACTS)
        self.more.say("fewer" if self._open else f"{words.plural(len(lines) - count, 'more reason')}")

    def _toggle(self) -> None:
        self._open = not self._open
        self._show_lines()


class FindingView(QWidget):
    """One finding, or many of one cause: the sign and the sentence, and what it protects and what would satisfy it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.message = Text(theme, 9.5, wrap=True)
        self.below = Text(theme, 8.5, "text_faint", wrap=True)
        layout = column(self, 1)
        layout.addWidget(self.message)
        below = QHBoxLayout()
        # Under the message, not under its sign.
        below.setContentsMargins(15, 0, 0, 0)
        below.addWidget(self.below)
        layout.addLayout(below)

    def show_line(self, line: FindingLine) -> None:
        """Show *line*."""
        meaning = meaning_of(line.severity)
        self.message.say(line.sentence, TONES[meaning], meaning)
        self.below.say(line.below)
        self.setAccessibleName(f"{line.severity.value}: {line.sentence}")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self.message.set_theme(theme)
        self.below.set_theme(theme)


class FindingsSection(QWidget):
    """The findings by their weight, many of one cause in one line; the first few, until the rest is asked for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._open = False
        self._lines: tuple[FindingLine, ...] = ()
        self._views: list[FindingView] = []
        self.rule = Rule(theme)
        self.heading = Heading(theme, "Findings")
        self.more = Button(theme, "link", 9)
        self.more.clicked.connect(self._toggle)
        layout = column(self, 4)
        layout.addWidget(self.rule)
        layout.addSpacing(6)
        layout.addWidget(self.heading)
        self._column = QVBoxLayout()
        self._column.setSpacing(7)
        layout.addLayout(self._column)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show all of *findings*: by their weight, each in the guards' order."""
        self.setVisible(bool(findings))
        self._lines = finding_lines(findings)
        self.heading.aside.say(_counted(findings))
        self._show()

    def messages(self) -> list[str]:
        """Give the messages that can be seen."""
        return [view.message.text() for view in self._views if not view.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.rule, self.more), theme)
        self.heading.set_theme(theme)
        for view in self._views:
            view.set_theme(theme)

    def _show(self) -> None:
        # One more than the limit is shown rather than a button for it.
        all_of_them = self._open or len(self._lines) <= MOST_FINDINGS + 1
        count = len(self._lines) if all_of_them else MOST_FINDINGS
        while len(self._views) < count:
            view = FindingView(self._theme)
            self._views.append(view)
            self._column.addWidget(view)
        for view, line in zip(self._views, self._lines[:count], strict=False):
            view.show_line(line)
            view.show()
        for view in self._views[count:]:
            view.hide()
        self.more.setVisible(len(self._lines) > MOST_FINDINGS + 1)
        hidden = self._lines[count:]
        more = words.plural(sum(line.count for line in hidden), "more finding")
        self.more.say("show fewer" if self._open else f"{more}: {_codes(hidden)}")

    def _toggle(self) -> None:
        self._open = not self._open
        self._show()


def _counted(findings: tuple[Finding, ...]) -> str:
    counts = {
        name: sum(finding.severity.value == name for finding in findings) for name in ("block", "caution", "note")
    }
    said = {"block": ("blocking", "blocking"), "caution": ("caution", "cautions"), "note": ("note", "notes")}
    return ", ".join(words.plural(count, *said[name]) for name, count in counts.items() if count)


def _codes(lines: tuple[FindingLine, ...]) -> str:
    return words.listed(dict.fromkeys(line.code for line in lines), 5)
