"""Gives the columns of all rows their place from left to right: as ordered, never too near, drawn to what they are joined to."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topology.layout.levels.layers import listed
from topology.layout.levels.values import Floats, Ints

FEW = 400
"""Columns up to which a loop in Python is quicker than numpy."""
NEARLY = 24.0
"""How far from upright a segment may be and still be pulled upright."""
UPRIGHT = 4.0
ANCHOR = 1e4
"""How much harder its old place pulls a column than what it is joined to."""


def pooled(wanted: Floats, weight: Floats) -> Floats:
    """Give the rising values nearest to those *wanted*, in the sense of weighted least squares.

    Source: pool adjacent violators (Barlow and others, 1972); many at once, since the order of pooling does not matter.
    """
    if len(wanted) <= FEW:
        return _pooled_few(wanted.tolist(), weight.tolist())
    mean, mass = wanted.copy(), weight.copy()
    block = np.arange(len(wanted))
    while True:
        falling = mean[1:] < mean[:-1]
        if not falling.any():
            return mean[block]
        rising = np.ones(len(mean), bool)
        np.logical_not(falling, out=rising[1:])
        first = rising.nonzero()[0]
        total = np.add.reduceat(mean * mass, first)
        mass = np.add.reduceat(mass, first)
        mean = total / mass
        block = (rising.cumsum() - 1)[block]


def _pooled_few(wanted: list[float], weight: list[float]) -> Floats:
    means: list[float] = []
    masses: list[float] = []
    counts: list[int] = []
    for want, mass in zip(wanted, weight, strict=True):
        mean, count = want, 1
        while means and means[-1] > mean:
            other = masses.pop()
            mean = (mean * mass + means.pop() * other) / (mass + other)
            mass += other
            count += counts.pop()
        means.append(mean)
        masses.append(mass)
        counts.append(count)
    return np.repeat(np.array(means, float), counts)


class Settling:
    """Columns in rows, joined by segments that each pull with a weight."""

    def __init__(
        self,
        row: Ints,
        layer: Ints,
        container: Ints,
        width: Floats,
        gap: Floats,
        ends: tuple[Ints, Ints],
        shift: Floats,
        weight: Floats,
        loose: float,
    ) -> None:
        """Take columns row by row from left to right.

        Args:
            row: of each column, ascending.
            container: of each column.
            layer: of each column; segments lead from one to the next.
            width: of each column.
            gap: the room each wants beside it; between two it is half of both.
            ends: the upper and the lower columns of the segments.
            shift: how far right of the upper column's middle the lower one's would be, for the segment to be upright.
            weight: how much each segment wants to be upright.
            loose: how much wider than its widest row a container may become, so that lines are upright.
        """
        self._upper, self._lower = ends
        self._shift, self._weight = shift, weight
        size = (width + gap) / 2
        same = row[1:] == row[:-1]
        step = np.zeros(len(row))
        step[1:] = np.where(same, size[1:] + size[:-1], 0.0)
        at = np.cumsum(step)
        first = np.flatnonzero(np.r_[True, ~same]) if len(row) else np.zeros(0, np.int64)
        number = np.cumsum(np.r_[True, ~same])[: len(row)] - 1
        self._offset = at - at[first][number] if len(row) else at
        last = np.r_[first[1:], len(row)] - 1 if len(row) else first
        self.x: Floats = self._offset - (self._offset[last] / 2)[number] if len(row) else at
        self._left = width[first][number] / 2 if len(row) else at
        # How far a row may reach, either way, for the container to be no wider than its widest row has to be.
        need = self._offset[last] + (width[first] + width[last]) / 2 if len(row) else at
        most = np.zeros(int(container.max(initial=-1)) + 1)
        if len(row):
            np.maximum.at(most, container[first], need)
        half = most[container] / 2 * loose
        self._low = self._left - half
        self._high = half - (width[last] / 2 + self._offset[last])[number] if len(row) else at
        depth = int(layer.max(initial=-1)) + 1
        self._members = [np.flatnonzero(layer == number) for number in range(depth)]
        place = np.zeros(len(row), np.int64)
        for members in self._members:
            place[members] = np.arange(len(members))
        self._rows = [self._row_of(members, row) for members in self._members]
        pulled = (
            self._grouped(self._lower, self._upper, shift, layer, place, depth),
            self._grouped(self._upper, self._lower, -shift, layer, place, depth),
        )
        self._from, self._to = ([_Pull(len(m), *side[n]) for n, m in enumerate(self._members)] for side in pulled)
        both = [
            [np.concatenate(pair) for pair in zip(*(side[n] for side in pulled), strict=True)] for n in range(depth)
        ]
        self._both = [_Pull(len(m), *both[n]) for n, m in enumerate(self._members)]

    def _row_of(self, members: Ints, row: Ints) -> "_Row":
        changed = np.r_[False, row[members[1:]] != row[members[:-1]]] if len(members) else np.zeros(0, bool)
        parts = (self._offset[members], self._low[members], self._high[members], self._left[members])
        return _Row(members, *parts, np.cumsum(changed).astype(float), float(parts[0].max(initial=0.0)))

    def _grouped(
        self, ends: Ints, others: Ints, shift: Floats, layer: Ints, place: Ints, depth: int
    ) -> list[tuple[Ints, Ints, Floats, Floats]]:
        order, starts = listed(layer[ends], depth)
        groups = []
        for number in range(depth):
            use = order[starts[number] : starts[number + 1]]
            groups.append((place[ends[use]], others[use], shift[use], self._weight[use]))
        return groups

    def run(
        self, sweeps: int, tick: Callable[[], None], anchors: Floats | None = None, guess: float | Floats = 0.0
    ) -> None:
        """Settle every row again and again: by those above, by those below, by both; last, nearly upright segments pull harder."""
        depth = len(self._members)
        if anchors is not None:
            self.x = np.where(np.isnan(anchors), guess, anchors)
        for number in range(sweeps):
            tick()
            part = number / max(sweeps, 1)
            first_half = self._to if number % 2 else self._from
            pulls = self._both if anchors is not None or part >= 0.4 else first_half
            upright = UPRIGHT * 3.0 ** (number - 0.6 * sweeps) if part >= 0.6 and anchors is None else 0.0
            for layer in range(depth - 1, -1, -1) if number % 2 else range(depth):
                self._settle(self._rows[layer], pulls[layer], upright, anchors)

    def _settle(self, row: "_Row", pull: "_Pull", upright: float, anchors: Floats | None) -> None:
        members, x = row.members, self.x
        now = x[members]
        want = x[pull.others] + pull.shift
        weight, mass = pull.weight, pull.mass
        if upright and len(want):
            slant = (want - now[pull.local]) / NEARLY
            slant *= slant
            weight = weight * (1.0 + upright / (1.0 + slant * slant))
            mass = np.bincount(pull.local, weight, len(members))
            mass[pull.free] = 0.05
        wanted = np.bincount(pull.local, weight * want, len(members)) / mass
        wanted[pull.free] = now[pull.free]
        if anchors is not None:
            known = ~np.isnan(anchors[members])
            wanted = np.where(known, anchors[members], wanted)
            mass = np.where(known, ANCHOR, np.minimum(mass, 1.0))
        reach = 4.0 * (float(np.abs(wanted).max(initial=0.0)) + row.widest + 1.0)
        far = row.apart * reach
        risen = pooled(wanted - row.offset + far, mass) - far
        # What is added never pushes anything over the left border, which would move the whole picture.
        low, high = (row.low, row.high) if anchors is None else (row.left, np.inf)
        risen = np.minimum(np.maximum(risen, low), high)
        x[members] = risen + row.offset


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """The columns of one layer, of all containers: how far each is from the first of its row, and how far it may go."""

    members: Ints
    offset: Floats
    low: Floats
    high: Floats
    left: Floats
    apart: Floats
    widest: float


class _Pull:
    """What pulls the columns of a layer: segments from *others*, with what is known of them before anything moves."""

    def __init__(self, size: int, local: Ints, others: Ints, shift: Floats, weight: Floats) -> None:
        self.local, self.others, self.shift, self.weight = local, others, shift, weight
        mass = np.bincount(local, weight, size).astype(float)  # of nothing it is one of whole numbers
        self.free = np.flatnonzero(mass == 0)
        """Columns that nothing pulls stay where they are, as far as others let them."""
        mass[self.free] = 0.05
        self.mass = mass
