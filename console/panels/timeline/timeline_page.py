"""The page of the timeline: the line itself, and under it the buttons that everything on it can be done with."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.painting import RIGHT, font_of
from console.kit.parts import Button, Text, set_theme_of
from console.kit.theme import Theme
from console.panels.timeline.player import SPEEDS, Player
from console.panels.timeline.timeline_view import TimelineView
from topology.incident.model import Incident

BUTTONS = (
    ("start", "Start", "Go to the start of the incident"),
    ("previous", "< Event", "Go to the previous event"),
    ("play", "Play", "Play or pause"),
    ("next", "Event >", "Go to the next event"),
    ("decision", "Decision >", "Go to the next decision"),
)
HINT = "← → step events · ↓ decision · Space plays · B takes over"
SHORT_HINT = "← →  ↓  Space  B"
"""The keys alone, where there is no room for what they do: the menus say it."""


class TimelinePage(QWidget):
    """Shows the timeline and says what is wanted; the names are those of the actions."""

    chosen = Signal(str)
    speed_chosen = Signal(int)

    def __init__(self, theme: Theme, incident: Incident) -> None:
        super().__init__()
        self._theme = theme
        self.view = TimelineView(theme, incident)
        self.hint = Text(theme, 9, "text_faint", align=RIGHT)
        self.hint.say(HINT)
        self.buttons = {name: Button(theme, size=9) for name, _, _ in BUTTONS}
        self.speeds = {speed: Button(theme, "link", 10, mono=True) for speed in SPEEDS}
        row = QHBoxLayout()
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(6)
        for name, text, spoken in BUTTONS:
            self.buttons[name].say(text, spoken)
            self.buttons[name].clicked.connect(_Sends(name, self.chosen.emit))
            self.buttons[name].setMinimumWidth(self.buttons[name].sizeHint().width())
            row.addWidget(self.buttons[name])
        row.addSpacing(14)
        self.buttons["play"].say("Pause")
        self.buttons["play"].setMinimumWidth(self.buttons["play"].sizeHint().width())
        for speed, button in self.speeds.items():
            button.say(f"▸×{speed:,}")
            button.setMinimumWidth(button.sizeHint().width())
            button.clicked.connect(_Sends(speed, self.speed_chosen.emit))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.hint, 100)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self.view.key.connect(self.chosen)
        self.setAccessibleName("Timeline of the incident")

    def show_player(self, player: Player) -> None:
        """Show whether it plays, and how fast."""
        self.buttons["play"].say("Pause" if player.is_playing else "Play", "Play or pause")
        for speed, button in self.speeds.items():
            mark = "▸" if speed == player.speed else " "
            button.say(f"{mark}×{speed:,}", f"Speed {speed:,}{', chosen' if speed == player.speed else ''}")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.view.set_theme(theme)
        set_theme_of((self.hint, *self.buttons.values(), *self.speeds.values()), theme)
        self.update()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        taken = sum(button.minimumWidth() + 6 for button in (*self.buttons.values(), *self.speeds.values()))
        roomy = self.width() - taken - 60 > QFontMetrics(font_of(9)).horizontalAdvance(HINT)
        self.hint.say(HINT if roomy else SHORT_HINT)

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)


class _Sends:
    """Passes on one value, whatever Qt adds to the call."""

    def __init__(self, value: object, send: object) -> None:
        self._value = value
        self._send = send

    def __call__(self, _checked: bool = False) -> None:
        self._send(self._value)  # type: ignore[operator]
