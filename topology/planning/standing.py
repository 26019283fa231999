"""How a scope stands by its floor: the one rule for below and tight, for single numbers and for columns of them."""

from typing import overload
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.fleet.state import State
from topology.planning.plan import ScopeVerdict

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


@overload
def is_tight(after: int, floor: int, tight_percent: int) -> bool: ...
@overload
def is_tight(after: Counts, floor: Counts, tight_percent: int) -> Marks: ...
def is_tight(after: int | Counts, floor: int | Counts, tight_percent: int) -> bool | Marks:
    """Say whether less than *tight_percent* of the floor is left above it; for stated floors, what is below counts too.

    In whole numbers: a share in floating point would tip over at the limit.
    """
    return (after - floor) * 100 < tight_percent * floor


def scope_verdict(after: int, floor: int | None, tight_percent: int, leaving: int = 0) -> ScopeVerdict:
    """Judge a scope that would end with *after* units.

    Args:
        after: units in service in the end.
        floor: units that must stay; None or NO_FLOOR where none is stated.
        tight_percent: headroom below this share of the floor is tight.
        leaving: units that the judged plan takes from the scope: only what it takes from does it break.
    """
    if floor is None or floor == NO_FLOOR:
        return ScopeVerdict.UNKNOWN
    if after < floor:
        return ScopeVerdict.BREAKS if leaving > 0 else ScopeVerdict.BELOW
    return ScopeVerdict.TIGHT if is_tight(after, floor, tight_percent) else ScopeVerdict.HOLDS


def below_and_tight(after: Counts, floor: Counts, tight_percent: int) -> tuple[Marks, Marks]:
    """Mark the scopes below their floor, and those that are tight; one without a floor is neither."""
    stated = floor != NO_FLOOR
    below = stated & (after < floor)
    return below, stated & ~below & is_tight(after, floor, tight_percent)


# As in `headrooms_of`: the version of a fleet says when its counters are others.
_STANDING: "WeakKeyDictionary[Fleet, tuple[int, int, tuple[int, int]]]" = WeakKeyDictionary()


def standing(state: State) -> tuple[int, int]:
    """Count the subsystems that are below a floor now, anywhere, and the others that are tight somewhere."""
    fleet, percent = state.fleet, state.region.policy.tight_percent
    known = _STANDING.get(fleet)
    if known is not None and known[:2] == (fleet.version, percent):
        return known[2]
    below, tight = below_and_tight(fleet.capacity, fleet.scopes.floor, percent)
    owners = fleet.scopes.subsystem
    short = np.unique(owners[below])
    found = len(short), len(np.setdiff1d(owners[tight], short))
    _STANDING[fleet] = fleet.version, percent, found
    return found
