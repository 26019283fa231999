"""What keys and the header's hints do in the topology: which action leads to what."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from console.kit.arrows import direction_of
from console.kit.keys import action_of
from console.kit.painting import show_tip
from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.boxes import toggled, toggled_all
from console.panels.topology.cards.telling import as_tooltip
from console.panels.topology.cards.words import CardTelling
from console.panels.topology.drawing.drawing import TopologyDrawing
from console.panels.topology.find import Finder
from console.panels.topology.going import TopologyGoing
from console.panels.topology.keys import BINDINGS, TopologyAction
from console.panels.topology.look import TopologyLook
from console.panels.topology.looking import Focus, troubled, turned, with_hops
from console.panels.topology.viewport import TopologyViewport
from topology.graph.ways import Direction

STEP = 60.0
"""Pixels that an arrow key pans; a card is moved by a seventh of it."""
ZOOM_STEP = 1.2


class TopologySurface(Protocol):
    """What the hand acts on: the parts of the view, and its own signals."""

    going: TopologyGoing
    arrangement: TopologyArrangement
    viewport: TopologyViewport
    look: TopologyLook
    drawing: TopologyDrawing
    finder: Finder

    def update(self) -> None: ...
    def draw_anew(self) -> None: ...
    def told(self, name: str | None) -> CardTelling: ...


class TopologyInteraction:
    """Turns keys and what was found into what the view does."""

    def __init__(self, view: TopologySurface, widget: QWidget) -> None:
        self._view, self._widget = view, widget
        self._way_from: str | None = None

    def reset_layout(self) -> None:
        """Let every card go back to where the layout has it, and show everything."""
        self._view.viewport.fitted = True
        self._view.arrangement.reset()

    def open_find(self) -> None:
        """Open the find field."""
        self._way_from = None
        self._view.look.leave()
        self._view.finder.open(self._view.viewport.field_place())

    def found(self, name: str) -> None:
        """Go to what was found; its box is opened. Where a way was asked for, show that."""
        start, scene = self._way_from, self._view.arrangement.scene
        if scene is None:
            return
        if start is not None:
            self._way_from = None
            self.show_way(start, name)
        else:
            self._view.going.go_to(name, leaves=False)  # the view before the search is remembered

    def go_to_worst(self) -> None:
        """Go to the first that is abnormal, as a click on how many there are asks for."""
        self._view.going.choose(None)
        self._go_to_trouble(1)
        self._widget.setFocus()

    def show_way(self, start: str, end: str) -> None:
        """Show the shortest way between two nodes and bring it into view; say so where neither needs the other."""
        view = self._view
        scene = view.arrangement.scene
        if scene is None or start not in scene.index:
            return
        shown = scene.outline.shows(end)
        way = scene.ways.path(start, shown)
        if len(way) < 2:
            view.finder.say(f"neither needs the other: {start}, {shown}")
            return
        view.look.leave()
        view.look.set_focus(None, way)
        for name in (way[-1], way[0]):
            view.look.select(name)

    # ---- keys

    def key(self, key: int, text: str, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key is bound to; gives False for one that others should hear too."""
        view = self._view
        act = action_of(BINDINGS, key, text, modifiers, selected=view.look.selection is not None)
        if act is not None and view.arrangement.scene is not None:
            self.act(act, key)
        # Escape goes on too: twice, it stops what runs.
        return act is not None and act is not TopologyAction.LET_GO

    def act(self, act: TopologyAction, key: int) -> None:
        """Do what is asked for; *key* tells the direction."""
        view, step = self._view, QPointF(*direction_of(key))
        viewport, arrangement = view.viewport, view.arrangement
        plain: dict[TopologyAction, Callable[[], object]] = {
            TopologyAction.PAN: lambda: viewport.pan(-step * STEP),
            TopologyAction.FIND: self.open_find,
            TopologyAction.FIT: self._overview,
            TopologyAction.ZOOM_IN: lambda: viewport.zoom(ZOOM_STEP),
            TopologyAction.ZOOM_OUT: lambda: viewport.zoom(1 / ZOOM_STEP),
            TopologyAction.SELECT_FIRST: self._select_first,
            TopologyAction.NEXT_TROUBLE: lambda: self._go_to_trouble(1),
            TopologyAction.PREVIOUS_TROUBLE: lambda: self._go_to_trouble(-1),
            TopologyAction.ALL_BOXES: lambda: self._view.going.set_closed(
                toggled_all(arrangement.boxes, arrangement.closed)
            ),
            TopologyAction.BACK: view.look.back,
            TopologyAction.FORWARD: view.look.forward,
            TopologyAction.OUTSIDE: self._go_outside,
            TopologyAction.LEGEND: lambda: self._toggle("shows_legend"),
            TopologyAction.MINIMAP: lambda: self._toggle("shows_minimap"),
            TopologyAction.LET_GO: self._let_go,
        }
        if act in plain:
            plain[act]()
        elif view.look.selection is not None and arrangement.scene is not None:
            self._act_on(view.look.selection, act, step, direction_of(key))

    def _act_on(self, name: str, act: TopologyAction, step: QPointF, direction: tuple[int, int]) -> None:
        """Do what is asked for with the selected node."""
        view, focus = self._view, self._view.look.focus
        arrangement, scene = view.arrangement, view.arrangement.scene
        if scene is None:
            return
        match act:
            case TopologyAction.STEP:
                self._view.going.choose(scene.next(name, direction) or name)
            case TopologyAction.MOVE_CARD:
                place = view.viewport.centre_of(name) + step * (STEP / 7)
                arrangement.put(name, view.viewport.camera.to_scene(place))
                arrangement.moved.emit()
                view.draw_anew()
            case TopologyAction.ACTIVATE:
                self._view.going.activate(name)
            case TopologyAction.PIN | TopologyAction.UNPIN:
                if arrangement.toggle_pin(name, may_pin=act is TopologyAction.PIN):
                    view.draw_anew()
            case TopologyAction.FOCUS:
                self._focus(None if focus is not None else Focus(name))
            case TopologyAction.FOCUS_UP | TopologyAction.FOCUS_DOWN:
                way = Direction.NEEDED_BY if act is TopologyAction.FOCUS_UP else Direction.NEEDS
                self._focus(turned(focus, name, way))
            case TopologyAction.MORE_HOPS | TopologyAction.FEWER_HOPS:
                hops = focus.hops + (1 if act is TopologyAction.MORE_HOPS else -1) if focus is not None else 1
                self._focus(with_hops(focus, name, hops))
            case TopologyAction.WAY_TO:
                self._way_from = name
                view.finder.open(view.viewport.field_place(), f"way from {name} to …")
            case TopologyAction.BOX:
                self._view.going.set_closed(toggled(name, scene.outline, arrangement.closed))
            case TopologyAction.FACTS:
                self._show_tooltip(name)
            case _:
                pass

    def _show_tooltip(self, name: str) -> None:
        """Show the facts of a card beside it, as the pointer would."""
        spot = self._view.viewport.card_rect(name).bottomLeft().toPoint()
        show_tip(self._widget, self._widget.mapToGlobal(spot), as_tooltip(self._view.told(name)))

    def _overview(self) -> None:
        if not self._view.viewport.fitted:
            self._view.look.leave()
        self._view.viewport.fit()

    def _select_first(self) -> None:
        scene = self._view.arrangement.scene
        self._view.going.choose(scene.shape.rows[0][0] if scene is not None and scene.shape.rows else None)

    def _go_to_trouble(self, step: int) -> None:
        view = self._view
        if view.arrangement.scene is not None:
            name = troubled(view.arrangement.scene, view.drawing.troubled(), view.look.selection, step)
            if name is not None:
                self._view.going.jump(name)

    def _focus(self, focus: Focus | None) -> None:
        self._view.look.leave()
        self._view.look.keep(self._view.drawing.not_to_hide())
        self._view.look.set_focus(focus)

    def _go_outside(self) -> None:
        viewport = self._view.viewport
        arrows = self._view.drawing.pointers(viewport.camera, viewport.room())
        if arrows:
            self._view.going.jump(min(arrows, key=lambda one: not one.is_alarm).name)

    def _toggle(self, what: str) -> None:
        drawing = self._view.drawing
        setattr(drawing, what, not getattr(drawing, what))
        self._view.update()

    def _let_go(self) -> None:
        view = self._view
        if view.drawing.shows_legend:
            self._toggle("shows_legend")
        elif view.look.focus is not None or view.look.way:
            view.look.leave()
            view.look.set_focus(None)
        else:
            self._view.going.choose(None)
