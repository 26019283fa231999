"""What exactly was approved: an envelope of effects. A plan inside it stays approved; one outside is not, and this says by what."""

from collections.abc import Iterable
from dataclasses import dataclass


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
class EffectEnvelope:
    """At most so many *servers*, and of each scope at most so many units, with at least so much headroom left."""

    servers: int
    scopes: tuple[ScopeEffect, ...]

    def exceeded_by(self, servers: int, effects: Iterable[ScopeEffect]) -> tuple[str, ...]:
        """Say by what other effects lie outside, a sentence each; nothing where an identical or smaller plan has them."""
        approved = {one.place: one for one in self.scopes}
        found = []
        if servers > self.servers:
            found.append(f"it takes {servers:,} servers, approved are {self.servers:,}")
        for one in effects:
            if one.units > 0:
                found += _outside(one, approved.get(one.place))
        return tuple(found)


def envelope_of(servers: int, effects: Iterable[ScopeEffect]) -> EffectEnvelope:
    """Give the envelope that a plan with these effects just fits."""
    return EffectEnvelope(servers, tuple(sorted((one for one in effects if one.units > 0), key=lambda one: one.place)))


def _outside(effect: ScopeEffect, approved: ScopeEffect | None) -> Iterable[str]:
    where = effect.subsystem if effect.scope == "region" else f"{effect.subsystem} in {effect.scope}"
    if approved is None:
        yield f"it takes {effect.units:,} units of {where}, which is not approved"
        return
    if effect.units > approved.units:
        yield f"it takes {effect.units:,} units of {where}, approved are {approved.units:,}"
    if approved.headroom is not None and (effect.headroom is None or effect.headroom < approved.headroom):
        left = "no floor" if effect.headroom is None else f"headroom {effect.headroom:,}"
        yield f"{where} ends with {left}, approved was {approved.headroom:,} or more"
