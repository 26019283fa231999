"""How topology and lower page share the height, where one of them wants more for a while."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget

READING_SHARE = 0.8
"""The part of the height that a page has which is to be read."""


class PageRoom:
    """Gives the lower page room, and gives it back."""

    def __init__(self, rows: QSplitter, tabs: QTabWidget) -> None:
        self._rows, self._tabs = rows, tabs
        self._before: list[int] = []

    @property
    def is_larger(self) -> bool:
        """Whether the page has all of the height now."""
        return bool(self._before)

    def toggle(self) -> bool:
        """Give the lower page as much height as there is, or the topology its own back; gives whether the page has it now."""
        if self._before:
            self._rows.setSizes(self._before)
            self._before = []
        else:
            self._before = self._rows.sizes()
            self._rows.setSizes([1, sum(self._before)])
        return bool(self._before)

    def for_reading(self) -> None:
        """Let the lower page have most of the height, for what is to be read there; another page gives it back."""
        before = self._rows.sizes()
        if before[0] <= before[1]:
            return  # it has it already
        lower = round(sum(before) * READING_SHARE)
        self._rows.setSizes([sum(before) - lower, lower])
        self._tabs.currentChanged.connect(
            lambda _page: self._rows.setSizes(before), Qt.ConnectionType.SingleShotConnection
        )
