"""What Escape does wherever it is pressed: once it puts away what ended, twice it stops what runs."""

from PySide6.QtCore import QObject

from console.panels.execution.escape import EscapeTwice
from console.window.showing.console_panels import ConsolePanels
from console.window.workspace import Workspace


class Escaping(QObject):
    """Listens to Escape in the whole program; *stop* is what two of them call, where anything runs here or elsewhere."""

    def __init__(self, parent: QObject, workspace: Workspace, panels: ConsolePanels) -> None:
        super().__init__(parent)
        self.filter = EscapeTwice(self)
        self._workspace, self._panels = workspace, panels
        self.filter.first.connect(panels.execution.hint_escape)
        self.filter.first.connect(self._put_away)

    @property
    def has_use(self) -> bool:
        """Whether anything runs that a stop would be for; where others are there it may, before it was heard of here."""
        state, desk = self._workspace.state, self._workspace.desk
        gathering = desk.colleagues.gathering
        if gathering.executions or gathering.trouble or len(gathering.colleagues) > 1:
            return True
        return desk.is_running or (state is not None and len(state.pending) > 0)

    def _put_away(self) -> None:
        """Put an outcome away, where there is no text that Escape is to take away first."""
        if not self._panels.command.text():
            self._panels.execution.close_ended()
