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
    ("start", "Start", "|<", "Go to the start of the incident"),
    ("previous", "< Event", "<", "Go to the previous event"),
    ("play", "Play", "Play", "Play or pause"),
    ("next", "Event >", ">", "Go to the next event"),
    ("decision", "Decision >", "◆ >", "Go to the next decision"),
)
"""The action, what it says, what it says where there is little room, and its name for who hears it."""
ZOOMS = (
    ("−", -1, "Zoom out: show more of the incident"),
    ("+", 1, "Zoom in about the moment on show"),
    ("Whole", 0, "Show the whole incident"),
)
APART, GROUPS_APART, SIDE = 6, 14, 18
HINTS = (
    "← → step events · ↓ decision · Space plays · B takes over · + − 0 zoom",
    "Space plays · ← → step · B takes over",
    "Space plays · B takes over",
    "Space plays",
)
"""From the longest to the shortest that there may be room for: a key always with what it does; the menus say the rest."""


class TimelinePage(QWidget):
    """Shows the timeline and says what is wanted; the names are those of the actions."""

    chosen = Signal(str)
    speed_chosen = Signal(int)

    def __init__(self, theme: Theme, incident: Incident) -> None:
        super().__init__()
        self._theme = theme
        self.view = TimelineView(theme, incident)
        self.hint = Text(theme, 9, "text_faint", align=RIGHT)
        self.hint.say(HINTS[0])
        self.buttons = {name: Button(theme, size=9) for name, *_ in BUTTONS}
        self.speeds = {speed: Button(theme, "link", 10) for speed in SPEEDS}
        self.zooms = {text: Button(theme, size=9) for text, *_ in ZOOMS}
        self._speed = SPEEDS[0]
        self._short = False
        row = QHBoxLayout()
        row.setContentsMargins(SIDE, 0, SIDE, 0)
        row.setSpacing(APART)
        for name, *_ in BUTTONS:
            self.buttons[name].clicked.connect(_Sends(name, self.chosen.emit))
            row.addWidget(self.buttons[name])
        row.addSpacing(GROUPS_APART)
        for speed, button in self.speeds.items():
            button.say(f"▸×{speed:,}")
            button.setMinimumWidth(button.sizeHint().width())
            button.clicked.connect(_Sends(speed, self._choose_speed))
            row.addWidget(button)
        row.addSpacing(GROUPS_APART)
        for text, steps, spoken in ZOOMS:
            self.zooms[text].say(text, spoken)
            self.zooms[text].setMinimumWidth(self.zooms[text].sizeHint().width())
            self.zooms[text].clicked.connect(_Sends(steps, self._zoom))
            row.addWidget(self.zooms[text])
        row.addStretch(1)
        row.addWidget(self.hint, 100)
        self._say_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self.view.key.connect(self.chosen)
        self.view.zoomed.connect(self._show_zoom)
        self._show_zoom()
        self.setAccessibleName("Timeline of the incident")

    def show_player(self, player: Player) -> None:
        """Show whether it plays, and how fast."""
        self.buttons["play"].say("Pause" if player.is_playing else "Play", "Play or pause")
        self._speed = player.speed
        for speed, button in self.speeds.items():
            mark = "▸" if speed == player.speed else " "
            button.say(f"{mark}×{speed:,}", f"Speed {speed:,}{', chosen' if speed == player.speed else ''}")
            button.setVisible(speed == player.speed or not self._short)

    def toggle_future(self) -> str:
        """Show on the timeline what is still to come in the record, or hide it again; gives a sentence that says which."""
        self.view.show_future(not self.view.shows_future)
        return f"What is still to come, and what goes wrong, is {'shown' if self.view.shows_future else 'hidden'}."

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.view.set_theme(theme)
        set_theme_of((self.hint, *self.buttons.values(), *self.speeds.values(), *self.zooms.values()), theme)
        self.update()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 2 * SIDE - 2 * GROUPS_APART
        short = room < self._taken(short=False)
        if short != self._short:
            self._short = short
            self._say_buttons()
        left = room - self._taken(short) - 2 * APART
        metrics = QFontMetrics(font_of(9))
        self.hint.say(next((text for text in HINTS if metrics.horizontalAdvance(text) < left), ""))

    def _taken(self, short: bool) -> int:
        """Give the room that the buttons take, in pixels."""
        metrics = QFontMetrics(font_of(9))
        speeds = [self.speeds[self._speed]] if short else list(self.speeds.values())
        sized = sum(button.minimumWidth() + APART for button in (*speeds, *self.zooms.values()))
        return sized + sum(_width_of(metrics, brief if short else text) + APART for _, text, brief, _ in BUTTONS)

    def _say_buttons(self) -> None:
        """Write on the buttons what there is room for; with little room only the speed in use is there, and steps on."""
        metrics = QFontMetrics(font_of(9))
        for name, text, brief, spoken in BUTTONS:
            said = brief if self._short else text
            self.buttons[name].setMinimumWidth(_width_of(metrics, said))
            if name != "play":
                self.buttons[name].say(said, spoken)
        for speed, button in self.speeds.items():
            button.setVisible(speed == self._speed or not self._short)

    def _choose_speed(self, speed: object) -> None:
        """Take a speed; where only the one in use is there, the next one."""
        chosen = SPEEDS.index(int(str(speed)))
        self.speed_chosen.emit(SPEEDS[(chosen + 1) % len(SPEEDS)] if self._short else SPEEDS[chosen])

    def _zoom(self, steps: object) -> None:
        if steps:
            self.view.zoom_by(float(str(steps)))
        else:
            self.view.zoom_out()

    def _show_zoom(self) -> None:
        self.zooms["Whole"].setEnabled(not self.view.zoom.is_whole)
        self.zooms["−"].setEnabled(not self.view.zoom.is_whole)

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)


def _width_of(metrics: QFontMetrics, text: str) -> int:
    """Give the room of a button with a text; the one that plays has room for both of its words."""
    widest = max(metrics.horizontalAdvance(word) for word in (("Play", "Pause") if text == "Play" else (text,)))
    return widest + 30


class _Sends:
    """Passes on one value, whatever Qt adds to the call."""

    def __init__(self, value: object, send: object) -> None:
        self._value = value
        self._send = send

    def __call__(self, _checked: bool = False) -> None:
        self._send(self._value)  # type: ignore[operator]
