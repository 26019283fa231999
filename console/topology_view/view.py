"""The topology on the screen: what mouse and keys do with it. Values go down by `show_…`, intents come up as signals."""

from collections.abc import Collection, Mapping
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from console.overrides import reported, reported_or
from console.theme import Theme
from console.topology_view.attention import Attention, paint_attention
from console.topology_view.camera import Camera, centred, stretch_to_fit
from console.topology_view.canvas import SLOW_S, Canvas
from console.topology_view.find import Finder
from console.topology_view.keys import Act, act_of, direction_of
from console.topology_view.pointer import Pointer
from console.topology_view.readings import NodeReading
from console.topology_view.scene import Scene
from console.topology_view.surround import header_height, hint_at, paint_header, paint_status, status_height
from console.topology_view.words import facts
from console.words import plural
from topology.layout import Point
from topology.region import Region

AIR = 14.0
"""Room left round the scene when all of it is shown."""
STEP = 60.0
"""Pixels that an arrow key pans; a card is moved by a seventh of it."""
ZOOM_STEP = 1.2
REST_MS = 120
"""A zoom rests when this long no step followed."""


class TopologyView(QWidget):
    """Subsystems as cards with tanks, dependents above what they need.

    Positions change only by the operator's hand: `show_capacity` never moves anything. `select` and `find` do not emit; what the
    operator does, does: `selected` with a name, or with nothing when the selection is taken back, and `activated` with a name.
    """

    selected = Signal(str)
    activated = Signal(str)
    moved = Signal()
    """A card was pinned, moved or unpinned: `positions()` is worth remembering."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.region: Region | None = None
        self.canvas: Canvas | None = None
        self.camera = Camera()
        self.selection: str | None = None
        self.hovered: str | None = None
        self._fitted = True  # until the operator pans or zooms, the scene follows the size of the view
        self._pointer = Pointer(self, QApplication.startDragDistance())
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._draw_anew)
        self.finder = Finder(self)
        self.finder.moved.connect(self._bring)
        self.finder.chosen.connect(self.choose)
        self.finder.changed.connect(self.update)
        self.finder.closed.connect(self.setFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Topology")

    @property
    def scene(self) -> Scene | None:
        """What is where; None as long as no region is shown."""
        return self.canvas.scene if self.canvas is not None else None

    # ---- values down

    def show_region(self, region: Region) -> None:
        """Lay out *region*. The same region again changes nothing; cards pinned by hand stay for a new description of it."""
        if self.region is not None and (self.region.name, self.region.digest) == (region.name, region.digest):
            return
        pins = self.positions() if self.region is not None and self.region.name == region.name else {}
        scene = Scene(region)
        scene.restore(pins)
        self.region, self.canvas, self.hovered = region, Canvas(scene, self.theme), None
        self.finder.subsystems = region.subsystems
        self.finder.search("")
        self.select(self.selection)
        self.fit()

    def show_capacity(self, rows: Mapping[str, NodeReading]) -> None:
        """Show new readings; only cards that changed are painted again, and none moves."""
        if self.canvas is None or rows == self.canvas.readings:
            return
        changed = self.canvas.set_readings(rows)
        self._describe()
        self._repaint(self.canvas, changed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        if self.canvas is not None:
            self.canvas.theme = theme
        self._draw_anew()

    def select(self, name: str | None) -> None:
        """Select a node and bring it into view; None or an unknown name selects nothing."""
        known = self.scene is not None and name in self.scene.cards
        self.selection = name if known else None
        if self.selection is not None:
            self._bring(self.selection)
        self._describe()
        self.update()

    def find(self, text: str) -> tuple[str, ...]:  # type: ignore[override]
        """Ring what *text* finds, bring the best into view and give the names, best first."""
        self.finder.search(text)
        return self.finder.found

    def positions(self) -> dict[str, Point]:
        """Give the cards that were put somewhere by hand, to be remembered under the region's name."""
        return dict(self.scene.pins) if self.scene is not None else {}

    def restore_positions(self, pins: Mapping[str, Point]) -> None:
        """Pin what was remembered."""
        if self.scene is not None:
            self.scene.restore(pins)
            self._refit()

    def reset_layout(self) -> None:
        """Let every card go back to where the layout has it, and show everything."""
        if self.scene is not None:
            self.scene.unpin(list(self.scene.pins))
            self.moved.emit()
            self.fit()

    def facts(self, name: str) -> str:
        """Say everything that is known of a node in one line."""
        assert self.canvas is not None
        scene, reading = self.canvas.scene, self.canvas.readings.get(name)
        return facts(reading or NodeReading(name, name), tuple(scene.needs[name]), tuple(scene.needed_by[name]))

    def tooltip(self, name: str) -> str:
        """Give the same for a tooltip, one fact a line; names that look like markup stay what they are."""
        return f"<qt>{escape(self.facts(name)).replace(' · ', '<br>')}</qt>"

    # ---- what is in view

    def fit(self) -> None:
        """Show everything, set apart as far as the view has room for."""
        room = self.room()
        self._fitted = True
        if self.scene is not None and room.width() > 0 and room.height() > 0:
            self.scene.stretch(*stretch_to_fit(self.scene.size, room.size()))
            self.camera = centred(self.scene.bounds, room, self.scene.size)
        self._draw_anew()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place in the view, else about its middle."""
        self._fitted = False
        self.camera = self.camera.zoomed(factor, at or self.room().center())
        self.update()

    def pan(self, by: QPointF) -> None:
        """Move the scene by a distance in the view."""
        self._fitted = False
        self.camera = self.camera.panned(by)
        self.update()

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
        header, status = self._bars()
        if self.scene is None or header.contains(at) or status.contains(at):
            return None
        return self.scene.at(self.camera.to_scene(at))

    # ---- what the operator's hand does

    def choose(self, name: str | None) -> None:
        """Select, and say so."""
        if name != self.selection:
            self.select(name)
            self.selected.emit(name or "")

    def put(self, name: str, centre: QPointF) -> None:
        """Pin the middle of a card at a place in the view."""
        assert self.scene is not None
        self.scene.pin(name, self.camera.to_scene(centre))
        self._draw_anew()

    def open_find(self) -> None:
        """Open the find field."""
        self.finder.open(self._field_place())

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(1.0016 ** event.angleDelta().y(), event.position())
        event.accept()

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a hint in the header, or select a card and be ready to drag it or the ground."""
        if event.button() is not Qt.MouseButton.LeftButton or self.scene is None:
            event.ignore()
            return
        header = self._bars()[0]
        hint = hint_at(header, event.position()) if not self.finder.is_open else None
        if hint is not None:
            self._act(hint, 0)
        elif not header.contains(event.position()):
            self._pointer.press(event.position())

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed, else tell of what is under the pointer."""
        if self._pointer.is_down:
            self._pointer.move(event.position())
        else:
            self._hover(self.card_at(event.position()))

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton and self._pointer.release():
            self.moved.emit()

    @reported
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a card."""
        name = self.card_at(event.position())
        if name is not None and event.button() is Qt.MouseButton.LeftButton:
            self.activated.emit(name)

    @reported
    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing when the pointer is elsewhere."""
        self._hover(None)
        super().leaveEvent(event)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is bound to; what is not for the topology goes on to the window."""
        act = act_of(event.key(), event.text(), event.modifiers(), self.selection is not None)
        if act is not None and self.scene is not None:
            self._act(act, event.key())
        if act is None or act is Act.LET_GO:
            # Escape goes on too: twice, it stops what runs.
            event.ignore()

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        """Answer a tooltip with the facts of the line below, which it may be too long for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            name = self.hovered or self.selection if self._bars()[1].contains(at) else self.card_at(at)
            QToolTip.showText(
                event.globalPos(), self.facts(name).replace(" · ", "\n") if name is not None else "", self
            )
            return True
        return super().event(event)

    def _act(self, act: Act, key: int) -> None:
        step = QPointF(*direction_of(key))
        scene, selection = self.scene, self.selection
        assert scene is not None
        match act:
            case Act.PAN:
                self.pan(-step * STEP)
            case Act.STEP if selection is not None:
                self.choose(scene.next(selection, direction_of(key)) or selection)
            case Act.MOVE_CARD if selection is not None:
                self.put(selection, self.centre_of(selection) + step * (STEP / 7))
                self.moved.emit()
            case Act.FIND:
                self.open_find()
            case Act.FIT:
                self.fit()
            case Act.ZOOM_IN | Act.ZOOM_OUT:
                self.zoom(ZOOM_STEP if act is Act.ZOOM_IN else 1 / ZOOM_STEP)
            case Act.SELECT_FIRST:
                self.choose(scene.rows[0][0] if scene.rows else None)
            case Act.ACTIVATE if selection is not None:
                self.activated.emit(selection)
            case Act.PIN | Act.UNPIN if selection is not None:
                self._toggle_pin(selection, may_pin=act is Act.PIN)
            case _:
                self.choose(None)

    def _toggle_pin(self, name: str, may_pin: bool) -> None:
        assert self.scene is not None
        if name in self.scene.pins:
            self.scene.unpin([name])
        elif may_pin:
            self.scene.pin(name, self.scene.cards[name].center())
        else:
            return
        self.moved.emit()
        self._draw_anew()

    def _hover(self, name: str | None) -> None:
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
        header, status = self._bars()
        if event.region().intersects(header.toAlignedRect()):
            summary = self.finder.summary() if self.finder.is_open else self._summary()
            field = self._field_place() if self.finder.is_open else None
            paint_header(painter, header, summary, self.theme, field, self.hasFocus())
        if event.region().intersects(status.toAlignedRect()):
            about = self.hovered or self.selection
            hint = "Space selects · arrows pan" if self.hasFocus() else ""
            paint_status(painter, status, self.facts(about) if about else "", hint, self.theme)

    def _paint_scene(self, painter: QPainter, canvas: Canvas, region: QRegion) -> None:
        ratio, view = self.devicePixelRatioF(), QRectF(self.rect())
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
        finder = self.finder
        attention = Attention(self.selection, self.hasFocus(), self.hovered, finder.found, finder.current)
        paint_attention(painter, canvas, self.camera, attention, self.theme)

    def _summary(self) -> str:
        if self.region is None:
            return "no region"
        return f"{plural(len(self.region.subsystems), 'subsystem')} · dependents above, dependencies below"

    def _bars(self) -> tuple[QRectF, QRectF]:
        top, bottom = header_height(), status_height()
        return QRectF(0, 0, self.width(), top), QRectF(0, self.height() - bottom, self.width(), bottom)

    def _field_place(self) -> QRect:
        header = self._bars()[0]
        width = min(300, self.width() // 2)
        return QRect(int(header.right() - width - 12), 4, width, int(header.height() - 8))

    def _bring(self, name: str) -> None:
        """Pan as little as it takes to see a card."""
        assert self.scene is not None
        camera = self.camera.showing(self.scene.cards[name].adjusted(-6, -6, 6, 6), self.room())
        if camera != self.camera:
            self._fitted, self.camera = False, camera

    def _refit(self) -> None:
        self.fit() if self._fitted else self._draw_anew()

    def _draw_anew(self) -> None:
        if self.canvas is not None:
            self.canvas.forget()
        self.update()

    def _repaint(self, canvas: Canvas, names: Collection[str]) -> None:
        """Show anew what the canvas has repainted, and the status line where it speaks of a card."""
        if canvas.picture is None or canvas.camera.zoom != self.camera.zoom:
            self.update()
            return
        changed = QRegion()
        if self.hovered or self.selection:
            changed += self._bars()[1].toAlignedRect()
        for name in names:
            changed += self.card_rect(name).adjusted(-6, -6, 6, 6).toAlignedRect()
        self.update(changed)

    def _describe(self) -> None:
        """Keep what a screen reader says up to date."""
        self.setAccessibleDescription(self.facts(self.selection) if self.selection else self._summary())

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view as long as the operator has not chosen another part."""
        self.finder.field.setGeometry(self._field_place())
        self._refit()
        super().resizeEvent(event)
