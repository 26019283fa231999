"""Which part of the scene is in view, and how large. Pure arithmetic: view = scene * zoom + offset."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from topology.layout.levels.values import Point

SMALLEST, LARGEST = 0.01, 4.0
"""Limits of the zoom."""
LARGEST_FIT, LARGEST_STRETCH = 1.75, 2.0
"""How large, and how far apart, a fit makes things at most: beyond it the eye has to travel, not to read."""
LARGEST_CLOSE_STRETCH = 3.0
"""How far apart close cards are set at most, which have little room between them."""
ROOMY = 36.0
"""Pixels of height up to which cards grow before distances do."""
SHARE = 1.25
"""How much of spare room goes into distance before cards grow."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A zoom, and where the scene's origin lies in the view."""

    zoom: float = 1.0
    offset: QPointF = field(default_factory=QPointF)

    def to_view(self, point: QPointF) -> QPointF:
        """Give the place in the view of a point of the scene."""
        return point * self.zoom + self.offset

    def to_scene(self, point: QPointF) -> QPointF:
        """Give the point of the scene at a place in the view."""
        return (point - self.offset) / self.zoom

    def view_rect(self, rect: QRectF) -> QRectF:
        """Give the place in the view of a rectangle of the scene."""
        return QRectF(self.to_view(rect.topLeft()), rect.size() * self.zoom)

    def scene_rect(self, rect: QRectF) -> QRectF:
        """Give the rectangle of the scene that fills a place in the view."""
        return QRectF(self.to_scene(rect.topLeft()), rect.size() / self.zoom)

    def panned(self, by: QPointF) -> "Camera":
        """Move the scene by a distance in the view."""
        return replace(self, offset=self.offset + by)

    def zoomed(self, factor: float, at: QPointF) -> "Camera":
        """Zoom so that what is *at* a place in the view stays there."""
        zoom = min(LARGEST, max(SMALLEST, self.zoom * factor))
        return Camera(zoom, at - (at - self.offset) * (zoom / self.zoom))

    def showing(self, rect: QRectF, room: QRectF) -> "Camera":
        """Pan as little as it takes for *rect* of the scene to be inside *room* of the view."""
        seen = self.view_rect(rect)
        dx = max(room.left() - seen.left(), 0.0) or min(room.right() - seen.right(), 0.0)
        dy = max(room.top() - seen.top(), 0.0) or min(room.bottom() - seen.bottom(), 0.0)
        return self.panned(QPointF(dx, dy)) if dx or dy else self


def stretch_to_fit(size: Point, card: Point, room: QSizeF) -> Point:
    """Choose how far to set a scene of *size* apart, its cards as large as *card*, so that it fills *room* once it is `centred`."""
    zoom = _zoom(size, card, room)
    most = LARGEST_STRETCH if card[1] >= ROOMY else LARGEST_CLOSE_STRETCH
    wide = _stretch(size[0], room.width() / zoom, most)
    high = _stretch(size[1], room.height() / zoom, most)
    return wide, high


def centred(bounds: QRectF, room: QRectF, natural: Point, card: Point) -> Camera:
    """Show all of *bounds* in the middle of *room*, at the zoom that suits the scene's *natural* size."""
    zoom = min(_zoom(natural, card, room.size()), *_shares(bounds, room))
    zoom = min(LARGEST, max(SMALLEST, zoom))
    middle = QPointF(room.center().x(), room.center().y())
    return Camera(zoom, middle - bounds.center() * zoom)


def _shares(bounds: QRectF, room: QRectF) -> tuple[float, float]:
    return room.width() / max(bounds.width(), 1.0), room.height() / max(bounds.height(), 1.0)


def _zoom(size: Point, card: Point, room: QSizeF) -> float:
    """Give the zoom at which all fits; where there is more room, cards grow less than the room does, once they are roomy."""
    fits = min(room.width() / max(size[0], 1.0), room.height() / max(size[1], 1.0))
    if fits <= 1.0:
        return max(fits, SMALLEST)
    return min(LARGEST_FIT, max(min(fits, max(ROOMY / card[1], 1.0)), fits / SHARE))


def _stretch(length: float, room: float, most: float) -> float:
    return min(most, max(1.0, room / length)) if length > 0 else 1.0
