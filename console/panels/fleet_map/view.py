"""The fleet map on the screen: what mouse and keys do with it. Values go down by `show_…`, intents come up as signals."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from console.kit.keys import action_of
from console.kit.overrides import reported, reported_or
from console.kit.painting import draw_focus, plain_tip
from console.kit.theme import Theme
from console.panels.fleet_map.bar import Bar, Chip
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.dragging import CellDragging
from console.panels.fleet_map.hand import MapInteraction
from console.panels.fleet_map.keys import BINDINGS, MapAction
from console.panels.fleet_map.labels import (
    cell_title_height,
    paint_cell_names,
    paint_names,
    paint_rack_names,
    paint_titles,
    title_height,
)
from console.panels.fleet_map.paint import paint_frames, paint_racks
from console.panels.fleet_map.sheet import MapRaster
from console.panels.fleet_map.telling import TooltipPresenter
from console.panels.fleet_map.words import COLOURED_BY, REACHES
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY, CellGroup
from topology.fleet_map.facts import ChoiceReach
from topology.fleet_map.marks import CellMark, ColourBy
from topology.planning.plan import Plan

PAD = 10
REST_MS = 120
"""A new size rests when it has not changed for so long: then the map is laid out for it."""


class FleetMapView(QWidget):
    """Every server of a region as one cell of a picture.

    Nothing moves because data changed. What is chosen by hand is said as command text by `suggested`; nothing is carried out.
    """

    suggested = Signal(str)
    """Command text to put into the command line; it is not submitted."""
    said = Signal(str)
    """Why there is no such text, as a sentence."""
    lit_chosen = Signal(str)
    """The subsystem whose servers the operator wants to stand out; nothing for none."""

    def __init__(self, theme: Theme, state_now: Callable[[], State | None]) -> None:
        super().__init__()
        self.theme = theme
        self.sheet: MapRaster | None = None
        self.camera = MapCamera()
        self.choice = CellChoice()
        self.telling = TooltipPresenter(self.choice, state_now)
        self.hovered = NOBODY
        self.by, self.lit = ColourBy.PLAN, ""
        self.fitted = True  # until the operator pans or zooms, the map follows the size of the view
        self._bar = Bar(theme)
        self._hand = MapInteraction(self)
        self._pointer = CellDragging(self, QApplication.startDragDistance())
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._arrange)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 96)
        self.setAccessibleName("Fleet map")
        self._name_chips()

    # ---- values down

    def show_fleet(self, state: State, plan: Plan | None) -> None:
        """Show the fleet as it is, with the plan on show; only what changed is marked anew."""
        if self.sheet is None or self.sheet.region is not state.region:
            self._begin(state)
        sheet = self.sheet
        assert sheet is not None
        aged = self.telling.take(state, plan)
        changed = sheet.show(state, plan, self.by, self.lit) or aged
        self._describe()
        if changed:
            self.update()
        elif self.hovered != NOBODY or self.choice.cursor != NOBODY:
            self.update(self._line().toAlignedRect())

    def light(self, subsystem: str) -> None:
        """Let the servers of a subsystem stand out; with nothing, none do."""
        self.lit = subsystem
        self._look()

    def colour_by(self, by: ColourBy) -> None:
        """Choose what colours tell."""
        self.by = self._bar.by = by
        self._look()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = self._bar.theme = theme
        self.update()

    # ---- what is in view

    def view(self) -> QRect:
        """Give the part of the widget that shows the map."""
        return QRect(PAD, 2, max(1, self.width() - 2 * PAD), max(1, self.height() - 4 - round(self._bar.height)))

    def fit(self) -> None:
        """Show everything."""
        self.fitted = True
        if self.sheet is not None:
            self.camera = self._fitting()
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place in the view of the map, else about the cursor or the middle."""
        if self.sheet is None:
            return
        smallest = self._fitting().zoom
        self.camera = self.camera.zoomed(factor, at or self._focal_point(), smallest)
        self.fitted = self.camera.zoom <= smallest
        self.camera = self._fitting() if self.fitted else self._within(self.camera)
        self.update()

    def pan(self, by: QPointF) -> None:
        """Move the map by a distance in the view."""
        if self.sheet is not None and not self.fitted:
            self.camera = self._within(self.camera.panned(by))
            self.update()

    def centre_of(self, server: int) -> QPointF:
        """Give where the middle of a server is in the widget now."""
        assert self.sheet is not None
        square = self.camera.view_rect(*self.sheet.arrangement.point(server), 1, 1)
        return square.center() + QPointF(self.view().topLeft())

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """Give the cell of the map at a place in the widget."""
        return self.camera.to_cell(at - QPointF(self.view().topLeft()))

    def server_at(self, at: QPointF) -> int:
        """Give the server at a place in the widget; where servers are small, the one that its pixel shows."""
        if self.sheet is None or not QRectF(self.view()).contains(at):
            return NOBODY
        return self.sheet.seen_at(self.camera, at - QPointF(self.view().topLeft()))

    # ---- what the operator's hand does

    def put_cursor(self, server: int) -> None:
        """Put the keys on a server, and bring it into view; with NOBODY, choose nothing."""
        self.choice.put(server)
        self.bring(server)

    def bring(self, server: int) -> None:
        """Bring a server into view, below the title at its edge, and tell what is chosen."""
        if self.sheet is not None and server != NOBODY and not self.fitted:
            point = self.sheet.arrangement.point(server)
            self.camera = self.camera.showing(point, QSizeF(self.view().size()), title_height())
        self._describe()
        self.update()

    def choose_reach(self) -> None:
        """Let a choice take the next larger thing."""
        self.choice.widen()
        self._name_chips()
        self._describe()
        self.update()

    def mark_area(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Mark out the rectangle between two cells."""
        self.choice.area = first, last
        self._describe()
        self.update()

    def choose(self, server: int) -> None:
        """Take what a click is on: its rack, cell, zone or itself."""
        self.put_cursor(server)
        self.say()

    def choose_zone(self, at: QPointF) -> bool:
        """Take the zone whose title is at a place; gives whether there is one."""
        sheet = self.sheet
        place = at - QPointF(self.view().topLeft())
        first = sheet.first_of_title(self.camera, place, title_height()) if sheet is not None else NOBODY
        if first == NOBODY:
            return False
        self.put_cursor(first)
        self.choice.once = ChoiceReach.ZONE
        self.say()
        return True

    def say(self) -> None:
        """Write the command for what is chosen; where it cannot be said, say why."""
        sheet, state = self.sheet, self.telling.now
        if sheet is None or state is None or (self.choice.cursor == NOBODY and self.choice.area is None):
            return
        found = self.choice.said(sheet.arrangement, state, self.lit)
        if found.text:
            self.suggested.emit(found.text)
        else:
            self.said.emit(f"{found.why_not}.")

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(1.0016 ** event.angleDelta().y(), event.position() - QPointF(self.view().topLeft()))
        self._hover(self.server_at(event.position()))
        event.accept()

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a chip of the line below, or be ready for a click or a drag."""
        if self.sheet is None:
            event.ignore()
            return
        chip = self._bar.chip_at(self._line(), event.position())
        if chip is not None:
            self._take(chip)
        elif not self._line().contains(event.position()):
            self._pointer.press(event.position(), pans=event.button() is not Qt.MouseButton.LeftButton)

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed, else tell of what is under the pointer."""
        if self._pointer.is_down:
            self._pointer.move(event.position())
        self._hover(self.server_at(event.position()))

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        self._pointer.release(event.position())

    @reported
    def leaveEvent(self, event: QEvent) -> None:
        """Tell of nothing when the pointer is elsewhere."""
        self._hover(NOBODY)
        super().leaveEvent(event)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is bound to; what is not for the map goes on to the window."""
        act = action_of(BINDINGS, event.key(), event.text(), event.modifiers())
        if act is not None and self.sheet is not None:
            self._hand.do(act, event.key())
        if act is None or act is MapAction.LET_GO:
            # Escape goes on too: twice, it stops what runs.
            event.ignore()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @reported
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        """Answer a tooltip with the facts of the line below, which it may be too long for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            server = self.hovered if self.hovered != NOBODY else self.choice.cursor
            text = self.telling.facts(self.server_at(at))
            if self._line().contains(at):
                text = self.telling.facts(server) or self.telling.legend_line()
            QToolTip.showText(event.globalPos(), plain_tip(text.replace(" · ", "\n")), self)
            return True
        return super().event(event)

    def _take(self, chip: Chip) -> None:
        match chip:
            case ColourBy():
                self.colour_by(chip)
            case MapAction():
                self._hand.do(chip, 0)
            case CellMark():
                self._hand.light_marked(chip)

    # ---- painting

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Copy the picture of the map, and paint what is about the operator on top."""
        painter = QPainter(self)
        painter.setClipRect(self.rect())
        painter.fillRect(self.rect(), self.theme.panel)
        if self.sheet is not None:
            self._paint_map(painter, self.sheet)
        text = self.telling.facts(self.hovered) or self.telling.area() or self.telling.facts(self.choice.cursor)
        self._bar.paint(painter, self._line(), text, self.telling.legend(), self.telling.remark)
        if self.hasFocus():
            draw_focus(painter, self.rect(), self.theme.focus)

    def _paint_map(self, painter: QPainter, sheet: MapRaster) -> None:
        view, ratio = self.view(), self.devicePixelRatioF()
        pixels = QSize(round(view.width() * ratio), round(view.height() * ratio))
        painter.save()
        painter.setClipRect(view)
        painter.drawImage(
            QPointF(view.topLeft()), sheet.picture(self.camera, pixels, ratio, self.theme, old=self.telling.is_old)
        )
        painter.translate(view.topLeft())
        room = QSizeF(view.size())
        for paint in (paint_racks, paint_cell_names, paint_names, paint_rack_names):
            paint(painter, sheet, self.camera, room, self.theme)
        chosen = self.choice.rect(sheet.arrangement, sheet.region.roster)
        paint_frames(painter, [chosen] if chosen is not None else [], self.camera, self.theme.focus, self.theme.panel)
        for server, colour in ((self.choice.cursor, self.theme.floor), (self.hovered, self.theme.text)):
            if server != NOBODY:
                paint_frames(painter, [(*sheet.arrangement.point(server), 1, 1)], self.camera, colour, self.theme.panel)
        paint_titles(painter, sheet, self.camera, room, self.theme)
        painter.restore()

    def _line(self) -> QRectF:
        return QRectF(0, self.height() - round(self._bar.height), self.width(), round(self._bar.height))

    def _name_chips(self) -> None:
        takes = REACHES[self.choice.reach]
        by = ((by, text) for by, text in COLOURED_BY.items())
        self._bar.chips = (
            *by,
            (MapAction.REACH, f"R takes {takes}"),
            (MapAction.FIT, "F fit"),
            (MapAction.ZOOM_IN, "+"),
            (MapAction.ZOOM_OUT, "−"),
        )

    def _describe(self) -> None:
        """Keep what a screen reader says up to date."""
        said = self.telling.everything()
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def _hover(self, server: int) -> None:
        if server != self.hovered:
            self.hovered = server
            self.update()

    # ---- layout

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all in view while the size changes, and lay out anew once it rests."""
        super().resizeEvent(event)
        if self.sheet is not None:
            self.camera = self._fitting() if self.fitted else self._within(self.camera)
            self._rest.start()

    def _begin(self, state: State) -> None:
        """Lay out a fleet that is new, or described anew: the keys stay on the server that they were on, by its name."""
        before, cursor = self.sheet, self.choice.cursor
        self.sheet = self.telling.sheet = MapRaster(state, self._room())
        if before is not None and cursor != NOBODY:
            self.choice.put(state.fleet.position.get(before.region.roster.names[cursor], NOBODY))
        self.choice.area, self.hovered = None, NOBODY
        if before is None or before.size != self.sheet.size:
            self.fit()

    def _arrange(self) -> None:
        """Lay the map out for the size it has now; where the operator has gone near, a server there stays where it is."""
        if self.sheet is None:
            return
        anchor, place = NOBODY, QPointF()
        if not self.fitted:
            anchor, place = self._anchor(self.sheet)
        self.sheet.rearrange(self._room())
        self.choice.area, self.hovered = None, NOBODY
        self._describe()
        if anchor == NOBODY or self.camera.zoom <= self._fitting().zoom:
            self.fit()
        else:
            self.camera = self._within(self.camera.panned(place - self.centre_of(anchor)))
            self.update()

    def _anchor(self, sheet: MapRaster) -> tuple[int, QPointF]:
        """Choose the server of the keys if it is in view, else the one nearest to the middle; gives where it is, too."""
        view = QRectF(self.view())
        server = self.choice.cursor
        if server == NOBODY or not view.contains(self.centre_of(server)):
            server = sheet.arrangement.nearest(*self.cell_at(view.center()))
        return server, self.centre_of(server) if server != NOBODY else QPointF()

    def _room(self) -> CellGroup:
        view = self.view()
        return CellGroup(view.width(), view.height(), title_height(), cell_title_height())

    def _fitting(self) -> MapCamera:
        assert self.sheet is not None
        return MapCamera.fitting(self.sheet.size, QSizeF(self.view().size()))

    def _within(self, camera: MapCamera) -> MapCamera:
        assert self.sheet is not None
        return camera.within(self.sheet.size, QSizeF(self.view().size()))

    def _focal_point(self) -> QPointF:
        """Give the place, in the view of the map, that keys zoom about."""
        view = QRectF(QPointF(0, 0), QSizeF(self.view().size()))
        if self.choice.cursor == NOBODY:
            return view.center()
        at = self.centre_of(self.choice.cursor) - QPointF(self.view().topLeft())
        return at if view.contains(at) else view.center()

    def _look(self) -> None:
        state = self.telling.now
        if self.sheet is not None and state is not None:
            self.sheet.look(state, self.by, self.lit)
            self._describe()
        self.update()
