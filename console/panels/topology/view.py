"""The topology on the screen: what it shows and how it is painted. Values go down by `show_…`, intents come up as signals.

What mouse and keys do is `console.panels.topology.hand`.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QToolTip, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.theme import Theme, ui_font
from console.operating.layouts.placed import Before, PlacedGraph
from console.panels.topology.cards.boxes import condensed
from console.panels.topology.cards.readings import NodeReading, Readings
from console.panels.topology.cards.words import facts
from console.panels.topology.drawing import beyond, legend
from console.panels.topology.drawing.attention import CardAttention, paint_attention
from console.panels.topology.drawing.canvas import SLOW_S, Canvas
from console.panels.topology.drawing.emphasis import Emphasis, Highlight
from console.panels.topology.drawing.minimap import Minimap
from console.panels.topology.find import Finder
from console.panels.topology.geometry.camera import Camera, centred, stretch_to_fit
from console.panels.topology.geometry.placing import Placer
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.hand import TopologyInteraction
from console.panels.topology.looking import Focus, ViewHistory, ViewState, breadcrumb, hidden_by
from console.panels.topology.surround import header_height, hint_at, paint_header, paint_status, status_height
from console.words.writing import plural
from topology.graph.outline import NodeBox, Outline, boxes_of, outline_of
from topology.layout.rows.layout import Point
from topology.region.region import Region, Subsystem

AIR = 14.0
"""Room left round the scene when all of it is shown."""
REST_MS = 120
"""A zoom rests when this long no step followed."""
OPEN_CYCLES_UP_TO, OPEN_SERVICES_UP_TO = 60, 400
"""In a region of more subsystems, cycles or services are drawn as closed boxes until they are opened."""
NEAR_ENOUGH = 0.7
"""The zoom that a jump to a card goes to where the cards are smaller."""


class TopologyView(QWidget):
    """Subsystems as cards with tanks, dependents above what they need.

    Positions change only by the operator's hand: `show_capacity` never moves anything. `select` and `find` do not emit; what the
    operator does, does: `selected` with a name, or with nothing when the selection is taken back, and `activated` with a name.
    """

    selected = Signal(str)
    activated = Signal(str)
    moved = Signal()
    """A card was pinned, moved or unpinned: `positions()` is worth remembering."""
    failed = Signal(str)
    """There is no picture: a sentence."""
    laid_out = Signal()
    """A region, or the region with other boxes closed, is on the screen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.region: Region | None = None
        self.canvas: Canvas | None = None
        self.camera = Camera()
        self.selection: str | None = None
        self.hovered: str | None = None
        self.boxes: tuple[NodeBox, ...] = ()
        self.closed: frozenset[str] = frozenset()
        """Names of the boxes that are drawn as one node."""
        self.focus: Focus | None = None
        self.way: tuple[str, ...] = ()
        self.shows_legend, self.shows_minimap = False, True
        self.fitted = True
        """Until the operator pans or zooms, the scene follows the size of the view."""
        self.history = ViewHistory()
        self._readings = Readings.of({})
        self._pins: dict[str, Point] = {}
        self._emphasis: Emphasis | None = None
        self._minimap: Minimap | None = None
        self._laying_out: Outline | None = None
        self._placer = Placer(self)
        self._placer.done.connect(self._take_places)
        self._placer.failed.connect(self._take_failure)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._draw_anew)
        self.finder = Finder(self)
        self.hand = TopologyInteraction(self)
        self.finder.moved.connect(self._bring)
        self.finder.chosen.connect(self.hand.found)
        self.finder.changed.connect(self.update)
        self.finder.closed.connect(self.setFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Topology")

    @property
    def scene(self) -> TopologyScene | None:
        """What is where; None as long as no region is shown."""
        return self.canvas.scene if self.canvas is not None else None

    @property
    def is_laying_out(self) -> bool:
        """Whether a layout is on its way."""
        return self._laying_out is not None

    # ---- values down

    def show_region(self, region: Region) -> None:
        """Lay out *region*. The same region again changes nothing; cards pinned by hand stay for a new description of it."""
        if self.region is not None and (self.region.name, self.region.digest) == (region.name, region.digest):
            return
        boxes = boxes_of(region)
        if self.region is not None and self.region.name == region.name:
            self._pins = self.positions()
            self.closed &= {box.name for box in boxes}
        else:
            many = len(region.subsystems)
            limits = {"cycle": OPEN_CYCLES_UP_TO, "service": OPEN_SERVICES_UP_TO}
            self.closed = frozenset(box.name for box in boxes if many > limits[box.kind])
            self._pins, self.fitted = {}, True
            self.focus, self.way = None, ()
            self.history.clear()
            self.canvas = self._emphasis = self._minimap = None
            self._offer_to_find(())
        self.region, self.boxes, self.hovered = region, boxes, None
        self._lay_out()

    def show_capacity(self, rows: Mapping[str, NodeReading]) -> None:
        """Show new readings; only cards that changed are painted again, and none moves."""
        self._readings = Readings.of(rows)
        if self.canvas is None:
            return
        changed = self.canvas.set_readings(condensed(self._readings, self.canvas.scene.outline))
        if changed:
            self._describe()
            self._repaint(self.canvas, changed)

    def show_codes(self, codes: Mapping[str, Collection[str]]) -> None:
        """Let findings be found: the codes that the plan on show has for each subsystem."""
        self.finder.codes = codes

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        if self.canvas is not None:
            self.canvas.set_theme(theme)
        for part in (self._emphasis, self._minimap):
            if part is not None:
                part.theme = theme
        self._draw_anew()

    def select(self, name: str | None) -> None:
        """Select a node and bring it into view; None or an unknown name selects nothing, one in a closed box the box."""
        shown = self._shown_as(name)
        if shown is not None:
            self._bring(shown)
        self.selection = shown
        self._describe()
        self.update()

    def find(self, text: str) -> tuple[str, ...]:  # type: ignore[override]
        """Ring what *text* finds, bring the best into view and give the names, best first."""
        self.finder.search(text)
        return self.finder.found

    def positions(self) -> dict[str, Point]:
        """Give the cards that were put somewhere by hand, to be remembered under the region's name."""
        here = self.scene.pins if self.scene is not None else {}
        drawable = {*(self.region.index if self.region is not None else ()), *(box.name for box in self.boxes)}
        return {name: place for name, place in {**self._pins, **here}.items() if name in drawable}

    def restore_positions(self, pins: Mapping[str, Point]) -> None:
        """Pin what was remembered."""
        self._pins = dict(pins)
        if self.scene is not None:
            self.scene.restore(pins)
            self._refit()

    def reset_layout(self) -> None:
        """Let every card go back to where the layout has it, and show everything."""
        if self.scene is not None:
            self._pins = {}
            self.scene.unpin(list(self.scene.pins))
            self.moved.emit()
            # Of what is on its way already, rather than of what that is going to take the place of.
            self._laying_out = self._laying_out or self.scene.outline
            self.fitted = True
            self._placer.place(self._laying_out)

    def facts(self, name: str) -> str:
        """Say everything that is known of a node in one line."""
        assert self.canvas is not None
        scene, reading = self.canvas.scene, self.canvas.readings.get(name)
        said = facts(reading or NodeReading(name, name), tuple(scene.needs(name)), tuple(scene.needed_by(name)))
        node = scene.outline.nodes[scene.index[name]]
        if node.box is not None:
            inside = (scene.outline.region.subsystems[member].label for member in node.members)
            said += f" · inside: {', '.join(inside)} · G opens it"
        return said

    def tooltip(self, name: str) -> str:
        """Give the same for a tooltip, one fact a line; names that look like markup stay what they are."""
        return f"<qt>{escape(self.facts(name)).replace(' · ', '<br>')}</qt>"

    # ---- what is looked at

    @property
    def look(self) -> ViewState:
        """What is looked at now, to come back to."""
        return ViewState(self.camera, self.fitted, self.selection, self.focus, self.way)

    def show_look(self, look: ViewState) -> None:
        """Come back to a view."""
        self.set_focus(look.focus, look.way, fit=False)
        self.selection = self._shown_as(look.selection)
        if look.fitted:
            self.fit()
        else:
            self.fitted, self.camera = False, look.camera
            self.update()
        self._describe()

    def set_focus(self, focus: Focus | None, way: tuple[str, ...] = (), *, fit: bool = True) -> None:
        """Draw only what is near a node, or all; show a way between two nodes, or none."""
        self.focus, self.way = focus, way
        if self.scene is None:
            return
        if focus is not None and focus.name not in self.scene.index:
            shown = self._shown_as(focus.name)  # a view to come back to may be of other boxes
            self.focus = focus = replace(focus, name=shown) if shown is not None else None
        hidden = hidden_by(self.scene, focus)
        if hidden != self.scene.hidden:
            self.scene.hide(hidden)
            if fit:
                self.fit()
        self._draw_anew()
        self._describe()

    def set_closed(self, closed: Collection[str]) -> None:
        """Draw these boxes as one node each, and open all others; what is selected stays where it is on the screen."""
        known = frozenset(closed) & {box.name for box in self.boxes}
        if known != self.closed:
            self.closed = known
            self._pins = self.positions()
            self.focus, self.way = None, ()
            self._lay_out()

    def fit(self) -> None:
        """Show everything, set apart as far as the view has room for."""
        room = self.room()
        self.fitted = True
        if self.scene is not None and room.width() > 0 and room.height() > 0:
            self.scene.stretch(*stretch_to_fit(self.scene.size, room.size()))
            bounds = self.scene.bounds
            size = (bounds.width(), bounds.height()) if self.scene.hidden else self.scene.size
            self.camera = centred(bounds, room, size)
        self._draw_anew()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place in the view, else about its middle."""
        self.fitted = False
        self.camera = self.camera.zoomed(factor, at or self.room().center())
        self.update()

    def pan(self, by: QPointF) -> None:
        """Move the scene by a distance in the view."""
        self.fitted = False
        self.camera = self.camera.panned(by)
        self.update()

    def centre_on(self, point: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self.pan(self.room().center() - self.camera.to_view(point))

    def jump(self, name: str) -> None:
        """Go to a node: near enough to read it, in the middle where it was out of view; the view before is remembered."""
        if self.scene is None or name not in self.scene.index:
            return
        self.history.leave(self.look)
        if name in self.scene.hidden:
            self.set_focus(None)
        middle = self.scene.cards[name].center()
        if self.camera.zoom < NEAR_ENOUGH and self.camera.zoom < 0.5:
            self.zoom(NEAR_ENOUGH / self.camera.zoom, self.camera.to_view(middle))
        if not self.room().contains(self.card_rect(name)):
            self.centre_on(middle)
        self.hand.choose(name)

    def room(self) -> QRectF:
        """Give the part of the view that the scene is fitted into."""
        top, bottom = header_height(), status_height()
        return QRectF(AIR, top, self.width() - 2 * AIR, self.height() - top - bottom - AIR / 2)

    def card_rect(self, name: str) -> QRectF:
        """Give where a card is in the view now."""
        assert self.scene is not None
        return self.camera.view_rect(self.scene.cards[name])

    def centre_of(self, name: str) -> QPointF:
        """Give where the middle of a card is in the view now."""
        return self.card_rect(name).center()

    def card_at(self, at: QPointF) -> str | None:
        """Give the card at a place in the view; header and status line lie over whatever is under them."""
        header, status = self.bars()
        if self.scene is None or header.contains(at) or status.contains(at):
            return None
        return self.scene.at(self.camera.to_scene(at))

    def pointers(self) -> list[beyond.OffScreenArrow]:
        """Give the arrows for what the plan touches out of view."""
        if self.canvas is None:
            return []
        room = self.room().adjusted(4, 4, -4, -4)
        return beyond.pointers(self.canvas.scene, self.canvas.readings, self.camera, room)

    def picture_size(self) -> QSize:
        """Give the size of a picture in which every card can be read, as far as that is not too large for a screen."""
        from console.panels.topology.drawing.saving import AIR as MARGIN
        from console.panels.topology.drawing.saving import CAPTION, USUAL

        assert self.canvas is not None
        bounds = self.canvas.scene.bounds
        wide, high = max(bounds.width() + 2 * MARGIN, 640), max(bounds.height() + 2 * MARGIN + CAPTION, 400)
        scale = min(1.0, USUAL / wide, USUAL / high)
        return QSize(max(int(wide * scale), 640), max(int(high * scale), 400))

    def save(self, out: Path, caption: str, size: QSize | None = None) -> QSize:
        """Save what is drawn as a picture, at a *size* in pixels, else that of `picture_size`.

        Raises:
            SaveError: it could not be saved.
        """
        # Brings QtSvg along, which a window that saves nothing should not wait for.
        from console.panels.topology.drawing.saving import save_topology

        assert self.canvas is not None
        wanted = size if size is not None else self.picture_size()
        save_topology(self.canvas.scene, self.canvas.readings, self.theme, out, wanted, caption, self.way)
        return wanted

    def minimap(self) -> Minimap | None:
        """Give the small map, where there is something that it tells."""
        if self._minimap is None or not self.shows_minimap or not self._minimap.is_wanted(self.camera, self.room()):
            return None
        return self._minimap

    def troubled(self) -> list[int]:
        """Give the positions of the nodes to look at, from the top of the scene to its end."""
        if self._emphasis is None or self.canvas is None or len(self.canvas.readings) != len(self.canvas.scene.names):
            return []
        centres = self.canvas.scene.centres
        numbers = self._emphasis.numbers(self.canvas.readings).tolist()
        return sorted(numbers, key=lambda number: (round(float(centres[number, 1])), float(centres[number, 0])))

    def put(self, name: str, centre: QPointF) -> None:
        """Pin the middle of a card at a place in the view."""
        assert self.scene is not None
        self.scene.pin(name, self.camera.to_scene(centre))
        self._draw_anew()

    def toggle_pin(self, name: str, may_pin: bool) -> None:
        """Unpin a card; one that is not pinned is, where it is, if it *may* be."""
        assert self.scene is not None
        if name in self.scene.pins:
            self._pins.pop(name, None)
            self.scene.unpin([name])
        elif may_pin:
            self.scene.pin(name, self.scene.cards[name].center())
        else:
            return
        self.moved.emit()
        self._draw_anew()

    def open_find(self) -> None:
        """Open the find field."""
        self.hand.open_find()

    def show_tooltip(self, name: str) -> None:
        """Show the facts of a card beside it, as the pointer would."""
        spot = self.card_rect(name).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(spot), self.tooltip(name), self)

    # ---- events

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(1.0016 ** event.angleDelta().y(), event.position())
        event.accept()

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a hint in the header, an arrow or the small map, or select a card and be ready to drag it or the ground."""
        if event.button() is not Qt.MouseButton.LeftButton or self.scene is None:
            event.ignore()
            return
        header = self.bars()[0]
        hint = hint_at(header, event.position()) if not self.finder.is_open else None
        if hint is not None:
            self.hand.act(hint, 0)
        elif not header.contains(event.position()):
            self.hand.press(event.position())

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed, else tell of what is under the pointer."""
        if self.hand.is_down:
            self.hand.move(event.position())
        else:
            self.hover(self.card_at(event.position()))

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton and self.hand.release():
            self.moved.emit()

    @reported
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a card."""
        name = self.card_at(event.position())
        if name is not None and event.button() is Qt.MouseButton.LeftButton:
            self.hand.activate(name)

    @reported
    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing when the pointer is elsewhere."""
        self.hover(None)
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
            at = QPointF(event.pos())
            name = self.hovered or self.selection if self.bars()[1].contains(at) else self.card_at(at)
            QToolTip.showText(event.globalPos(), self.tooltip(name) if name is not None else "", self)
            return True
        return super().event(event)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view as long as the operator has not chosen another part."""
        self.finder.field.setGeometry(self.field_place())
        self._refit()
        super().resizeEvent(event)

    def hover(self, name: str | None) -> None:
        """Tell of the card under the pointer."""
        if name != self.hovered:
            self.hovered = name
            self.update()

    # ---- painting

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the kept picture, and paint what is about the operator on top."""
        painter = QPainter(self)
        painter.setClipRect(self.rect())
        if self.canvas is None:
            painter.fillRect(self.rect(), self.theme.ground)
        else:
            self._paint_scene(painter, self.canvas, event.region())
        if self._laying_out is not None:
            self._paint_waiting(painter, self._laying_out)
        header, status = self.bars()
        if event.region().intersects(header.toAlignedRect()):
            summary = self.finder.summary() if self.finder.is_open else self.summary()
            field = self.field_place() if self.finder.is_open else None
            paint_header(painter, header, summary, self.theme, field, self.hasFocus())
        if event.region().intersects(status.toAlignedRect()):
            about = self.hovered or self.selection
            hint = "Space selects · arrows pan · L legend" if self.hasFocus() else ""
            paint_status(painter, status, self.facts(about) if about else "", hint, self.theme)

    def _paint_scene(self, painter: QPainter, canvas: Canvas, region: QRegion) -> None:
        ratio, view = self.devicePixelRatioF(), QRectF(self.rect())
        canvas.keep_ahead(self.camera, view)
        if not canvas.fits(self.camera, view, ratio):
            zooming = canvas.picture is not None and canvas.camera.zoom != self.camera.zoom
            if zooming and canvas.cost_s > SLOW_S:
                painter.fillRect(view, self.theme.ground)
                self._rest.start()
            else:
                canvas.draw(self.camera, view, ratio)
        # Qt's raster engine copies quickly only where the clip is one rectangle.
        for part in region:  # type: ignore[attr-defined] # PySide's stubs leave it out
            painter.setClipRect(part)
            canvas.show(painter, self.camera, ratio)
        painter.setClipRect(self.rect())
        if canvas.is_far_at(self.camera.zoom) and self._emphasis is not None:
            way = Highlight(self.way)
            self._emphasis.paint(painter, canvas.readings, canvas.impact, way, self.camera, view)
        finder = self.finder
        attention = CardAttention(self.selection, self.hasFocus(), self.hovered, finder.found, finder.current, self.way)
        paint_attention(painter, canvas, self.camera, attention, self.theme)
        beyond.paint_pointers(painter, self.pointers(), self.theme)
        minimap = self.minimap()
        if minimap is not None:
            minimap.paint(painter, canvas.readings, self.camera, view, self.room())
        if self.shows_legend:
            legend.paint(painter, self.room(), self.theme)

    def _paint_waiting(self, painter: QPainter, outline: Outline) -> None:
        painter.setFont(ui_font(10))
        painter.setPen(self.theme.text_soft)
        said = f"Laying out {plural(len(outline.nodes), 'subsystem')} …"
        painter.drawText(self.room(), Qt.AlignmentFlag.AlignCenter, said)

    def summary(self) -> str:
        """Say what is on show: how much, and what of it is left out."""
        if self.region is None:
            return "no region"
        said = breadcrumb(self.scene, self.focus, self.way) if self.scene is not None else ""
        if self.scene is not None and self.scene.hidden:
            return said  # which has the count, too
        count = plural(len(self.region.subsystems), "subsystem")
        return f"{count} · {said or 'dependents above, dependencies below'}"

    def bars(self) -> tuple[QRectF, QRectF]:
        """Give where the header and the line of facts are."""
        top, bottom = header_height(), status_height()
        return QRectF(0, 0, self.width(), top), QRectF(0, self.height() - bottom, self.width(), bottom)

    def field_place(self) -> QRect:
        """Give where the find field goes."""
        header = self.bars()[0]
        width = min(300, self.width() // 2)
        return QRect(int(header.right() - width - 12), 4, width, int(header.height() - 8))

    # ---- inside

    def _lay_out(self) -> None:
        assert self.region is not None
        self._laying_out = outline_of(self.region, self.boxes, self.closed)
        self.update()
        # Like the picture that is on the screen, so that little moves when little changed.
        before = Before(self.scene.outline, self.scene.places) if self.scene is not None else None
        self._placer.place(self._laying_out, before)

    def _take_places(self, outline: Outline, places: PlacedGraph) -> None:
        kept, self._laying_out = (
            self.selection or (self.scene.names[0] if self.scene and self.scene.names else None),
            None,
        )
        before = None
        if self.scene is not None and kept is not None and kept in self.scene.index and not self.fitted:
            before = self.centre_of(kept)
        scene = TopologyScene(outline.region, outline, places)
        scene.restore(self.positions())
        self.focus = self.focus if self.focus is not None and self.focus.name in scene.index else None
        scene.hide(hidden_by(scene, self.focus))
        self.canvas = Canvas(scene, self.theme)
        self._emphasis, self._minimap = Emphasis(scene, self.theme), Minimap(scene, self.theme)
        self.canvas.set_readings(condensed(self._readings, outline))
        self._offer_to_find(outline.region.subsystems)
        self.selection = self._shown_as(self.selection)
        if self.hovered not in scene.index:
            self.hovered = None
        if before is None:
            self.fit()
        else:
            scene.stretch(*stretch_to_fit(scene.size, self.room().size()))
            anchor = self._shown_as(kept)
            if anchor is not None:
                self.camera = self.camera.panned(before - self.centre_of(anchor))
        self._describe()
        self._draw_anew()
        self.laid_out.emit()

    def _offer_to_find(self, subsystems: tuple[Subsystem, ...]) -> None:
        """Let what is on the screen be found, and nothing else; what was found in another description is forgotten."""
        if self.finder.subsystems is not subsystems:
            self.finder.subsystems = subsystems
            self.finder.search("")

    def _take_failure(self, sentence: str) -> None:
        self._laying_out = None
        self.failed.emit(sentence)
        self.update()

    def _shown_as(self, name: str | None) -> str | None:
        """Give the node that shows a subsystem; None where there is none."""
        if self.scene is None or name is None:
            return None
        outline = self.scene.outline
        if name in outline.index:
            return name
        if name in outline.region.index:
            return outline.shows(name)
        box = next((box for box in outline.boxes if box.name == name), None)
        return outline.nodes[outline.node_of[box.members[0]]].name if box is not None else None

    def _bring(self, name: str) -> None:
        """Pan as little as it takes to see the card that shows a subsystem."""
        shown = self._shown_as(name)
        if shown is None or self.scene is None:
            return
        if shown in self.scene.hidden:
            self.history.leave(self.look)
            self.set_focus(None)
        camera = self.camera.showing(self.scene.cards[shown].adjusted(-6, -6, 6, 6), self.room())
        if camera != self.camera:
            self.fitted, self.camera = False, camera

    def _refit(self) -> None:
        self.fit() if self.fitted else self._draw_anew()

    def _draw_anew(self) -> None:
        if self.canvas is not None:
            self.canvas.forget()
        self.update()

    def _repaint(self, canvas: Canvas, names: Collection[str]) -> None:
        """Show anew what the canvas has repainted, and the status line where it speaks of a card."""
        if canvas.picture is None or canvas.camera.zoom != self.camera.zoom or canvas.is_far or self.minimap():
            self.update()
            return
        changed = QRegion()
        if self.hovered or self.selection:
            changed += self.bars()[1].toAlignedRect()
        for name in names:
            changed += self.card_rect(name).adjusted(-6, -6, 6, 6).toAlignedRect()
        self.update(changed)

    def _describe(self) -> None:
        """Keep what a screen reader says up to date."""
        self.setAccessibleDescription(self.facts(self.selection) if self.selection else self.summary())
