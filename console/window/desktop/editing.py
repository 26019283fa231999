"""What the Edit menu does, with whatever has the focus: a text, or a list of rows."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from console.kit.roles import COPIED

_CALLS = {
    "undo_text": "undo",
    "redo_text": "redo",
    "cut": "cut",
    "copy": "copy",
    "paste": "paste",
    "select_all": "selectAll",
}


def edit(action: str) -> bool:
    """Do what an entry of the menu says; gives False where nothing that has the focus can do it."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QLineEdit | QPlainTextEdit | QTextEdit):
        getattr(focused, _CALLS[action])()
        return True
    if isinstance(focused, QAbstractItemView) and action == "select_all":
        focused.selectAll()
        return True
    text = text_of(focused) if action == "copy" else ""
    if text:
        QGuiApplication.clipboard().setText(text)
    return bool(text)


def text_of(widget: QWidget | None) -> str:
    """Give what copying takes from a widget that is no text itself: marked rows, cells apart by tabs, or what it says it is."""
    if isinstance(widget, QAbstractItemView):
        return rows_as_text(widget)
    if isinstance(widget, QLabel):
        return widget.selectedText() or widget.text()
    told = getattr(widget, "copied_text", None)
    return str(told()) if callable(told) else ""


def rows_as_text(view: QAbstractItemView) -> str:
    """Give the marked rows of a list or table, one a line; the current one where none is marked."""
    rows = {(index.parent(), index.row()) for index in view.selectionModel().selectedIndexes()}
    current = view.currentIndex()
    if not rows and current.isValid():
        rows = {(current.parent(), current.row())}
    lines = []
    for parent, row in sorted(rows, key=_place):
        whole = view.model().index(row, 0, parent).data(COPIED)
        cells = (view.model().index(row, column, parent) for column in range(view.model().columnCount(parent)))
        texts = (whole,) if whole else (str(cell.data(Qt.ItemDataRole.DisplayRole) or "") for cell in cells)
        lines.append("\t".join(text.replace("\n", " ") for text in texts).rstrip("\t"))
    return "\n".join(line for line in lines if line)


def _place(one: tuple[QModelIndex, int]) -> tuple[int, ...]:
    """Give where a row stands: what is under another one follows it."""
    parent, row = one
    return (parent.row(), row) if parent.isValid() else (row,)
