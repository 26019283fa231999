"""What Escape does wherever it is pressed: once it puts away what ended, twice it stops what runs."""

from PySide6.QtCore import QObject

from console.panels.execution.escape import EscapeTwice
from console.window.showing.console_panels import ConsolePanels


class Escaping(QObject):
    """Listens to Escape in the whole program; two of them are `filter.stop`, which is never held back."""

    def __init__(self, parent: QObject, panels: ConsolePanels) -> None:
        super().__init__(parent)
        self.filter = EscapeTwice(self)
        self._panels = panels
        self.filter.first.connect(panels.execution.hint_escape)
        self.filter.first.connect(self._put_away)

    def _put_away(self) -> None:
        """Put an outcome away, where there is no text that Escape is to take away first."""
        if not self._panels.command.text():
            self._panels.execution.close_ended()
