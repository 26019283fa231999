"""The right column: the run of a playbook and the execution, with STOP, above the preview."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.panels.execution.panel import ExecutionPanel
from console.panels.playbooks.strip import RunStrip
from console.panels.preview.panel import PreviewPanel


class SidePanel(QWidget):
    """Puts run and execution above the preview; they take only what they need."""

    def __init__(self, run: RunStrip, execution: ExecutionPanel, preview: PreviewPanel) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(run)
        column.addWidget(execution)
        column.addWidget(preview, 3)
        self._column = column
        self._preview = preview
        self._below: QWidget | None = None

    def add_below(self, panel: QWidget) -> None:
        """Put something under the preview; `give_room` shares the height."""
        self._column.addWidget(panel, 2)
        self._below = panel

    def give_room(self, to_preview: bool) -> None:
        """Let the preview have the greater part of the height, or what is under it."""
        if self._below is not None:
            self._column.setStretchFactor(self._preview, 3 if to_preview else 2)
            self._column.setStretchFactor(self._below, 2 if to_preview else 3)
