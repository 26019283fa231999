"""One layout on its way: sizes of things, then places, from the inside outwards."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topology.layout.finishing import finished
from topology.layout.levels.drawn import Drawn
from topology.layout.levels.lanes import ENTER, IN, LEAVE, OUT, bundle_of, inner_bundles, lane_marks, strip_bundle
from topology.layout.levels.level import Level
from topology.layout.levels.nesting import CYCLES, PARTS, SERVICES, Nesting
from topology.layout.levels.values import Arrangement, Floats, Ints, Request
from topology.layout.memory import Memory
from topology.layout.places.channels import Joined, StripWays, joined
from topology.layout.places.columns import widest_of
from topology.layout.places.folding import fold
from topology.layout.places.packing import pack, pack_again
from topology.layout.places.placing import Placed, place
from topology.layout.storing import key_of
from topology.layout.tying import Tying

CLOSE, LOOSE = 1.0, 1.3
"""How much wider than its widest row a container may become: where there is hardly room for all, and where there is."""
NARROW, WIDE = 4.0, 6.0
"""How much narrower, and wider, than the picture a box may be wanted."""
KINDS = 3
LEAST_CARDS, LEAST_IN_BOX = 7.0, 3.5
"""So many cards a row of the picture, and of a box, may hold before it is broken, whatever the proportions."""
SMALLEST_SHARE = 1.3
"""How much wider than what is comfortable a view may be that everything can still be read in."""


@dataclass(frozen=True, slots=True)
class Proportions:
    """What may be chosen of a picture's proportions: *boxes* of services wider or narrower than usual, and the *outer* rows."""

    boxes: float = 1.0
    outer: float = 1.0
    cuts: bool = True
    """Whether what is deep may be cut into strips side by side."""


