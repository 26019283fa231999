"""The keys of the whole program in one table, from the tables that the panels themselves look keys up in."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from console.kit.keys import KeyBinding
from console.panels.fleet_map.keys import BINDINGS as MAP_KEYS
from console.panels.topology.keys import BINDINGS as TOPOLOGY_KEYS
from console.window.actions import ACTIONS, REPLAY_ACTIONS, ActionEntry

Rows = tuple[tuple[str, str], ...]
ARROWS = {Qt.Key.Key_Left: "←", Qt.Key.Key_Right: "→", Qt.Key.Key_Up: "↑", Qt.Key.Key_Down: "↓"}
LINE: Rows = (
    ("Enter", "answer a question, or look at the plan; it never confirms"),
    ("Tab", "take the largest safe command, or complete the word"),
    ("↑ ↓", "earlier and later commands that begin with what is typed"),
    ("Esc", "close the list, then empty the line"),
)
ALARMS: Rows = (
    ("A", "acknowledge"),
    ("S", "shelve"),
    ("U", "take up again what is shelved"),
    ("→ ←", "unfold what follows from an alarm, or fold it"),
    ("Enter", "put the act that it asks for into the command line"),
)
PREVIEW: Rows = (
    ("↑ ↓", "go through the subsystems"),
    ("→ ←", "open the places of a subsystem, or close them"),
    ("Space", "take the command in the box, or show the subsystem"),
)
TIMELINE: Rows = (
    ("Space", "play or hold"),
    ("← →", "previous and next event"),
    ("↓", "next decision"),
    ("Home End", "start and end of the incident"),
    ("B", "take over, or back to the record"),
    ("+ -", "zoom in and out about the moment on show; so does the wheel, about the pointer"),
    ("0", "show the whole incident"),
)


def key_sections() -> tuple[tuple[str, Rows], ...]:
    """Give every panel with its keys and what each does; first what works everywhere."""
    return (
        ("Everywhere", _of_actions(ACTIONS)),
        ("Command line", LINE),
        ("Topology", _of_bindings(TOPOLOGY_KEYS)),
        ("Fleet map", _of_bindings(MAP_KEYS)),
        ("Preview and headroom", PREVIEW),
        ("Alarms", ALARMS),
        ("Replay and training", (*_of_actions(REPLAY_ACTIONS), *TIMELINE)),
    )


def keys_page() -> str:
    """Write them as one table in Markdown: the page of the manual, which a test holds to this."""
    rows = [f"| {title} | {_escaped(keys)} | {words} |" for title, found in key_sections() for keys, words in found]
    return (
        "# Keys\n\n"
        "Every key of every panel. Those of *Everywhere* work wherever the cursor is; a letter typed where nothing takes it\n"
        "begins a command.\n\n"
        "| where | key | what it does |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _escaped(keys: str) -> str:
    return keys.replace("|", "\\|")


def _of_actions(entries: Iterable[ActionEntry]) -> Rows:
    return tuple((entry.shortcut.replace("Return", "Enter"), entry.help) for entry in entries if entry.shortcut)


def _of_bindings(bindings: "Iterable[KeyBinding[Any]]") -> Rows:
    """Give each thing once, with all keys that ask for it."""
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        named = keys.setdefault(binding.words, [])
        if (key := _named(binding)) not in named:
            named.append(key)
    return tuple((" ".join(named), words) for words, named in keys.items())


def _named(binding: "KeyBinding[Any]") -> str:
    key = (
        binding.key if isinstance(binding.key, str) else ARROWS.get(binding.key) or QKeySequence(binding.key).toString()
    )
    held = (("Ctrl+", binding.control), ("Alt+", binding.alt), ("Shift+", bool(binding.shift)))
    return "".join(name for name, holds in held if holds) + key.replace("Return", "Enter")
