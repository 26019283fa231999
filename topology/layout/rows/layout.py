"""Positions for the dependency graph: layered, dependents above what they need, each service in a frame of its own.

The same input gives the same picture. Every group is laid out on its own, then the groups and the nodes without one are laid out as
boxes; so a frame never holds a stranger, and where two services need each other the fewer edges lead up. Edges to the same
needed node share their lanes past other rows, as roads to one town do. Cards, colours and zoom belong to the console.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from topology.graph.layering import assign_layers, break_cycles, split_wide
from topology.layout.rows.ordering import RowOrderSearch, Segment, place
from topology.layout.rows.row_order import KeptOrdering, place_kept
from topology.region.collecting import without_collection

Point = tuple[float, float]
Pair = tuple[int, int]
Lane = tuple[str, int, bool]
"""Edges that share their way: what the way is for, the node that is needed, and whether the way leads up."""

WIDE = 1.9
"""How much wider than high a picture may get before a row is broken in two."""

MIDDLING = 0.35
"""How much of a port's distance counts when boxes are placed: 1 puts edges upright, 0 puts boxes in the middle of each other."""


@dataclass(frozen=True, slots=True)
class LayoutNode:
    """A node to place. *top*: keep it on the first row when nothing needs it, as externals are."""

    name: str
    group: str | None = None
    top: bool = False


