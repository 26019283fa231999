"""Where a statement is from: a fact or a model value, with its source a click away."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.parts import Button, Text
from console.kit.theme import Theme
from topology.incident.model import CONFIDENCE, Confidence, Incident


class SourceLine(QWidget):
    """Says of one statement whether it is a fact or a model value; a click, or Space, opens where it is from."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._opened = False
        self._whole = ""
        self.mark = Text(theme, 8.5, "caution", bold=True)
        self.link = Button(theme, "link", 8.5)
        self.detail = Text(theme, 8.5, "text_soft", wrap=True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.mark)
        row.addWidget(self.link)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.detail)
        self.link.clicked.connect(self._toggle)
        self.detail.hide()

    def show_source(self, incident: Incident, source: str, confidence: Confidence, model: bool) -> None:
        """Show where something is from; *model* where any of it is invented."""
        self.mark.say("model value" if model else "", "caution", "caution" if model else "")
        self.mark.setVisible(model)
        known = {one.id: one for one in incident.sources}
        if source in known:
            one = known[source]
            self._whole = f"{one.title}. {one.url}. {one.verified}. This statement: {CONFIDENCE[confidence]}."
            self.link.say(f"source: {source} · {confidence}", f"Source {source}, {CONFIDENCE[confidence]}; opens")
        else:
            self._whole = "Invented for the training; no account says it."
            self.link.say("source: model", "Source: invented for the training; opens")
        self.detail.say(self._whole)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        for part in (self.mark, self.link, self.detail):
            part.set_theme(theme)

    def _toggle(self) -> None:
        self._opened = not self._opened
        self.detail.setVisible(self._opened)
