"""Puts a finished layout together: lines strung from piece to piece, loops, boxes, and what was moved by hand."""

import numpy as np

from topology.layout.levels.drawn import Drawn
from topology.layout.levels.level import merged_paths
from topology.layout.levels.nesting import Nesting
from topology.layout.levels.values import Arrangement, Box, Floats, Ints, Rect, Request
from topology.layout.places.channels import Joined
from topology.layout.places.placing import Placed

LOOP = 10.0
"""How far a loop reaches out of its card, and half its height."""


def finished(
    request: Request,
    drawn: Drawn,
    nesting: Nesting,
    placed: list[Placed],
    whole: list[Joined],
    corners: list[Floats],
    rects: Floats,
    pieces: Ints,
    strip: Ints,
    key: str,
    lanes: tuple[Ints, Floats],
) -> Arrangement:
    """Give the arrangement. *corners* are those of all containers, *rects* of all things, *pieces* the ties of each edge."""
    free = (rects[: nesting.nodes, :2] + rects[: nesting.nodes, 2:]) / 2
    pins = {number: request.pins[name] for number, name in enumerate(drawn.names) if name in request.pins}
    centres = free.copy()
    for number, pin in pins.items():
        centres[number] = pin
    points, starts = _lines(request, drawn, nesting, placed, whole, corners, pieces, centres, set(pins))
    free_boxes = _boxes(request, drawn, nesting, rects, free, {})
    boxes = _boxes(request, drawn, nesting, rects, centres, pins)
    half = np.array([request.spacing.width, request.spacing.height]) / 2
    outer = [(centres + half).max(axis=0, initial=0.0), rects[:, 2:].max(axis=0, initial=0.0)]
    outer += [np.array(box.rect[2:]) for box in boxes]
    outer += [points.max(axis=0, initial=0.0)]
    width, height = np.max(outer, axis=0).tolist()
    upward = np.zeros(len(drawn.edges), bool)
    upward[nesting.edges] = nesting.upward
    return Arrangement(
        names=drawn.names,
        node_of=drawn.node_of.astype(np.int32),
        centres=centres,
        layers=nesting.row[: nesting.nodes].astype(np.int32),
        edges=drawn.edges.astype(np.int32),
        counts=drawn.counts.astype(np.int32),
        edge_of=drawn.edge_of.astype(np.int32),
        strips=strip[: nesting.nodes].astype(np.int32),
        box_strips=np.array([_strip_of(box, nesting, drawn, strip) for box in boxes], np.int32),
        upward=upward,
        points=points.astype(np.float32),
        starts=starts,
        boxes=boxes,
        width=width,
        height=height,
        spacing=request.spacing,
        key=key,
        lane_names=drawn.names,
        lane_marks=lanes[0],
        lane_x=lanes[1],
        free=free,
        free_boxes=np.array([box.rect for box in free_boxes], float).reshape(-1, 4),
    )


def _strip_of(box: Box, nesting: Nesting, drawn: Drawn, strip: Ints) -> int:
    """Give the strip that an open box is in."""
    if not box.is_open or not box.exclusive:
        return 0
    node = int(drawn.node_of[box.members[0]])
    thing = nesting.outer[node] if box.kind == "service" else nesting.inner[node]
    return int(strip[thing])


def _lines(
    request: Request,
    drawn: Drawn,
    nesting: Nesting,
    placed: list[Placed],
    whole: list[Joined],
    corners: list[Floats],
    pieces: Ints,
    centres: Floats,
    pinned: set[int],
) -> tuple[Floats, Ints]:
    """Give the points of all drawn edges, and where each starts."""
    parts = []
    starts, total = [np.zeros(1, np.int64)], 0
    for level, one, corner in zip(placed, whole, corners, strict=True):
        sizes = np.diff(level.starts)
        strip = level.level.container[level.level.path[level.level.path_starts[:-1]]]
        spot = corner[one.owner[strip]].reshape(-1, 2) + np.column_stack([one.left[strip], one.top[strip]])
        parts.append(level.points + np.repeat(spot, sizes, axis=0))
        starts.append(level.starts[1:] + total)
        total += len(level.points)
    for one, corner in zip(whole, corners, strict=True):
        parts.append(one.points + np.repeat(corner[one.container].reshape(-1, 2), np.diff(one.starts), axis=0))
        starts.append(one.starts[1:] + total)
        total += len(one.points)
    pool, pool_starts = np.concatenate(parts), np.concatenate(starts)
    where, ends = merged_paths(pieces, pool_starts)
    sizes = np.diff(ends)
    # Lines were made from the upper end: those of edges that lead up are turned round.
    edge = np.repeat(np.arange(len(sizes)), sizes)
    position = np.arange(len(where))
    turned = np.where(nesting.upward[edge], ends[edge] + ends[edge + 1] - 1 - position, position)
    points = pool[where[turned]]
    special = {
        int(number): _loop(request, centres[int(a)]) for number, (a, b) in enumerate(drawn.edges.tolist()) if a == b
    }
    if pinned:
        for number, (a, b) in enumerate(drawn.edges.tolist()):
            if a != b and (a in pinned or b in pinned):
                special[number] = _direct(request, centres[a], centres[b])
    if not special:
        return points, ends
    return _with_special(points, ends, nesting.edges, len(drawn.edges), special)


