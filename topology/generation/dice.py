"""Chance that is the same for a seed, whatever the version of Python or numpy."""

import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_One = TypeVar("_One")


class Dice:
    """Draws from `random.Random.random`, the one method whose sequence Python promises to keep for a seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed).random

    def share(self) -> float:
        """Give a number from 0 up to, but not, 1."""
        return self._draw()

    def chance(self, share: float) -> bool:
        """Say yes in this *share* of the cases."""
        return self._draw() < share

    def below(self, limit: int) -> int:
        """Give a whole number from 0 up to, but not, *limit*."""
        return int(self._draw() * limit)

    def one(self, items: Sequence[_One]) -> _One:
        """Give one of *items*."""
        return items[self.below(len(items))]

    def bell(self) -> float:
        """Give a number around 0 with a deviation of 1."""
        return sum(self._draw() for _ in range(12)) - 6.0

    def popular(self, items: Sequence[_One]) -> _One:
        """Give one of *items*, the first far more often than the last."""
        return items[int(self._draw() ** 3 * len(items))]


def mixed(numbers: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Give each number another that looks drawn by chance.

    Source: splitmix64, the mixing of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    """
    start = np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    found = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + start
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))
