"""What exactly was approved: an envelope of effects. A plan inside it stays approved; one outside is not, and this says by what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class ScopeEffect:
    """What is taken from one scope: *units* leave it, and *headroom* units are left above its floor (None: it has none)."""

    subsystem: str
    scope: str
    units: int
    headroom: int | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where it is."""
        return self.subsystem, self.scope


@dataclass(frozen=True, slots=True)
class Exceeded:
    """One thing in which a plan lies outside: its *number* of servers, of units that leave a scope, or of headroom left there.

    *approved* is what was approved; None for a scope that was not approved at all. A *number* of headroom is None without a floor.
    """

    what: Literal["servers", "units", "headroom"]
    number: int | None
    approved: int | None
    subsystem: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class EffectEnvelope:
    """At most so many *servers*, and of each scope at most so many units, with at least so much headroom left."""

    servers: int
    scopes: tuple[ScopeEffect, ...]

    def exceeded_by(self, servers: int, effects: Iterable[ScopeEffect]) -> tuple[Exceeded, ...]:
        """Give in what other effects lie outside; nothing where an identical or smaller plan has them."""
        approved = {one.place: one for one in self.scopes}
        found: list[Exceeded] = []
        if servers > self.servers:
            found.append(Exceeded("servers", servers, self.servers))
        for one in effects:
            if one.units > 0:
                found += _outside(one, approved.get(one.place))
        return tuple(found)


def envelope_of(servers: int, effects: Iterable[ScopeEffect]) -> EffectEnvelope:
    """Give the envelope that a plan with these effects just fits."""
    return EffectEnvelope(servers, tuple(sorted((one for one in effects if one.units > 0), key=lambda one: one.place)))


def _outside(effect: ScopeEffect, approved: ScopeEffect | None) -> Iterable[Exceeded]:
    if approved is None:
        yield Exceeded("units", effect.units, None, *effect.place)
        return
    if effect.units > approved.units:
        yield Exceeded("units", effect.units, approved.units, *effect.place)
    if approved.headroom is not None and (effect.headroom is None or effect.headroom < approved.headroom):
        yield Exceeded("headroom", effect.headroom, approved.headroom, *effect.place)
