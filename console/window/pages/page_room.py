"""How topology and lower page share the height, where one of them wants more for a while."""

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QSplitter

from console.kit.overrides import reported_or
from console.window.pages.lower_tabs import LowerTabs

LOW = 380
"""Pixels of height for topology and page together below which the page is folded to its titles until it is asked for."""
READING_SHARE = 0.8
"""The part of the height that a page has which is to be read."""


class PageRoom(QObject):
    """Gives the lower page room, and gives it back."""

    def __init__(self, rows: QSplitter, tabs: LowerTabs) -> None:
        super().__init__(rows)
        self._rows, self._tabs = rows, tabs
        self._before: list[int] = []
        self._begun = self._was_asked_for = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._suit)
        tabs.tabBarClicked.connect(self.open)
        tabs.brought.connect(self.open)
        rows.installEventFilter(self)

    def begin(self, sizes: list[int], kept: QByteArray) -> None:
        """Share the height as *sizes* say, or as was *kept*; where there is little, the page has that of its titles alone."""
        self._begun = True
        self._rows.setSizes(sizes)
        self._tabs.fold(self._rows.height() < LOW)
        if self._rows.restoreState(kept) and self._rows.sizes()[1] > 2 * self._titles():
            self._tabs.fold(False)
            self._was_asked_for = self._rows.height() < LOW
        elif self._tabs.is_folded:
            self._share(self._titles())

    def open(self) -> None:
        """Give the page the room that it needs, where it is folded: it was asked for."""
        if self._tabs.is_folded:
            self._was_asked_for = True
            self._unfold()

    @reported_or(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again whether there is room for the page when the window has another height."""
        if event.type() == QEvent.Type.Resize and self._begun:
            self._soon.start()
        return super().eventFilter(watched, event)

    def _suit(self) -> None:
        low = self._rows.height() < LOW
        if low and not self._tabs.is_folded and not self._was_asked_for and self._rows.sizes()[1]:
            self._tabs.fold(True)
            self._share(self._titles())
        elif not low and self._tabs.is_folded:
            self._unfold()

    def _unfold(self) -> None:
        self._tabs.fold(False)
        self._share(self._tabs.minimumSizeHint().height())

    def _share(self, page: int) -> None:
        whole = sum(self._rows.sizes())
        self._rows.setSizes([whole - page, page])

    def _titles(self) -> int:
        return self._tabs.tabBar().sizeHint().height()

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
            self.open()
            self._before = self._rows.sizes()
            self._rows.setSizes([1, sum(self._before)])
        return bool(self._before)

    def for_reading(self) -> None:
        """Let the lower page have most of the height, for what is to be read there; another page gives it back."""
        self.open()
        before = self._rows.sizes()
        if before[0] <= before[1]:
            return  # it has it already
        lower = round(sum(before) * READING_SHARE)
        self._rows.setSizes([sum(before) - lower, lower])
        self._tabs.currentChanged.connect(
            lambda _page: self._rows.setSizes(before), Qt.ConnectionType.SingleShotConnection
        )
