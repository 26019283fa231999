"""Sets the parts of a picture side by side, so that they do not lie in one endless row."""

import numpy as np

from topology.layout.levels.values import Floats, Spacing

STEPS = tuple(0.8 * 1.12**step for step in range(12))
"""Widths of shelves that are tried, as parts of the width of a square of the same area, stretched."""
MOST_TRIED = 200


def pack(width: Floats, height: Floats, spacing: Spacing, aspect: float, last_apart: bool = False) -> Floats:
    """Give the corners of parts on shelves, the biggest first and alike ones in order; *last_apart* keeps the last one last."""
    order = np.argsort(-np.round(width * height), kind="stable")
    if last_apart:
        order = np.r_[order[order != len(width) - 1], len(width) - 1]
    gap = 2 * spacing.gap_x
    widest = float(width.max(initial=0.0))
    usual = float(np.sqrt(((width + gap) * (height + gap)).sum() * aspect))
    # The width at which shelves fill a picture of the wanted shape best is not known before they are filled.
    limits = [max(widest, usual * step) for step in (STEPS if len(width) <= MOST_TRIED else (1.0,))]
    best, least = np.zeros((len(width), 2)), np.inf
    for limit in limits:
        spots = _shelved(width, height, order.tolist(), limit, gap)
        right, bottom = (spots + np.column_stack([width, height])).max(axis=0, initial=0.0).tolist()
        extent = max(right / aspect, bottom)
        if extent < least - 1e-6:
            best, least = spots, extent
    return best


def _shelved(width: Floats, height: Floats, order: list[int], limit: float, gap: float) -> Floats:
    """Fill shelves from left to right; a part that has room below another one on its shelf goes there."""
    spots = np.zeros((len(width), 2))
    x = y = shelf = 0.0
    column, below = 0.0, 0.0
    for part in order:
        wide, high = float(width[part]), float(height[part])
        if below and wide <= column + 1e-6 and below + high <= shelf + 1e-6:
            spots[part] = x - column - gap, y + below
            below += high + gap
            continue
        if x and x + wide > limit:
            x, y, shelf = 0.0, y + shelf + gap, 0.0
        spots[part] = x, y
        x, shelf = x + wide + gap, max(shelf, high)
        column, below = wide, high + gap
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
