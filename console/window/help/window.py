"""The help window: pages on the left, found by their words; the page itself on the right. The console goes on beside it."""

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.splitter import GripSplitter
from console.kit.theme import Theme
from console.window.frame.base_window import room_on
from console.window.help.about import about_page, news_page
from console.window.help.pages import INDEX, ManualPage, manual_pages, matching_pages
from console.window.help.reader import PageReader

KEYS, NEWS, ABOUT = "keys.md", "news", "about"
USUAL = QSize(1040, 720)


class HelpWindow(QWidget):
    """One window for all of the help. Links between pages are followed inside, others by the desktop."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("filled")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Help · Underkeel")
        self.setWindowIcon(parent.windowIcon())
        self.pages = (
            *manual_pages(),
            ManualPage(NEWS, "What is new", news_page()),
            ManualPage(ABOUT, "About Underkeel", about_page()),
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search the manual")
        self.search.setAccessibleName("Words to find in the manual")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(2)
        self.text = PageReader()
        self._halves = GripSplitter(Qt.Orientation.Horizontal, theme)
        self._put_together()
        self.search.textChanged.connect(self.find_pages)
        self.search.returnPressed.connect(self.next_hit)
        self.list.currentItemChanged.connect(self._show_current)
        self.text.anchorClicked.connect(self.follow)
        self.set_theme(theme)
        self.resize(USUAL.boundedTo(room_on(self.screen().availableGeometry().size())))
        self.find_pages("")

    def open_at(self, name: str) -> None:
        """Show a page by its name, and come to the front."""
        self.search.clear()
        self.go_to(name)
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def go_to(self, name: str) -> None:
        """Show a page by its name; one that a search left out is found again."""
        if not self._select(name):
            self.search.clear()
            self._select(name)

    def find_pages(self, words: str) -> None:
        """Show which pages have all of these words, and the first of them in the first page."""
        kept = self.list.currentItem()
        name = kept.data(Qt.ItemDataRole.UserRole) if kept is not None else INDEX
        hits = matching_pages(self.pages, words)
        self.list.blockSignals(True)
        self.list.clear()
        for page in hits:
            item = QListWidgetItem(page.title)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            self.list.addItem(item)
        self.list.blockSignals(False)
        if not hits:
            self.text.setMarkdown(f"Nothing in the manual has {words.strip()!r}.")
        elif not self._select(name):
            self.list.setCurrentRow(0)
        self._mark()

    def next_hit(self) -> None:
        """Go to the next place of the words in the page, round its end."""
        words = self.search.text().split()
        if words and not self.text.find(words[0]):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words[0])

    def follow(self, link: QUrl) -> None:
        """Follow a link: to another page here, anywhere else by the desktop."""
        name, mark = link.path(), link.fragment()
        if any(page.name == name for page in self.pages):
            self.go_to(name)
        elif link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
        if mark:
            self.text.scrollToAnchor(mark)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the search, then closes."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.search.text():
            self.search.clear()
        else:
            self.close()

    def set_theme(self, theme: Theme) -> None:
        """Change colours; links take theirs when a page is shown."""
        self._halves.set_theme(theme)
        self._show_current()

    def _select(self, name: str) -> bool:
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(row)
                return True
        return False

    def _show_current(self, *_items: object) -> None:
        item = self.list.currentItem()
        name = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        page = next((page for page in self.pages if page.name == name), None)
        if page is not None:
            self.text.show_page(page.text)
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self._mark()

    def _mark(self) -> None:
        """Mark the first place of the first word that is searched for."""
        if self.search.text().split():
            self.next_hit()

    def _put_together(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 10, 4, 10)
        column.addWidget(self.search)
        column.addWidget(self.list)
        halves = self._halves
        halves.addWidget(left)
        halves.addWidget(self.text)
        halves.setSizes([280, 760])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)
