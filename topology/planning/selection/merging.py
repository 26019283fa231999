"""Several sequences become one, best first, under a limit that what is best counts for at most."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def merged(values: Values, begins: NDArray[np.int64], limit: Values) -> NDArray[np.int64]:
    """Take one entry a step, as places in *values*: the next of the sequence whose next value is the largest.

    A value above the limit of the step counts as the limit; of equals the earlier sequence comes first.

    Args:
        values: the sequences one after the other; inside each a value is never larger than the one before it.
        begins: where each sequence begins in *values*, and the end of the last.
        limit: one entry a step, no more of them than there are values; never rises.
    """
    steps = len(limit)
    # From its release on an entry counts as much as any other: what is released is taken sequence by sequence.
    release = np.searchsorted(-limit, -values)
    best = np.argsort(-values, kind="stable")[:steps]
    ahead = release[best] > np.arange(steps)
    found = best.copy()
    if ahead.all():
        return found
    fixed = np.zeros(len(values), np.bool_)
    fixed[best[ahead]] = True
    waiting = np.flatnonzero(~fixed & (release < steps))
    bounds = np.searchsorted(waiting, begins).tolist()
    free = np.flatnonzero(~ahead)
    for begin, end in pairwise(bounds):
        if begin == end or len(free) == 0:
            continue
        own = waiting[begin:end]
        number = np.arange(len(own))
        # Each takes the first free step after its release and after the one before it.
        taken = np.maximum.accumulate(np.searchsorted(free, release[own]) - number) + number
        fits = int(np.searchsorted(taken, len(free)))
        found[free[taken[:fits]]] = own[:fits]
        free = np.delete(free, taken[:fits])
    return found
