"""The confirmation: effort by risk, and dead until what would be done has been on screen long enough to be seen."""

import time

from PySide6.QtCore import QRect, QRegularExpression, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QRegularExpressionValidator,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.theme import MONO, Theme
from console.panels.preview.seen import Clock, SeenWait
from console.words import writing as words
from console.words.plan import cannot_be_confirmed, moves, part_may_be_done, time_needed, unavailable
from console.words.plan_about import deed_on_button
from topology.planning.guards.policy.second_person import approvals_of
from topology.planning.plan import Confirmation, Effort, Plan, Verdict

MOST_AT_ONCE = 2_000
"""Servers of which the digest is named at once; that of more when the plan can be confirmed."""


class ConfirmButton(Button):
    """A button along whose lower edge the time still to wait is drawn."""

    widened = Signal()
    """It has another width than before."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "plain", 10.5)
        self._share = 1.0
        self._padding = (14, 10)

    def has_room(self, text: str) -> bool:
        """Whether it shows all of *text* in the width that it has."""
        return (
            not self.isVisible()
            or QFontMetrics(self._own_font).horizontalAdvance(text) <= self.width() - self._padding[0]
        )

    def show_share(self, share: float) -> None:
        """Show how much of the wait is over; 1 shows nothing."""
        if share != self._share:
            self._share = share
            self.update()

    def set_kind(self, accent: bool) -> None:
        """Make it stand out, or not."""
        kind = "accent" if accent else "plain"
        if kind != self._kind:
            self._kind = "accent" if accent else "plain"
            self.update()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.widened.emit()

    def paint_inside(self, painter: QPainter) -> None:
        if self._share < 1.0:
            width = round((self.width() - 8) * self._share)
            painter.fillRect(QRect(4, self.height() - 5, width, 2), self._theme.text_faint)


class CountField(QLineEdit):
    """Where the number of servers is typed, in digits. Enter confirms nothing here: it ends commands."""

    entered = Signal()
    """Enter was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9_,]*"), self))

    def typed(self) -> int | None:
        """Give the number that is typed, whatever groups its digits; None where there is none."""
        digits = self.text().replace(",", "").replace("_", "")
        return int(digits) if digits.isascii() and digits.isdecimal() else None

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            event.accept()
            self.entered.emit()
            return
        super().keyPressEvent(event)


