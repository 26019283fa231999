"""What restarting a whole subsystem would take, by the model that its description states.

The model: first the subsystem is checked, for `checks_minutes` in all; then its servers rejoin, so many a minute. What it
restarts *after* must be back before. Partitioned into cells that fail alone, one of *n* equal cells has one part in *n* of
what is to be checked and of the servers that rejoin, and is back in one part in *n* of the time: that is what more cells
change. All cells at once, each at its own rate, take as long as one; one after the other they take as long as the whole.

Source of the shape: the account of 28 February 2017 (https://aws.amazon.com/message/41926/) names the checks of the
metadata's integrity, an index that had to work before placement began, a size that had grown for years since the last full
restart, and cells as the remedy. It gives no rates: those of any region here are its description's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from topology.fleet.state import State
from topology.region.region import Region

CELLS = (1, 4, 16, 64)
"""Numbers of cells that are compared."""


@dataclass(frozen=True, slots=True)
class RestartCost:
    """What a full restart of *subsystem* takes, in minutes; None where the description does not say or *after* is a circle.

    *alone* is its own part, *total* with what must be back before it, *order* from the first to itself. *largest_cell* is the
    time for the one of its *cells* that has most servers. *last* is the date of the last full restart, None where none was
    ever recorded.
    """

    subsystem: str
    servers: int
    checks_minutes: int | None = None
    servers_per_minute: int | None = None
    alone: float | None = None
    total: float | None = None
    order: tuple[str, ...] = ()
    cells: int = 1
    largest_cell: float | None = None
    last: str | None = None
    illustrative: bool = False

    def with_cells(self, cells: int) -> float | None:
        """Give the minutes until one of so many equal cells is back, by itself."""
        return None if self.alone is None else self.alone / cells


_COSTS: "WeakKeyDictionary[Region, dict[str, RestartCost]]" = WeakKeyDictionary()


def restart_cost(state: State, name: str) -> RestartCost:
    """Give what a full restart of the subsystem *name* takes, with every server that is listed for it.

    Raises:
        KeyError: the region has no such subsystem.
    """
    known = _COSTS.get(state.region)
    if known is None:
        known = _COSTS[state.region] = {}
    found = known.get(name)
    if found is None:
        found = known[name] = _cost(state, name)
    return found


def _cost(state: State, name: str) -> RestartCost:
    region = state.region
    subsystem = region.subsystem(name)
    listed, cells, largest = _sizes(state, name)
    illustrative = subsystem.illustrative or region.illustrative
    model = subsystem.restart
    if model is None:
        return RestartCost(name, listed, cells=cells, last=subsystem.last_full_restart, illustrative=illustrative)
    alone = model.checks_minutes + listed / model.servers_per_minute
    order = _order(region, name)
    chain = None if order is None else _total(state, order)
    return RestartCost(
        name,
        listed,
        model.checks_minutes,
        model.servers_per_minute,
        alone,
        chain,
        order or (name,),
        cells,
        alone * largest / listed if listed else alone,
        subsystem.last_full_restart,
        illustrative,
    )


_SIZES: "WeakKeyDictionary[Region, dict[int, tuple[int, int, int]]]" = WeakKeyDictionary()


def _sizes(state: State, name: str) -> tuple[int, int, int]:
    """Give the servers listed for a subsystem, in how many cells they are, and how many are in the largest."""
    region, fleet = state.region, state.fleet
    known = _SIZES.setdefault(region, {})
    number = region.index[name]
    if number not in known:
        has = np.array([any(one == number for one, _ in profile) for profile in region.roster.profiles], bool)
        listed = np.bincount(fleet.class_of, minlength=len(fleet.class_cell))
        per_cell = np.bincount(fleet.class_cell, np.where(has[fleet.class_profile], listed, 0)).astype(int)
        cells = per_cell[per_cell > 0]
        known[number] = int(cells.sum()), max(1, len(cells)), int(cells.max(initial=0))
    return known[number]


def _order(region: Region, name: str) -> tuple[str, ...] | None:
    """Give what must be back before *name*, in an order that holds, and *name* itself; None where they wait in a circle."""
    done: list[str] = []
    open_: list[str] = []

    def visit(one: str) -> bool:
        if one in done:
            return True
        if one in open_:
            return False
        open_.append(one)
        model = region.subsystem(one).restart
        holds = all(visit(before) for before in (model.after if model else ()))
        open_.remove(one)
        done.append(one)
        return holds

    return tuple(done) if visit(name) else None


def _total(state: State, order: Iterable[str]) -> float | None:
    """Give the minutes until the last of *order* is back: what does not wait for each other restarts at once."""
    back: dict[str, float] = {}
    for name in order:
        model = state.region.subsystem(name).restart
        if model is None:
            return None
        begin = max((back[before] for before in model.after), default=0.0)
        back[name] = begin + model.checks_minutes + _sizes(state, name)[0] / model.servers_per_minute
    return back[name]