class LayoutDraft:
    """One layout on its way: it is placed kind by kind, and then finished."""

    def __init__(
        self,
        request: Request,
        drawn: Drawn,
        memory: Memory,
        tick: Callable[[], None],
        proportions: Proportions,
        *,
        hasty: bool = False,
    ) -> None:
        self.request, self.drawn, self.memory, self.tick = request, drawn, memory, tick
        self.proportions = proportions
        self.hasty = hasty
        self.nesting = Nesting(drawn)
        self.tick()
        nesting = self.nesting
        self.width = np.full(nesting.things, request.spacing.width)
        self.height = np.full(nesting.things, request.spacing.height)
        edges = len(nesting.edges)
        self.ports = (np.zeros(edges), np.zeros(edges))
        """How far right of the middle of the thing at hand each edge leaves its upper and meets its lower end."""
        self.placed: list[Placed] = []
        self.joined: list[Joined] = []
        self.marks: list[tuple[Ints, Ints]] = []
        self.things: list[Ints] = []
        self.strip = np.zeros(nesting.things, np.int64)
        """Which strip of its container each thing is in."""
        self.pieces = np.full((edges, 7), -1)
        """Of each edge the ties that make its line: out of a cycle, out of a service, between (or out of a strip, past it, and
        into another), into a service, into a cycle."""
        self.past = np.full(edges, -1)
        """Of each edge from strip to strip the line past the strips, of all kinds numbered through."""
        self._ties = self._lines = 0

    def whole(self) -> Arrangement:
        """Place the kinds of containers that are not placed yet, and give the picture."""
        for kind in range(len(self.placed), KINDS):
            self.place(kind)
        return self.finish()

    def fork(self, proportions: Proportions) -> "LayoutDraft":
        """Give a draft with all that is placed so far, which goes on with other *proportions*."""
        other = copy.copy(self)
        other.proportions = proportions
        other.placed, other.joined = self.placed.copy(), self.joined.copy()
        other.marks, other.things = self.marks.copy(), self.things.copy()
        other.width, other.height = self.width.copy(), self.height.copy()
        other.ports = (self.ports[0].copy(), self.ports[1].copy())
        other.strip, other.pieces, other.past = self.strip.copy(), self.pieces.copy(), self.past.copy()
        return other

    def place(self, kind: int) -> None:
        """Place the insides of all containers of a kind, and give the boxes round them their sizes."""
        nesting, spacing = self.nesting, self.request.spacing
        aspect = self._aspects(kind)
        things = np.flatnonzero(nesting.kind == kind)
        local = np.full(nesting.things, -1)
        local[things] = np.arange(len(things))
        size = self.width[things], self.height[things]
        inner = np.flatnonzero(nesting.where == kind)
        ends = local[nesting.upper[inner]], local[nesting.lower[inner]]
        old = self.memory.strips(nesting, things)
        folded = fold(
            nesting.container[things], nesting.row[things], size, ends, spacing, aspect, old, self.proportions.cuts
        )
        tying = Tying(folded, *size, spacing.lane)
        ways = self._tie_inner(tying, inner, ends)
        passing = [self._tie_passing(tying, kind, side, local) for side in (0, 1) if kind != PARTS]
        tied = tying.tied()
        least = np.full(len(folded.owner), self._least(kind))
        np.maximum.at(least, tied.strip, tied.width)
        sizes = tied.width, tied.height
        widest = widest_of(tied.strip, tied.row, sizes, spacing, aspect[folded.owner], least)
        rows = nesting.row[things]

        def marks(level: Level) -> tuple[Ints, Ints]:
            return lane_marks(kind, nesting, level, rows, tied.bundles, (folded.first, folded.place))

        known = self.memory.places(kind, nesting, things, marks) if self.memory.knows else None
        placed = place(
            tied.strip,
            tied.row,
            sizes,
            tied.ties,
            spacing,
            widest,
            self.tick,
            known,
            loose=CLOSE if self.proportions.cuts else LOOSE,
            hasty=self.hasty,
        )
        held = np.zeros(len(folded.owner), bool)
        held[folded.strip[old >= 0]] = True
        whole = joined(folded, placed, ways, spacing, held)
        self.strip[things] = folded.place[folded.strip]
        self.placed.append(placed)
        self.joined.append(whole)
        self.marks.append(marks(placed.level))
        self.things.append(things)
        self._ties += tying.count
        self._lines += len(ways.out)
        if kind != PARTS:
            self._close(kind, placed, whole, passing)

    def _least(self, kind: int) -> float:
        """Give the width below which no row of a container of this kind is broken; a small view is as wide as it is."""
        request = self.request
        if kind != PARTS:
            return LEAST_IN_BOX * request.spacing.width
        usual = LEAST_CARDS * request.spacing.width
        view = request.enough * request.aspect * SMALLEST_SHARE
        return min(usual, view) if self.proportions.cuts and 0 < view < np.inf else usual

    def _aspects(self, kind: int) -> Floats:
        """Give the width for a height of 1 that the containers of a kind should have.

        Boxes of services that share a row of the picture should fill it, and be of one height; one that has a row of its own
        should be as wide as the picture.
        """
        nesting, spacing, aspect = self.nesting, self.request.spacing, self.request.aspect
        if kind == CYCLES:
            return np.full(len(self.drawn.cycle_boxes), aspect)
        if kind == PARTS:
            return np.full(nesting.parts, aspect * self.proportions.outer)
        inside = np.flatnonzero(nesting.kind == SERVICES)
        area = (self.width[inside] + spacing.gap_x) * (self.height[inside] + spacing.gap_y)
        boxes = len(self.drawn.group_boxes)
        first = nesting.first[SERVICES]
        things = np.flatnonzero(nesting.kind == PARTS)
        own = (self.width[things] + spacing.gap_x) * (self.height[things] + spacing.gap_y)
        own[things >= first] = np.bincount(nesting.container[inside], area, boxes)[things[things >= first] - first]
        depth = int(nesting.row[things].max(initial=0)) + 1
        part = nesting.container[things]
        row = part * depth + nesting.row[things]
        in_row = np.bincount(row, own, nesting.parts * depth)
        wide = np.sqrt(np.bincount(part, own, nesting.parts) * aspect) * self.proportions.boxes
        of_box = things >= first
        high = in_row[row[of_box]] / wide[part[of_box]]
        made = np.full(boxes, aspect)
        made[things[of_box] - first] = own[of_box] / high**2
        clipped: Floats = np.clip(made, aspect / NARROW, aspect * WIDE)
        return clipped

    def _tie_inner(self, tying: Tying, inner: Ints, ends: tuple[Ints, Ints]) -> StripWays:
        """Tie what is joined inside containers: in its strip, or to ports from strip to strip."""
        nesting, (upper, lower) = self.nesting, ends
        parted = tying.strip[upper] != tying.strip[lower]
        whole, edges = inner[~parted], inner[parted]
        ports = self.ports[0][whole], self.ports[1][whole]
        bundle, share = inner_bundles(nesting, whole)
        self.pieces[whole, 2] = self._ties + tying.tie(upper[~parted], lower[~parted], ports, bundle, share)
        ways = []
        for column, item, use in ((2, upper[parted], LEAVE), (4, lower[parted], ENTER)):
            keys = strip_bundle(nesting, edges, tying.strip[item], use)
            ties, port = tying.port(item, self.ports[use == ENTER][edges], keys, leaving=use == LEAVE)
            self.pieces[edges, column] = self._ties + ties
            ways.append(port)
        self.past[edges] = self._lines + np.arange(len(edges))
        return StripWays(*ways)

    def _tie_passing(self, tying: Tying, kind: int, side: int, local: Ints) -> tuple[Ints, Ints, int]:
        """Tie what leaves containers at the bottom, or comes in at the top; gives the edges and their ports."""
        nesting = self.nesting
        leaves, use = (nesting.upper_leaf, OUT) if side == 0 else (nesting.lower_leaf, IN)
        edges = np.flatnonzero((nesting.where > kind) & (nesting.box_at(kind, leaves) >= 0))
        item = local[nesting.thing_at(kind, leaves[edges])]
        keys = bundle_of(leaves[edges], nesting.upward[edges], use)
        ties, port = tying.port(item, self.ports[side][edges], keys, leaving=side == 0)
        self.pieces[edges, kind if side == 0 else 6 - kind] = self._ties + ties
        return edges, port, side

    def _close(self, kind: int, placed: Placed, whole: Joined, passing: list[tuple[Ints, Ints, int]]) -> None:
        """Give boxes their sizes, and edges that leave them the places on their borders."""
        spacing, first = self.request.spacing, self.nesting.first[kind]
        boxes = slice(first, first + len(whole.width))
        self.width[boxes] = whole.width + 2 * spacing.frame_x
        self.height[boxes] = whole.height + spacing.frame_top + spacing.frame_bottom
        for edges, port, side in passing:
            strip = placed.level.container[port]
            self.ports[side][edges] = placed.x[port] + whole.left[strip] - whole.width[whole.owner[strip]] / 2

    def finish(self) -> Arrangement:
        """Set the parts side by side, and everything in its place in the whole picture."""
        nesting, spacing = self.nesting, self.request.spacing
        outside = self.joined[PARTS]
        if self.memory.knows:
            wanted = self.memory.spots(nesting, self.placed[PARTS], outside, self.things[PARTS])
            spots = pack_again(outside.width, outside.height, wanted, spacing, self.request.aspect)
        else:
            spots = pack(outside.width, outside.height, spacing, self.request.aspect, nesting.has_alone)
        left, top = np.zeros(nesting.things), np.zeros(nesting.things)
        corners: list[Floats] = [spots, spots, spots]
        for kind in (PARTS, SERVICES, CYCLES):
            placed, whole, things = self.placed[kind], self.joined[kind], self.things[kind]
            if kind != PARTS:
                first = nesting.first[kind]
                boxes = slice(first, first + len(whole.width))
                corners[kind] = np.column_stack([left[boxes] + spacing.frame_x, top[boxes] + spacing.frame_top])
            strip = placed.level.container[: len(things)]
            spot = corners[kind][whole.owner[strip]].reshape(-1, 2)
            left[things] = spot[:, 0] + whole.left[strip] + placed.x[: len(things)] - self.width[things] / 2
            top[things] = spot[:, 1] + whole.top[strip] + placed.top[: len(things)]
        rects = np.column_stack([left, top, left + self.width, top + self.height])
        self.pieces[:, 3] = np.where(self.past >= 0, self._ties + self.past, -1)
        return finished(
            self.request, self.drawn, nesting, self.placed, self.joined, corners, rects, self.pieces, self.strip,
            key_of(self.request), self._lanes(corners[PARTS]),
        )  # fmt: skip

    def _lanes(self, spots: Floats) -> tuple[Ints, Floats]:
        """Give the marks of all lanes and where they are: in the picture, or from the left inside a box."""
        marks, places = [], []
        for kind, placed in enumerate(self.placed):
            mark, lanes = self.marks[kind]
            whole, strip = self.joined[kind], placed.level.container[lanes]
            shift = spots[whole.owner[strip], 0] if kind == PARTS else 0.0
            marks.append(mark)
            places.append(placed.x[lanes] + whole.left[strip] + shift)
        return np.concatenate(marks), np.concatenate(places)
