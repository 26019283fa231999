"""What the operator looks at: the selection, the neighbours or the way that are set aside, and the views they came from."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from console.operating.layouts.near import near
from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.looking import Focus, ViewHistory, ViewState, breadcrumb, hidden_by
from console.panels.topology.viewport import TopologyViewport
from console.words.writing import plural

MOST_NEAR = 250
"""So many nodes are laid out for themselves: more would be waited for."""


class TopologyLook(QObject):
    """Selects, hides and shows nodes of an arrangement in a viewport; `changed` says that something else is to be seen."""

    changed = Signal()

    def __init__(self, parent: QObject, arrangement: TopologyArrangement, viewport: TopologyViewport) -> None:
        super().__init__(parent)
        self.selection: str | None = None
        self.focus: Focus | None = None
        self.way: tuple[str, ...] = ()
        self._kept: frozenset[str] = frozenset()
        """Nodes that no filter hides."""
        self._arrangement, self._viewport = arrangement, viewport
        self._history = ViewHistory()

    @property
    def now(self) -> ViewState:
        """What is looked at now, to come back to."""
        viewport = self._viewport
        return ViewState(viewport.camera, viewport.fitted, self.selection, self.focus, self.way)

    def leave(self) -> None:
        """Remember this view before another one is gone to."""
        self._history.leave(self.now)

    def back(self) -> None:
        """Go to the view one came from, if there is one."""
        self._show(self._history.back(self.now))

    def forward(self) -> None:
        """Go to the view one went back from, if there is one."""
        self._show(self._history.forward(self.now))

    def clear(self) -> None:
        """Forget all, as another region is shown."""
        self.focus, self.way = None, ()
        self._history.clear()

    def select(self, name: str | None) -> None:
        """Select a node and bring it into view; None or an unknown name selects nothing, one in a closed box the box."""
        shown = self._arrangement.shown_as(name)
        if shown is not None:
            self.bring(shown)
        self.selection = shown
        self.changed.emit()

    def bring(self, name: str) -> None:
        """Pan as little as it takes to see the card that shows a subsystem."""
        shown, scene = self._arrangement.shown_as(name), self._arrangement.scene
        if shown is None or scene is None:
            return
        if shown in scene.hidden:
            self.leave()
            self.set_focus(None)
        self._viewport.bring(shown)

    def set_focus(self, focus: Focus | None, way: tuple[str, ...] = (), *, fit: bool = True) -> None:
        """Draw only what is near a node, and what may not be hidden, or all; show a way between two nodes, or none."""
        self.focus, self.way = focus, way
        scene = self._arrangement.scene
        if scene is None:
            return
        if focus is not None and focus.name not in scene.index:
            shown = self._arrangement.shown_as(focus.name)  # a view to come back to may be of other boxes
            self.focus = focus = replace(focus, name=shown) if shown is not None else None
        hidden = hidden_by(scene, focus) - self._kept
        if hidden != scene.hidden:
            self._hide(scene, hidden)
            if fit:
                self._viewport.fit()
        self.changed.emit()

    def keep(self, names: frozenset[str]) -> None:
        """Hide none of these nodes, whatever is set aside; nothing moves for it."""
        if names != self._kept:
            self._kept = names
            scene = self._arrangement.scene
            if self.focus is not None and scene is not None:
                scene.hide(hidden_by(scene, self.focus) - names, scene.places)
                self.changed.emit()

    def take_scene(self, scene: TopologyScene) -> None:
        """Look at the same in another scene, as far as it is there."""
        self.focus = self.focus if self.focus is not None and self.focus.name in scene.index else None
        self._hide(scene, hidden_by(scene, self.focus) - self._kept)
        self.selection = self._arrangement.shown_as(self.selection)

    def _hide(self, scene: TopologyScene, hidden: frozenset[str]) -> None:
        """Leave nodes out, and lay out what is left, so that it fills the view; if that is much, where it is in the whole."""
        shown = frozenset(scene.names) - hidden
        scene.hide(
            hidden,
            near(scene.outline, shown, self._viewport.room_size()) if hidden and len(shown) <= MOST_NEAR else None,
        )

    def summary(self) -> str:
        """Say what is on show: how much, and what of it is left out."""
        return " · ".join(self.summary_parts())

    def summary_parts(self) -> tuple[str, ...]:
        """Say so in parts, of which the last may be left out first."""
        region, scene = self._arrangement.region, self._arrangement.scene
        if region is None:
            return ("no region",)
        said = breadcrumb(scene, self.focus, self.way) if scene is not None else ()
        if scene is not None and scene.hidden:
            return said  # which has the count, too
        external = sum(one.external for one in region.subsystems)
        count = plural(len(region.subsystems) - external, "subsystem")
        beside = (f"{external:,} external",) if external else ()
        return (count, *beside, *(said or ("dependents above, dependencies below",)))

    def _show(self, look: ViewState | None) -> None:
        """Come back to a view."""
        if look is None:
            return
        self.set_focus(look.focus, look.way, fit=False)
        self.selection = self._arrangement.shown_as(look.selection)
        if look.fitted:
            self._viewport.fit()
        else:
            self._viewport.show(look.camera)
        self.changed.emit()