@dataclass(frozen=True, slots=True)
class Spacing:
    """Sizes of cards and of the least room between things, in whatever unit the caller draws in."""

    width: float = 176.0
    height: float = 62.0
    gap_x: float = 28.0
    gap_y: float = 34.0
    frame_x: float = 16.0
    frame_top: float = 26.0
    frame_bottom: float = 14.0
    lane: float = 12.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle round a group."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: x to the right, y down, from (0, 0) to (*width*, *height*).

    *centres* are the middles of cards. *frames* are there for groups of two or more. A route goes from the middle of the dependent
    to that of what it needs; each point between is on a row, which the edge passes upright beside the cards.
    """

    centres: dict[str, Point]
    frames: dict[str, Frame]
    routes: dict[tuple[str, str], tuple[Point, ...]]
    width: float
    height: float
    crossings: int
    """Crossings of edges between the rows, those inside boxes and those between boxes."""
    spacing: Spacing


def layout(
    nodes: Sequence[LayoutNode],
    edges: Iterable[tuple[str, str]],
    spacing: Spacing | None = None,
    wide: float = WIDE,
    before: Mapping[str, Point] | None = None,
) -> Layout:
    """Place *nodes* with *edges* from dependents to what they need; put edges first that should lead down if any can.

    Nodes that had a place *before* stay in that order and near it, so that little moves when little changed.

    Raises:
        KeyError: an edge names a node that is not there.
        ValueError: two nodes have the same name.
    """
    index = {node.name: number for number, node in enumerate(nodes)}
    if len(index) != len(nodes):
        raise ValueError("two nodes have the same name")
    pairs = list(dict.fromkeys((index[dependent], index[needs]) for dependent, needs in edges if dependent != needs))
    with without_collection():
        return _Picture(nodes, pairs, spacing or Spacing(), wide, before).draw()


class _Level:
    """Items in rows, and the ways that edges take through them: at each row in between a lane, shared by what goes the same way."""

    def __init__(self, rows: list[list[int]], widths: list[float], gap: float, lane: float) -> None:
        self.rows = [list(row) for row in rows]
        self.row_of = {item: number for number, row in enumerate(rows) for item in row}
        self.widths, self.gaps, self.lane_width = widths, [gap] * len(widths), lane
        self._given = len(widths)
        self._lanes: dict[tuple[Lane, int], int] = {}
        self._segments: dict[tuple[int, int, float, float], Segment] = {}

    def way(self, lane: Lane, source: int | None, target: int | None, ports: Point = (0.0, 0.0)) -> list[int]:
        """Lead an edge through the rows; None for an end that lies outside, beyond the first or the last row."""
        upwards = lane[2]
        outside = (len(self.rows), -1) if upwards else (-1, len(self.rows))
        start = outside[0] if source is None else self.row_of[source]
        stop = outside[1] if target is None else self.row_of[target]
        between = range(start - 1, stop, -1) if upwards else range(start + 1, stop)
        passed = [self._lane(lane, row) for row in between]
        inner = set(passed)
        way = [*([] if source is None else [source]), *passed, *([] if target is None else [target])]
        for first, second in pairwise(way):
            near, far = ports[0] if first == source else 0.0, ports[1] if second == target else 0.0
            weight = 1.0 + 2.0 * (first in inner) + 2.0 * (second in inner)
            self._join(first, second, near, far, weight) if not upwards else self._join(
                second, first, far, near, weight
            )
        return way

    def settle(self, hints: Mapping[int, float]) -> tuple[list[float], int]:
        """Order the rows and give each item its x, the leftmost edge at 0, and how many crossings are left.

        Items with *hints*, where they were in an earlier picture, stay in the order of these, if most have one.
        """
        segments = list(self._segments.values())
        ordering: RowOrderSearch | KeptOrdering
        keeps = bool(hints) and 2 * len(hints) >= self._given
        if keeps:
            ordering = KeptOrdering(self.rows, segments, self.widths)
            self.rows = ordering.keep(hints)
        else:
            ordering = RowOrderSearch(self.rows, segments, self.widths)
            self.rows = ordering.search()
        middling = [
            Segment(s.upper, s.lower, s.upper_port * MIDDLING, s.lower_port * MIDDLING, s.weight) for s in segments
        ]
        if isinstance(ordering, KeptOrdering):
            x = place_kept(self.rows, middling, self.widths, self.gaps, hints)
        else:
            x = place(self.rows, middling, self.widths, self.gaps)
        left = min((at - width / 2 for at, width in zip(x, self.widths, strict=True)), default=0.0)
        return [at - left for at in x], ordering.crossings

    def _lane(self, lane: Lane, row: int) -> int:
        item = self._lanes.get((lane, row))
        if item is None:
            item = self._lanes[lane, row] = len(self.widths)
            self.widths.append(self.lane_width)
            self.gaps.append(self.lane_width)
            # In the middle, so that a row whose cards all go into one lane is not pushed to one side by it.
            self.rows[row].insert(len(self.rows[row]) // 2, item)
            self.row_of[item] = row
        return item

    def _join(self, upper: int, lower: int, upper_port: float, lower_port: float, weight: float) -> None:
        self._segments.setdefault(
            (upper, lower, upper_port, lower_port), Segment(upper, lower, upper_port, lower_port, weight)
        )


@dataclass(slots=True)
class _Box:
    """A group or a single node, laid out: places are from its left edge, rows from its first row."""

    members: list[int]
    framed: bool
    width: float = 0.0
    rows: int = 1
    x: list[float] | None = None
    row_of: dict[int, int] | None = None
    ways: dict[tuple[Pair, str], list[int]] | None = None
    """Items that an edge passes: `inside` the box, on its way `out`, or `in`."""
    crossings: int = 0

    def spot(self, item: int) -> tuple[float, int]:
        """Give the x and the row of an item of a way."""
        if self.x is None:
            raise RuntimeError("there is no x here, as there has to be")
        if self.row_of is None:
            raise RuntimeError("there is no row of here, as there has to be")
        return self.x[item], self.row_of[item]


class _Picture:
    """One run: boxes, their insides, the boxes among each other, then coordinates."""

    def __init__(
        self,
        nodes: Sequence[LayoutNode],
        pairs: list[Pair],
        spacing: Spacing,
        wide: float,
        before: Mapping[str, Point] | None,
    ) -> None:
        self.nodes, self.pairs, self.spacing, self.wide = nodes, pairs, spacing, wide
        self._before = before or {}
        self.boxes, self.box_of = _boxes(nodes)
        self._order_of = {pair: number for number, pair in enumerate(pairs)}
        self._pairs_by_box: dict[int, list[Pair]] | None = None
        self.centres: dict[str, Point] = {}
        self.frames: dict[str, Frame] = {}
        self.routes: dict[tuple[str, str], tuple[Point, ...]] = {}
        self.crossings = 0

    def draw(self) -> Layout:
        drawn = [_Part(self, numbers) for numbers in self._components()]
        alone = [box.members[0] for number, box in enumerate(self.boxes) if self._is_alone(number)]
        blocks = [(part.width, part.height) for part in drawn]
        columns = _columns(len(alone), self.spacing, self.wide)
        if alone:
            lines = -(-len(alone) // columns)
            step_x, step_y = self.spacing.width + self.spacing.gap_x, self.spacing.height + self.spacing.gap_y
            blocks.append((min(columns, len(alone)) * step_x - self.spacing.gap_x, lines * step_y - self.spacing.gap_y))
        spots, width, height = _pack(blocks, self.spacing, self.wide)
        for part, spot in zip(drawn, spots, strict=False):
            part.put(spot)
            self.crossings += part.crossings
        for number, node in enumerate(alone):
            x, y = spots[-1]
            x += number % columns * step_x + self.spacing.width / 2
            self.centres[self.nodes[node].name] = (x, y + number // columns * step_y + self.spacing.height / 2)
        ordered = {node.name: self.centres[node.name] for node in self.nodes}
        return Layout(ordered, self.frames, self.routes, width, height, self.crossings, self.spacing)

    def was_at(self, box: "_Box") -> float | None:
        """Give where the middle of a box was in the picture before, or None if it was not there."""
        names = [self.nodes[member].name for member in box.members]
        places = [self._before[name][0] for name in names if name in self._before]
        return sum(places) / len(places) if places else None

    def node_was_at(self, node: int) -> float | None:
        """Give where a node was in the picture before, or None."""
        found = self._before.get(self.nodes[node].name)
        return found[0] if found is not None else None

    def pairs_of(self, boxes: Sequence[int]) -> list[Pair]:
        """Give the edges of boxes that hang together, in order."""
        if self._pairs_by_box is None:
            self._pairs_by_box = {}
            for pair in self.pairs:
                self._pairs_by_box.setdefault(self.box_of[pair[0]], []).append(pair)
        found = [pair for number in boxes for pair in self._pairs_by_box.get(number, ())]
        return sorted(found, key=self._order_of.__getitem__)

    def _is_alone(self, number: int) -> bool:
        return not self.boxes[number].framed and number not in self._linked

    def _components(self) -> list[list[int]]:
        """Give the boxes that hang together, biggest first; nodes without any edge are in none."""
        parent = list(range(len(self.boxes)))

        def root(number: int) -> int:
            while parent[number] != number:
                parent[number] = parent[parent[number]]
                number = parent[number]
            return number

        self._linked: set[int] = set()
        for dependent, need in self.pairs:
            a, b = self.box_of[dependent], self.box_of[need]
            self._linked |= {a, b}
            parent[root(b)] = root(a)
        found: dict[int, list[int]] = {}
        for number in range(len(self.boxes)):
            if not self._is_alone(number):
                found.setdefault(root(number), []).append(number)
        return sorted(found.values(), key=lambda numbers: -sum(len(self.boxes[number].members) for number in numbers))


class _Part:
    """Boxes that hang together."""

    def __init__(self, picture: _Picture, numbers: list[int]) -> None:
        self.picture, self.boxes = picture, [picture.boxes[number] for number in numbers]
        spacing = picture.spacing
        self.box_of = {node: position for position, box in enumerate(self.boxes) for node in box.members}
        self.pairs = picture.pairs_of(numbers)
        links = self._links()
        turned = break_cycles(len(numbers), links)
        down = list(dict.fromkeys((b, a) if (a, b) in turned else (a, b) for a, b in links))
        top = [n for n, box in enumerate(self.boxes) if not box.framed and picture.nodes[box.members[0]].top]
        layer = assign_layers(len(numbers), down, top)
        of_box: list[list[Pair]] = [[] for _ in self.boxes]
        for pair in self.pairs:
            for position in set(self._ends(pair)):
                of_box[position].append(pair)
        for box, pairs in zip(self.boxes, of_box, strict=True):
            _lay_out(box, picture, pairs, layer, self.box_of)
        widths = [box.width for box in self.boxes]
        area = sum(box.width * box.rows * (spacing.height + spacing.gap_y) for box in self.boxes)
        widest = max(*widths, (area * picture.wide) ** 0.5 * 1.25, 7 * spacing.width, spacing.width)
        level = _Level(split_wide(layer, down, widths, widest), widths, spacing.gap_x, spacing.lane)
        self.ways = {pair: self._way(level, pair) for pair in self.pairs if len(set(self._ends(pair))) == 2}
        was = ((position, picture.was_at(box)) for position, box in enumerate(self.boxes))
        self.x, self.crossings = level.settle({position: x for position, x in was if x is not None})
        self.crossings += sum(box.crossings for box in self.boxes)
        self.row_of = level.row_of
        self.width = max(at + width / 2 for at, width in zip(self.x, level.widths, strict=True))
        self.bands = self._bands(level)
        self.height = self.bands[-1][2]

    def put(self, spot: Point) -> None:
        """Write down the places of nodes, frames and routes, the part's corner at *spot*."""
        picture, spacing = self.picture, self.picture.spacing
        for position, box in enumerate(self.boxes):
            for node in box.members:
                picture.centres[picture.nodes[node].name] = self._point(spot, position, box.members.index(node))
            if box.framed:
                left, first = spot[0] + self.x[position] - box.width / 2, spot[1] + self.bands[self.row_of[position]][0]
                top = first - spacing.height / 2 - spacing.frame_top
                bottom = (
                    first
                    + (box.rows - 1) * (spacing.height + spacing.gap_y)
                    + spacing.height / 2
                    + spacing.frame_bottom
                )
                group = picture.nodes[box.members[0]].group
                if group is None:
                    raise RuntimeError("there is no group here, as there has to be")
                picture.frames[group] = Frame(left, top, left + box.width, bottom)
        for pair in self.pairs:
            names = picture.nodes[pair[0]].name, picture.nodes[pair[1]].name
            picture.routes[names] = tuple(dict.fromkeys(self._route(spot, pair)))

    def _ends(self, pair: Pair) -> Pair:
        return self.box_of[pair[0]], self.box_of[pair[1]]

    def _links(self) -> list[Pair]:
        """Give the edges between boxes, each once; of two boxes that need each other, the stronger direction."""
        strength: dict[Pair, int] = {}
        for pair in self.pairs:
            a, b = self._ends(pair)
            if a != b:
                strength[a, b] = strength.get((a, b), 0) + 1
        return [
            (a, b) for (a, b), n in strength.items() if (n, b) >= (strength.get((b, a), 0), a) or (b, a) not in strength
        ]

    def _way(self, level: _Level, pair: Pair) -> list[int]:
        """Lead an edge from box to box; where it leaves and enters them is known from their insides."""
        a, b = self._ends(pair)
        ports = []
        for position, part, end in ((a, "out", -1), (b, "in", 0)):
            box = self.boxes[position]
            if box.ways is None:
                raise RuntimeError("there is no box ways here, as there has to be")
            ports.append(box.spot(box.ways[pair, part][end])[0] - box.width / 2)
        upwards = level.row_of[a] > level.row_of[b]
        return level.way(("past", pair[1], upwards), a, b, (ports[0], ports[1]))

    def _bands(self, level: _Level) -> list[tuple[float, float, float]]:
        """Give for each row of boxes the y of its first and last row of cards, and its lower edge."""
        spacing, y = self.picture.spacing, 0.0
        bands = []
        for row in level.rows:
            boxes = [self.boxes[item] for item in row if item < len(self.boxes)]
            framed = any(box.framed for box in boxes)
            first = y + (spacing.frame_top if framed else 0.0) + spacing.height / 2
            last = first + (max(box.rows for box in boxes) - 1) * (spacing.height + spacing.gap_y)
            end = last + spacing.height / 2 + (spacing.frame_bottom if framed else 0.0)
            bands.append((first, last, end))
            y = end + spacing.gap_y
        return bands

    def _point(self, spot: Point, position: int, item: int) -> Point:
        """Give the place of an item of a box."""
        box, spacing = self.boxes[position], self.picture.spacing
        x, row = box.spot(item)
        first = self.bands[self.row_of[position]][0]
        left = spot[0] + self.x[position] - box.width / 2
        return left + x, spot[1] + first + row * (spacing.height + spacing.gap_y)

    def _route(self, spot: Point, pair: Pair) -> list[Point]:
        a, b = self._ends(pair)
        ways = self.boxes[a].ways
        if ways is None:
            raise RuntimeError("there is no ways here, as there has to be")
        if a == b:
            return [self._point(spot, a, item) for item in ways[pair, "inside"]]
        other = self.boxes[b].ways
        if other is None:
            raise RuntimeError("there is no other here, as there has to be")
        way = self.ways[pair]
        points = [self._point(spot, a, item) for item in ways[pair, "out"]]
        entry = [self._point(spot, b, item) for item in other[pair, "in"]]
        upwards = self.row_of[a] > self.row_of[b]
        if not upwards:
            points.append((points[-1][0], spot[1] + self.bands[self.row_of[a]][1]))
        for lane in way[1:-1]:
            first, last, _ = self.bands[self.row_of[lane]]
            points.extend((spot[0] + self.x[lane], spot[1] + y) for y in ((last, first) if upwards else (first, last)))
        if upwards:
            points.append((entry[0][0], spot[1] + self.bands[self.row_of[b]][1]))
        return points + entry