def _with_special(
    points: Floats, ends: Ints, numbers: Ints, count: int, special: dict[int, Floats]
) -> tuple[Floats, Ints]:
    lines: list[Floats] = [np.zeros((0, 2))] * count
    for place, number in enumerate(numbers.tolist()):
        lines[number] = points[ends[place] : ends[place + 1]]
    for number, line in special.items():
        lines[number] = line
    starts = np.zeros(count + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    return np.concatenate(lines), starts


def _loop(request: Request, centre: Floats) -> Floats:
    x, y = centre[0] + request.spacing.width / 2, centre[1]
    reach = min(LOOP, request.spacing.gap_x / 2)
    return np.array([(x, y - LOOP), (x + reach, y - LOOP), (x + reach, y + LOOP), (x, y + LOOP)])


def _direct(request: Request, source: Floats, target: Floats) -> Floats:
    """Join two cards that lie anywhere: upright where one is above the other, else sideways."""
    half_x, half_y = request.spacing.width / 2, request.spacing.height / 2
    if abs(source[1] - target[1]) > 2 * half_y:
        side = half_y if target[1] > source[1] else -half_y
        return np.array([(source[0], source[1] + side), (target[0], target[1] - side)])
    side = half_x if target[0] > source[0] else -half_x
    return np.array([(source[0] + side, source[1]), (target[0] - side, target[1])])


def _boxes(
    request: Request,
    drawn: Drawn,
    nesting: Nesting,
    rects: Floats,
    centres: Floats,
    pins: dict[int, tuple[float, float]],
) -> tuple[Box, ...]:
    spacing = request.spacing
    half = np.array([spacing.width, spacing.height]) / 2
    cards = np.hstack([centres - half, centres + half])
    border = np.array([-spacing.frame_x, -spacing.frame_top, spacing.frame_x, spacing.frame_bottom])

    def rect(members: tuple[int, ...], thing: int | None) -> Rect:
        if thing is not None and not pins:
            left, top, right, bottom = rects[thing].tolist()
            return left, top, right, bottom
        nodes = sorted({int(drawn.node_of[member]) for member in members})
        around = cards[nodes] if thing is None else cards[[node for node in nodes if node in pins]] + border
        around = around if thing is None else np.vstack([rects[thing][None], around])
        left, top = around[:, :2].min(axis=0).tolist()
        right, bottom = around[:, 2:].max(axis=0).tolist()
        return left, top, right, bottom

    boxes = []
    of_cycle = {cycle: number for number, cycle in enumerate(drawn.cycle_boxes)}
    of_group = {group: number for number, group in enumerate(drawn.group_boxes)}
    for number, (group, members) in enumerate(zip(drawn.groups, drawn.group_members, strict=True)):
        name = f"service:{group}"
        box = of_group.get(number)
        if box is None and name not in drawn.closed:
            continue  # all of it is in closed cycles
        thing = None if box is None else nesting.first[1] + box
        boxes.append(Box(name, "service", group, members, rect(members, thing), name not in drawn.closed))
    for number, members in enumerate(drawn.cycles):
        name = f"cycle:{request.names[members[0]]}"
        box = of_cycle.get(number)
        thing = None if box is None else nesting.first[0] + box
        is_open = name not in drawn.closed
        shown = rect((members[0],) if not is_open else members, thing)
        if not is_open:
            card = cards[drawn.closed[name]].tolist()
            shown = card[0], card[1], card[2], card[3]
        boxes.append(
            Box(name, "cycle", request.names[members[0]], members, shown, is_open, not is_open or box is not None)
        )
    return tuple(boxes)
