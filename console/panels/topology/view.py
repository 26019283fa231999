"""The topology on the screen. Values go down by `show_…`, intents come up as signals.

It holds its parts together: where everything is (`arrangement`), which part is in view (`viewport`), what is looked at (`look`),
what is drawn (`drawing`), what is found (`finder`), what is gone to (`going`), and what mouse and keys do (`pointer`, `hand`).
"""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import show_tip
from console.kit.theme import Theme
from console.operating.layouts.placed import PlacedGraph
from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.spoken import SpokenCards
from console.panels.topology.cards.telling import as_tooltip, told
from console.panels.topology.cards.words import NOTHING_TOLD, CardTelling
from console.panels.topology.drawing.attention import CardAttention
from console.panels.topology.drawing.drawing import TopologyDrawing
from console.panels.topology.find import Finder
from console.panels.topology.geometry.camera import stretch_to_fit
from console.panels.topology.going import TopologyGoing
from console.panels.topology.hand import TopologyInteraction
from console.panels.topology.header_and_status import (
    IS_LEAVING,
    WOULD_LEAVE,
    WOULD_RETURN,
    hint_at,
    paint_focus,
    paint_header,
    paint_status,
)
from console.panels.topology.look import TopologyLook
from console.panels.topology.pointer import TopologyPointer
from console.panels.topology.suiting import Suiting
from console.panels.topology.viewport import TopologyViewport
from topology.graph.outline import Outline
from topology.region.region import Region