class ConfirmBar(QWidget):
    """Confirms the plan on show: one key when clear, the number of servers on caution, never when blocked."""

    confirmed = Signal(object)
    """Confirmation of the plan on show."""
    refused = Signal(str)
    """Why a confirmation was not taken, as a sentence."""

    def __init__(self, theme: Theme, clock: Clock = time.monotonic, *, reduced_motion: bool = False) -> None:
        super().__init__()
        self._reduced_motion = reduced_motion
        self._plan: Plan | None = None
        self._current = False
        self._obstacle = ""
        self._deed = ""
        self._seen = SeenWait(self, clock)
        self._seen.went_on.connect(self._wait_on)
        self.command = Text(theme, 10, bold=True, mono=True, wrap=True)
        self.about = Text(theme, 9.5, "text_soft", wrap=True)
        self.label = Text(theme, 9.5, wrap=True)
        self.field = CountField()
        self.field.setAccessibleName("Number of servers, typed to confirm")
        self.field.setMaxLength(12)
        self.field.textChanged.connect(self._refresh)
        self.field.entered.connect(self._say_what_confirms)
        self.button = ConfirmButton(theme)
        self.button.clicked.connect(self._clicked)
        self.button.widened.connect(self._refresh)
        self.obstacle = Text(theme, 9.5, "caution", wrap=True)
        self.in_part = Text(theme, 9.5, "text_soft", wrap=True)
        self.below = Text(theme, 8.5, "text_faint")
        self._put_together()
        self.set_theme(theme)
        self.show_plan(None)

    def _put_together(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.field)
        row.addWidget(self.button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.command)
        layout.addWidget(self.about)
        layout.addWidget(self.obstacle)
        layout.addWidget(self.in_part)
        layout.addWidget(self.label)
        layout.addLayout(row)
        layout.addWidget(self.below)
        self.field.setFixedWidth(110)

    def show_plan(self, plan: Plan | None) -> None:
        """Take the plan on show. What was typed or waited for another plan does not count for this one."""
        before, self._plan = self._plan, plan
        if not _is_same(before, plan):
            self.field.clear()
            self._begin()
        self._refresh()

    def set_current(self, current: bool) -> None:
        """Say whether the plan on show is that of the text in the command line."""
        if current != self._current:
            self._current = current
            self._refresh()

    def set_deed(self, deed: str) -> None:
        """Say what the button does, where it does not carry out one's own plan; empty where it does."""
        if deed != self._deed:
            self._deed = deed
            self._refresh()

    def set_about(self, about: str) -> None:
        """Say what the plan is of besides its command; empty where that is all."""
        if about != self.about.text():
            self.about.say(about)
            self._refresh()

    def set_obstacle(self, sentence: str) -> None:
        """Say what keeps every plan from being confirmed now, other than the plan itself; empty when nothing does."""
        if sentence != self._obstacle:
            self._obstacle = sentence
            self.obstacle.say(sentence, "caution", "caution")
            self._refresh()

    def restart(self) -> None:
        """Let the wait begin anew."""
        self._begin()
        self._refresh()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Draw no moving line while waiting."""
        self._reduced_motion = reduced
        self._refresh()

    def armed(self) -> bool:
        """Say whether the plan has been on screen long enough."""
        return self._seen.is_over()

    def try_confirm(self) -> bool:
        """Confirm the plan on show if that is possible now; else say why not, and put the cursor where it is needed."""
        plan = self._plan
        why = self._why_not()
        if plan is None or why:
            self.refused.emit(why)
            if plan is not None and plan.verdict is Verdict.CAUTION and self.field.isVisible():
                self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
                self.field.selectAll()
            return False
        effort = Effort.COUNT if plan.verdict is Verdict.CAUTION else Effort.KEY
        # A second press must be as deliberate as the first.
        self.field.clear()
        self._begin()
        self._refresh()
        self.confirmed.emit(Confirmation(plan.digest, effort, approvals_of(plan)))
        return True

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.command, self.about, self.obstacle, self.in_part, self.label, self.button, self.below):
            part.set_theme(theme)
        self.field.setStyleSheet(
            f'QLineEdit {{ font-family: "{MONO}"; font-size: 12pt; color: {theme.text.name()}; padding: 6px 8px;'
            f" background: {theme.raised.name()}; border: 1px solid {theme.border_strong.name()};"
            " border-radius: 5px; }"
            f"QLineEdit:focus {{ border: 2px solid {theme.focus.name()}; padding: 5px 7px; }}"
        )

    @reported
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.restart()

    @reported
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._seen.end()

    def _begin(self) -> None:
        if self.isVisible() and self._plan is not None and not self._plan.blocked:
            self._seen.begin()
        else:
            self._seen.end()

    def _wait_on(self) -> None:
        """Show that the wait went on: until it is over nothing else changes by it."""
        if self.armed():
            self._refresh()
        elif not self._reduced_motion:
            self.button.show_share(self._seen.share())

    def _clicked(self) -> None:
        self.try_confirm()

    def _say_what_confirms(self) -> None:
        """Answer Enter in the field."""
        why = self._why_not()
        self.refused.emit(why or "Enter does not confirm: press Ctrl+Enter.")

    def _why_not(self) -> str:
        """Say why the plan cannot be confirmed now; empty when it can."""
        plan = self._plan
        if plan is None:
            return "There is no plan on show to confirm."
        if plan.blocked:
            return cannot_be_confirmed(plan)
        if self._obstacle:
            return self._obstacle
        if not self._current:
            return "The plan on show is not that of the text yet: look again, then confirm."
        if not self.armed():
            return "The plan has only just come on screen: look at it, then confirm."
        return _miscount(plan, self.field.typed())

    def _refresh(self) -> None:
        plan = self._plan
        self.obstacle.setVisible(bool(self._obstacle) and plan is not None and not plan.blocked)
        warning = "" if plan is None else part_may_be_done(plan)
        self.in_part.say(warning)
        self.in_part.setVisible(bool(warning))
        can = plan is not None and not plan.blocked
        self.command.say(plan.command if plan is not None and can else "")
        self.command.setVisible(can)
        self.about.setVisible(can and bool(self.about.text()))
        if plan is None:
            self.button.setEnabled(False)
            self.button.say("Confirm")
            return
        caution = plan.verdict is Verdict.CAUTION
        for part in (self.label, self.field):
            part.setVisible(caution)
        if caution:
            count = words.number(plan.count)
            self.label.say(f"Type the number of servers ({count}) to confirm")
            self.field.setAccessibleName(f"Number of servers, {count}, typed to confirm")
        ready = not self._why_not()
        self.button.setEnabled(ready)
        self.button.set_kind(ready)
        key = unavailable(plan) if plan.blocked else "unavailable" if self._obstacle else "Ctrl+Enter"
        # What it does comes before its key, which stands below where there is no room for both.
        deed = self._deed or ("Confirm" if plan.blocked else deed_on_button(plan))
        whole = f"{deed}  [{key}]"
        apart = bool(self._deed) or not self.button.has_room(whole)
        short = f"{key[0].upper()}{key[1:]}" if plan.blocked else deed
        self.button.say(short if apart else whole, whole)
        self.button.show_share(1.0 if self._reduced_motion else self._seen.share())
        about = [
            *([key] if apart else []),
            _digest_of(plan, self.armed()),
            *([time_needed(plan)] if plan.count else []),
        ]
        self.below.say(" · ".join(part for part in about if part))
        self.below.setVisible(not plan.blocked)


def _miscount(plan: Plan, typed: int | None) -> str:
    """Say what is wrong with the number typed; empty where it is right or not wanted."""
    count = plan.count
    if plan.verdict is not Verdict.CAUTION or typed == count:
        return ""
    if typed is None:
        return f"Type the number of servers ({words.number(count)}) to confirm, then press Ctrl+Enter."
    return f"{words.number(typed)} is not {words.number(count)}, the number of servers that {moves(plan, 2)}."


def _digest_of(plan: Plan, at_rest: bool) -> str:
    """Name the plan by its digest, once it is at rest: while somebody types, that of many servers would hold up the keys."""
    if plan.blocked or not (at_rest or plan.count <= MOST_AT_ONCE):
        return ""
    return f"plan {words.short_digest(plan.digest)}"


def _is_same(before: Plan | None, plan: Plan | None) -> bool:
    """Whether what is to be seen before confirming is on screen already: servers, verdict and finding codes."""
    if before is None or plan is None:
        return before is plan
    return plan.is_like(before) and (plan.verdict, plan.codes()) == (before.verdict, before.codes())
