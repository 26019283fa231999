"""The room of notices: above the command line, taken from the page below the topology, so that no card is covered or moved."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from console.window.frame.notices import NoticeBar

LEAST_PAGE = 40
"""Pixels that the page below keeps, which is its tabs; only where it has no more does the topology give way."""


class NoticeRoom(QObject):
    """Lets notices come and go while the topology keeps its height."""

    def __init__(self, rows: QSplitter, notices: NoticeBar, column: QVBoxLayout) -> None:
        super().__init__(rows)
        self._rows, self._notices, self._column = rows, notices, column
        self._upper = 0
        """Height of the topology before the first notice; 0 while there is none."""
        notices.changing.connect(self._keep)
        notices.changed.connect(self._share)
        rows.splitterMoved.connect(self._take_hand)

    def _keep(self) -> None:
        upper, page = self._rows.sizes()
        if page and self._rows.isVisible():  # else the page is folded away: the topology is all there is to take from
            self._upper = self._upper or upper
            self._ask_least(LEAST_PAGE)

    def _share(self) -> None:
        if not self._upper:
            return
        self._column.activate()
        whole = sum(self._rows.sizes())
        page = max(whole - self._upper, LEAST_PAGE)
        self._rows.setSizes([whole - page, page])
        if not self._notices.notices():
            self._upper = 0
            self._ask_least(0)

    def _ask_least(self, pixels: int) -> None:
        """Let the page below be no lower than this; 0 for what is in it."""
        page = self._rows.widget(1)
        if page is not None:
            page.setMinimumHeight(pixels)

    def _take_hand(self) -> None:
        if self._upper:
            self._upper = self._rows.sizes()[0]


def column_of(rows: QSplitter, notices: NoticeBar, command: QWidget) -> tuple[QWidget, NoticeRoom]:
    """Put the panels of the left side into one column, with the notices between them."""
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(rows, 1)
    column.addWidget(notices)
    column.addWidget(command)
    return left, NoticeRoom(rows, notices, column)
