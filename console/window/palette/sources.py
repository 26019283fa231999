"""Everything that can be done from where one is: actions of the menus, buttons on the screen, commands of the language."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from console.panels.topology.cards.spoken import SpokenCard
from console.window.actions import ActionEntry
from console.window.palette.ranking import Doable
from topology.command.verbs import VERBS

Deed = Callable[[], object]


def of_actions(entries: Iterable[ActionEntry], actions: Mapping[str, QAction]) -> list[tuple[Doable, Deed]]:
    """Give the actions that can be chosen now."""
    found: list[tuple[Doable, Deed]] = []
    for entry in entries:
        action = actions[entry.id]
        if action.isEnabled() and entry.id != "palette":
            found.append((Doable(entry.id, entry.text, entry.path, entry.shortcut, entry.help), action.trigger))
    return found


def of_buttons(window: QWidget) -> list[tuple[Doable, Deed]]:
    """Give the buttons that are on the screen and can be pressed."""
    found: list[tuple[Doable, Deed]] = []
    for button in window.findChildren(QPushButton):
        if isinstance(button, SpokenCard):
            continue
        text = button.accessibleName() or button.text()
        if text and button.isVisible() and button.isEnabled():
            found.append((Doable(f"button:{text}", text, "Button on the screen", "", button.toolTip()), button.click))
    return found


def of_commands(type_text: Callable[[str], None]) -> list[tuple[Doable, Deed]]:
    """Give the verbs of the command language: choosing one begins a command, and carries nothing out."""
    return [
        (Doable(f"verb:{name}", f"{name} …", "Command", "", entry.help), partial(type_text, f"{name} "))
        for name, entry in VERBS.items()
    ]