class TopologyView(QWidget):
    """Subsystems as cards with tanks, dependents above what they need.

    Positions change only by the operator's hand: `show_capacity` never moves anything. What others select or find is not told; what
    the operator does, is: `selected` with a name, or with nothing when the selection is taken back, and `activated`.
    """

    selected = Signal(str)
    activated = Signal(str)
    laid_out = Signal()
    """A region, or the region with other boxes closed, is on the screen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = TopologyViewport(self, lambda: self.arrangement.scene)
        self.arrangement = TopologyArrangement(self, self.viewport.room_size)
        self.suiting = Suiting(self, self.arrangement, self.viewport)
        self.look = TopologyLook(self, self.arrangement, self.viewport)
        self.drawing = TopologyDrawing(theme, self)
        self.hovered: str | None = None
        self.finder = Finder(self)
        self.spoken = SpokenCards(
            self,
            lambda: self.arrangement.scene,
            self.told,
            self.viewport.card_rect,
            lambda name: self.going.activate(name),
        )
        self.going = TopologyGoing(self)
        self.hand = TopologyInteraction(self, self)
        self.pointer = TopologyPointer(self)
        self.arrangement.placed.connect(self._take_places)
        self.laid_out.connect(self.going.arrive)
        self.arrangement.failed.connect(self.update)
        self.arrangement.began.connect(self.update)
        self.arrangement.restored.connect(self.viewport.refit)
        self.viewport.moved.connect(self.update)
        self.viewport.fitted_anew.connect(self.draw_anew)
        self.look.changed.connect(self._describe)
        self.look.changed.connect(self.draw_anew)
        self.drawing.rested.connect(self.draw_anew)
        self.finder.moved.connect(self.look.bring)
        self.finder.chosen.connect(self.hand.found)
        self.finder.changed.connect(self.update)
        self.finder.closed.connect(self.setFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 120)
        self.setAccessibleName("Topology")

    # ---- values down

    def show_region(self, region: Region) -> None:
        """Lay out *region*. The same region again changes nothing; cards pinned by hand stay for a new description of it."""
        if self.arrangement.is_of(region):
            return
        if not self.arrangement.begin(region):
            self.viewport.fitted = True
            self.look.clear()
            self.drawing.clear()
            self.finder.offer(())
        self.hovered = None
        self.arrangement.lay_out()

    def show_capacity(self, rows: Mapping[str, NodeReading]) -> None:
        """Show new readings; only cards that changed are painted again, and none moves."""
        hatched = self.drawing.only_leaving
        changed = self.drawing.set_readings(rows)
        if hatched is not self.drawing.only_leaving:
            self.update(self.viewport.bars()[1].toAlignedRect())  # the legend says which of the two it is
        if self.look.focus is not None:
            self.look.keep(self.drawing.not_to_hide())
        if changed:
            self._describe()
            self._repaint(changed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.drawing.set_theme(theme)
        self.draw_anew()

    def draw_anew(self) -> None:
        """Draw everything anew, for something in it is elsewhere."""
        self.drawing.forget()
        self.update()

    def told(self, name: str | None) -> CardTelling:
        """Say everything that is known of a node; of none, nothing."""
        canvas = self.drawing.canvas
        return told(name, canvas.scene, canvas.readings) if canvas is not None and name is not None else NOTHING_TOLD

    # ---- events

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.viewport.zoom(1.0016 ** event.angleDelta().y(), event.position())
        event.accept()

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a hint in the header, an arrow or the small map, or select a card and be ready to drag it or the ground."""
        if event.button() is not Qt.MouseButton.LeftButton or self.arrangement.scene is None:
            event.ignore()
            return
        header = self.viewport.bars()[0]
        hint = hint_at(header, event.position()) if not self.finder.is_open else None
        if hint is not None:
            self.hand.act(hint, 0)
        elif not header.contains(event.position()):
            self.pointer.press(event.position())

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed, else tell of what is under the pointer."""
        if self.pointer.is_down:
            self.pointer.move(event.position())
        else:
            self._hover(self.viewport.card_at(event.position()))

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton and self.pointer.release():
            self.arrangement.moved.emit()

    @reported
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a card."""
        name = self.viewport.card_at(event.position())
        if name is not None and event.button() is Qt.MouseButton.LeftButton:
            self.going.activate(name)

    @reported
    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing when the pointer is elsewhere."""
        self._hover(None)
        super().leaveEvent(event)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is bound to; what is not for the topology goes on to the window."""
        if not self.hand.key(event.key(), event.text(), event.modifiers()):
            event.ignore()

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        """Answer a tooltip with the facts of the line below, which it may be too long for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at, viewport = QPointF(event.pos()), self.viewport
            below = viewport.bars()[1].contains(at)
            name = self.hovered or self.look.selection if below else viewport.card_at(at)
            show_tip(self, event.globalPos(), as_tooltip(self.told(name)))
            return True
        return super().event(event)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view as long as the operator has not chosen another part."""
        self.finder.field.setGeometry(self.viewport.field_place())
        self.viewport.refit()
        super().resizeEvent(event)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scene, and round it the header and the line of facts."""
        painter = QPainter(self)
        painter.setClipRect(self.rect())
        look, finder, viewport, theme = self.look, self.finder, self.viewport, self.drawing.theme
        view, region = QRectF(self.rect()), event.region()
        attention = CardAttention(look.selection, self.hasFocus(), self.hovered, finder.found, finder.current, look.way)
        self.drawing.paint(painter, viewport.camera, view, viewport.room(), region, attention)
        if self.arrangement.laying_out is not None:
            self.drawing.paint_waiting(painter, self.arrangement.laying_out, viewport.room())
        header, status = viewport.bars()
        if region.intersects(header.toAlignedRect()):
            summary = (finder.summary(),) if finder.is_open else look.summary_parts()
            field = viewport.field_place() if finder.is_open else None
            paint_header(painter, header, summary, theme, field, self.hasFocus())
        if region.intersects(status.toAlignedRect()):
            hint = "Space selects · arrows pan · L legend" if self.hasFocus() else ""
            hatch = WOULD_RETURN if self.drawing.returns else IS_LEAVING if self.drawing.only_leaving else WOULD_LEAVE
            paint_status(painter, status, self.told(self.hovered or look.selection).line(), hint, theme, hatch)
        if self.hasFocus():
            paint_focus(painter, view, theme)
        self.spoken.soon()

    # ---- inside

    def _hover(self, name: str | None) -> None:
        """Tell of the card under the pointer."""
        if name != self.hovered:
            self.hovered = name
            self.update()

    def _take_places(self, outline: Outline, places: PlacedGraph) -> None:
        """Show what was laid out; what was selected stays where it is on the screen."""
        viewport, old = self.viewport, self.arrangement.scene
        kept = self.look.selection or (old.names[0] if old and old.names else None)
        before = None
        if old is not None and kept is not None and kept in old.index and not viewport.fitted:
            before = viewport.centre_of(kept)
        scene = self.arrangement.take(outline, places)
        self.look.take_scene(scene)
        self.drawing.show_scene(scene)
        self.finder.offer(outline.region.subsystems)
        if self.hovered not in scene.index:
            self.hovered = None
        if before is None:
            viewport.fit()
        else:
            scene.stretch(*stretch_to_fit(scene.size, scene.card, viewport.room().size()))
            anchor = self.arrangement.shown_as(kept)
            if anchor is not None:
                viewport.pan(before - viewport.centre_of(anchor))
        self._describe()
        self.draw_anew()
        self.laid_out.emit()

    def _repaint(self, names: Collection[str]) -> None:
        """Show anew what the canvas has repainted, and the status line where it speaks of a card."""
        viewport, canvas = self.viewport, self.drawing.canvas
        minimap = self.drawing.minimap(viewport.camera, viewport.room())
        scaled = canvas is None or canvas.picture is None or canvas.camera.zoom != viewport.camera.zoom
        if scaled or minimap is not None or (canvas is not None and canvas.is_overview):
            self.update()
            return
        changed = QRegion()
        if self.hovered or self.look.selection:
            changed += viewport.bars()[1].toAlignedRect()
        for name in names:
            changed += viewport.card_rect(name).adjusted(-6, -6, 6, 6).toAlignedRect()
        self.update(changed)

    def _describe(self) -> None:
        """Keep what a screen reader says up to date."""
        selection = self.look.selection
        self.setAccessibleDescription(self.told(selection).line() if selection else self.look.summary())
