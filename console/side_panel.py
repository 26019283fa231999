"""The right column: the execution, with STOP, above the preview."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.execution.panel import ExecutionPanel
from console.preview.panel import PreviewPanel


class SidePanel(QWidget):
    """Puts the execution panel above the preview; the first takes only what it needs."""

    def __init__(self, execution: ExecutionPanel, preview: PreviewPanel) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(execution)
        column.addWidget(preview, 3)
        self._column = column

    def add_below(self, panel: QWidget) -> None:
        """Put something under the preview, which keeps the greater part."""
        self._column.addWidget(panel, 2)
