"""Gathers what one kind of container is placed from: its things in strips, ports at their borders, and the ties between all."""

from dataclasses import dataclass

import numpy as np

from topology.layout.levels.level import Ties
from topology.layout.levels.values import Floats, Ints
from topology.layout.places.folding import Folded


@dataclass(frozen=True, eq=False)
class Tied:
    """What `place` takes; *bundles* are those of the ports, which come after the things."""

    strip: Ints
    row: Ints
    width: Floats
    height: Floats
    ties: Ties
    bundles: Ints


class Tying:
    """Things of a kind, to which ties and ports are added."""

    def __init__(self, folded: Folded, width: Floats, height: Floats, lane: float) -> None:
        self.things, self.lane = len(folded.strip), lane
        self.strip, self._row = folded.strip, folded.row + 1
        """On row 0 is what comes in at the top of a strip."""
        self._deepest = np.zeros(len(folded.owner), np.int64)
        np.maximum.at(self._deepest, folded.strip, self._row)
        self._width, self._height = width, height
        self._ends: list[tuple[Ints, Ints]] = []
        self._ports: list[tuple[Floats, Floats]] = []
        self._bundle: list[Ints] = []
        self._share: list[Ints] = []
        self._of_ports: list[Ints] = []
        self.count = 0
        """Ties so far."""

    def tie(self, upper: Ints, lower: Ints, ports: tuple[Floats, Floats], bundle: Ints, share: Ints) -> Ints:
        """Join things or ports; gives the number of each tie."""
        self._ends.append((upper, lower))
        self._ports.append(ports)
        self._bundle.append(bundle)
        self._share.append(share)
        numbers = self.count + np.arange(len(upper))
        self.count += len(upper)
        return numbers

    def port(self, item: Ints, at: Floats, bundle: Ints, *, leaving: bool) -> tuple[Ints, Ints]:
        """Lead edges from an *item* each to the bottom of its strip, or to it from the top; those of a *bundle* as one.

        Gives for each edge its tie and its port.
        """
        keys, first, which = np.unique(bundle, return_index=True, return_inverse=True)
        start = len(self.strip)
        strip = self.strip[item[first]]
        row = self._deepest[strip] + 1 if leaving else np.zeros(len(strip), np.int64)
        self.strip, self._row = np.r_[self.strip, strip], np.r_[self._row, row]
        self._width = np.r_[self._width, np.full(len(strip), self.lane)]
        self._height = np.r_[self._height, np.zeros(len(strip))]
        self._of_ports.append(keys)
        # Of edges of one item one tie is enough.
        same = np.column_stack([which, item, np.round(at * 16).astype(np.int64)])
        _, shown, tie = np.unique(same, axis=0, return_index=True, return_inverse=True)
        ports = start + which[shown]
        ends = (item[shown], ports) if leaving else (ports, item[shown])
        nothing = np.zeros(len(shown))
        spots = (at[shown], nothing) if leaving else (nothing, at[shown])
        numbers = self.tie(*ends, spots, bundle[shown], bundle[shown])
        return numbers[tie], start + which

    def tied(self) -> Tied:
        """Give all of it."""
        nothing, none = np.zeros(0), np.zeros(0, np.int64)
        upper, lower = (np.concatenate([none, *(pair[side] for pair in self._ends)]) for side in (0, 1))
        upper_port, lower_port = (np.concatenate([nothing, *(pair[side] for pair in self._ports)]) for side in (0, 1))
        bundle, share, of_ports = (
            np.concatenate([none, *parts]) for parts in (self._bundle, self._share, self._of_ports)
        )
        ties = Ties(upper, lower, upper_port, lower_port, bundle, share)
        return Tied(self.strip, self._row, self._width, self._height, ties, of_ports)
