"""The part of the scene that the widget shows, and where in the widget its cards are."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Signal
from PySide6.QtWidgets import QWidget

from console.panels.topology.drawing.overview import is_overview
from console.panels.topology.geometry.camera import Camera, centred, stretch_to_fit
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.header_and_status import header_height, status_height
from topology.layout import Point

AIR = 14.0
"""Room left round the scene when all of it is shown."""
BELOW = 14.0
"""Room left below it where names stand below cards."""
ABOVE = 6.0
"""Room left above it, where the name of a service stands on the border of its box."""


class TopologyViewport(QObject):
    """A camera over the scene, in the size of a widget."""

    moved = Signal()
    """It shows another part."""
    fitted_anew = Signal()
    """It shows everything, and all of that is elsewhere."""

    def __init__(self, widget: QWidget, scene_now: Callable[[], TopologyScene | None]) -> None:
        super().__init__(widget)
        self.camera = Camera()
        self.fitted = True
        """Until the operator pans or zooms, the scene follows the size of the view."""
        self._widget = widget
        self._scene_now = scene_now

    def fit(self) -> None:
        """Show everything, set apart as far as the view has room for."""
        room, scene = self.room(), self._scene_now()
        self.fitted = True
        if scene is not None and room.width() > 0 and room.height() > 0:
            self.camera = _fitted(scene, room)
            if is_overview(scene.card[1] * self.camera.zoom, len(scene.names)):
                # Names stand below cards then: those of the lowest have to be seen, too.
                self.camera = _fitted(scene, room.adjusted(0, 0, 0, -BELOW))
        self.fitted_anew.emit()

    def refit(self) -> None:
        """Show everything again, as long as the operator has not chosen another part."""
        self.fit() if self.fitted else self.fitted_anew.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place in the view, else about its middle."""
        self.show(self.camera.zoomed(factor, at or self.room().center()))

    def pan(self, by: QPointF) -> None:
        """Move the scene by a distance in the view."""
        self.show(self.camera.panned(by))

    def centre_on(self, point: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self.pan(self.room().center() - self.camera.to_view(point))

    def show(self, camera: Camera) -> None:
        """Show what a camera sees."""
        self.fitted, self.camera = False, camera
        self.moved.emit()

    def bring(self, name: str) -> None:
        """Pan as little as it takes to see a card."""
        scene = self._scene_now()
        if scene is not None:
            camera = self.camera.showing(scene.shape.cards[name].adjusted(-6, -6, 6, 6), self.room())
            if camera != self.camera:
                self.show(camera)

    # ---- where things are

    def bars(self) -> tuple[QRectF, QRectF]:
        """Give where the header and the line of facts are."""
        top, bottom, wide = header_height(), status_height(), self._widget.width()
        return QRectF(0, 0, wide, top), QRectF(0, self._widget.height() - bottom, wide, bottom)

    def room(self) -> QRectF:
        """Give the part of the view that the scene is fitted into."""
        top, bottom = header_height(), status_height()
        return QRectF(
            AIR, top + ABOVE, self._widget.width() - 2 * AIR, self._widget.height() - top - ABOVE - bottom - AIR / 2
        )

    def room_size(self) -> Point:
        """Give the width and the height of `room`."""
        room = self.room()
        return room.width(), room.height()

    def field_place(self) -> QRect:
        """Give where the find field goes."""
        header = self.bars()[0]
        width = min(300, self._widget.width() // 2)
        return QRect(int(header.right() - width - 12), 4, width, int(header.height() - 8))

    def card_rect(self, name: str) -> QRectF:
        """Give where a card is in the view now; empty where there is no such card."""
        scene = self._scene_now()
        return self.camera.view_rect(scene.shape.cards[name]) if scene is not None else QRectF()

    def centre_of(self, name: str) -> QPointF:
        """Give where the middle of a card is in the view now."""
        return self.card_rect(name).center()

    def card_at(self, at: QPointF) -> str | None:
        """Give the card at a place in the view; header and status line lie over whatever is under them."""
        header, status = self.bars()
        scene = self._scene_now()
        if scene is None or header.contains(at) or status.contains(at):
            return None
        return scene.at(self.camera.to_scene(at))


def _fitted(scene: TopologyScene, room: QRectF) -> Camera:
    """Set a scene apart as far as *room* allows, and give the camera that shows all of it there."""
    scene.stretch(*stretch_to_fit(scene.size, scene.card, room.size()))
    bounds = scene.shape.bounds
    size = (bounds.width(), bounds.height()) if scene.hidden else scene.size
    return centred(bounds, room, size, scene.card)
