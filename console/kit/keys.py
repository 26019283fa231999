"""Key tables: which key asks for which action, as data, and how one is looked up. What an action does is its panel's business."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

Action = TypeVar("Action")


@dataclass(frozen=True, slots=True)
class KeyBinding(Generic[Action]):
    """A key or a typed character, what it asks for, and a line of help.

    *shift* and *selected* (whether something is) limit it where they are not None; *alt* and *control* have to be held, or not.
    """

    key: Qt.Key | str
    action: Action
    words: str
    selected: bool | None = None
    shift: bool | None = None
    alt: bool = False
    control: bool = False


def action_of(
    bindings: Iterable[KeyBinding[Action]],
    key: int,
    text: str,
    modifiers: Qt.KeyboardModifier,
    *,
    selected: bool = False,
) -> Action | None:
    """Look up what a key asks for; None where it is for somebody else."""
    held = Qt.KeyboardModifier
    if modifiers & held.MetaModifier:
        return None
    shift, alt, control = (
        bool(modifiers & one) for one in (held.ShiftModifier, held.AltModifier, held.ControlModifier)
    )
    for binding in bindings:
        pressed = text == binding.key if isinstance(binding.key, str) else key == binding.key
        holds = binding.alt is alt and binding.control is control and binding.shift in (None, shift)
        if pressed and holds and binding.selected in (None, selected):
            return binding.action
    return None


def keep_typed(kept: list[str], event: QKeyEvent) -> bool:
    """Keep what a key types, and take the last back for Backspace; says whether it was a key of a text."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
    if plain and event.key() == Qt.Key.Key_Backspace:
        del kept[-1:]
        return True
    if not plain or not event.text().isprintable() or not event.text():
        return False
    kept.append(event.text())
    return True


def letter_of(event: QKeyEvent) -> str:
    """Give the letter or digit that was typed, as the beginning of a command; empty for any other key."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
    return event.text() if plain and event.text().isalnum() else ""
