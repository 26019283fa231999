"""Everything the operator can do from menus and keys, in one table. Nothing can be done only with the mouse."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from console.kit.painting import plain_tip


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
    ActionEntry("open", "File", "Open region…", "Ctrl+N", "Open the file of a region, in a window of its own"),
    ActionEntry(
        "record",
        "File",
        "Save the session as an incident…",
        "Ctrl+Shift+R",
        "Write what happened here as a folder to replay",
    ),
    ActionEntry("quit", "File", "Quit", "Ctrl+Q", "Close the console"),
    ActionEntry("command", "Act", "Go to the command line", "Ctrl+L", "Put the cursor into the command line"),
    ActionEntry("confirm", "Act", "Confirm the plan on show", "Ctrl+Return", "Carry out exactly the plan on screen"),
    ActionEntry("stop", "Act", "Stop", "Esc, Esc", "Let no further server leave", "stop"),
    ActionEntry("pause", "Act", "Pause", "Ctrl+P", "Let the running execution wait", "pause"),
    ActionEntry("resume", "Act", "Resume", "Ctrl+R", "Let a paused execution go on", "resume"),
    ActionEntry(
        "undo",
        "Act",
        "Undo the last execution",
        "Alt+U",
        "Preview giving back what the last execution took; what runs is stopped only with Enter",
        "undo",
    ),
    ActionEntry(
        "copy_servers", "Act", "Copy the servers of the plan", "Ctrl+Shift+C", "Copy every server of the plan on show"
    ),
    ActionEntry("topology", "Go", "Topology", "Ctrl+1", "Put the focus on the topology"),
    ActionEntry("preview", "Go", "Preview", "Ctrl+2", "Put the focus on the preview"),
    ActionEntry("fleet_map", "Go", "Fleet map", "Ctrl+3", "Show every server, and choose among them"),
    ActionEntry("journal", "Go", "Journal", "Ctrl+J", "Show the journal"),
    ActionEntry("alarms", "Go", "Alarms", "F8", "Show what needs an act, and which"),
    ActionEntry("playbooks", "Go", "Playbooks", "Ctrl+B", "Fill in a playbook's form and see its steps"),
    ActionEntry(
        "audit",
        "Go",
        "Audit of the playbooks",
        "Ctrl+Shift+A",
        "Show which inputs the playbooks accept that would break a floor",
    ),
    ActionEntry("operators", "Go", "Operators", "Ctrl+G", "Show who else is here, and the approvals"),
    ActionEntry(
        "shows_preview",
        "View",
        "Show others what you preview",
        "Ctrl+Shift+V",
        "Let other operators see what you preview, or not",
    ),
    ActionEntry("messages", "Go", "Messages", "Ctrl+M", "Show every message of this session"),
    ActionEntry("incidents", "Go", "Incidents…", "Ctrl+I", "Choose an incident to replay, in a window of its own"),
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


REPLAY_ACTIONS = (
    ActionEntry("play", "Replay", "Play or pause", "F5", "Let the incident's clock run, or hold it"),
    ActionEntry("previous", "Replay", "Previous event", "Alt+Left", "Go to the previous event"),
    ActionEntry("next", "Replay", "Next event", "Alt+Right", "Go to the next event"),
    ActionEntry("decision", "Replay", "Next decision", "Alt+Down", "Go to the next decision, and stop there"),
    ActionEntry("start", "Replay", "Start of the incident", "Alt+Home", "Go to the start of the incident"),
    ActionEntry("speed_1", "Replay", "Speed ×1", "Alt+1", "Let the clock run as it did"),
    ActionEntry("speed_10", "Replay", "Speed ×10", "Alt+2", "Ten times as quickly"),
    ActionEntry("speed_60", "Replay", "Speed ×60", "Alt+3", "A minute each second"),
    ActionEntry("speed_600", "Replay", "Speed ×600", "Alt+4", "Ten minutes each second"),
    ActionEntry("speed_3600", "Replay", "Speed ×3,600", "Alt+5", "An hour each second"),
    ActionEntry("timeline", "Replay", "Timeline", "Ctrl+3", "Put the focus on the timeline"),
    ActionEntry(
        "take_over",
        "Train",
        "Take over, or back to the record",
        "Ctrl+Shift+B",
        "Leave the record and act; again to watch",
    ),
    ActionEntry(
        "era", "Train", "Change the tool", "Ctrl+Shift+E", "Choose the tool as it was, or Underkeel, before acting"
    ),
    ActionEntry(
        "reveal", "Train", "What happened then", "Ctrl+Shift+W", "Tell what was done at the decision that stands"
    ),
    ActionEntry("debrief", "Train", "Debrief", "Ctrl+D", "Score the run, beside what happened"),
    ActionEntry("save_moment", "Instruct", "Save this moment", "Ctrl+S", "Keep the clock and the run as they are now"),
    ActionEntry(
        "load_moment", "Instruct", "Back to the saved moment", "Ctrl+Shift+O", "Come back to the moment that was saved"
    ),
    ActionEntry(
        "inject",
        "Instruct",
        "Inject a malfunction",
        "Ctrl+Shift+J",
        "Begin a command such as inject fail 40 from index",
    ),
    ActionEntry(
        "backtrack",
        "Instruct",
        "Back by five minutes",
        "Ctrl+Shift+Left",
        "Go back; acts after that moment are forgotten",
    ),
)
"""What a replay has besides."""


def menu_for(
    window: QWidget, handle: Callable[[str], None], more: tuple[ActionEntry, ...] = ()
) -> tuple[QMenuBar, dict[str, QAction]]:
    """Make the menu bar and its actions, with some *more*; *handle* gets the id of the one chosen."""
    entries = (*ACTIONS, *more)
    bar = QMenuBar(window)
    titles = [title for title in dict.fromkeys(entry.menu for entry in entries) if title != "Help"]
    menus = {title: bar.addMenu(f"&{title}") for title in (*titles, "Help")}
    made: dict[str, QAction] = {}
    for entry in entries:
        action = QAction(entry.text, window)
        action.setStatusTip(entry.help)
        action.setToolTip(plain_tip(entry.help))
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
