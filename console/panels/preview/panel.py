"""The side panel: calm headroom, an answer, or the plan of what is typed, with its confirmation always in view."""

import time
from collections.abc import Mapping
from contextlib import nullcontext

from PySide6.QtCore import QMargins, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.kit.column_area import ColumnArea
from console.kit.overrides import reported
from console.kit.painting import LEFT, RIGHT, font_of
from console.kit.parts import Painted, Rule, Text
from console.kit.theme import Theme
from console.panels.preview.answer import AnswerView
from console.panels.preview.confirm import ConfirmBar
from console.panels.preview.largest import LargestBox, RoomBox
from console.panels.preview.pieces import Heading, TextColumn, column, laid_out_once
from console.panels.preview.sections import FindingsSection, ImpactSection, VerdictBox
from console.panels.preview.seen import Clock
from console.panels.preview.servers import ServersSection
from console.panels.preview.slips_section import SlipsSection
from console.panels.preview.table import EffectTable
from console.panels.preview.table_columns import GAP, GUTTER, HEAD, SPARK
from console.words.findings.table import sentence
from console.words.plan import pace_lines
from console.words.plan_rows import HeadroomRow, calm_rows, plan_rows
from console.words.steps.stages import stage_lines
from topology.planning.answers import TitledAnswer
from topology.planning.neighbours import Neighbourhood
from topology.planning.plan import Plan

MARGIN = 18


class TableHead(Painted):
    """The titles of the table's columns, where the columns are."""

    def __init__(self, theme: Theme, table: EffectTable) -> None:
        super().__init__(theme)
        self._table = table
        self._verb = "leaves"
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_action(self, action: str) -> None:
        """Say what the servers of the plan do."""
        self._verb = "leaves" if action == "remove" else "returns"
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        columns = self._table.head_columns()
        painter = QPainter(self)
        painter.setFont(font_of(HEAD))
        painter.setPen(self._theme.text_faint)
        height = self.height()
        painter.drawText(QRect(GUTTER, 0, columns.name, height), int(LEFT), "Subsystem")
        if columns.leaves > columns.name:
            painter.drawText(
                QRect(columns.name - 40, 0, columns.leaves - columns.name + 40, height), int(RIGHT), self._verb
            )
        # Narrow bars leave no room for both titles.
        right = "after · headroom" if columns.leaves > columns.name else "now · headroom"
        room = painter.fontMetrics().horizontalAdvance(right)
        painter.drawText(QRect(columns.headroom - room - 2, 0, room + 2, height), int(RIGHT), right)
        bar = QRect(columns.bar_left, 0, columns.headroom - room - 10 - columns.bar_left, height)
        trends = self._table.sparks.trends
        if columns.spark_left is not None and trends is not None:
            painter.drawText(QRect(columns.spark_left, 0, SPARK + GAP, height), int(LEFT), trends.span.value)
        for title in ("capacity and floor", "floor"):
            if painter.fontMetrics().horizontalAdvance(title) <= bar.width():
                painter.drawText(bar, int(LEFT), title)
                break


