"""Everything the operator can do from menus and keys, in one table. Nothing can be done only with the mouse."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One action: *command* is command text that it types and submits, empty where it acts on the window only."""

    id: str
    menu: str
    text: str
    shortcut: str
    help: str
    command: str = ""


ACTIONS = (
    ActionEntry("command", "Act", "Go to the command line", "Ctrl+L", "Put the cursor into the command line"),
    ActionEntry("confirm", "Act", "Confirm the plan on show", "Ctrl+Return", "Carry out exactly the plan on screen"),
    ActionEntry("stop", "Act", "Stop", "Esc, Esc", "Let no further server leave", "stop"),
    ActionEntry("pause", "Act", "Pause", "Ctrl+P", "Let the running execution wait", "pause"),
    ActionEntry("resume", "Act", "Resume", "Ctrl+R", "Let a paused execution go on", "resume"),
    ActionEntry(
        "undo", "Act", "Undo the last execution", "Alt+U", "Preview giving back what the last execution took", "undo"
    ),
    ActionEntry(
        "copy_servers", "Act", "Copy the servers of the plan", "Ctrl+Shift+C", "Copy every server of the plan on show"
    ),
    ActionEntry("quit", "Act", "Quit", "Ctrl+Q", "Close the console"),
    ActionEntry("topology", "Go", "Topology", "Ctrl+1", "Put the focus on the topology"),
    ActionEntry("preview", "Go", "Preview", "Ctrl+2", "Put the focus on the preview"),
    ActionEntry("fleet_map", "Go", "Fleet map", "Ctrl+3", "Show every server, and choose among them"),
    ActionEntry("journal", "Go", "Journal", "Ctrl+J", "Show the journal"),
    ActionEntry("playbooks", "Go", "Playbooks", "Ctrl+B", "Fill in a playbook's form and see its steps"),
    ActionEntry(
        "audit",
        "Go",
        "Audit of the playbooks",
        "Ctrl+Shift+A",
        "Show which inputs the playbooks accept that would break a floor",
    ),
    ActionEntry("messages", "Go", "Messages", "Ctrl+M", "Show every message of this session"),
    ActionEntry("find", "Go", "Find a subsystem", "Ctrl+F", "Find a subsystem in the topology"),
    ActionEntry("fit", "View", "Fit the topology", "Ctrl+0", "Show the whole graph"),
    ActionEntry("layout", "View", "Lay out anew", "Ctrl+Shift+L", "Forget pins and lay out the graph again"),
    ActionEntry(
        "save_topology", "View", "Save the topology…", "Ctrl+Shift+P", "Save the graph as a picture, PNG or SVG"
    ),
    ActionEntry("theme", "View", "Day or night", "Ctrl+T", "Change between the day and the night theme"),
    ActionEntry("scale", "View", "Scale…", "Ctrl+Shift+S", "Choose 100 % to 200 %, from the next start on"),
    ActionEntry("keyboard", "View", "Keyboard…", "Ctrl+Shift+K", "Choose the keyboard on which slips are looked for"),
    ActionEntry("motion", "View", "Reduced motion", "Ctrl+Shift+M", "Draw no motion at all"),
    ActionEntry("full_screen", "View", "Full screen", "F11", "Fill the screen, or give it back"),
    ActionEntry("help", "Help", "Help", "F1", "Show the commands and the keys", "help"),
)


def menu_for(window: QWidget, handle: Callable[[str], None]) -> tuple[QMenuBar, dict[str, QAction]]:
    """Make the menu bar and its actions; *handle* gets the id of the one chosen."""
    bar = QMenuBar(window)
    menus = {title: bar.addMenu(f"&{title}") for title in dict.fromkeys(entry.menu for entry in ACTIONS)}
    made: dict[str, QAction] = {}
    for entry in ACTIONS:
        action = QAction(entry.text, window)
        action.setStatusTip(entry.help)
        action.setToolTip(entry.help)
        # Two presses of Escape are not a key sequence for Qt: they must work from inside pop-ups too, so a filter hears them.
        if entry.id == "stop":
            action.setText(f"{entry.text}\tEsc Esc")
        else:
            action.setShortcut(QKeySequence(entry.shortcut))
            # A key held down is one decision, not many.
            action.setAutoRepeat(False)
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(_Chosen(entry.id, handle))
        menus[entry.menu].addAction(action)
        window.addAction(action)
        made[entry.id] = action
    return bar, made


class _Chosen:
    """Passes on which action was chosen, whatever Qt adds to the call."""

    def __init__(self, name: str, handle: Callable[[str], None]) -> None:
        self._name = name
        self._handle = handle

    def __call__(self, _checked: bool = False) -> None:
        self._handle(self._name)


def keys_help() -> tuple[str, ...]:
    """Give one line a key, for the help page."""
    return tuple(f"{entry.shortcut:<14} {entry.help}" for entry in ACTIONS)
