"""The palette itself: a line to type into, and below it what fits. Enter does it, Escape goes back."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from console.kit.overrides import reported_or
from console.kit.painting import plain_tip
from console.window.palette.ranking import Doable, ranked
from console.window.palette.sources import Deed

SIZE = QSize(720, 420)
MOST = 60
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """Finds among *doables*; what is chosen is done once the palette is gone, so that it finds the window as it was."""

    def __init__(self, parent: QWidget, doables: list[tuple[Doable, Deed]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find an action · Underkeel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._doables = doables
        self.line = QLineEdit()
        self.line.setPlaceholderText("Any action, button or command, by its words")
        self.line.setAccessibleName("Words to find")
        self.line.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("What fits")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.textChanged.connect(self.show_fitting)
        self.line.returnPressed.connect(self.do_current)
        self.list.itemClicked.connect(self.do_current)
        self.line.installEventFilter(self)
        self.resize(SIZE.boundedTo(parent.size() * 0.8))
        self.show_fitting("")
        self.line.setFocus()

    def show_fitting(self, words: str) -> None:
        """Show what fits, the best first and chosen."""
        self.list.clear()
        found = ranked(words, (doable for doable, _ in self._doables))[:MOST]
        for doable in found:
            item = QTreeWidgetItem([doable.text, doable.way, doable.keys])
            item.setData(0, Qt.ItemDataRole.UserRole, doable.id)
            item.setToolTip(0, plain_tip(doable.help))
            item.setToolTip(1, plain_tip(doable.help))
            self.list.addTopLevelItem(item)
            if doable is found[0]:
                self.list.setCurrentItem(item)
        if not found:
            self.list.addTopLevelItem(QTreeWidgetItem([f"Nothing fits {words.strip()!r}"]))
        width = self.list.viewport().width() or SIZE.width()
        for number, share in enumerate((0.5, 0.32)):
            self.list.setColumnWidth(number, round(width * share))

    def do_current(self, *_item: object) -> None:
        """Do what is chosen."""
        item = self.list.currentItem()
        wanted = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        deed = next((deed for doable, deed in self._doables if doable.id == wanted), None)
        if deed is not None:
            self.accept()
            QTimer.singleShot(0, deed)

    @reported_or(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys that move in the list do so while the line has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
