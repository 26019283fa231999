"""A panel with something over all of it while that is shown, and holders without margins."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.overrides import reported


class Overlaid(QWidget):
    """Holds a panel, and may lay another one over all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._cover: QWidget | None = None
        without_margins(self)

    def set_cover(self, cover: QWidget) -> None:
        """Keep *cover* over all of the panel."""
        self._cover = cover
        cover.setParent(self)
        cover.hide()
        cover.setGeometry(self.rect())

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._cover is not None:
            self._cover.setGeometry(self.rect())


def without_margins(holder: QWidget) -> None:
    """Let what is put into *holder* fill it."""
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
