"""The fleet map on the screen. Values go down by `show_…`, intents come up as signals.

It holds its parts together: what is in view (`viewport`), what is chosen (`choosing`), what is said of it (`telling`), and what
keys and mouse do with them.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.kit.keys import action_of
from console.kit.overrides import reported, reported_or
from console.kit.painting import draw_focus, plain_tip, show_tip
from console.kit.theme import Theme
from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.choosing import MapChoosing
from console.panels.fleet_map.dragging import CellDragging
from console.panels.fleet_map.drawing.bar import Bar
from console.panels.fleet_map.drawing.layers import MapLayers
from console.panels.fleet_map.hand import MapInteraction
from console.panels.fleet_map.keys import BINDINGS, MapAction
from console.panels.fleet_map.sheet import MapRaster
from console.panels.fleet_map.telling import TooltipPresenter
from console.panels.fleet_map.viewport import MapViewport
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.marks import ColourBy
from topology.planning.plan import Plan

REST_MS = 120
"""A new size rests when it has not changed for so long: then the map is laid out for it."""


class FleetMapView(QWidget):
    """Every server of a region as one cell of a picture.

    Nothing moves because data changed. What is chosen by hand is said as command text by `choosing`; nothing is carried out.
    """

    lit_chosen = Signal(str)
    """The subsystem whose servers the operator wants to stand out; nothing for none."""

    def __init__(self, theme: Theme, state_now: Callable[[], State | None]) -> None:
        super().__init__()
        self.theme = theme
        self.choice = CellChoice()
        self.telling = TooltipPresenter(self.choice, state_now)
        self.hovered = NOBODY
        self.by = ColourBy.PLAN
        self.bar = Bar(theme)
        self.viewport = MapViewport(self, self.bar, self.choice)
        self.choosing = MapChoosing(self, self.choice, self.viewport, self.telling)
        self._hand = MapInteraction(self)
        self._pointer = CellDragging(self.choosing, QApplication.startDragDistance())
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._arrange)
        self.viewport.moved.connect(self.update)
        self.choosing.changed.connect(self._chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 96)
        self.setAccessibleName("Fleet map")
        self.bar.name_chips(self.choice.reach)

    # ---- values down

    def show_fleet(self, state: State, plan: Plan | None) -> None:
        """Show the fleet as it is, with the plan on show; only what changed is marked anew."""
        sheet = self.viewport.sheet
        is_new = sheet is None or sheet.region is not state.region
        if sheet is None or is_new:
            sheet = self._begin(state)
        aged = self.telling.take(state, plan)
        changed = sheet.show(state, plan, self.by, self.choosing.lit) or aged or is_new
        self._describe()
        if changed:
            self.update()
        elif self.hovered != NOBODY or self.choice.cursor != NOBODY:
            self.update(self.viewport.line().toAlignedRect())

    def light(self, subsystem: str) -> None:
        """Let the servers of a subsystem stand out; with nothing, none do."""
        self.choosing.lit = subsystem
        self._look()

    def colour_by(self, by: ColourBy) -> None:
        """Choose what colours tell."""
        self.by = self.bar.by = by
        self._look()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = self.bar.theme = theme
        self.update()

    # ---- events

    @reported
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        at = event.position() - QPointF(self.viewport.view().topLeft())
        self.viewport.zoom(1.0016 ** event.angleDelta().y(), at)
        self._hover(self.viewport.server_at(event.position()))
        event.accept()

    @reported
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a chip of the line below, or be ready for a click or a drag."""
        if self.viewport.sheet is None:
            event.ignore()
            return
        line = self.viewport.line()
        chip = self.bar.chip_at(line, event.position())
        if chip is not None:
            self._hand.take(chip)
        elif not line.contains(event.position()):
            self._pointer.press(event.position(), pans=event.button() is not Qt.MouseButton.LeftButton)

    @reported
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed, else tell of what is under the pointer."""
        if self._pointer.is_down:
            self._pointer.move(event.position())
        self._hover(self.viewport.server_at(event.position()))

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
        if act is not None and self.viewport.sheet is not None:
            self._hand.do(act, event.key())
        if act is None or act is MapAction.LET_GO:
            # Escape goes on too: twice, it stops what runs.
            event.ignore()

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        """Write what a double click is on; answer a tooltip with the facts of the line below, which it may be too long for."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonDblClick:
            if event.button() is Qt.MouseButton.LeftButton and self.viewport.view().contains(
                event.position().toPoint()
            ):
                self.choosing.say()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            server = self.hovered if self.hovered != NOBODY else self.choice.cursor
            text = self.telling.tooltip(self.viewport.server_at(at))
            if self.viewport.line().contains(at):
                text = self.telling.tooltip_of_line(server)
            show_tip(self, event.globalPos(), plain_tip(text))
            return True
        return super().event(event)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Copy the picture of the map, and paint what is about the operator on top."""
        painter = QPainter(self)
        painter.setClipRect(self.rect())
        painter.fillRect(self.rect(), self.theme.panel)
        viewport, telling = self.viewport, self.telling
        if viewport.sheet is not None:
            layers = MapLayers(viewport.sheet, viewport.camera, viewport.view(), telling.is_old)
            layers.paint(painter, self.choice, self.hovered, self.theme)
        text = telling.facts(self.hovered) or telling.area() or telling.facts(self.choice.cursor)
        self.bar.paint(painter, viewport.line(), text, telling.legend(), telling.remark)
        if self.hasFocus():
            draw_focus(painter, self.rect(), self.theme.focus)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all in view while the size changes, and lay out anew once it rests."""
        super().resizeEvent(event)
        if self.viewport.sheet is not None:
            self.viewport.refit()
            self._rest.start()

    # ---- inside

    def _begin(self, state: State) -> MapRaster:
        """Lay out a fleet that is new, or described anew: the keys stay on the server that they were on, by its name."""
        before, cursor = self.viewport.sheet, self.choice.cursor
        sheet = self.viewport.sheet = self.telling.sheet = MapRaster(state, self.viewport.group())
        if before is not None and cursor != NOBODY:
            self.choice.put(state.fleet.position.get(before.region.roster.names[cursor], NOBODY))
        self.choice.area, self.hovered = None, NOBODY
        if before is None or before.size != sheet.size:
            self.viewport.fit()
        return sheet

    def _arrange(self) -> None:
        """Lay the map out for the size it has now."""
        self.choice.area, self.hovered = None, NOBODY
        self.viewport.rearrange()
        self._describe()

    def _chosen(self) -> None:
        """Show what is chosen now, and how much a choice takes."""
        self.bar.name_chips(self.choice.reach)
        self._describe()
        self.update()

    def _look(self) -> None:
        """Show the same state in other colours."""
        state, sheet = self.telling.now, self.viewport.sheet
        if sheet is not None and state is not None:
            sheet.look(state, self.by, self.choosing.lit)
            self._describe()
        self.update()

    def _describe(self) -> None:
        """Keep what a screen reader says up to date."""
        said = self.telling.everything()
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def _hover(self, server: int) -> None:
        if server != self.hovered:
            self.hovered = server
            self.update()
