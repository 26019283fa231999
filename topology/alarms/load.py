"""How many alarms one operator was given, beside what the field says one operator can take.

Source: EEMUA 191 (3rd edition, 2013) and ANSI/ISA-18.2-2016, table 7: 6 alarms an hour are acceptable and 12 the most that is
manageable; at most 10 in 10 minutes, beyond which it is a flood, which ends below 5 in 10 minutes; under 1 % of the time in
flood; the ten most frequent at most 5 % of all; none that chatters (three or more within a minute).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from topology.alarms.values import AlarmKey, AlarmStep, StepKind
from topology.region.alarming.policy import AlarmRule

ACCEPTABLE, MANAGEABLE = 6.0, 12.0
"""Alarms an hour."""
WINDOW_S = 600.0
FLOOD, CALM = 10, 5
"""More than so many in a window are a flood; it goes on until there are fewer than so many."""
FLOOD_SHARE, TOP_SHARE = 0.01, 0.05
CHATTER, CHATTER_S = 3, 60.0


@dataclass(frozen=True, slots=True)
class AlarmLoad:
    """The load of a time: *hours* of it, how many alarms were loud, and what the limits are about."""

    hours: float
    count: int
    per_hour: float
    worst_window: int
    """The most within any 10 minutes."""
    flood_share: float
    """The share of the time in flood, 0 to 1."""
    top_share: float
    """The share of the ten alarms that came most often."""
    chattering: tuple[AlarmKey, ...]
    by_rule: tuple[tuple[AlarmRule, int], ...]
    """The loudest rule first."""
    most: tuple[tuple[AlarmKey, int], ...]
    """The ten that came most often."""

    @property
    def is_manageable(self) -> bool:
        """Whether one operator can answer to this many."""
        return self.per_hour <= MANAGEABLE and self.worst_window <= FLOOD


def load_of(steps: Sequence[AlarmStep], start: float, end: float) -> AlarmLoad:
    """Give the load of the time from *start* to *end*, seconds since 1970 UTC; what another one spoke for is not counted."""
    loud = [
        (step.time, step.key)
        for step in steps
        if step.kind is StepKind.RAISED and step.cause is None and start <= step.time <= end
    ]
    times = np.sort(np.array([time for time, _ in loud], float))
    hours = max(end - start, 1.0) / 3600.0
    often = Counter(key for _, key in loud)
    most = nsmallest(10, often.items(), key=lambda pair: (-pair[1], pair[0]))
    rules = Counter(key.rule for _, key in loud)
    return AlarmLoad(
        hours,
        len(loud),
        len(loud) / hours,
        worst_window(times),
        flood_seconds(times, end) / max(end - start, 1.0),
        sum(count for _, count in most) / len(loud) if loud else 0.0,
        tuple(sorted(key for key in often if often[key] >= CHATTER and _chatters(loud, key))),
        tuple(sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))),
        tuple(most),
    )


def worst_window(times: NDArray[np.float64]) -> int:
    """Give the most alarms within any 10 minutes; *times* ascend."""
    if not len(times):
        return 0
    first = np.searchsorted(times, times - WINDOW_S, side="right")
    return int((np.arange(len(times)) - first + 1).max())


def flood_seconds(times: NDArray[np.float64], end: float) -> float:
    """Give for how long there was a flood: from the alarm that was one too many in 10 minutes until fewer than 5 were in them."""
    total, since = 0.0, None
    for number, time in enumerate(times.tolist()):
        if since is not None:
            # It ended when the fifth before this one left the window, if that was before this one came.
            calm = float(times[max(number - CALM, 0)]) + WINDOW_S
            if calm < time:
                total, since = total + calm - since, None
        inside = number - int(np.searchsorted(times, time - WINDOW_S, side="right")) + 1
        if since is None and inside > FLOOD:
            since = time
    if since is not None:
        calm = float(times[max(len(times) - CALM, 0)]) + WINDOW_S
        total += min(calm, end) - since
    return total


def _chatters(loud: Sequence[tuple[float, AlarmKey]], key: AlarmKey) -> bool:
    times = sorted(time for time, other in loud if other == key)
    return any(later - sooner <= CHATTER_S for sooner, later in zip(times, times[CHATTER - 1 :], strict=False))
