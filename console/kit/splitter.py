"""A splitter whose handles are seen: a line with a grip, lit under the pointer."""

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.theme import Theme

WIDTH = 7
DOTS = 3
APART = 7.0
LEAST_BESIDE = 56
"""Pixels that things side by side in a page keep: in a low window the topology above needs the rest more."""


class GripSplitter(QSplitter):
    """Splits as any other; its handles are wide enough to be seen and caught."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.theme = theme
        self.setHandleWidth(WIDTH)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self.theme = theme
        for number in range(self.count()):
            self.handle(number).update()

    def createHandle(self) -> QSplitterHandle:
        return GripHandle(self)


class GripHandle(QSplitterHandle):
    """Paints a thin line and, in its middle, dots that ask to be dragged."""

    def __init__(self, splitter: GripSplitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._splitter = splitter

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme, middle = QPainter(self), self._splitter.theme, QPointF(self.rect().center())
        across = self.orientation() is Qt.Orientation.Vertical
        painter.fillRect(self.rect(), theme.panel)
        line = QRect(0, self.height() // 2, self.width(), 1)
        if not across:
            line = QRect(self.width() // 2, 0, 1, self.height())
        painter.fillRect(line, theme.border)
        step = QPointF(APART, 0) if across else QPointF(0, APART)
        room = QRect(0, 0, 34, self.height()) if across else QRect(0, 0, self.width(), 34)
        room.moveCenter(self.rect().center())
        painter.fillRect(room, theme.panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.plan if self.underMouse() else theme.border_strong)
        for number in range(DOTS):
            painter.drawEllipse(middle + step * (number - (DOTS - 1) / 2), 1.6, 1.6)
