"""The boxes that offer another command: the largest safe one, and what would make room for a blocked one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from console.kit.overrides import reported
from console.kit.painting import draw_focus
from console.kit.parts import RoundedBox, Text
from console.kit.theme import Theme
from console.words.plan import largest_label
from console.words.steps.making_room import room_label, then_line
from topology.planning.ahead.making_room import MakingRoom
from topology.planning.plan import Plan


class LargestBox(RoundedBox):
    """The largest count that nothing blocks, offered as the command to take instead."""

    taken = Signal(str)
    """Command text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._command = ""
        self.label = Text(theme, 9.5)
        self.command = Text(theme, 10, bold=True, mono=True, wrap=True)
        self.key = Text(theme, 9.5, "plan", bold=True)
        self.key.say("Tab")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.command, 1)
        row.addWidget(self.key)
        self.key.setFixedWidth(self.key.natural_width())
        self._lines = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lines.setContentsMargins(14, 8, 14, 8)
        self._lines.setSpacing(3)
        self._lines.addWidget(self.label)
        self._lines.addLayout(row, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_plan(self, plan: Plan) -> None:
        """Offer the largest safe command of *plan*, loudly where the plan is blocked."""
        safe = plan.largest_safe
        self._command = safe.command if safe is not None else ""
        self.setVisible(safe is not None and (plan.blocked or safe.command != plan.command))
        if safe is None:
            return
        self.label.say(largest_label(plan), "text" if plan.blocked else "text_soft")
        self.command.say(safe.command, "text" if plan.blocked else "text_soft")
        self.key.setVisible(plan.blocked)
        self._fold()
        self.look(
            "plan" if plan.blocked else "border", "plan_ground" if plan.blocked else "panel", 1.5 if plan.blocked else 1
        )
        key = ", Tab takes it" if plan.blocked else ""
        self.setAccessibleName(f"{largest_label(plan)} {safe.command}{key}")

    def offered(self) -> str:
        """Give the command on offer; empty where there is none."""
        return self._command if not self.isHidden() else ""

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for part in (self.label, self.command, self.key):
            part.set_theme(theme)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Use one line where label and command fit beside each other, else two."""
        wanted = self.label.natural_width() + self.command.natural_width() + self.key.width() + 2 * 14 + 2 * 10
        one_line = wanted <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if one_line else QBoxLayout.Direction.TopToBottom
        # Each of these makes the whole panel lay itself out anew, changed or not.
        if direction is not self._lines.direction():
            self._lines.setDirection(direction)
            self._lines.setSpacing(12 if one_line else 3)

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._take()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._take()
        else:
            event.ignore()

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus(QPainter(self), self.rect(), self._theme.focus)

    def _take(self) -> None:
        if self._command:
            self.taken.emit(self._command)


class RoomBox(LargestBox):
    """What would make room for a command that floors block: a restore, offered as the command to take first, and what then goes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.then = Text(theme, 9.5, "text_soft", wrap=True)
        self._lines.addWidget(self.then)
        self.key.hide()
        self.hide()

    def show_room(self, room: MakingRoom | None) -> None:
        """Offer what makes room; None hides it."""
        self._command = "" if room is None else room.restore
        self.setVisible(room is not None)
        if room is None:
            return
        self.label.say(room_label(room))
        self.command.say(room.restore)
        self.then.say(then_line(room))
        self.look("border_strong", "raised", 1)
        self.setAccessibleName(f"{room_label(room)} {room.restore}; {then_line(room)}")

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.then.set_theme(theme)

    def _fold(self) -> None:
        """Stay in lines: they are two steps, one below the other."""
