"""Whether a removal is far from what is usual, judged by counts of the past that the caller brings along.

What is usual is the median of earlier removals. A count stands out when it is ten times that or more, and also lies far
out among the earlier ones: at a modified z-score of 3.5 or more, on logarithms, since counts of servers differ by
factors rather than by amounts. Both medians stay where they are when up to half of the past was itself unusual, so one
accident does not make the next one look usual.

Source: B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993, section 3.3: the modified z-score
0.6745 (x - median) / MAD and its limit of 3.5. Where more than half of the past is one and the same count, MAD is 0;
the factor of ten decides alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log10
from statistics import median

from topology.command.slips import Slip
from topology.planning.case import Case, servers
from topology.planning.guards import Guard
from topology.planning.plan import Finding, Severity

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
    """Earlier removals by this operator, by this playbook, and from each of these subsystems."""

    pasts: tuple[Past, ...] = ()


def unusual(count: int, usual: UsualCounts, looks_like: Slip | None = None) -> Finding | None:
    """Say so when removing *count* servers is far more than usual, or is blocked while a far smaller slip of it is not.

    *looks_like* is that slip, as the survey of a blocked command's neighbours gives it.
    """
    reasons = [*_more_than_usual(count, usual.pasts)]
    if looks_like is not None:
        reasons.append(f"this looks like a slip of {looks_like.command}, which keeps every floor")
    if not reasons:
        return None
    wanted = "a count as usual" if looks_like is None else str(looks_like.command)
    return Finding("unusual", Severity.CAUTION, "; ".join(reasons), protects="what was meant", satisfied_by=wanted)


def unusual_guard(usual: UsualCounts) -> Guard:
    """Give the guard that compares removals with *usual*."""

    def guard(case: Case) -> Iterable[Finding]:
        found = unusual(case.choice.wanted, usual) if case.removes else None
        return () if found is None else (found,)

    return guard


def _more_than_usual(count: int, pasts: tuple[Past, ...]) -> Iterator[str]:
    for past in pasts:
        usual = past.usual()
        if usual is not None and past.stands_out(count):
            yield f"{servers(count)} is {count // usual:,} times what is usual for {past.whose}, {usual:,}"
