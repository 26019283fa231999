"""The menu bar: the table of actions, by their menus, with lines between groups and marks at what is on."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from console.kit.painting import plain_tip
from console.window.actions import ACTIONS, ActionEntry

MORE_KEYS = {"larger": ("Ctrl+=", "Ctrl+Shift+="), "redo_text": ("Ctrl+Shift+Z",), "confirm": ("Ctrl+Return",)}
"""Other keys for the same: a plus is not on the same key everywhere, and there are two keys of Enter."""
OF_TEXTS = ("undo_text", "redo_text", "cut", "copy", "paste", "select_all")
"""Actions whose keys texts hear themselves, and which only the widget with the focus can do."""


class MenuBar(QMenuBar):
    """Menus and the actions in them, by their ids. *handle* gets the id of the one chosen."""

    def __init__(self, window: QWidget, handle: Callable[[str], None], more: tuple[ActionEntry, ...] = ()) -> None:
        super().__init__(window)
        self.actions_by_id: dict[str, QAction] = {}
        self._window, self._handle = window, handle
        self._menus: dict[str, QMenu] = {}
        entries = (*ACTIONS, *more)
        for title in dict.fromkeys(entry.menu.split("/")[0] for entry in entries):
            if title != "Help":
                self.menu(title)
        self.menu("Help")
        for entry in entries:
            self._add(entry)

    def menu(self, path: str) -> QMenu:
        """Give the menu at the end of a path such as "View/Theme", made where it is not there yet."""
        if path not in self._menus:
            above, _, title = path.rpartition("/")
            self._menus[path] = self.menu(above).addMenu(title) if above else self.addMenu(f"&{title}")
        return self._menus[path]

    def insert_menu(self, path: str, before: str, title: str) -> QMenu:
        """Put a menu of its own into another one, before the action with an id."""
        made = QMenu(title, self)
        self.menu(path).insertMenu(self.actions_by_id[before], made)
        return made

    def check(self, name: str, on: bool) -> None:
        """Show whether what an action stands for is so now."""
        self.actions_by_id[name].setChecked(on)

    def _add(self, entry: ActionEntry) -> None:
        menu = self.menu(entry.menu)
        if entry.begins and not menu.isEmpty():
            menu.addSeparator()
        action = QAction(entry.text, self._window)
        action.setStatusTip(entry.help)
        action.setToolTip(plain_tip(entry.help))
        action.setCheckable(entry.checks)
        _give_keys(action, entry)
        action.triggered.connect(_Chosen(entry.id, self._handle))
        menu.addAction(action)
        self._window.addAction(action)
        self.actions_by_id[entry.id] = action


def _give_keys(action: QAction, entry: ActionEntry) -> None:
    # Two presses of Escape are not a key sequence for Qt: they must work from inside pop-ups too, so a filter hears them.
    if entry.id == "stop":
        action.setText(f"{entry.text}\tEsc Esc")
        return
    keys = [entry.shortcut, *MORE_KEYS.get(entry.id, ())] if entry.shortcut else []
    action.setShortcuts([QKeySequence(key) for key in keys])
    # A key held down is one decision, not many.
    action.setAutoRepeat(entry.id in ("undo_text", "redo_text"))
    action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)


class _Chosen:
    """Passes on which action was chosen, whatever Qt adds to the call."""

    def __init__(self, name: str, handle: Callable[[str], None]) -> None:
        self._name = name
        self._handle = handle

    def __call__(self, _checked: bool = False) -> None:
        self._handle(self._name)
