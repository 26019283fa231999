"""The places of a region's cards: laid out once, moved by the operator's hand only, and laid out anew when boxes open or close."""

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import QObject, QPointF, Signal

from console.operating.layouts.placed import Before, PlacedGraph
from console.panels.topology.geometry.placing import Placer
from console.panels.topology.geometry.scene import TopologyScene
from topology.graph.outline import NodeBox, Outline, boxes_of, outline_of
from topology.layout.levels.values import Point
from topology.region.region import Region

OTHER_SHAPE, OTHER_SIZE = 1.2, 1.4
"""By how much the proportions, or the area, of a view change before everything is laid out anew for it."""
OPEN_CYCLES_UP_TO, OPEN_SERVICES_UP_TO = 60, 400
"""In a region of more subsystems, cycles or services are drawn as closed boxes until they are opened."""


class TopologyArrangement(QObject):
    """Which boxes of a region are closed, and where everything is; one layout is on its way at most."""

    began = Signal()
    """A layout is on its way."""
    placed = Signal(object, object)
    """Outline and PlacedGraph: make it the scene with `take`."""
    failed = Signal(str)
    """There is no picture: a sentence."""
    restored = Signal()
    """Cards are pinned as was remembered."""
    moved = Signal()
    """A card was pinned, moved or unpinned by hand."""

    def __init__(self, parent: QObject, room: Callable[[], Point]) -> None:
        super().__init__(parent)
        self._room = room
        """How large the view is."""
        self.region: Region | None = None
        self.scene: TopologyScene | None = None
        """What is where; None as long as no region is shown."""
        self.boxes: tuple[NodeBox, ...] = ()
        self.closed: frozenset[str] = frozenset()
        """Names of the boxes that are drawn as one node."""
        self.laying_out: Outline | None = None
        """Of what a layout is on its way."""
        self._pins: dict[str, Point] = {}
        self._placer = Placer(self)
        self._placer.done.connect(self.placed)
        self._placer.failed.connect(self._take_failure)

    def is_of(self, region: Region) -> bool:
        """Whether it is this description of this region that is shown, with the nodes and edges that its source has."""
        shown = self.region
        if shown is None or (shown.name, shown.digest) != (region.name, region.digest):
            return False
        if shown.subsystems is region.subsystems and shown.dependencies is region.dependencies:
            return True
        is_same = (shown.subsystems, shown.dependencies) == (region.subsystems, region.dependencies)
        self.region = region if is_same else shown  # so that they are the very same the next time
        return is_same

    def begin(self, region: Region) -> bool:
        """Take a description; gives whether it is of the region shown before, whose pins and closed boxes stay."""
        boxes = boxes_of(region)
        known = self.region is not None and self.region.name == region.name
        if known:
            self._pins = self.positions()
            self.closed &= {box.name for box in boxes}
        else:
            many = len(region.subsystems)
            limits = {"cycle": OPEN_CYCLES_UP_TO, "service": OPEN_SERVICES_UP_TO}
            self.closed = frozenset(box.name for box in boxes if many > limits[box.kind])
            self._pins, self.scene = {}, None
        self.region, self.boxes = region, boxes
        return known

    def lay_out(self) -> None:
        """Lay out what is shown of the region."""
        if self.region is None:
            return
        self.laying_out = outline_of(self.region, self.boxes, self.closed)
        self.began.emit()
        # Like the picture that is on the screen, so that little moves when little changed.
        before = Before(self.scene.outline, self.scene.whole) if self.scene is not None else None
        self._placer.place(self.laying_out, before, self._room())

    def suit(self) -> None:
        """Lay out anew where that is what another shape of the view wants, and the hand has moved nothing."""
        scene, (wide, high) = self.scene, self._room()
        if scene is None or self.laying_out is not None or self.positions() or scene.hidden or high <= 0:
            return
        change = wide / high / scene.whole.aspect
        grown = wide * high / max(scene.whole.room[0] * scene.whole.room[1], 1.0)
        if max(change, 1 / change) < OTHER_SHAPE and max(grown, 1 / max(grown, 1e-6)) < OTHER_SIZE:
            return
        self.laying_out = scene.outline
        self.began.emit()
        self._placer.place(scene.outline, None, (wide, high))

    def take(self, outline: Outline, places: PlacedGraph) -> TopologyScene:
        """Make what was laid out the scene, with the cards pinned that were."""
        self.laying_out = None
        scene = TopologyScene(outline.region, outline, places)
        scene.restore(self.positions())
        self.scene = scene
        return scene

    def set_closed(self, closed: Collection[str]) -> bool:
        """Draw these boxes as one node each, and open all others; gives whether that is another picture."""
        known = frozenset(closed) & {box.name for box in self.boxes}
        if known == self.closed:
            return False
        self.closed = known
        self._pins = self.positions()
        return True

    # ---- what the hand moved

    def positions(self) -> dict[str, Point]:
        """Give the cards that were put somewhere by hand, to be remembered under the region's name."""
        here = self.scene.pins if self.scene is not None else {}
        drawable = {*(self.region.index if self.region is not None else ()), *(box.name for box in self.boxes)}
        return {name: place for name, place in {**self._pins, **here}.items() if name in drawable}

    def restore(self, pins: Mapping[str, Point]) -> None:
        """Pin what was remembered."""
        self._pins = dict(pins)
        if self.scene is not None:
            self.scene.restore(pins)
            self.restored.emit()

    def reset(self) -> bool:
        """Let every card go back to where the layout has it; gives whether there is anything to lay out."""
        if self.scene is None:
            return False
        self._pins = {}
        self.scene.unpin(list(self.scene.pins))
        self.moved.emit()
        # Of what is on its way already, rather than of what that is going to take the place of.
        self.laying_out = self.laying_out or self.scene.outline
        self._placer.place(self.laying_out, None, self._room())
        return True

    def put(self, name: str, centre: QPointF) -> None:
        """Pin the middle of a card at a place in the scene."""
        if self.scene is not None:
            self.scene.pin(name, centre)

    def toggle_pin(self, name: str, may_pin: bool) -> bool:
        """Unpin a card; one that is not pinned is, where it is, if it *may* be. Gives whether anything changed."""
        scene = self.scene
        if scene is None or (name not in scene.pins and not may_pin):
            return False
        if name in scene.pins:
            self._pins.pop(name, None)
            scene.unpin([name])
        else:
            scene.pin(name, scene.shape.cards[name].center())
        self.moved.emit()
        return True

    def shown_as(self, name: str | None) -> str | None:
        """Give the node that shows a subsystem or a box; None where there is none."""
        if self.scene is None or name is None:
            return None
        outline = self.scene.outline
        if name in outline.index:
            return name
        if name in outline.region.index:
            return outline.shows(name)
        box = next((box for box in outline.boxes if box.name == name), None)
        return outline.nodes[outline.node_of[box.members[0]]].name if box is not None else None

    def _take_failure(self, sentence: str) -> None:
        self.laying_out = None
        self.failed.emit(sentence)
