"""What a description guards with, in numbers, and which of them a newer description lowers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from topology.approval.policy import LIFTABLE
from topology.fleet.fleet import NO_FLOOR, REGION, Fleet
from topology.fleet.lowered import FreezeLifted, GuardedBy, GuardNumber, LoweredGuard, MoreLowered, NumberLowered
from topology.links.check.kept_names import kept_name, number_of
from topology.links.check.protection import (
    Span,
    frozen_of,
    packed,
    protected_of,
    thawed,
    unprotected,
)
from topology.region.errors import LinkError
from topology.region.region import Region, Window

MOST_TOLD = 20
"""Changes named one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Guards:
    """The numbers of one description, each by the name under which ledgers keep it (`kept_names`)."""

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
    least = {kept_name(number): value for number, value in _at_least(region)}
    most = {kept_name(number): value for number, value in _at_most(region) if value is not None}
    return Guards(region.digest, least, most, frozen=frozen_of(region), protected=packed(protected_of(region)))


def _at_least(region: Region) -> Iterator[tuple[GuardNumber, float]]:
    yield GuardNumber(GuardedBy.PROTECTED_SERVERS), int(region.roster.protected.sum())
    scopes = Fleet(region).scopes
    columns = zip(scopes.subsystem.tolist(), scopes.kind.tolist(), scopes.names, strict=True)
    for row, (number, kind, name) in enumerate(columns):
        subsystem = region.subsystems[number].name
        floor = int(scopes.floor[row])
        if floor != NO_FLOOR:
            yield GuardNumber(GuardedBy.FLOOR, subsystem, "" if kind == REGION else str(name)), floor
        if kind == REGION:
            yield GuardNumber(GuardedBy.DECLARED, subsystem), int(scopes.declared[row])
    approval = region.policy.approval
    if approval.asks:
        yield GuardNumber(GuardedBy.APPROVERS), approval.count
        for group in approval.groups:
            yield GuardNumber(GuardedBy.GROUP_APPROVERS, group.name), group.count
        for code in approval.cautions:
            yield GuardNumber(GuardedBy.SECOND_PERSON, code), 1
    for one in region.subsystems:
        if one.protected:
            yield GuardNumber(GuardedBy.PROTECTED, one.name), 1


def _at_most(region: Region) -> Iterator[tuple[GuardNumber, float | None]]:
    """Give what a larger number would guard less with; None where none is stated."""
    policy, count = region.policy, region.roster.count
    yield GuardNumber(GuardedBy.PACE), policy.pace_per_minute
    yield GuardNumber(GuardedBy.LARGEST_COMMAND), policy.largest_count(count)
    yield GuardNumber(GuardedBy.WAVE), policy.wave
    yield GuardNumber(GuardedBy.STALE_AFTER), policy.stale_after_s
    yield GuardNumber(GuardedBy.SHARE), policy.approval.share_permille
    for code in LIFTABLE:
        yield GuardNumber(GuardedBy.LIFTED, code), int(policy.approval.may_lift(code))
    yield from _windows("", policy.windows, count)
    for number, one in enumerate(region.subsystems):
        yield from _windows(one.name, one.windows, region.listed[number])
        yield GuardNumber(GuardedBy.PACE, one.name), one.pace_per_minute
        yield GuardNumber(GuardedBy.CEILING, one.name), one.ceiling


def _windows(whose: str, windows: Iterable[Window], of: int) -> Iterator[tuple[GuardNumber, float]]:
    for window in windows:
        yield GuardNumber(GuardedBy.PACE_WITHIN, whose, hours=window.seconds / 3600), window.count(of)


def lowered(old: Guards, new: Guards, now: float) -> tuple[LoweredGuard, ...]:
    """Give each number of *old* that guards less in *new*, or is gone; a freeze that is over is no loss."""
    if old.digest == new.digest:
        return ()
    found: list[LoweredGuard] = [
        NumberLowered(number_of(name), value, new.least.get(name))
        for name, value in old.least.items()
        if value > new.least.get(name, 0)
    ]
    found += [
        NumberLowered(number_of(name), value, new.most.get(name))
        for name, value in old.most.items()
        if name not in new.most or new.most[name] > value
    ]
    found += [FreezeLifted(*span) for span in thawed(_frozen(old), _frozen(new), now)]
    found += filter(None, [unprotected(old.protected, new.protected)])
    if len(found) > MOST_TOLD:
        return (*found[:MOST_TOLD], MoreLowered(len(found) - MOST_TOLD))
    return tuple(found)


def _frozen(guards: Guards) -> tuple[Span, ...]:
    earlier = ((datetime.fromisoformat(start).timestamp(), until) for start, until in guards.freezes.items())
    return (*guards.frozen, *earlier)
