"""What counts of servers are usual, from removals of the past that the caller brings along. It judges no command.

What is usual is the median of earlier removals. A count stands out when it is ten times that or more, and also lies far
out among the earlier ones: at a modified z-score of 3.5 or more, on logarithms, since counts of servers differ by
factors rather than by amounts. Both medians stay where they are when up to half of the past was itself unusual, so one
accident does not make the next one look usual.

Source: B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993, section 3.3: the modified z-score
0.6745 (x - median) / MAD and its limit of 3.5. Where more than half of the past is one and the same count, MAD is 0;
the factor of ten decides alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import log10
from statistics import median

FACTOR = 10
"""So many times what is usual stands out."""
FEWEST = 5
"""Earlier removals without which nothing is called usual."""
FAR_OUT = 3.5
"""Modified z-score from which a count is far out."""


@dataclass(frozen=True, slots=True)
class Past:
    """The *counts* of earlier removals, in servers and in any order, by or of somebody: `alice`, `playbook drain`."""

    whose: str
    counts: tuple[int, ...]

    def usual(self) -> int | None:
        """Give the usual count; None while there are too few."""
        return max(1, round(median(self.counts))) if len(self.counts) >= FEWEST else None

    def stands_out(self, count: int) -> bool:
        """Whether *count* is far more than usual."""
        usual = self.usual()
        if usual is None or count < FACTOR * usual:
            return False
        logs = [log10(max(1, one)) for one in self.counts]
        middle = median(logs)
        spread = median(abs(one - middle) for one in logs)
        return 0.6745 * (log10(count) - middle) >= FAR_OUT * spread


@dataclass(frozen=True, slots=True)
class UsualCounts:
    """Earlier removals: *pasts* that any removal is compared with (the operator's), and those by subsystem and playbook."""

    pasts: tuple[Past, ...] = ()
    of_subsystem: Mapping[str, Past] = field(default_factory=dict)
    of_playbook: Mapping[str, Past] = field(default_factory=dict)

    def concerning(self, subsystems: Iterable[str]) -> tuple[Past, ...]:
        """Give the pasts that a removal from *subsystems* is compared with."""
        return (*self.pasts, *(self.of_subsystem[name] for name in subsystems if name in self.of_subsystem))

    def by_playbook(self, name: str) -> "UsualCounts":
        """Give what removals by a step of the playbook *name* are compared with."""
        past = self.of_playbook.get(name)
        return self if past is None else replace(self, pasts=(*self.pasts, past))
