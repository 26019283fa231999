"""A menu of the values of one setting, with a mark at the one in use: looking at it changes nothing."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget


def offer_choices(
    window: QWidget, title: str, choices: Iterable[tuple[str, str]], current: str, take: Callable[[str], None]
) -> QMenu:
    """Show *choices*, as (value, text), over the middle of the window; *take* gets the value of the one chosen."""
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(title)
    menu.addSection(title)
    group = QActionGroup(menu)
    for value, text in choices:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(partial(_taken, take, value))
        group.addAction(action)
        if value == current:
            menu.setActiveAction(action)
    menu.popup(window.mapToGlobal(window.rect().center() - menu.rect().center()))
    return menu


def _taken(take: Callable[[str], None], value: str, _checked: bool = False) -> None:
    take(value)
