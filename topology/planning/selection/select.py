"""Which servers leave, and in which order: one at a time, by the rule that the manual states.

First come those whose leaving keeps every floor. Of these the one that supports the fewest subsystems that the command
does not name; then the one after which the smallest headroom / max(floor, 1) over the scopes it touches is largest;
then by zone, cell, rack, name. When none is left that may leave, the others follow by fewest subsystems not named,
then by zone, cell, rack, name; those that a command may never take come last.

The order does not depend on how many are asked for, so a larger command takes the same servers and more.
"""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.state import State
from topology.planning.selection.groups import Groups
from topology.planning.selection.headrooms import Headrooms
from topology.planning.selection.one_profile import OneProfile
from topology.planning.selection.turns.one_by_one import OneByOne
from topology.planning.selection.worth import Worth

FEW = 8
"""Servers more or less that are counted one by one."""
MOST_COUNTED = 16
MOST_NUMBERS = 1 << 18
"""Counts whose worth is remembered: so many, or as many as have so many numbers together."""


def sequence_of(state: State, now: Headrooms, named: frozenset[int], servers: NDArray[np.int32]) -> "Sequence":
    """Prepare the order in which *servers* (as `matching` gives them) leave; *named* are the subsystems of the command."""
    fleet, classes, protected = state.fleet, now.classes, state.region.roster.protected
    of, standing = fleet.class_of[servers], servers
    if classes.rank is not None:
        # In numbers of their own order: the position of one that joined says nothing of where it stands.
        standing = classes.standing(servers)
        by = np.lexsort((standing, of))
        servers, standing, of = servers[by], standing[by], of[by]
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    numbers = of[begins].astype(np.int64)
    profiles = fleet.class_profile[numbers].astype(np.int64)
    zones = state.region.roster.cell_zone[fleet.class_cell[numbers]].astype(np.int64)
    bounds = np.concatenate((begins, [len(standing)]))
    groups = Groups(standing, bounds, numbers, np.arange(len(numbers)), profiles, zones)
    barred = protected[servers] if classes.is_protected else None
    return Sequence(now, groups, classes.besides(named)[profiles], barred)