def _boxes(nodes: Sequence[LayoutNode]) -> tuple[list[_Box], list[int]]:
    """Gather the nodes into boxes: groups of two or more, and single nodes."""
    sizes: dict[str, int] = {}
    for node in nodes:
        if node.group is not None:
            sizes[node.group] = sizes.get(node.group, 0) + 1
    boxes: list[_Box] = []
    of_group: dict[str, int] = {}
    box_of = []
    for number, node in enumerate(nodes):
        group = node.group if node.group is not None and sizes[node.group] > 1 else None
        if group is None or group not in of_group:
            if group is not None:
                of_group[group] = len(boxes)
            box_of.append(len(boxes))
            boxes.append(_Box([number], framed=group is not None))
        else:
            box_of.append(of_group[group])
            boxes[of_group[group]].members.append(number)
    return boxes, box_of


def _lay_out(box: _Box, picture: _Picture, pairs: list[Pair], layer: list[int], box_of: dict[int, int]) -> None:
    """Lay out the inside of *box*, with a lane for whatever enters or leaves it past other members."""
    spacing = picture.spacing
    if len(box.members) == 1 and not box.framed:
        # Most boxes of a graph without groups are this: what enters and leaves is the node itself.
        (node,) = box.members
        box.ways = {(pair, "out" if pair[0] == node else "in"): [0] for pair in pairs if pair[0] != pair[1]}
        box.x, box.width, box.row_of, box.rows = [spacing.width / 2], spacing.width, {0: 0}, 1
        return
    item_of = {node: item for item, node in enumerate(box.members)}
    inside = [(item_of[a], item_of[b]) for a, b in pairs if a in item_of and b in item_of]
    turned = break_cycles(len(item_of), inside)
    down = list(dict.fromkeys((b, a) if (a, b) in turned else (a, b) for a, b in inside))
    members = assign_layers(len(item_of), down, [i for i, node in enumerate(box.members) if picture.nodes[node].top])
    _sink_the_loose(members, down, {item_of[a] for a, b in pairs if a in item_of and b not in item_of})
    widths = [spacing.width] * len(item_of)
    area = len(item_of) * (spacing.width + spacing.gap_x) * (spacing.height + spacing.gap_y)
    widest = max((area * picture.wide) ** 0.5, 3.5 * spacing.width)
    level = _Level(split_wide(members, down, widths, widest), widths, spacing.gap_x, spacing.lane)
    box.ways = {}
    for a, b in pairs:
        source, target = item_of.get(a), item_of.get(b)
        if source is not None and target is not None:
            upwards = level.row_of[source] > level.row_of[target]
            box.ways[(a, b), "inside"] = level.way(("inside", b, upwards), source, target)
            continue
        upwards = layer[box_of[a]] > layer[box_of[b]]
        part = "in" if source is None else "out"
        box.ways[(a, b), part] = level.way((part, b, upwards), source, target)
    was = ((item, picture.node_was_at(node)) for node, item in item_of.items())
    box.x, box.crossings = level.settle({item: x for item, x in was if x is not None})
    margin = spacing.frame_x if box.framed else 0.0
    box.x = [at + margin for at in box.x]
    box.width = max(at + width / 2 for at, width in zip(box.x, level.widths, strict=True)) + margin
    box.row_of, box.rows = level.row_of, len(level.rows)


def _sink_the_loose(layer: list[int], down: Sequence[Pair], leaving: set[int]) -> None:
    """Put members without an edge inside onto the last layer when they only need something outside."""
    joined = {node for pair in down for node in pair}
    for node in leaving - joined:
        layer[node] = max(layer)


def _columns(count: int, spacing: Spacing, wide: float) -> int:
    return max(1, round(math.sqrt(count * wide * (spacing.height + spacing.gap_y) / (spacing.width + spacing.gap_x))))


def _pack(blocks: Sequence[Point], spacing: Spacing, wide: float) -> tuple[list[Point], float, float]:
    """Set blocks side by side on shelves, in order; give the corner of each and the size of all."""
    gap = 2 * spacing.gap_x
    area = sum((width + gap) * (height + gap) for width, height in blocks)
    limit = max([(area * wide) ** 0.5, *(width for width, _ in blocks)])
    spots: list[Point] = []
    x = y = shelf = right = 0.0
    for width, height in blocks:
        if x and x + width > limit:
            x, y, shelf = 0.0, y + shelf + gap, 0.0
        spots.append((x, y))
        x, shelf, right = x + width + gap, max(shelf, height), max(right, x + width)
    return spots, right, y + shelf
