"""What the operator's hand does in the topology: which key or click leads to what."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, SignalInstance
from PySide6.QtWidgets import QApplication

from console.kit.arrows import direction_of
from console.kit.keys import action_of
from console.panels.topology.dragging import CardDragging
from console.panels.topology.drawing.beyond import OffScreenArrow as Arrow
from console.panels.topology.drawing.minimap import Minimap
from console.panels.topology.find import Finder
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.keys import BINDINGS, TopologyAction
from console.panels.topology.looking import Focus, ViewHistory, ViewState, troubled, turned, with_hops
from topology.graph.outline import NodeBox
from topology.graph.ways import Direction

STEP = 60.0
"""Pixels that an arrow key pans; a card is moved by a seventh of it."""
ZOOM_STEP = 1.2


class TopologySurface(Protocol):
    """What the hand acts on."""

    selected: SignalInstance
    activated: SignalInstance
    moved: SignalInstance
    selection: str | None
    boxes: tuple[NodeBox, ...]
    closed: frozenset[str]
    focus: Focus | None
    way: tuple[str, ...]
    fitted: bool
    shows_legend: bool
    shows_minimap: bool
    history: ViewHistory
    finder: Finder

    @property
    def scene(self) -> TopologyScene | None: ...
    @property
    def look(self) -> ViewState: ...
    def update(self) -> None: ...
    def select(self, name: str | None) -> None: ...
    def jump(self, name: str) -> None: ...
    def fit(self) -> None: ...
    def zoom(self, factor: float, at: QPointF | None = None) -> None: ...
    def pan(self, by: QPointF) -> None: ...
    def centre_on(self, point: QPointF) -> None: ...
    def room(self) -> QRectF: ...
    def field_place(self) -> QRect: ...
    def card_at(self, at: QPointF) -> str | None: ...
    def centre_of(self, name: str) -> QPointF: ...
    def put(self, name: str, centre: QPointF) -> None: ...
    def toggle_pin(self, name: str, may_pin: bool) -> None: ...
    def pointers(self) -> list[Arrow]: ...
    def minimap(self) -> Minimap | None: ...
    def troubled(self) -> list[int]: ...
    def set_focus(self, focus: Focus | None, way: tuple[str, ...] = (), *, fit: bool = True) -> None: ...
    def set_closed(self, closed: frozenset[str]) -> None: ...
    def show_look(self, look: ViewState) -> None: ...
    def show_tooltip(self, name: str) -> None: ...


class TopologyInteraction:
    """Turns keys and clicks into what the view does."""

    def __init__(self, view: TopologySurface) -> None:
        self._view = view
        self._pointer = CardDragging(self, QApplication.startDragDistance())
        self._way_from: str | None = None
        self._on_map = False

    # ---- mouse

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._pointer.is_down or self._on_map

    def press(self, at: QPointF) -> None:
        """Take an arrow at the border or a place of the small map, or select a card and be ready for a drag."""
        view = self._view
        arrow = next((one for one in view.pointers() if one.box.contains(at)), None)
        minimap = view.minimap()
        if arrow is not None:
            view.jump(arrow.name)
        elif minimap is not None and minimap.place(view.room()).contains(at):
            view.history.leave(view.look)
            self._on_map = True
            self.move(at)
        else:
            self._pointer.press(at)

    def move(self, at: QPointF) -> None:
        """Drag a card or the ground, or go where the small map is held."""
        minimap = self._view.minimap()
        if not self._on_map:
            self._pointer.move(at)
        elif minimap is not None:
            self._view.centre_on(minimap.to_scene(at, self._view.room()))

    def release(self) -> bool:
        """End it, and say whether a card was moved."""
        self._on_map = False
        return self._pointer.release()

    def card_at(self, at: QPointF) -> str | None:
        """Give the card at a place in the view."""
        return self._view.card_at(at)

    def centre_of(self, name: str) -> QPointF:
        """Give where the middle of a card is in the view."""
        return self._view.centre_of(name)

    def put(self, name: str, centre: QPointF) -> None:
        """Pin a card's middle at a place in the view."""
        self._view.put(name, centre)

    def pan(self, by: QPointF) -> None:
        """Move everything."""
        self._view.pan(by)

    # ---- selecting and opening

    def choose(self, name: str | None) -> None:
        """Select, and say so."""
        view = self._view
        if name != view.selection:
            view.select(name)
            view.selected.emit(name or "")

    def activate(self, name: str) -> None:
        """Open a box; of a subsystem say that all is wanted about it."""
        view = self._view
        if name in view.closed:
            view.set_closed(view.closed - {name})
        elif not any(box.name == name for box in view.boxes):  # one that is being opened already is no subsystem
            view.activated.emit(name)

    def open_find(self) -> None:
        """Open the find field."""
        self._way_from = None
        self._view.history.leave(self._view.look)
        self._view.finder.open(self._view.field_place())

    def found(self, name: str) -> None:
        """Go to what was found; its box is opened. Where a way was asked for, show that."""
        view, start = self._view, self._way_from
        if view.scene is None:
            return
        if start is not None:
            self._way_from = None
            self.show_way(start, name)
            return
        if name not in view.scene.index:
            boxes = {box.name for box in view.scene.outline.boxes_of(name)}
            view.set_closed(view.closed - boxes)
            view.select(name)
            view.selected.emit(name)
        else:
            view.jump(name)

    def show_way(self, start: str, end: str) -> None:
        """Show the shortest way between two nodes and bring it into view; say so where neither needs the other."""
        view = self._view
        scene = view.scene
        if scene is None or start not in scene.index:
            return
        shown = scene.outline.shows(end)
        way = scene.ways.path(start, shown)
        if len(way) < 2:
            view.finder.say(f"neither needs the other: {start}, {shown}")
            return
        view.history.leave(view.look)
        view.set_focus(None, way)
        for name in (way[-1], way[0]):
            view.select(name)

    # ---- keys

    def key(self, key: int, text: str, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key is bound to; gives False for one that others should hear too."""
        view = self._view
        act = action_of(BINDINGS, key, text, modifiers, selected=view.selection is not None)
        if act is not None and view.scene is not None:
            self.act(act, key)
        # Escape goes on too: twice, it stops what runs.
        return act is not None and act is not TopologyAction.LET_GO

    def act(self, act: TopologyAction, key: int) -> None:
        """Do what is asked for; *key* tells the direction."""
        view, step = self._view, QPointF(*direction_of(key))
        plain: dict[TopologyAction, Callable[[], object]] = {
            TopologyAction.PAN: lambda: view.pan(-step * STEP),
            TopologyAction.FIND: self.open_find,
            TopologyAction.FIT: self._overview,
            TopologyAction.ZOOM_IN: lambda: view.zoom(ZOOM_STEP),
            TopologyAction.ZOOM_OUT: lambda: view.zoom(1 / ZOOM_STEP),
            TopologyAction.SELECT_FIRST: self._select_first,
            TopologyAction.NEXT_TROUBLE: lambda: self._go_to_trouble(1),
            TopologyAction.PREVIOUS_TROUBLE: lambda: self._go_to_trouble(-1),
            TopologyAction.ALL_BOXES: self._toggle_all_boxes,
            TopologyAction.BACK: lambda: self._travel(view.history.back(view.look)),
            TopologyAction.FORWARD: lambda: self._travel(view.history.forward(view.look)),
            TopologyAction.OUTSIDE: self._go_outside,
            TopologyAction.LEGEND: lambda: self._toggle("shows_legend"),
            TopologyAction.MINIMAP: lambda: self._toggle("shows_minimap"),
            TopologyAction.LET_GO: self._let_go,
        }
        if act in plain:
            plain[act]()
        elif view.selection is not None and view.scene is not None:
            self._act_on(view.selection, act, step, direction_of(key))

    def _act_on(self, name: str, act: TopologyAction, step: QPointF, direction: tuple[int, int]) -> None:
        """Do what is asked for with the selected node."""
        view = self._view
        assert view.scene is not None
        match act:
            case TopologyAction.STEP:
                self.choose(view.scene.next(name, direction) or name)
            case TopologyAction.MOVE_CARD:
                self.put(name, view.centre_of(name) + step * (STEP / 7))
                view.moved.emit()
            case TopologyAction.ACTIVATE:
                self.activate(name)
            case TopologyAction.PIN | TopologyAction.UNPIN:
                view.toggle_pin(name, may_pin=act is TopologyAction.PIN)
            case TopologyAction.FOCUS:
                self._focus(None if view.focus is not None else Focus(name))
            case TopologyAction.FOCUS_UP | TopologyAction.FOCUS_DOWN:
                self._focus(
                    turned(view.focus, name, Direction.NEEDED_BY if act is TopologyAction.FOCUS_UP else Direction.NEEDS)
                )
            case TopologyAction.MORE_HOPS | TopologyAction.FEWER_HOPS:
                hops = view.focus.hops + (1 if act is TopologyAction.MORE_HOPS else -1) if view.focus is not None else 1
                self._focus(with_hops(view.focus, name, hops))
            case TopologyAction.WAY_TO:
                self._way_from = name
                view.finder.open(view.field_place(), f"way from {name} to …")
            case TopologyAction.BOX:
                self._toggle_box(name)
            case TopologyAction.FACTS:
                view.show_tooltip(name)
            case _:
                pass

    def _overview(self) -> None:
        view = self._view
        if not view.fitted:
            view.history.leave(view.look)
        view.fit()

    def _select_first(self) -> None:
        scene = self._view.scene
        self.choose(scene.rows[0][0] if scene is not None and scene.rows else None)

    def _go_to_trouble(self, step: int) -> None:
        view = self._view
        if view.scene is not None:
            name = troubled(view.scene, view.troubled(), view.selection, step)
            if name is not None:
                view.jump(name)

    def _focus(self, focus: Focus | None) -> None:
        view = self._view
        view.history.leave(view.look)
        view.set_focus(focus)

    def _toggle_box(self, name: str) -> None:
        """Open a box; close the cycle of a subsystem, else its service."""
        view = self._view
        assert view.scene is not None
        if name in view.closed:
            view.set_closed(view.closed - {name})
            return
        boxes = sorted(view.scene.outline.boxes_of(name), key=lambda box: box.kind != "cycle")
        free = [box.name for box in boxes if box.name not in view.closed]
        if free:
            view.set_closed(view.closed | {free[0]})

    def _toggle_all_boxes(self) -> None:
        view = self._view
        services = {box.name for box in view.boxes if box.kind == "service"}
        view.set_closed(view.closed - services if services & view.closed else view.closed | services)

    def _travel(self, look: ViewState | None) -> None:
        if look is not None:
            self._view.show_look(look)

    def _go_outside(self) -> None:
        arrows = sorted(self._view.pointers(), key=lambda one: not one.is_alarm)
        if arrows:
            self._view.jump(arrows[0].name)

    def _toggle(self, what: str) -> None:
        setattr(self._view, what, not getattr(self._view, what))
        self._view.update()

    def _let_go(self) -> None:
        view = self._view
        if view.shows_legend:
            self._toggle("shows_legend")
        elif view.focus is not None or view.way:
            view.history.leave(view.look)
            view.set_focus(None)
        else:
            self.choose(None)
