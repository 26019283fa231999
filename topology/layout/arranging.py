"""Lays a request out: cycles first, then services, then the parts of the picture, then all of them side by side."""

from collections.abc import Callable

import numpy as np

from topology.layout.finishing import finished
from topology.layout.levels.drawn import Drawn, drawn_of
from topology.layout.levels.lanes import IN, OUT, bundle_of, inner_bundles, lane_marks
from topology.layout.levels.level import Ties
from topology.layout.levels.nesting import CYCLES, PARTS, SERVICES, Nesting
from topology.layout.levels.values import Arrangement, Floats, Ints, LayoutCancelledError, Request
from topology.layout.memory import Memory
from topology.layout.places.columns import widest_of
from topology.layout.places.packing import pack, pack_again
from topology.layout.places.placing import Placed, place
from topology.layout.storing import key_of

PHASES = ("cycles", "services", "parts")


def arrange(
    request: Request,
    previous: Arrangement | None = None,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Arrangement:
    """Lay *request* out.

    Args:
        request: the graph, and how it is to be drawn.
        previous: an earlier picture of about the same graph, whose nodes and lanes stay where they are as far as they can.
        progress: is told the phase and the share that is done, 0 to 1.
        cancelled: is asked now and then whether to give up.

    Raises:
        LayoutCancelledError: *cancelled* said so.
    """

    def tick() -> None:
        if cancelled is not None and cancelled():
            raise LayoutCancelledError("the layout was no longer wanted")

    def tell(phase: str, share: float) -> None:
        tick()
        if progress is not None:
            progress(phase, share)

    tell("rows", 0.0)
    drawn = drawn_of(request)
    tick()
    picture = LayoutDraft(request, drawn, Memory(request, drawn, previous), tick)
    for kind, phase in enumerate(PHASES):
        tell(phase, 0.1 + 0.2 * kind)
        picture.place(kind)
    tell("lines", 0.9)
    made = picture.finish()
    tell("done", 1.0)
    return made


class LayoutDraft:
    """One layout on its way: sizes of things, then places, from the inside outwards."""

    def __init__(self, request: Request, drawn: Drawn, memory: Memory, tick: Callable[[], None]) -> None:
        self.request, self.drawn, self.memory, self.tick = request, drawn, memory, tick
        self.nesting = Nesting(drawn)
        self.tick()
        nesting = self.nesting
        self.width = np.full(nesting.things, request.spacing.width)
        self.height = np.full(nesting.things, request.spacing.height)
        edges = len(nesting.edges)
        self.ports = (np.zeros(edges), np.zeros(edges))
        """How far right of the middle of the thing at hand each edge leaves its upper and meets its lower end."""
        self.placed: list[Placed] = []
        self.things: list[Ints] = []
        self.pieces = np.full((edges, 5), -1)
        """Of each edge the ties that make its line: out of a cycle, out of a service, between, into a service, into a cycle."""
        self._ties = 0

    def place(self, kind: int) -> None:
        """Place the insides of all containers of a kind, and give the boxes round them their sizes."""
        nesting, spacing = self.nesting, self.request.spacing
        things = np.flatnonzero(nesting.kind == kind)
        containers = (len(self.drawn.cycle_boxes), len(self.drawn.group_boxes), nesting.parts)[kind]
        local = np.full(nesting.things, -1)
        local[things] = np.arange(len(things))
        container = nesting.container[things]
        row = nesting.row[things]
        width, height = self.width[things], self.height[things]
        inner = np.flatnonzero(nesting.where == kind)
        bundle, share = inner_bundles(nesting, inner)
        ends = [local[nesting.upper[inner]], local[nesting.lower[inner]]]
        ports = [self.ports[0][inner], self.ports[1][inner]]
        self.pieces[inner, 2] = self._ties + np.arange(len(inner))
        passing: list[tuple[Ints, Ints, int]] = []
        if kind != PARTS:
            depth = np.zeros(containers, np.int64)
            np.maximum.at(depth, container, row)
            row = row + 1
            for side, leaves, code in ((0, nesting.upper_leaf, OUT), (1, nesting.lower_leaf, IN)):
                use = np.flatnonzero((nesting.where > kind) & (nesting.box_at(kind, leaves) >= 0))
                keys, first, tie = np.unique(
                    bundle_of(leaves[use], nesting.upward[use], code), return_index=True, return_inverse=True
                )
                shown = use[first]
                item = local[nesting.thing_at(kind, leaves[shown])]
                port = len(container) + np.arange(len(shown))
                self.pieces[use, (0 + kind) if side == 0 else (4 - kind)] = self._ties + len(bundle) + tie
                container = np.r_[container, container[item]]
                row = np.r_[row, depth[container[item]] + 2 if side == 0 else np.zeros(len(item), np.int64)]
                width, height = np.r_[width, np.full(len(item), spacing.lane)], np.r_[height, np.zeros(len(item))]
                ends[side] = np.r_[ends[side], item]
                ends[1 - side] = np.r_[ends[1 - side], port]
                ports[side] = np.r_[ports[side], self.ports[side][shown]]
                ports[1 - side] = np.r_[ports[1 - side], np.zeros(len(shown))]
                bundle, share = np.r_[bundle, keys], np.r_[share, keys]
                passing.append((use, port[tie], side))
        ties = Ties(ends[0], ends[1], ports[0], ports[1], bundle, share)
        least = np.full(containers, (7.0 if kind == PARTS else 3.5) * spacing.width)
        np.maximum.at(least, container, width)
        widest = widest_of(container, row, (width, height), spacing, self.request.aspect, least)
        old = self.memory.places(kind, nesting, things) if self.memory.knows else None
        placed = place(container, row, (width, height), ties, spacing, widest, self.tick, old)
        self.placed.append(placed)
        self.things.append(things)
        self._ties += len(bundle)
        if kind != PARTS:
            self._close(kind, placed, passing)

    def _close(self, kind: int, placed: Placed, passing: list[tuple[Ints, Ints, int]]) -> None:
        """Give boxes their sizes, and edges that leave them the places on their borders."""
        spacing, first = self.request.spacing, self.nesting.first[kind]
        boxes = slice(first, first + len(placed.width))
        self.width[boxes] = placed.width + 2 * spacing.frame_x
        self.height[boxes] = placed.height + spacing.frame_top + spacing.frame_bottom
        for use, port, side in passing:
            box = placed.level.container[port]
            self.ports[side][use] = placed.x[port] - placed.width[box] / 2

    def finish(self) -> Arrangement:
        """Set the parts side by side, and everything in its place in the whole picture."""
        nesting, spacing = self.nesting, self.request.spacing
        outside = self.placed[PARTS]
        if self.memory.knows:
            wanted = self.memory.spots(nesting, outside, self.things[PARTS])
            spots = pack_again(outside.width, outside.height, wanted, spacing, self.request.aspect)
        else:
            spots = pack(outside.width, outside.height, spacing, self.request.aspect, nesting.has_alone)
        left, top = np.zeros(nesting.things), np.zeros(nesting.things)
        corners: list[Floats] = [spots, spots, spots]
        for kind in (PARTS, SERVICES, CYCLES):
            placed, things = self.placed[kind], self.things[kind]
            if kind != PARTS:
                first = nesting.first[kind]
                boxes = slice(first, first + len(placed.width))
                corners[kind] = np.column_stack([left[boxes] + spacing.frame_x, top[boxes] + spacing.frame_top])
            spot = corners[kind][placed.level.container[: len(things)]].reshape(-1, 2)
            left[things] = spot[:, 0] + placed.x[: len(things)] - self.width[things] / 2
            top[things] = spot[:, 1] + placed.top[: len(things)]
        rects = np.column_stack([left, top, left + self.width, top + self.height])
        return finished(
            self.request, self.drawn, nesting, self.placed, corners, rects, self.pieces, key_of(self.request),
            self._lanes(corners[PARTS]),
        )  # fmt: skip

    def _lanes(self, spots: Floats) -> tuple[Ints, Floats]:
        """Give the marks of all lanes and where they are: in the picture, or from the left inside a box."""
        marks, places = [], []
        for kind, placed in enumerate(self.placed):
            mark, lanes = lane_marks(kind, self.nesting, placed.level, len(self.things[kind]))
            marks.append(mark)
            shift = spots[placed.level.container[lanes], 0] if kind == PARTS else 0.0
            places.append(placed.x[lanes] + shift)
        return np.concatenate(marks), np.concatenate(places)
