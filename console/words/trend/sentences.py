"""A trend in words: one sentence for a tooltip and a screen reader, and rows for whoever wants the numbers."""

import numpy as np
from numpy.typing import NDArray

from console.words import writing as words
from topology.fleet.trend.curve import Trend, TrendSpan
from topology.region.sentences.clock import by_clock

ROWS = 6
"""Pieces of time in a table: ten minutes each in an hour."""
FINE = 50
"""Looks at each of them."""
DAY_S = 86_400.0
MOST_GAPS = 3
NOT_KNOWN = "not known"
_LEADS = {TrendSpan.HOUR: "Last hour", TrendSpan.INCIDENT: "Incident so far"}
_HEADINGS = {TrendSpan.HOUR: "Headroom in the last hour", TrendSpan.INCIDENT: "Headroom in the incident so far"}


def heading(trend: Trend) -> str:
    """Say what is shown, over a plot or a table."""
    return _HEADINGS[trend.span]


def trend_sentence(trend: Trend) -> str:
    """Say how it went: Last hour: headroom +352 → +340, least +338 at 14:02; not known 13:20 to 13:31."""
    if not trend.is_known:
        return f"{_LEADS[trend.span]}: {NOT_KNOWN}."
    cut = trend.in_columns(ROWS * FINE)
    stated = not np.isnan(cut.headroom).all()
    values, least = (cut.headroom, cut.least) if stated else (cut.capacity, cut.lowest)
    known = np.flatnonzero(~np.isnan(values))
    parts = [_course(values[known], least[known], cut.edges[known], stated, trend)] if len(known) else []
    parts += [] if stated else ["no floor is stated"]
    parts += _gaps(trend)
    return f"{_lead(trend)}: {'; '.join(parts)}."


def table(trend: Trend) -> tuple[tuple[str, ...], ...]:
    """Give rows (until, in service, floor, headroom, least headroom), oldest first, for the time of which something is known."""
    cut = trend.in_columns(ROWS * FINE)
    pieces = [column.reshape(ROWS, FINE) for column in (cut.capacity, cut.floor, cut.headroom, cut.least)]
    rows = []
    for number in range(ROWS):
        begins = float(cut.edges[number * FINE])
        if begins > trend.until or cut.edges[(number + 1) * FINE] <= trend.since():
            continue
        ends = min(float(cut.edges[(number + 1) * FINE]), trend.until)
        capacity, floor, headroom, least = (piece[number][_passed(cut.edges, number, trend)] for piece in pieces)
        clock = moment_text(trend, ends)
        if np.isnan(capacity).all():
            rows.append((clock, NOT_KNOWN, "", "", ""))
            continue
        at = int(np.flatnonzero(~np.isnan(capacity))[-1])
        room, lowest = _signed(headroom[at]), "" if np.isnan(least).all() else _signed(float(np.nanmin(least)))
        rows.append((clock, words.number(int(capacity[at])), _floor(floor[at]), room, lowest))
    return tuple(rows)


def _passed(edges: NDArray[np.float64], number: int, trend: Trend) -> slice:
    """Give which looks of a piece are not of the future."""
    return slice(0, max(1, int(np.searchsorted(edges[number * FINE : (number + 1) * FINE], trend.until, side="right"))))


def _lead(trend: Trend) -> str:
    late = trend.since() - trend.starts > (trend.ends - trend.starts) / 60
    return f"Since {moment_text(trend, trend.since())}" if late else _LEADS[trend.span]


def _course(
    values: NDArray[np.float64],
    least: NDArray[np.float64],
    times: NDArray[np.float64],
    stated: bool,
    trend: Trend,
) -> str:
    what, written = ("headroom", _signed) if stated else ("in service", _plain)
    first, last, low = values[0], values[-1], float(least.min())
    if first == last == low:
        return (
            f"{what} {written(last)}, unchanged" if (values == last).all() else f"{what} {written(last)}, more between"
        )
    said = f"{what} {written(first)} → {written(last)}"
    if low < min(first, last):
        said += f", least {written(low)} at {moment_text(trend, float(times[int(least.argmin())]))}"
    return said


def _gaps(trend: Trend) -> list[str]:
    """Say when it was not known, as one part of a sentence."""
    gaps, said = trend.gaps(), []
    for start, end in gaps[-MOST_GAPS:]:
        exact = end - start < 120
        begins = moment_text(trend, start, exact=exact)
        said.append(f"since {begins}" if end >= trend.until else f"{begins} to {moment_text(trend, end, exact=exact)}")
    more = len(gaps) - MOST_GAPS
    said[:0] = [f"{words.plural(more, 'time')} before"] if more > 0 else []
    return [f"{NOT_KNOWN} {words.listed(said)}"] if said else []


def moment_text(trend: Trend, moment: float, *, exact: bool = False) -> str:
    """Write a moment of a trend by its clock, with the day where it is of more than one."""
    shape = "%H:%M:%S" if exact else "%H:%M"
    return by_clock(trend.time_zone, moment, f"%d %b {shape}" if trend.ends - trend.starts > DAY_S else shape)


def _signed(value: float) -> str:
    return "?" if np.isnan(value) else words.signed(int(value))


def _plain(value: float) -> str:
    return words.number(int(value))


def _floor(value: float) -> str:
    return "not stated" if np.isnan(value) else words.number(int(value))
