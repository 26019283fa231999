"""The cards of the topology for assistive technology: a child for each, with its name, its state and its numbers.

The view paints its cards itself, so that to a screen reader it is one leaf. Children that paint nothing and take no pointer stand
over the cards, and only where assistive technology is there to hear of them.
"""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from console.panels.topology.cards.words import PART, CardTelling
from console.panels.topology.geometry.scene import TopologyScene

REST_MS = 250
MOST = 250
"""Cards that can be browsed at once, in their order."""


class SpokenCard(QPushButton):
    """A card as a button without looks. To press it is to open the card."""

    def __init__(self, view: QWidget, opened: Callable[[str], None]) -> None:
        super().__init__(view)
        self.node = ""
        self._opened = opened
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.clicked.connect(self._open)

    def tell(self, node: str, telling: CardTelling, place: QRectF) -> None:
        """Stand for a node at a place, with what is told of it."""
        self.node = node
        rest = PART.join(telling.parts)
        if self.accessibleName() != telling.label:
            self.setAccessibleName(telling.label)
        if self.accessibleDescription() != rest:
            self.setAccessibleDescription(rest)
        if self.geometry() != place.toAlignedRect():
            self.setGeometry(place.toAlignedRect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint nothing: the view paints the card."""

    def _open(self) -> None:
        self._opened(self.node)


class SpokenCards(QObject):
    """Keeps as many children as there are cards in view, and what each says, once the view has come to rest."""

    def __init__(
        self,
        view: QWidget,
        scene: Callable[[], TopologyScene | None],
        told: Callable[[str], CardTelling],
        place: Callable[[str], QRectF],
        opened: Callable[[str], None],
    ) -> None:
        super().__init__(view)
        self._scene, self._told, self._place, self._opened = scene, told, place, opened
        self.cards: list[SpokenCard] = []
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.show_all)

    def soon(self) -> None:
        """Look again, now that the view was painted; nothing is done where nobody listens."""
        if QAccessible.isActive() and not self._rest.isActive():
            self._rest.start()

    def show_all(self) -> None:
        """Stand for every card that is drawn."""
        scene, view = self._scene(), cast("QWidget", self.parent())
        nodes = [name for name in scene.names if name not in scene.hidden][:MOST] if scene is not None else []
        while len(self.cards) < len(nodes):
            made = SpokenCard(view, self._opened)
            self.cards.append(made)
            made.show()
        for card in self.cards[len(nodes) :]:
            card.setParent(None)
            card.deleteLater()
        del self.cards[len(nodes) :]
        for card, node in zip(self.cards, nodes, strict=True):
            card.tell(node, self._told(node), self._place(node))
