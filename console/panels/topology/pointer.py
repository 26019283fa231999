"""What is going on between a press of the mouse and its release: a click, a drag of a card, or of the ground."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF


class Ground(Protocol):
    """What the pointer acts on: the view."""

    def card_at(self, at: QPointF) -> str | None:
        """Give the card at a place in the view."""

    def centre_of(self, name: str) -> QPointF:
        """Give where the middle of a card is in the view."""

    def choose(self, name: str | None) -> None:
        """Select, by the operator's hand."""

    def put(self, name: str, centre: QPointF) -> None:
        """Pin a card's middle at a place in the view."""

    def pan(self, by: QPointF) -> None:
        """Move everything."""


@dataclass(slots=True)
class Press:
    """A press at *at*: on a card, held *grip* from its middle, or on the ground."""

    at: QPointF
    card: str | None
    grip: QPointF
    dragging: bool = False


class Pointer:
    """Tells clicks from drags; a drag begins when the pointer has gone *reach* pixels."""

    def __init__(self, ground: Ground, reach: int) -> None:
        self._ground, self._reach = ground, reach
        self._press: Press | None = None

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._press is not None

    def press(self, at: QPointF) -> None:
        """Select the card that was pressed, and be ready for a drag."""
        card = self._ground.card_at(at)
        grip = at - self._ground.centre_of(card) if card is not None else QPointF()
        self._press = Press(at, card, grip)
        if card is not None:
            self._ground.choose(card)

    def move(self, at: QPointF) -> None:
        """Drag the card or the ground, once it is a drag."""
        press = self._press
        if press is None or (not press.dragging and (at - press.at).manhattanLength() < self._reach):
            return
        press.dragging = True
        if press.card is not None:
            self._ground.put(press.card, at - press.grip)
        else:
            self._ground.pan(at - press.at)
            press.at = at

    def release(self) -> bool:
        """End it, and say whether a card was moved; a click on the ground takes the selection back."""
        press, self._press = self._press, None
        if press is None:
            return False
        if press.card is None and not press.dragging:
            self._ground.choose(None)
        return press.card is not None and press.dragging