class PreviewPanel(QWidget):
    """Shows a plan, an answer or the calm headroom; takes values and gives intents."""

    take_command = Signal(str)
    """Command text that the operator wants in the command line; it is not submitted."""
    subsystem_chosen = Signal(str)
    said = Signal(str)
    """What was done here, as a sentence."""

    def __init__(self, theme: Theme, clock: Clock = time.monotonic, *, reduced_motion: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._plan: Plan | None = None
        self._answer: TitledAnswer | None = None
        self._calm: tuple[HeadroomRow, ...] = ()
        self._labels: Mapping[str, str] = {}
        self.verdict = VerdictBox(theme)
        self.heading = Heading(theme, "Headroom", 12)
        self.heading.aside.say("smallest first")
        self.table = EffectTable(theme)
        self.head = TableHead(theme, self.table)
        self.impact = ImpactSection(theme)
        self.slips = SlipsSection(theme)
        self.findings = FindingsSection(theme)
        self.stages = TextColumn(theme, 9, "text_soft")
        self.pace = TextColumn(theme, 9, "text_soft")
        self.not_evaluated = TextColumn(theme, 8.5, "text_faint")
        self.servers = ServersSection(theme)
        self.answer = AnswerView(theme)
        self.rule = Rule(theme)
        self.largest = LargestBox(theme)
        self.room = RoomBox(theme)
        self.confirm_bar = ConfirmBar(theme, clock, reduced_motion=reduced_motion)
        self.waiting = Text(theme, 10, "text_faint", wrap=True)
        self.waiting.say("The region is being read …")
        self._scroll = ColumnArea()
        self._laid_out: tuple[QWidget, ...] = ()
        self._put_together()
        self._connect()
        # What it hides, from the window on, is not painted beneath it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Preview")
        self.set_theme(theme)
        self._show_parts()

    def show_plan(self, plan: Plan | None, current: bool = True) -> None:
        """Show what the typed command would do; None goes back to the answer or the calm headroom.

        *current* says whether it is the plan of the text as it stands; only then can it be confirmed.
        """
        another = plan != self._plan
        with laid_out_once(self._laid_out) if another else nullcontext():
            self.confirm_bar.show_plan(plan)
            self.confirm_bar.set_current(current and plan is not None)
            if another:
                self._show_another(plan)

    def _show_another(self, plan: Plan | None) -> None:
        another = self._plan is None or plan is None or plan.command != self._plan.command
        self._plan = plan
        if plan is not None:
            self._answer = None  # it is of another moment than what is typed next
        if plan is None:
            self._show_parts()
            self.table.show_rows(calm_rows(self._calm))
            return
        self.verdict.show_plan(plan, self._labels)
        self.table.show_rows(plan_rows(plan, self._calm))
        self.impact.show_plan(plan, self._labels)
        self.findings.show_findings(plan.findings)
        staged = stage_lines(plan.staging)
        self.stages.show_lines([(line, "text" if not at else "text_soft") for at, line in enumerate(staged)])
        self.pace.show_lines([(line, "text_soft") for line in pace_lines(plan)])
        left_out = (
            ["Not evaluated", *(f"· {sentence(one)}" for one in plan.not_evaluated)] if plan.not_evaluated else []
        )
        self.not_evaluated.show_lines([(line, "text_faint") for line in left_out])
        self.servers.show_servers_of(plan)
        self.largest.show_plan(plan)
        self._show_parts()
        self.head.show_action(plan.action)
        if another:
            self._scroll.verticalScrollBar().setValue(0)

    def show_calm(self, rows: tuple[HeadroomRow, ...], labels: Mapping[str, str] | None = None) -> None:
        """Take every subsystem's headroom now: all there is to see without a plan, else its surroundings."""
        if labels is not None:
            self._labels = labels
        self.waiting.say("No server of any subsystem is known.")  # seen where there are no rows
        if rows == self._calm:
            return
        self._calm = rows
        self.answer.tell_changed()
        self.table.show_rows(calm_rows(rows) if self._plan is None else plan_rows(self._plan, rows))
        if self._plan is None:
            self._show_parts()
            self.head.update()

    def show_neighbourhood(self, found: Neighbourhood | None) -> None:
        """Show what the commands one slip away would do; None while that is not known."""
        if self._plan is not None:
            with laid_out_once(self._laid_out):
                self.slips.show_neighbourhood(found, self._plan)
                self.room.show_room(found.room if found is not None and self._plan.blocked else None)

    def show_message(self, answer: TitledAnswer | None) -> None:
        """Show the answer to a question until a plan is shown over it, or None takes it away."""
        if answer is self._answer:
            return
        self._answer = answer
        if answer is not None:
            self.answer.show_answer(answer)
            self._scroll.verticalScrollBar().setValue(0)
        self._show_parts()

    def take_back(self, answer: TitledAnswer) -> None:
        """Take an answer away if it is the one on show: it is not true any more."""
        if self._answer is answer:
            self.show_message(None)

    def largest_safe(self) -> str | None:
        """Give the command that Tab should take: that of a blocked plan on show."""
        plan = self._plan
        return plan.largest_safe.command if plan is not None and plan.blocked and plan.largest_safe else None

    def copy_servers(self) -> None:
        """Put the plan's servers on the clipboard."""
        if self._plan is None or not self._plan.count:
            self.said.emit("There is no plan on show, so there are no servers to copy.")
            return
        self.servers.copy()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Draw no motion at all."""
        self.confirm_bar.set_reduced_motion(reduced)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (
            self.verdict,
            self.heading,
            self.table,
            self.head,
            self.impact,
            self.slips,
            self.findings,
            self.stages,
            self.pace,
            self.not_evaluated,
            self.servers,
            self.answer,
            self.largest,
            self.room,
            self.confirm_bar,
            self.waiting,
            self.rule,
        ):
            part.set_theme(theme)
        self._scroll.set_ground(theme.panel)
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        (self.table if self.table.isVisible() else self.answer.copy_button).setFocus(event.reason())

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), self._theme.panel)

    def _put_together(self) -> None:
        scrolled = column(self._scroll.inside, 10)
        # The signs of rows that open stand in the margin, so that names line up with everything else.
        scrolled.setContentsMargins(MARGIN - GUTTER, 2, MARGIN, 12)
        for part in (
            self.head,
            self.table,
            self.stages,
            self.impact,
            self.findings,
            # They are found later than the rest: what is read already does not move for them.
            self.slips,
            self.pace,
            self.servers,
            self.not_evaluated,
        ):
            scrolled.addWidget(part)
        scrolled.setSpacing(8)
        scrolled.addStretch(1)
        scrolled.insertWidget(0, self.answer)
        scrolled.insertWidget(0, self.waiting)
        insets = (self.stages, self.impact, self.slips, self.findings, self.pace, self.servers, self.not_evaluated)
        for inset in (*insets, self.answer):
            inset.setContentsMargins(GUTTER, 0, 0, 0)
        self.waiting.setContentsMargins(GUTTER, 0, 0, 0)
        self._scroll.shown.connect(self._make_room)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._scroll.verticalScrollBar().valueChanged.connect(self._show_rule)
        above = QVBoxLayout()
        above.setContentsMargins(MARGIN, 12, MARGIN, 6)
        above.addWidget(self.verdict)
        above.addWidget(self.heading)
        below = QVBoxLayout()
        below.setContentsMargins(MARGIN, 0, MARGIN, 12)
        below.setSpacing(10)
        below.addWidget(self.rule)
        below.addWidget(self.largest)
        below.addWidget(self.room)
        below.addWidget(self.confirm_bar)
        whole = column(self, 0)
        whole.addLayout(above)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(below)
        lines = (self.stages, self.impact.lines, self.pace, self.not_evaluated)
        boxes = (self.verdict, self.impact, self.slips, self.findings, self.servers, self.largest, self.room)
        self._laid_out = (self, self._scroll.inside, *boxes, self.confirm_bar, *lines)

    def _connect(self) -> None:
        self.largest.taken.connect(self.take_command)
        self.room.taken.connect(self.take_command)
        self.slips.taken.connect(self.take_command)
        self.servers.said.connect(self.said)
        self.table.chosen.connect(self.subsystem_chosen)
        self.table.selectionModel().currentChanged.connect(self._follow)
        self.answer.closed.connect(self._close_answer)

    def _make_room(self) -> None:
        """Put the scroll bar into the margin, so that what is below it stays as wide as what is above."""
        layout = self._scroll.inside.layout()
        room = self._scroll.verticalScrollBar().sizeHint().width()
        margins = QMargins(MARGIN - GUTTER, 2, max(4, MARGIN - room), 12)
        if layout is not None and margins != layout.contentsMargins():
            layout.setContentsMargins(margins)
        self._show_rule()

    def _show_rule(self) -> None:
        """Draw a line where what scrolls goes on behind what does not."""
        bar = self._scroll.verticalScrollBar()
        self.rule.set_shown(self._plan is not None and bar.value() < bar.maximum())

    def _close_answer(self) -> None:
        self.show_message(None)

    def _follow(self, current: QModelIndex) -> None:
        """Keep the table's current line in view: the table itself is as tall as its lines."""
        rect = self.table.visualRect(current)
        inside = self._scroll.widget()
        if inside is None:
            raise RuntimeError("there is no inside here, as there has to be")
        centre = self.table.mapTo(inside, rect.center())
        self._scroll.ensureVisible(0, centre.y(), 0, rect.height())

    def _show_parts(self) -> None:
        plan = self._plan is not None
        answer = self._answer is not None and not plan
        calm = not plan and not answer
        self.verdict.setVisible(plan)
        self.confirm_bar.setVisible(plan)
        self.stages.setVisible(plan and bool(self.stages.lines()))
        self.pace.setVisible(plan and bool(self.pace.lines()))
        self.not_evaluated.setVisible(plan and bool(self.not_evaluated.lines()))
        if not plan:
            for part in (self.impact, self.slips, self.findings, self.servers, self.largest, self.room):
                part.hide()
        self.answer.setVisible(answer)
        self.waiting.setVisible(calm and not self._calm)
        self.heading.setVisible(calm and bool(self._calm))
        self.table.setVisible(not answer)
        self._show_rule()
        self.head.setVisible(plan or (calm and bool(self._calm)))
