"""All that is drawn of the topology: the kept picture, what has to be seen from afar, the small map, the legend."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QRegion

from console.kit.theme import Theme, ui_font
from console.panels.topology.cards.boxes import condensed
from console.panels.topology.cards.readings import BELOW, NodeReading, Readings
from console.panels.topology.drawing import legend, off_screen
from console.panels.topology.drawing.attention import CardAttention, paint_attention
from console.panels.topology.drawing.calls import paint_calls
from console.panels.topology.drawing.canvas import SLOW_S, Canvas
from console.panels.topology.drawing.emphasis import Emphasis, Highlight
from console.panels.topology.drawing.minimap import Minimap
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.lines import Key
from console.panels.topology.geometry.scene import TopologyScene
from console.words.writing import plural
from topology.graph.outline import Outline

EDGE = 6.0
"""Pixels of the view round the room of the scene in which names may stand, too, since no bar lies there."""
REST_MS = 120
"""A zoom rests when this long no step followed."""


class TopologyDrawing(QObject):
    """Draws a scene with the readings that it was given last; empty until `show_scene`."""

    rested = Signal()
    """A zoom is over, and what it only scaled wants to be drawn anew."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.canvas: Canvas | None = None
        self.calls: Mapping[Key, str] = {}
        """What is said of calls that were seen, by the edge."""
        self.shows_legend, self.shows_minimap = False, True
        self.returns = False
        """Whether what is hatched comes back, by the plan on show."""
        self.rest = QTimer(self, singleShot=True, interval=REST_MS)
        self.rest.timeout.connect(self.rested)
        self._readings = Readings.of({})
        self._emphasis: Emphasis | None = None
        self._minimap: Minimap | None = None

    def show_scene(self, scene: TopologyScene) -> None:
        """Draw another scene."""
        self.canvas = Canvas(scene, self.theme)
        self._emphasis, self._minimap = Emphasis(scene, self.theme), Minimap(scene, self.theme)
        self.canvas.set_readings(condensed(self._readings, scene.outline))

    def clear(self) -> None:
        """Draw nothing, for another region comes."""
        self.canvas = self._emphasis = self._minimap = None

    def set_readings(self, rows: Mapping[str, NodeReading]) -> Collection[str]:
        """Take new readings; gives the names of the cards that are drawn otherwise."""
        self._readings = Readings.of(rows)
        canvas = self.canvas
        return canvas.set_readings(condensed(self._readings, canvas.scene.outline)) if canvas is not None else ()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        if self.canvas is not None:
            self.canvas.set_theme(theme)
        for part in (self._emphasis, self._minimap):
            if part is not None:
                part.theme = theme

    def forget(self) -> None:
        """Draw everything anew next time."""
        if self.canvas is not None:
            self.canvas.forget()

    # ---- what is to be seen

    def pointers(self, camera: Camera, room: QRectF) -> list[off_screen.OffScreenArrow]:
        """Give the arrows for what the plan touches out of *room* of the view."""
        if self.canvas is None:
            return []
        return off_screen.pointers(self.canvas.scene, self.canvas.readings, camera, room.adjusted(4, 4, -4, -4))

    def minimap(self, camera: Camera, room: QRectF) -> Minimap | None:
        """Give the small map, where there is something that it tells."""
        if self._minimap is None or not self.shows_minimap or not self._minimap.is_wanted(camera, room):
            return None
        return self._minimap

    def troubled(self) -> list[int]:
        """Give the positions of the nodes to look at: the most urgent first, those alike from the top of the scene to its end."""
        if self._emphasis is None or self.canvas is None or len(self.canvas.readings) != len(self.canvas.scene.names):
            return []
        centres = self.canvas.scene.shape.centres
        weights = self._emphasis.weights(self.canvas.readings)
        numbers = np.flatnonzero(weights)
        order = np.lexsort((centres[numbers, 0], np.round(centres[numbers, 1]), -weights[numbers]))
        return [int(number) for number in numbers[order]]

    @property
    def only_leaving(self) -> bool:
        """Whether what is hatched is what running executions still take, and no plan is on show."""
        return not self._readings.planned and bool(self._readings.columns.pending.any())

    def not_to_hide(self) -> frozenset[str]:
        """Give the nodes that the plan on show touches or breaks: no filter hides them."""
        if self.canvas is None or not self.canvas.readings.planned:
            return frozenset()
        columns, names = self.canvas.readings.columns, self.canvas.readings.names
        wanted = np.flatnonzero(columns.touched | columns.impacted | (columns.rank >= BELOW))
        return frozenset(names[number] for number in wanted.tolist())

    # ---- painting

    def paint(
        self, painter: QPainter, camera: Camera, view: QRectF, room: QRectF, region: QRegion, attention: CardAttention
    ) -> None:
        """Copy the kept picture into *region* of the view, and paint what is about the operator on top."""
        canvas = self.canvas
        if canvas is None:
            painter.fillRect(view, self.theme.ground)
            return
        ratio = painter.device().devicePixelRatioF()
        self._keep(painter, canvas, camera, view, ratio)
        # Qt's raster engine copies quickly only where the clip is one rectangle.
        for part in region:  # type: ignore[attr-defined] # PySide's stubs leave it out
            painter.setClipRect(part)
            canvas.show(painter, camera, ratio)
        painter.setClipRect(view)
        if canvas.is_overview_at(camera.zoom) and self._emphasis is not None:
            clear = QRectF(view.left(), room.top() - EDGE, view.width(), room.height() + 2 * EDGE)
            self._emphasis.paint(painter, canvas.readings, canvas.impact, Highlight(attention.way), camera, view, clear)
        paint_attention(painter, canvas, camera, attention, self.theme)
        paint_calls(painter, canvas, camera, self.calls, attention.selection, self.theme)
        off_screen.paint_pointers(painter, self.pointers(camera, room), self.theme)
        minimap = self.minimap(camera, room)
        if minimap is not None:
            minimap.paint(painter, canvas.readings, camera, view, room)
        if self.shows_legend:
            legend.paint(painter, room, self.theme)

    def _keep(self, painter: QPainter, canvas: Canvas, camera: Camera, view: QRectF, ratio: float) -> None:
        """Have a picture of what is in view, or wait for the end of a zoom with it."""
        canvas.keep_ahead(camera, view)
        if canvas.fits(camera, view, ratio):
            return
        zooming = canvas.picture is not None and canvas.camera.zoom != camera.zoom
        if zooming and canvas.cost_s > SLOW_S:
            painter.fillRect(view, self.theme.ground)
            self.rest.start()
        else:
            canvas.draw(camera, view, ratio)

    def paint_waiting(self, painter: QPainter, outline: Outline, room: QRectF) -> None:
        """Say that a layout is on its way."""
        painter.setFont(ui_font(10))
        painter.setPen(self.theme.text_soft)
        said = f"Laying out {plural(len(outline.nodes), 'subsystem')} …"
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, said)

    # ---- saving

    def picture_size(self) -> QSize:
        """Give the size of a picture in which every card can be read, as far as that is not too large for a screen."""
        from console.panels.topology.drawing.saving import picture_size

        return picture_size(self.canvas.scene.shape.bounds if self.canvas is not None else QRectF())

    def save(self, out: Path, caption: str, size: QSize | None = None, way: tuple[str, ...] = ()) -> QSize:
        """Save what is drawn as a picture, at a *size* in pixels, else that of `picture_size`.

        Raises:
            SaveError: it could not be saved, or nothing is drawn yet.
        """
        # Brings QtSvg along, which a window that saves nothing should not wait for.
        from console.panels.topology.drawing.saving import SaveError, save_topology

        if self.canvas is None:
            raise SaveError("the region is not drawn yet; try again when it is")
        wanted = size if size is not None else self.picture_size()
        save_topology(self.canvas.scene, self.canvas.readings, self.theme, out, wanted, caption, way)
        return wanted
