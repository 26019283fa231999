"""The scenario: the situation, what was known then, objectives, and what was told so far with its source a click away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, RoundedBox, Text
from console.kit.theme import Theme
from console.operating.training.training import Training
from console.panels.scenario.requests import RequestList
from console.panels.scenario.source_line import SourceLine
from topology.incident.model import Event, Incident
from topology.incident.times import clock_text

MARGIN = 18
ELSEWHERE = "As it was then, which your run may not be: "
MOST_FACTS = 6
"""Events told in the pane, the last ones; the timeline has all."""


class FactLine(RoundedBox):
    """One event that was told: its clock, its text and its source. What is invented stands in a frame of its own."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.text = Text(theme, 9.5, wrap=True)
        self.source = SourceLine(theme)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(1)
        self._column.addWidget(self.text)
        self._column.addWidget(self.source)

    def show_event(self, incident: Incident, event: Event) -> None:
        """Show an event."""
        about = "about " if event.approximate else ""
        clock = clock_text(event.time, incident.time_zone)[:5]
        self.text.say(f"{about}{clock}  {event.text}", "text_soft" if event.illustrative else "text")
        self.source.show_source(incident, event.source, event.confidence, event.has_model_values)
        self.look("caution", "panel", 1 if event.illustrative else 0)
        self._column.setContentsMargins(*((8, 5, 8, 5) if event.illustrative else (0, 2, 0, 2)))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.text.set_theme(theme)
        self.source.set_theme(theme)


NOT_TOLD = "Nothing is known yet but that the day has begun. What goes wrong, and why, is told as it came to be known."
"""What is said before the first decision: more would give it away."""


