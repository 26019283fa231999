"""Sets the parts of a picture side by side, so that they do not lie in one endless row."""

import numpy as np

from topology.layout.levels.values import Floats, Spacing


def pack(width: Floats, height: Floats, spacing: Spacing, aspect: float, last_apart: bool = False) -> Floats:
    """Give the corners of parts on shelves, the biggest first and alike ones in order; *last_apart* keeps the last one last."""
    order = np.argsort(-np.round(width * height), kind="stable")
    if last_apart:
        order = np.r_[order[order != len(width) - 1], len(width) - 1]
    gap = 2 * spacing.gap_x
    limit = max(float(np.sqrt(((width + gap) * (height + gap)).sum() * aspect)), float(width.max(initial=0.0)))
    spots = np.zeros((len(width), 2))
    x = y = shelf = 0.0
    for part in order.tolist():
        if x and x + width[part] > limit:
            x, y, shelf = 0.0, y + shelf + gap, 0.0
        spots[part] = x, y
        x, shelf = x + width[part] + gap, max(shelf, float(height[part]))
    return spots


def pack_again(width: Floats, height: Floats, wanted: Floats, spacing: Spacing, aspect: float) -> Floats:
    """Leave parts where they were (*wanted*, nan for new ones), down to what is free there; new ones go below all others."""
    spots = np.array(wanted)
    known = np.flatnonzero(~np.isnan(wanted[:, 0]))
    order = known[np.lexsort((wanted[known, 0], wanted[known, 1]))]
    done: list[int] = []
    gap = spacing.gap_x
    for part in order.tolist():
        others = np.array(done, np.int64)
        right, left = spots[part, 0] + width[part] + gap, spots[part, 0] - gap
        beside = others[(spots[others, 0] < right) & (spots[others, 0] + width[others] > left)]
        for other in beside[np.argsort(spots[beside, 1], kind="stable")].tolist():
            above = spots[other, 1] + height[other] + gap
            if spots[part, 1] < above and spots[part, 1] + height[part] + gap > spots[other, 1]:
                spots[part, 1] = above
        done.append(part)
    new = np.flatnonzero(np.isnan(wanted[:, 0]))
    if len(new):
        base = max((float(spots[part, 1] + height[part]) + 2 * gap for part in done), default=0.0)
        left = min((float(spots[part, 0]) for part in done), default=0.0)
        spots[new] = pack(width[new], height[new], spacing, aspect) + np.array([left, base])
    spots -= np.minimum(spots.min(axis=0, initial=0.0), 0.0)
    return spots
