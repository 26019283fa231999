"""What is going on between a press of the mouse and its release: a click, a drag of a card, or of the ground."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF

from console.kit.dragging import Drag


class CardSurface(Protocol):
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
class CardPress:
    """A press on a card, held *grip* from its middle, or (None) on the ground."""

    drag: Drag
    card: str | None
    grip: QPointF


class CardDragging:
    """Tells clicks from drags of a card or of the ground; a drag begins when the mouse has gone *reach* pixels."""

    def __init__(self, surface: CardSurface, reach: int) -> None:
        self._surface, self._reach = surface, reach
        self._press: CardPress | None = None

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._press is not None

    def press(self, at: QPointF) -> None:
        """Select the card that was pressed, and be ready for a drag."""
        card = self._surface.card_at(at)
        grip = at - self._surface.centre_of(card) if card is not None else QPointF()
        self._press = CardPress(Drag(at, self._reach), card, grip)
        if card is not None:
            self._surface.choose(card)

    def move(self, at: QPointF) -> None:
        """Drag the card or the ground, once it is a drag."""
        press = self._press
        by = press.drag.moved(at) if press is not None else None
        if press is None or by is None:
            return
        if press.card is not None:
            self._surface.put(press.card, at - press.grip)
        else:
            self._surface.pan(by)

    def release(self) -> bool:
        """End it, and say whether a card was moved; a click on the ground takes the selection back."""
        press, self._press = self._press, None
        if press is None:
            return False
        if press.card is None and not press.drag.began:
            self._surface.choose(None)
        return press.card is not None and press.drag.began
