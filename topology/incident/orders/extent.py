"""How much of something an order means at once: how many, where, one place after the other, and how quickly."""

import re
from dataclasses import dataclass

from topology.command.grammar.syntax import LEVELS, Count, Level, Pace, Percent, Place
from topology.region.region import Region, shown

_QUANTITY = re.compile(r"([1-9][0-9]{0,8})(%?)")
_PACE = re.compile(r"([1-9][0-9]{0,8})/min")
CLAUSES = "[in PLACE ...] [by zone|cell|rack] [at N/min]"


@dataclass(frozen=True, slots=True)
class Extent:
    """*quantity* None is all of it, *places* none is everywhere, *by* None is all at once, *pace* None is as it is stated."""

    quantity: Count | Percent | None = None
    places: tuple[Place, ...] = ()
    by: Level | None = None
    pace: Pace | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return self.quantity is None and not self.places

    def clauses(self) -> str:
        """Write everything but the quantity, with a space before it."""
        places = "".join(f" {place}" for place in self.places)
        by = f" by {self.by}" if self.by is not None else ""
        return f"{' in' if places else ''}{places}{by}{f' at {self.pace}' if self.pace is not None else ''}"


WHOLE = Extent()
"""All of it, everywhere, at once."""


def quantity_of(word: str) -> Count | Percent | None:
    """Read a count or a percentage; None where the word is neither.

    Raises:
        ValueError: it is a percentage of nothing that can be.
    """
    match = _QUANTITY.fullmatch(word)
    if match is None:
        return None
    if match[2] and int(match[1]) > 100:
        raise ValueError(f"{shown(word)} is more than all of it; a percentage is from 1% to 100%")
    return Percent(int(match[1])) if match[2] else Count(int(match[1]))


def extent_of(words: list[str], region: Region, quantity: Count | Percent | None = None) -> Extent:
    """Read the clauses after what an order is about.

    Raises:
        ValueError: they are none, with a sentence that says what is wrong.
    """
    places: list[Place] = []
    by: Level | None = None
    pace: Pace | None = None
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "in" and not places and rest:
            while rest and rest[0] not in ("by", "at"):
                places.append(place_of(rest.pop(0), region))
        elif word == "by" and by is None and rest and rest[0] in LEVELS:
            by = next(level for level in LEVELS if level == rest[0])
            rest.pop(0)
        elif word == "at" and pace is None and rest and (match := _PACE.fullmatch(rest[0])):
            pace = Pace(int(match[1]))
            rest.pop(0)
        else:
            raise ValueError(f"{shown(' '.join((word, *rest)))} is not understood; after what is meant comes {CLAUSES}")
    return Extent(quantity, tuple(places), by, pace)


def place_of(name: str, region: Region) -> Place:
    """Read a zone, cell or rack that has servers.

    Raises:
        ValueError: there is none of that name.
    """
    if not any(name in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}") for zone, cell, rack in region.roster.racks):
        zones = ", ".join(dict.fromkeys(zone for zone, _, _ in region.roster.racks))
        raise ValueError(f"{shown(name)} is no zone, cell or rack of {region.name} with servers; zones are {zones}")
    return Place(*name.split("/"))
