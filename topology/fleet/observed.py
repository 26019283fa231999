"""Who was seen to call whom, as a graph source tells it: no need of anybody's, and no judgement of a plan rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from topology.region.region import Region

Pair = tuple[str, str]
"""Who calls, and who is called."""


@dataclass(frozen=True, slots=True)
class SeenCall:
    """Calls from one to another: *per_s* is their mean rate lately, None where that is not known.

    *seen_s* says that the last one was seen at most so many seconds ago; None where it is older, or not known.
    """

    per_s: float | None = None
    seen_s: float | None = None

    def with_other(self, other: "SeenCall") -> "SeenCall":
        """Give both as one: rates add up, the later sight counts."""
        rates = [rate for rate in (self.per_s, other.per_s) if rate is not None]
        sights = [sight for sight in (self.seen_s, other.seen_s) if sight is not None]
        return SeenCall(sum(rates) if rates else None, min(sights, default=None))


@dataclass(frozen=True, eq=False)
class Observed:
    """What a graph source knew when it was asked last, at the link's *time*.

    *calls* are by the names that the source has. *age_s* is how old its newest sample is, by its own clock. *unknown* says in a
    sentence why it is not known who calls whom now; empty where it is. *remarks* are sentences about what was left out or is odd.
    """

    calls: Mapping[Pair, SeenCall] = field(default_factory=dict)
    time: float = 0.0
    age_s: float | None = None
    unknown: str = ""
    remarks: tuple[str, ...] = ()
    days: int | None = None
    """How many days back it was asked who called whom; None where that is not known."""
    _edges: dict[int, tuple[Region, Mapping[Pair, SeenCall]]] = field(default_factory=dict, repr=False)

    def edges(self, region: Region) -> Mapping[Pair, SeenCall]:
        """Give what was seen along the edges of a region, from the dependent to what it needs, by the region's names."""
        kept = self._edges.get(id(region))
        if kept is None or kept[0] is not region:
            kept = self._edges[id(region)] = (region, self._put_into_words_of(region))
        return kept[1]

    def _put_into_words_of(self, region: Region) -> dict[Pair, SeenCall]:
        found: dict[Pair, SeenCall] = {}
        for pair, call in self.calls.items():
            edge = region.learnt.calls.get(pair)
            if edge is not None:
                found[edge] = call.with_other(found[edge]) if edge in found else call
        return found


@runtime_checkable
class TellsObserved(Protocol):
    """Whoever knows who was seen to call whom; most regions have no graph source."""

    def observed(self) -> Observed | None:
        """Give what was seen last, or None where nobody looks; never waits."""


def undeclared(region: Region) -> tuple[Pair, ...]:
    """Give the edges that were seen and that the description does not state, in the region's order."""
    return tuple((edge.dependent, edge.needs) for edge in region.dependencies if edge.observed)


def never_seen(region: Region, observed: Observed) -> tuple[Pair, ...]:
    """Give the edges that the description states and along which no call was seen; nothing while it is not known."""
    if observed.unknown or observed.days is None:
        return ()
    edges = observed.edges(region)
    stated = ((edge.dependent, edge.needs) for edge in region.dependencies if not edge.observed)
    return tuple(pair for pair in stated if pair not in edges or edges[pair].seen_s is None)
