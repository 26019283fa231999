"""What a description guards with, in numbers, and which of them a newer description lowers."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from topology.approval.policy import LIFTABLE
from topology.fleet.fleet import NO_FLOOR, REGION, Fleet
from topology.links.check.protection import (
    Span,
    frozen_of,
    packed,
    protected_of,
    thaw_sentence,
    thawed,
    unprotected,
)
from topology.region.errors import LinkError
from topology.region.region import Region

MOST_SENTENCES = 20
"""Changes named one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Guards:
    """The numbers of one description, each by what it guards."""

    digest: str
    least: dict[str, float] = field(default_factory=dict)
    """A smaller one guards less, and none guards nothing: floors, declared capacity, protection."""
    most: dict[str, float] = field(default_factory=dict)
    """A larger one guards less, and none guards nothing: paces, ceilings, the largest command."""
    freezes: dict[str, float] = field(default_factory=dict)
    """Of a ledger of an earlier version: when each freeze ends, in seconds since 1970 UTC, by when it begins."""
    frozen: tuple[Span, ...] = ()
    """The time in which nothing is removed."""
    protected: str = ""
    """The names of the servers that are never removed, packed."""

    def to_json(self) -> bytes:
        """Write it for later."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes) -> "Guards":
        """Read what `to_json` wrote.

        Raises:
            LinkError: it is damaged.
        """
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise LinkError(
                f"what the description guarded with before is damaged ({error}); begin with --fresh"
            ) from error


def guards_of(region: Region) -> Guards:
    """Gather what *region* guards with."""
    least: dict[str, float] = {"protected servers": int(region.roster.protected.sum())}
    scopes = Fleet(region).scopes
    columns = zip(scopes.subsystem.tolist(), scopes.kind.tolist(), scopes.names, strict=True)
    for row, (number, kind, name) in enumerate(columns):
        subsystem = region.subsystems[number].name
        floor = int(scopes.floor[row])
        if floor != NO_FLOOR:
            least[f"{subsystem} floor" if kind == REGION else f"{subsystem} floor in {name}"] = floor
        if kind == REGION:
            least[f"{subsystem} declared"] = int(scopes.declared[row])
    policy = region.policy
    most: dict[str, float | None] = {
        "pace a minute": policy.pace_per_minute,
        "largest command": policy.largest_count(region.roster.count),
        "wave": policy.wave,
        "stale after, in seconds": policy.stale_after_s,
    }
    approval = policy.approval
    most["share of a scope that one operator may take, in tenths of a percent"] = approval.share_permille
    if approval.asks:
        least["operators who approve"] = approval.count
        least.update((f"members of {group.name} who approve", group.count) for group in approval.groups)
        least.update((f"second person for {code}", 1) for code in approval.cautions)
    most.update((f"{code} lifted by an approval", int(approval.may_lift(code))) for code in LIFTABLE)
    for window in policy.windows:
        most[f"pace within {window.seconds / 3600:g} h"] = window.count(region.roster.count)
    for number, subsystem_ in enumerate(region.subsystems):
        for window in subsystem_.windows:
            most[f"{subsystem_.name} pace within {window.seconds / 3600:g} h"] = window.count(region.listed[number])
        most[f"{subsystem_.name} pace a minute"] = subsystem_.pace_per_minute
        most[f"{subsystem_.name} ceiling"] = subsystem_.ceiling
        if subsystem_.protected:
            least[f"{subsystem_.name} protected"] = 1
    stated = {name: value for name, value in most.items() if value is not None}
    return Guards(region.digest, least, stated, frozen=frozen_of(region), protected=packed(protected_of(region)))


def lowered(old: Guards, new: Guards, now: float) -> tuple[str, ...]:
    """Give a sentence for each number of *old* that guards less in *new*, or is gone; a freeze that is over is no loss."""
    if old.digest == new.digest:
        return ()
    found = [
        f"{name} {_text(value)} → {_text(new.least.get(name))}"
        for name, value in old.least.items()
        if value > new.least.get(name, 0)
    ]
    found += [
        f"{name} {_text(value)} → {_text(new.most.get(name))}"
        for name, value in old.most.items()
        if name not in new.most or new.most[name] > value
    ]
    found += [thaw_sentence(span) for span in thawed(_frozen(old), _frozen(new), now)]
    found += filter(None, [unprotected(old.protected, new.protected)])
    if len(found) > MOST_SENTENCES:
        return (*found[:MOST_SENTENCES], f"and {len(found) - MOST_SENTENCES:,} more")
    return tuple(found)


def _frozen(guards: Guards) -> tuple[Span, ...]:
    earlier = ((datetime.fromisoformat(start).timestamp(), until) for start, until in guards.freezes.items())
    return (*guards.frozen, *earlier)


def _text(value: float | None) -> str:
    return "none" if value is None else f"{value:,.0f}"
