"""What servers count for: units by row, and how many they are, so that one server more or less is a small difference."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topology.planning.selection.classes import Classes

Counts = NDArray[np.int64]


class Worth(NamedTuple):
    """The *units* in each row of the headrooms, and how many servers are of each profile and of each subsystem."""

    units: Counts
    profiles: Counts
    subsystems: Counts

    @classmethod
    def nothing(cls, classes: Classes) -> "Worth":
        """Give what no server is worth."""
        return cls(
            *(np.zeros(size, np.int64) for size in (len(classes.rows), len(classes.barred), len(classes.name_order)))
        )

    @classmethod
    def of(cls, classes: Classes, numbers: Counts, counts: Counts, profiles: Counts) -> "Worth":
        """Count what *counts* servers of the classes with these *numbers* are worth, which are so many of each profile."""
        return cls(classes.spread(numbers, counts), profiles, classes.by_subsystem(profiles))

    @classmethod
    def of_one(cls, classes: Classes, number: int, profile: int, count: int) -> "Worth":
        """Count what *count* servers of one class are worth, which has this *profile*."""
        found = cls.nothing(classes)
        rows = slice(*classes.first_row[number : number + 2].tolist())
        found.units[classes.flat_rows[rows]] = count * classes.flat_units[rows]
        found.profiles[profile] = count
        found.subsystems[classes.supported_by(profile)] = count
        return found

    def with_few(self, classes: Classes, numbers: Counts, profiles: Counts, sign: int) -> "Worth":
        """Give what it is with one server more (or, by *sign* -1, less) of each class: quick for a few, slow for many."""
        found = Worth(*(column.copy() for column in self))
        for number, profile in zip(numbers.tolist(), profiles.tolist(), strict=True):
            rows = slice(*classes.first_row[number : number + 2].tolist())
            np.add.at(found.units, classes.flat_rows[rows], sign * classes.flat_units[rows])
            np.add.at(found.subsystems, classes.supported_by(profile), sign)
            found.profiles[profile] += sign
        return found

    def with_more(self, more: "Worth") -> "Worth":
        """Give what both are worth."""
        return Worth(*(mine + others for mine, others in zip(self, more, strict=True)))

    def without(self, less: "Worth") -> "Worth":
        """Give what is left of it."""
        return Worth(*(mine - others for mine, others in zip(self, less, strict=True)))