class Sequence:
    """The servers of one selection in the order in which they leave, worked out as far as somebody asked."""

    def __init__(
        self, now: Headrooms, groups: Groups, besides: NDArray[np.int64], protected: NDArray[np.bool_] | None
    ) -> None:
        """Prepare; *besides* counts, for each group, the subsystems not named, *protected* marks servers that never leave."""
        self._standing = groups.servers
        self.matching = groups.servers if now.classes.order is None else now.classes.order[groups.servers]
        """Every server that matches."""
        self._now, self._groups, self._besides, self._protected = now, groups, besides, protected
        self._never = now.classes.barred[groups.profiles]
        self._levels = np.unique(besides[~self._never]).tolist()
        self._level: OneProfile | OneByOne | None = None
        self._level_groups = groups
        self._room = now.room.copy()
        self._kept = np.zeros(0, np.int32)
        self._kept_from = np.zeros(0, np.int32)
        """The group of each server that was kept."""
        self._before = 0
        """How many leave in the levels before the one at hand."""
        self._all: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
        self._counted = [(0, Worth.nothing(now.classes))]
        """What the first so many are worth, as counted lately; of none at the beginning."""

    @property
    def known(self) -> int:
        """How many of the first servers are worked out already."""
        return len(self._kept)

    def safe(self, most: int) -> int:
        """Give how many can leave before a floor, a protection or an unknown floor is in the way; counts to *most*."""
        while not self.is_counted(most):
            self._advance(self._level or self._begin_level(), most)
        return min(len(self._kept), most)

    def is_counted(self, most: int) -> bool:
        """Whether it is known already how many of the first *most* can leave."""
        return len(self._kept) >= most or not self._levels

    def count_on(self, most: int, steps: int) -> bool:
        """Work out *steps* more of the first *most*, or more where that costs little; True once it is known of all of them."""
        while not self.is_counted(most):
            level = self._level or self._begin_level()
            if isinstance(level, OneProfile):
                self._advance(level, most)
                continue
            if self._before + level.known < most and not level.ended:
                level.go_on(min(steps, most - self._before - level.known))
            self._advance(level, most if level.ended else min(most, self._before + level.known))
            break
        return self.is_counted(most)

    def first(self, count: int) -> NDArray[np.int32]:
        """Give the first *count* servers to leave, or all that match when there are fewer."""
        found = self._kept[:count] if self.safe(count) == count else self._everything()[0][:count]
        order = self._now.classes.order
        return found if order is None else order[found]

    def worth(self, count: int) -> Worth:
        """Give what the first *count* servers are worth; only what differs from the nearest known count is counted."""
        count = min(count, len(self.matching))
        before, found = min(self._counted, key=lambda known: abs(known[0] - count))
        low, high = sorted((before, count))
        if low == high:
            return found
        whose = self._kept_from if self.safe(high) == high else self._everything()[1]
        found = self._moved(found, whose[low:high], 1 if count > before else -1)
        most = max(1, min(MOST_COUNTED, MOST_NUMBERS // max(1, len(found.units))))
        self._counted = [self._counted[0], *[*self._counted[1:], (count, found)][-most:]]
        return found

    def _moved(self, found: Worth, whose: NDArray[np.int32], sign: int) -> Worth:
        if len(whose) <= FEW:
            groups = self._groups
            return found.with_few(self._now.classes, groups.classes[whose], groups.profiles[whose], sign)
        other = self._tally(whose)
        return found.with_more(other) if sign > 0 else found.without(other)

    def _tally(self, whose: NDArray[np.int32]) -> Worth:
        groups, classes = self._groups, self._now.classes
        if len(whose) * 4 < len(groups.classes):
            numbers, counts = whose, np.ones(len(whose), np.int64)
        else:
            each = np.bincount(whose, minlength=len(groups.classes))
            numbers = each.nonzero()[0].astype(np.int32)
            counts = each[numbers]
        of_profiles = np.bincount(groups.profiles[numbers], counts, len(classes.barred)).astype(np.int64)
        return Worth.of(classes, groups.classes[numbers], counts, of_profiles)

    def _begin_level(self) -> OneProfile | OneByOne:
        classes = self._now.classes
        chosen = (self._besides == self._levels[0]) & ~self._never
        groups = self._groups.some(chosen)
        if self._protected is not None:
            groups = groups.without(self._protected[np.repeat(chosen, np.diff(self._groups.begins))])
        ordered = groups.in_order() if len(groups.classes) and (groups.profiles == groups.profiles[0]).all() else None
        self._level_groups = groups if ordered is None else ordered
        kind = OneByOne if ordered is None else OneProfile
        self._level = kind(classes, self._level_groups, self._room)
        return self._level

    def _advance(self, level: OneProfile | OneByOne, most: int) -> None:
        """Take up to *most* servers from the level at hand, and end it where it has no more."""
        places = level.first(most - self._before)
        groups, known = self._level_groups, len(self._kept) - self._before
        self._keep(groups.servers[places[known:]], groups, places[known:])
        if len(places) < most - self._before:
            self._end_level()

    def _keep(self, servers: NDArray[np.int32], groups: Groups, places: NDArray[np.int64]) -> None:
        whose = groups.numbers[np.searchsorted(groups.begins, places, side="right") - 1].astype(np.int32)
        self._kept = np.concatenate((self._kept, servers))
        self._kept_from = np.concatenate((self._kept_from, whose))

    def _end_level(self) -> None:
        self._room -= self._tally(self._kept_from[self._before :]).units
        self._before = len(self._kept)
        self._levels = self._levels[1:]
        self._level = None

    def _everything(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if self._all is None:
            self.safe(len(self.matching))
            others, whose = self._others()
            self._all = np.concatenate((self._kept, others)), np.concatenate((self._kept_from, whose))
        return self._all

    def _others(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        groups = self._groups
        whose = np.repeat(np.arange(len(groups.classes), dtype=np.int32), np.diff(groups.begins))
        is_kept = np.zeros(int(self._standing.max(initial=-1)) + 1, np.bool_)
        is_kept[self._kept] = True
        left = ~is_kept[self._standing]
        servers, whose = self._standing[left], whose[left]
        barred = self._never[whose]
        if self._protected is not None:
            barred |= self._protected[left]
        rank = self._besides[whose] + (int(self._besides.max(initial=0)) + 1) * barred
        order = np.argsort(servers)
        order = order[np.argsort(rank[order].astype(np.uint16), kind="stable")]
        return servers[order], whose[order]
