"""What an earlier picture tells of where things were, so that an edit moves little."""

from collections.abc import Callable

import numpy as np

from topology.layout.levels.drawn import Drawn
from topology.layout.levels.level import Level
from topology.layout.levels.nesting import PARTS, Nesting, middle
from topology.layout.levels.values import Arrangement, Floats, Ints, Request
from topology.layout.places.channels import Joined
from topology.layout.places.placing import Placed


class Memory:
    """Old places by name; nothing where there is no earlier picture."""

    def __init__(self, request: Request, drawn: Drawn, previous: Arrangement | None) -> None:
        self.knows = previous is not None and len(previous.names) > 0
        self._drawn, self._spacing = drawn, request.spacing
        if previous is None:
            return
        count = len(drawn.names)
        index = {name: number for number, name in enumerate(previous.names)}
        at = np.array([index.get(name, -1) for name in drawn.names], np.int64).reshape(count)
        self._centres = np.full((count, 2), np.nan)
        self._centres[at >= 0] = previous.free[at[at >= 0]]
        rects = {
            box.name: previous.free_boxes[number]
            for number, box in enumerate(previous.boxes)
            if box.is_open and box.exclusive
        }
        for number, name in enumerate(drawn.names):
            if at[number] < 0 and name in rects:
                # A box that was closed meanwhile is where it was open.
                self._centres[number] = (rects[name][:2] + rects[name][2:]) / 2
        for box in previous.boxes:
            if not box.is_open and box.name in index:
                # One that was opened meanwhile is about where its card was, and has no inside that was anywhere.
                rects[box.name] = np.tile(previous.free[index[box.name]], 2)
        cycles = [f"cycle:{request.names[drawn.cycles[ring][0]]}" for ring in drawn.cycle_boxes]
        groups = [f"service:{drawn.groups[group]}" for group in drawn.group_boxes]
        missing = np.full(4, np.nan)
        self._rects = np.array([rects.get(name, missing) for name in (*cycles, *groups)], float).reshape(-1, 4)
        strips = dict(zip(previous.names, previous.strips.tolist(), strict=True))
        in_boxes = zip(previous.boxes, previous.box_strips.tolist(), strict=True)
        strips |= {box.name: strip for box, strip in in_boxes if box.is_open and box.exclusive}
        self._strips = np.array([strips.get(name, -1) for name in (*drawn.names, *cycles, *groups)], np.int64)
        now = {name: number for number, name in enumerate(drawn.names)}
        named = [now.get(name, -1) for name in previous.lane_names]
        self._lanes = {
            (named[source] if source >= 0 else -1, named[leaf], code, offset): x
            for (source, leaf, code, offset), x in zip(
                previous.lane_marks.tolist(), previous.lane_x.tolist(), strict=True
            )
        }

    def strips(self, nesting: Nesting, things: Ints) -> Ints:
        """Give the strip of its container that each thing was in, -1 for new ones."""
        none: Ints = np.full(len(things), -1)
        return self._strips[things] if self.knows else none

    def places(
        self, kind: int, nesting: Nesting, things: Ints, marked: Callable[[Level], tuple[Ints, Ints]]
    ) -> Callable[[Level], Floats]:
        """Give what tells the old places of a level: from the left inside their box, or in the picture."""

        def old(level: Level) -> Floats:
            centres, container = self._known(nesting)[things], nesting.container[things]
            places = np.full(level.count, np.nan)
            shift = np.zeros(len(things))
            if kind != PARTS:
                rects = self._rects[container + nesting.first[kind] - nesting.nodes]
                x, y = centres.T
                inside = (x > rects[:, 0]) & (x < rects[:, 2]) & (y > rects[:, 1]) & (y < rects[:, 3])
                shift = np.where(inside, rects[:, 0] + self._spacing.frame_x, np.nan)
            # A little of the height, far less than a grain, keeps what stood in one column in its order.
            places[: len(things)] = centres[:, 0] - shift + centres[:, 1] * 1e-7
            marks, lanes = marked(level)
            get = self._lanes.get
            places[lanes] = [get(tuple(mark), np.nan) for mark in marks.tolist()]
            # A lane alone says nothing of where a strip was.
            known = np.zeros(int(level.container.max(initial=-1)) + 1, bool)
            known[level.container[: len(things)][~np.isnan(places[: len(things)])]] = True
            return np.where(known[level.container], places, np.nan)

        return old

    def spots(self, nesting: Nesting, placed: Placed, whole: Joined, things: Ints) -> Floats:
        """Give the corner that each part of the picture had, nan for new ones."""
        spots = np.full((len(whole.width), 2), np.nan)
        tops = self._tops(nesting)[things]
        known = np.flatnonzero(~np.isnan(tops))
        container, strip = nesting.container[things], placed.level.container[: len(things)]
        now = placed.top[: len(things)] + whole.top[strip]
        for part in np.unique(container[known]).tolist():
            mine = known[container[known] == part]
            first = strip[mine].min()
            spots[part] = placed.origin[first] - whole.left[first], middle(tops[mine] - now[mine])
        return spots

    def _known(self, nesting: Nesting) -> Floats:
        """Give the old centres of all things."""
        boxes = (self._rects[:, :2] + self._rects[:, 2:]) / 2
        known: Floats = np.vstack([self._centres, boxes])[: nesting.things]
        return known

    def _tops(self, nesting: Nesting) -> Floats:
        tops: Floats = np.r_[self._centres[:, 1] - self._spacing.height / 2, self._rects[:, 1]][: nesting.things]
        return tops
