"""A panel with something over its lower edge, or over all of it: what comes and goes there moves nothing else."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.window.frame.notices import NoticeBar


class Overlaid(QWidget):
    """Holds a panel, and lays another one over its lower edge: what comes and goes there moves nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._overlay: NoticeBar | None = None
        self._cover: QWidget | None = None
        without_margins(self)

    def set_overlay(self, overlay: NoticeBar) -> None:
        """Keep *overlay* in its place from now on."""
        self._overlay = overlay
        overlay.changed.connect(self._place)

    def set_cover(self, cover: QWidget) -> None:
        """Keep *cover* over all of the panel, under what lies over its edge."""
        self._cover = cover
        cover.setParent(self)
        cover.hide()
        self._place()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        overlay = self._overlay
        if self._cover is not None:
            self._cover.setGeometry(self.rect())
        if overlay is None:
            return
        layout = overlay.layout()
        wanted = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        height = min(self.height(), max(wanted, overlay.minimumSizeHint().height()))
        overlay.setGeometry(0, self.height() - height, self.width(), height)
        overlay.raise_()


def without_margins(holder: QWidget) -> None:
    """Let what is put into *holder* fill it."""
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
