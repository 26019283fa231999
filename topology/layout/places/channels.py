"""Sets the strips of what was cut side by side, and leads the edges between them: below, up beside the strip, and over the top."""

from dataclasses import dataclass

import numpy as np

from topology.layout.levels.values import Floats, Ints, Spacing
from topology.layout.places.folding import Folded
from topology.layout.places.placing import Placed

CLOSE = 0.8
"""How near lines that run beside each other may come, as a part of a lane."""
MOST_ROOM = 70.0
"""The room that lines above or below strips may take; more of them run closer."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Containers whole again: their sizes, where each strip is in its container, and the lines from strip to strip.

    *points* are from the left and the top of the container that each line is in, *starts* where each begins.
    """

    width: Floats
    height: Floats
    owner: Ints
    """The container of each strip."""
    left: Floats
    top: Floats
    points: Floats
    starts: Ints
    container: Ints


@dataclass(frozen=True, eq=False)
class StripWays:
    """Ways from a port at the bottom of one strip to a port at the top of another, and which way each edge takes."""

    out: Ints
    into: Ints


def joined(folded: Folded, placed: Placed, ways: StripWays, spacing: Spacing, held: np.ndarray) -> Joined:
    """Put strips together; those that are *held* stay as far right as they were, where there is room."""
    strips, containers = len(folded.owner), int(folded.owner.max(initial=-1)) + 1
    width, height = np.zeros(containers), np.zeros(containers)
    left, top = np.zeros(strips), np.zeros(strips)
    if folded.is_plain:
        return Joined(
            placed.width,
            placed.height,
            folded.owner,
            left,
            top,
            np.zeros((0, 2)),
            np.zeros(1, np.int64),
            np.zeros(0, np.int64),
        )
    source = placed.level.container[ways.out]
    lines: list[Floats] = [np.zeros((0, 2))] * len(ways.out)
    starts = np.searchsorted(folded.owner, np.arange(containers + 1))
    for number in range(containers):
        mine = range(int(starts[number]), int(starts[number + 1]))
        edges = np.flatnonzero((source >= mine.start) & (source < mine.stop))
        if len(mine) == 1:
            width[number], height[number] = placed.width[mine.start], placed.height[mine.start]
            continue
        # Ports from the right to the left take the ways from the nearest to the farthest, so that none cuts another.
        ports = np.unique(ways.out[edges])
        ports = ports[np.lexsort((-placed.x[ports], placed.level.container[ports]))]
        strip = placed.level.container[ports]
        step = min(spacing.lane * CLOSE, MOST_ROOM / (len(ports) + 1))
        rank = np.arange(len(ports)) - np.searchsorted(strip, strip)
        x = 0.0
        channel = np.zeros(len(ports))
        base = placed.origin[mine.start]
        for one in mine:
            if held[one] and held[mine.start]:
                x = max(x, float(placed.origin[one] - base))
            left[one] = x
            x += float(placed.width[one])
            here = strip == one
            channel[here] = x + spacing.gap_x / 2 + step * (rank[here] + 1)
            x += (spacing.gap_x + step * (int(here.sum()) + 1)) if one < mine.stop - 1 else 0.0
        room = step * (len(ports) + 1)
        top[mine.start : mine.stop] = room
        below = step * (int(rank.max(initial=-1)) + 2)
        width[number] = x
        height[number] = room + float(placed.height[mine.start : mine.stop].max()) + below
        place = {port: place for place, port in enumerate(ports.tolist())}
        for edge in edges.tolist():
            port, target = int(ways.out[edge]), int(ways.into[edge])
            at = place[port]
            first, last = placed.level.container[port], placed.level.container[target]
            bottom = room + placed.height[first] + step * (rank[at] + 1)
            over = step * (at + 1)
            x_out, x_in = left[first] + placed.x[port], left[last] + placed.x[target]
            lines[edge] = np.array(
                [
                    (x_out, room + placed.height[first]), (x_out, bottom), (channel[at], bottom),
                    (channel[at], over), (x_in, over), (x_in, room),
                ]
            )  # fmt: skip
    sizes = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=sizes[1:])
    points = np.concatenate([np.zeros((0, 2)), *lines])
    return Joined(width, height, folded.owner, left, top, points, sizes, folded.owner[source])
