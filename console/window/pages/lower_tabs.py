"""The lower row of tabs: each page is found by the title that it came with, wherever it stands and whatever it is called now."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from console.kit.overrides import reported_or
from console.window.pages.detached_panel import DetachedPanel


class LowerTabs(QTabWidget):
    """Tabs with titles of their own; others may be put before them or take their place. One may be in a window of its own."""

    brought = Signal()
    """A page is wanted in front, by its title."""

    def __init__(self) -> None:
        super().__init__()
        self._folded = False
        self._pages: dict[str, QWidget] = {}
        self.away: list[DetachedPanel] = []

    def put(self, title: str, page: QWidget) -> None:
        """Add a page at the end."""
        self._pages[title] = page
        self.addTab(page, title)

    def bring(self, title: str) -> None:
        """Bring the page with this title to the front, and give it the focus."""
        window = next((one for one in self.away if one.panel is self._pages.get(title)), None)
        if window is not None:
            window.raise_()
            window.activateWindow()
            return
        self.brought.emit()
        self.setCurrentIndex(self._place_of(title))
        page = self.currentWidget()
        if page is not None:
            page.setFocus()

    @property
    def is_folded(self) -> bool:
        """Whether no room is asked for but that of the titles."""
        return self._folded

    def fold(self, folded: bool) -> None:
        """Ask for no more room than the titles take, or for that of the pages again."""
        self._folded = folded
        self.updateGeometry()

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(whole.width(), self.tabBar().sizeHint().height()) if self._folded else whole

    def call(self, title: str, shown: str) -> None:
        """Let the tab of the page with this title be called otherwise, where there is one."""
        number = self._place_of(title)
        if number >= 0 and self.tabText(number) != shown:
            self.setTabText(number, shown)

    def detach(self, main: QWidget) -> DetachedPanel | None:
        """Let the page in front have a window of its own; the last one stays."""
        place, page = self.currentIndex(), self.currentWidget()
        if page is None or self.count() < 2:
            return None
        title = self.tabText(place)
        self.removeTab(place)
        window = DetachedPanel(title, page, main)
        self.away.append(window)
        window.closed.connect(lambda panel: self._take_back(window, place, panel, title))
        return window

    def _take_back(self, window: DetachedPanel, place: int, page: QWidget, title: str) -> None:
        self.away.remove(window)
        self.insertTab(min(place, self.count()), page, title)
        self.setCurrentWidget(page)

    def _place_of(self, title: str) -> int:
        page = self._pages.get(title)
        if page is not None:
            return self.indexOf(page)
        return [self.tabText(number) for number in range(self.count())].index(title)
