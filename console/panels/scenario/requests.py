"""What a training offers besides removals: changes that wait, recovery copies, and what is asked of subsystems now."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.training.training import Training
from console.panels.scenario.source_line import SourceLine
from topology.incident.model import Confidence, Proposal, RecoveryCopy
from topology.incident.moment import SubsystemStanding
from topology.incident.orders.extent import WHOLE
from topology.incident.orders.orders import Approve, order_if_any
from topology.incident.session.copies import CopyStanding, standing_of_copy


@dataclass(frozen=True, slots=True)
class _Line:
    """What one line shows: what a click types, the text, and where it is from."""

    typed: str
    text: str
    source: str
    confidence: Confidence
    illustrative: bool


class RequestLine(QWidget):
    """One of them: a click, or Space, puts its order into the command line and does nothing else."""

    typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._order = ""
        self.order = Button(theme, "link", 9.5)
        self.text = Text(theme, 9.5, wrap=True)
        self.source = SourceLine(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        for part in (self.order, self.text, self.source):
            column.addWidget(part)
        self.order.clicked.connect(self._type)

    def show_line(self, line: _Line, training: Training) -> None:
        """Show one."""
        self._order = line.typed
        self.order.say(line.typed, f"{line.typed}: puts it into the command line")
        self.text.say(line.text)
        self.source.show_source(training.incident, line.source, line.confidence, line.illustrative)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.order, self.text, self.source):
            part.set_theme(theme)

    def _type(self) -> None:
        self.typed.emit(self._order)


class RequestList(QWidget):
    """All of them; nothing is shown where the incident has none."""

    typed = Signal(str)
    """Text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme, training: Training) -> None:
        super().__init__()
        self._training = training
        self._found: dict[str, CopyStanding] | None = None
        incident = training.incident
        self.asked = Text(theme, 9.5, wrap=True)
        self.waiting = Text(theme, 9, "text_faint")
        self.waiting.say("Waiting for your approval")
        self.kept = Text(theme, 9, "text_faint")
        self.kept.say("Ways to recover")
        self.proposals = [RequestLine(theme) for _ in incident.proposals]
        self.copies = [RequestLine(theme) for _ in incident.copies]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for part in (self.waiting, *self.proposals, self.kept, *self.copies, self.asked):
            column.addWidget(part)
        for line in (*self.proposals, *self.copies):
            line.typed.connect(self.typed)
        self.kept.setVisible(bool(self.copies))
        for line, proposal in zip(self.proposals, incident.proposals, strict=True):
            line.show_line(_proposed(proposal), training)
        self.setAccessibleName("Changes that wait, and copies")
        self.show_now()

    def show_now(self) -> None:
        """Show what still waits, what is known of the copies by now, and what is asked."""
        training = self._training
        gone = approved(training)
        for line, proposal in zip(self.proposals, training.incident.proposals, strict=True):
            line.setVisible(proposal.name not in gone)
        self.waiting.setVisible(any(one.name not in gone for one in training.incident.proposals))
        found = _found(training)
        if found != self._found:
            self._found = found
            for line, copy in zip(self.copies, training.incident.copies, strict=True):
                line.show_line(_kept(copy, found.get(copy.name)), training)
        asked = training.asked()
        short = any(one.verdict == "below" for one in asked)
        self.asked.say("Asked now (model values): " + "; ".join(map(_demand, asked)) + "." if asked else "")
        self.asked.say(self.asked.text(), "alarm" if short else "text_soft", "alarm" if short else "")
        self.asked.setVisible(bool(asked))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.asked, self.waiting, self.kept):
            part.set_theme(theme)
        for line in (*self.proposals, *self.copies):
            line.set_theme(theme)


def _proposed(one: Proposal) -> _Line:
    return _Line(f"check {one.name}", f"{one.title}. {one.text}", one.source, one.confidence, one.illustrative)


def approved(training: Training) -> set[str]:
    """Name the changes that went out whole, by the record and by the run. Where a part did, the rest still waits."""
    until = training.now() if training.left_at is None else training.left_at
    texts = [event.command for event in training.incident.events if event.command and event.time <= until]
    if training.session is not None:
        texts += [one.act.text for one in training.session.answers if one.kind == "done"]
    orders = (order_if_any(text, training.incident.region) for text in texts)
    return {one.name for one in orders if isinstance(one, Approve) and one.meant and one.extent == WHOLE}


def _found(training: Training) -> dict[str, CopyStanding]:
    """Give what was found of the copies that were tried, by their names."""
    if training.session is None:
        return {}
    branch = training.session.branch
    return {
        one.name: standing_of_copy(branch, one) for one in training.incident.copies if one.name in branch.kept.tried
    }


def _kept(one: RecoveryCopy, found: CopyStanding | None) -> _Line:
    """What is found is told once it was tried, and not before."""
    if found is None:
        text = f"{one.title}, of {one.subsystem}: nobody knows whether it is good. To try it takes {one.try_s / 60:,.0f} min."
        return _Line(f"try {one.name}", text, one.source, one.confidence, one.illustrative)
    order = f"recover from {one.name}" if found.good else f"try {one.name}"
    return _Line(
        order, f"{one.title}, of {one.subsystem}: {found.found}.", one.source, one.confidence, one.illustrative
    )


def _demand(one: SubsystemStanding) -> str:
    return f"{one.floor or 0:,} of {one.subsystem}, which has {one.in_service or 0:,} in service"
