"""A trend as a line of signs, for a terminal: high is far above the floor, ▼ is below it, · is not known."""

import numpy as np

from topology.fleet.trend.curve import Trend

_HEIGHTS = "▁▂▃▄▅▆▇█"
BELOW, UNKNOWN_SIGN = "▼", "·"


def trend_signs(trend: Trend, width: int) -> str:
    """Draw the least headroom of *width* pieces of time; the full height is the most headroom there was."""
    cut = trend.in_columns(width)
    most = float(np.nanmax(cut.headroom, initial=0.0)) or 1.0
    return "".join(_sign(value, most) for value in cut.least.tolist())


def _sign(value: float, most: float) -> str:
    if np.isnan(value):
        return UNKNOWN_SIGN
    return BELOW if value < 0 else _HEIGHTS[min(len(_HEIGHTS) - 1, int(value / most * len(_HEIGHTS)))]