class ScenarioPane(QWidget):
    """What the trainee is told. It only says what is wanted; the names are those of the actions."""

    chosen = Signal(str)
    typed = Signal(str)
    """Text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme, training: Training) -> None:
        super().__init__()
        self._theme = theme
        self._training = training
        self._tells_all = False
        self._told: set[str] = set()
        self._key: object = None
        self.title = Text(theme, 11, bold=True)
        self.place = Text(theme, 9, "text_soft")
        self.situation = Text(theme, 10, wrap=True)
        self.situation_source = SourceLine(theme)
        self.known = Text(theme, 9.5, "text_soft", wrap=True)
        self.objectives = Text(theme, 9.5, wrap=True)
        self.happened = Text(theme, 9.5, wrap=True)
        self.requests = RequestList(theme, training)
        self.tool = Text(theme, 9, "text_soft", wrap=True)
        self.era = Button(theme, size=9)
        self.take_over = Button(theme, size=9)
        self.reveal = Button(theme, size=9)
        self.debrief = Button(theme, size=9)
        self.facts_title = Text(theme, 9, "text_faint")
        self.facts = [FactLine(theme) for _ in range(MOST_FACTS)]
        self._scroll = QScrollArea()
        self._put_together()
        for button, name in (
            (self.era, "era"),
            (self.take_over, "take_over"),
            (self.reveal, "reveal"),
            (self.debrief, "debrief"),
        ):
            button.clicked.connect(_Chooses(name, self.chosen.emit))
        self.requests.typed.connect(self.typed)
        self.setAccessibleName("Scenario")
        self.set_theme(theme)

    def reveal_decision(self) -> None:
        """Tell what happened at the decision that stands."""
        standing = self._training.decision()
        if standing is not None:
            self._told.add(standing[1].name)
            self._key = None
            self.show_now()

    def tell_all(self, all_of_it: bool) -> None:
        """Tell what goes wrong, and what was done then, from the first: for an instructor."""
        self._tells_all, self._key = all_of_it, None
        self.show_now()

    def show_now(self) -> None:
        """Show what is told at the clock's moment; costs nothing while that is the same."""
        training, incident = self._training, self._training.incident
        self.requests.show_now()
        standing = training.decision()
        passed = sum(event.time <= training.now() for event in incident.events)
        acted = standing is not None and any(act.time >= standing[1].time for act in training.acts)
        key = (passed, standing[0] if standing else 0, training.is_run, acted, training.era_of_run.name)
        if key == self._key:
            return
        self._key = key
        self._show_decision(acted)
        self._show_buttons(acted)
        told = incident.events[:passed][::-1][:MOST_FACTS]
        # Once somebody took over, what happened after that is another story, told on demand only.
        if training.left_at is not None:
            told = tuple(event for event in told if event.time <= training.left_at)
        self.facts_title.say("Told so far, newest first" if told else "Nothing is told yet: play, or step to an event")
        for line, event in zip(self.facts, (*told, *[None] * MOST_FACTS), strict=False):
            line.setVisible(event is not None)
            if event is not None:
                line.show_event(incident, event)

    def _show_decision(self, acted: bool) -> None:
        training, incident = self._training, self._training.incident
        standing = training.decision()
        self.title.say("Scenario")
        count = len(incident.decisions)
        if standing is None:
            self.place.say(f"{count} decisions to come")
            self.situation.say(incident.summary if self._tells_all else NOT_TOLD)
            for part in (self.situation_source, self.known, self.objectives, self.happened):
                part.hide()
            return
        number, decision = standing
        clock = clock_text(decision.time, incident.time_zone)[:5]
        self.place.say(f"decision {number} of {count} · {clock}")
        left = training.left_at
        # Once somebody took over, a later situation is that of the account, which theirs may be unlike.
        self.situation.say(f"{ELSEWHERE if left is not None and decision.time > left else ''}{decision.situation}")
        self.situation_source.show_source(incident, decision.source, decision.confidence, decision.illustrative)
        self.known.say("Known then: " + " ".join(decision.known_then))
        self.objectives.say("Objectives: " + "; ".join(decision.objectives) + ".")
        self.happened.say(f"What happened then: {decision.what_happened}", "text")
        for part, shown in (
            (self.situation_source, True),
            (self.known, bool(decision.known_then)),
            (self.objectives, True),
            (self.happened, self._tells_all or decision.name in self._told),
        ):
            part.setVisible(shown)

    def _show_buttons(self, acted: bool) -> None:
        training = self._training
        standing = training.decision()
        self.tool.say(f"Tool: {training.era_of_run.title}")
        self.era.say("Change", f"Tool: {training.era_of_run.title}; changes it")
        self.era.setVisible(not training.is_run)
        self.take_over.say("Back to the record" if training.is_run else "Take over here")
        self.reveal.setVisible(standing is not None and not self._tells_all and standing[1].name not in self._told)
        self.reveal.say("What happened then" if acted else "Give up: what happened then")
        self.debrief.say("Debrief")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (
            self.title,
            self.place,
            self.situation,
            self.known,
            self.objectives,
            self.happened,
            self.requests,
            self.tool,
            self.era,
            self.take_over,
            self.reveal,
            self.debrief,
            self.facts_title,
        ):
            part.set_theme(theme)
        for line in self.facts:
            line.set_theme(theme)
        self.situation_source.set_theme(theme)
        self._scroll.setStyleSheet(
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {theme.panel.name()}; border: 0; }}"
        )
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.panel)
        painter.fillRect(MARGIN, 0, self.width() - 2 * MARGIN, 1, self._theme.border)

    def _put_together(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.place)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 2, MARGIN, 8)
        column.setSpacing(5)
        for part in (self.situation, self.situation_source, self.known, self.objectives, self.happened):
            column.addWidget(part)
        column.addWidget(self.requests)
        column.addWidget(self.facts_title)
        for fact in self.facts:
            column.addWidget(fact)
        column.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tool = QHBoxLayout()
        tool.addWidget(self.tool, 1)
        tool.addWidget(self.reveal)
        tool.addWidget(self.era)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for button in (self.take_over, self.debrief):
            acts.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 10, 0, 10)
        whole.setSpacing(6)
        for row in (head, tool, acts):
            row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(tool)
        whole.addLayout(acts)
        self.setMinimumHeight(190)


class _Chooses:
    """Passes on one name, whatever Qt adds to the call."""

    def __init__(self, name: str, send: object) -> None:
        self._name = name
        self._send = send

    def __call__(self, _checked: bool = False) -> None:
        self._send(self._name)  # type: ignore[operator]
