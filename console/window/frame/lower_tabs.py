"""The lower row of tabs: each page is found by the title that it came with, wherever it stands and whatever it is called now."""

from PySide6.QtWidgets import QTabWidget, QWidget


class LowerTabs(QTabWidget):
    """Tabs with titles of their own; others may be put before them or take their place."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, QWidget] = {}

    def put(self, title: str, page: QWidget) -> None:
        """Add a page at the end."""
        self._pages[title] = page
        self.addTab(page, title)

    def bring(self, title: str) -> None:
        """Bring the page with this title to the front, and give it the focus."""
        self.setCurrentIndex(self._place_of(title))
        page = self.currentWidget()
        if page is not None:
            page.setFocus()

    def call(self, title: str, shown: str) -> None:
        """Let the tab of the page with this title be called otherwise, where there is one."""
        number = self._place_of(title)
        if number >= 0 and self.tabText(number) != shown:
            self.setTabText(number, shown)

    def _place_of(self, title: str) -> int:
        page = self._pages.get(title)
        if page is not None:
            return self.indexOf(page)
        return [self.tabText(number) for number in range(self.count())].index(title)
