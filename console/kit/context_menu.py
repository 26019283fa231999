"""A menu at a place of a panel: what can be done with what is there, by pointer and by the menu key."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

MenuEntry = tuple[str, Callable[[], object]] | None
"""A text and what it does; None is a line between groups."""


def offers_menu(widget: QWidget, entries_at: Callable[[QPoint], Sequence[MenuEntry]]) -> None:
    """Let *widget* open a menu; *entries_at* gives what is in it at a place of the widget, nothing for no menu."""
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(lambda at: open_menu(widget, at, entries_at(at)))


def open_menu(widget: QWidget, at: QPoint, entries: Sequence[MenuEntry]) -> QMenu | None:
    """Open a menu at a place of *widget*; gives it, or None where there is nothing to offer."""
    if not entries:
        return None
    menu = QMenu(widget)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry[0].replace("&", "&&")).triggered.connect(_without_state(entry[1]))
    ground = widget.viewport() if isinstance(widget, QAbstractItemView) else widget
    menu.popup(ground.mapToGlobal(at))
    return menu


def is_by_key(widget: QWidget, at: QPoint) -> bool:
    """Whether a menu was asked for by key: Qt then gives the middle of the widget for its place."""
    middle = widget.rect().center()
    return QRect(middle.x() - 1, middle.y() - 1, 3, 3).contains(at)


def _without_state(does: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool = False) -> None:
        does()

    return call
