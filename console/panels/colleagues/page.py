"""The page of the operators: who is there and what they preview, and what became of every request for an approval."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.colleagues.gathering import Colleague, Gathering, KnownRequest
from console.words import writing as words
from console.words.colleagues import asks, came_of
from topology.approval.request import ApprovalState

MOST_REQUESTS = 20


class RequestRow(QWidget):
    """One request, with what can be done about it."""

    command = Signal(str)

    def __init__(self, theme: Theme, known: KnownRequest, operator: str) -> None:
        super().__init__()
        request = known.request
        asked = known.state is ApprovalState.ASKED
        sentence = asks(request) if asked else came_of(request, known.state, known.remaining_s)
        self.text = Text(theme, 9.5, "caution" if asked else "text", wrap=True)
        self.text.say(sentence, None, "caution" if asked else "")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.addWidget(self.text, 1)
        for label, command in offers(known, operator):
            button = Button(theme, "plain", 9)
            button.say(label, f"{label}: {sentence}")
            button.clicked.connect(lambda _checked=False, command=command: self.command.emit(command))
            row.addWidget(button)


class OperatorsPage(QWidget):
    """Made anew when what it shows is another; nothing in it moves by itself."""

    command = Signal(str)
    """Command text, to be typed."""

    def __init__(self, theme: Theme, operator: str) -> None:
        super().__init__()
        self._theme = theme
        self._operator = operator
        self._shown: object = None
        self._gathering = Gathering()
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(4)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._inside)
        for part in (self._inside, area.viewport()):
            part.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.setAccessibleName("Operators")
        self._fill()

    def show_gathering(self, gathering: Gathering) -> None:
        """Show who is there and what was asked."""
        self._gathering = gathering
        shown = (gathering.colleagues, gathering.trouble, [_seen(one) for one in gathering.requests])
        if shown != self._shown:
            self._shown = shown
            self._fill()

    def lines(self) -> list[str]:
        """Give every text in sight, in order."""
        return [one.text() for one in self._inside.findChildren(Text)]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        gathering = self._gathering
        if gathering.trouble:
            self._say(f"Who else is here is not known: {gathering.trouble}", tone="caution")
        self._say("Here now", bold=True)
        for one in gathering.colleagues:
            self._say(who(one))
        if not gathering.colleagues:
            self._say("Nobody has been heard of yet.", tone="text_soft")
        self._say("Approvals", bold=True)
        for known in gathering.requests[::-1][:MOST_REQUESTS]:
            row = RequestRow(self._theme, known, self._operator)
            row.command.connect(self.command)
            self._column.addWidget(row)
        if not gathering.requests:
            self._say("Nobody has asked for one.", tone="text_soft")

    def _say(self, text: str, *, bold: bool = False, tone: str = "text") -> None:
        line = Text(self._theme, 9.5, tone, bold=bold, wrap=True)  # type: ignore[arg-type] # one of the tones
        line.say(text)
        self._column.addWidget(line)


def who(one: Colleague) -> str:
    """Say who is there and what is previewed."""
    here = " (this console)" if one.is_here else f" at {one.host}" if one.host else ""
    if not one.command:
        return f"{one.operator}{here}"
    subsystems = f" of {words.listed(one.subsystems)}" if one.subsystems else ""
    return f"{one.operator}{here} previews {words.plural(one.servers, 'server')}{subsystems}: {one.command}"


def offers(known: KnownRequest, operator: str) -> tuple[tuple[str, str], ...]:
    """Give what this operator can do about a request, as (label, command text)."""
    request, number = known.request, known.number
    if known.state is ApprovalState.ASKED and not request.may_decide(operator):
        return ("Look at it …", f"approve {number}"), ("Decline …", f'decline {number} because "')
    if known.state in (ApprovalState.ASKED, ApprovalState.APPROVED) and operator in (
        request.operator,
        *request.approvers,
    ):
        return (("Withdraw", f"withdraw {number}"),)
    return ()


def _seen(one: KnownRequest) -> tuple[object, ...]:
    minutes = None if one.remaining_s is None else round(one.remaining_s / 60)
    return one.request, one.state, minutes
