"""Guards of capacity: floors, ceilings, what ends tight, what leaves besides what was named."""

from collections.abc import Iterator

from topology.planning.guards.case import Case, block, change, place, servers
from topology.planning.plan import Effect, Finding, ScopeVerdict, Severity


def floor(case: Case) -> Iterator[Finding]:
    """A scope would end below its floor, or is below it already and would lose more."""
    for effect in case.effects:
        if effect.verdict is not ScopeVerdict.BREAKS or effect.floor is None or effect.headroom is None:
            continue
        message = f"{change(effect)}, floor {effect.floor:,}: {-effect.headroom:,} below; {_what_fits(case, effect)}"
        yield Finding(
            "floor",
            Severity.BLOCK,
            message,
            effect.subsystem,
            effect.scope,
            protects=f"the floor of {place(effect)}",
            satisfied_by=f"at least {effect.floor:,} in service afterwards",
        )


def _what_fits(case: Case, effect: Effect) -> str:
    safe = case.choice.safe
    if safe is not None and safe < len(case.choice.servers):
        return f"at most {safe:,} can leave" if safe else "none can leave"
    room = max(0, effect.in_service - effect.pending - (effect.floor or 0))
    return f"it can give {room:,} at most" if room else "it can give none"


def ceiling(case: Case) -> Iterator[Finding]:
    """A restore would take a subsystem above its ceiling, as if nothing that is still to leave did leave."""
    for effect in case.effects:
        most = case.region.subsystem(effect.subsystem).ceiling
        gained = -effect.leaving
        if most is None or effect.scope != "region" or gained <= 0 or effect.in_service + gained <= most:
            continue
        room = max(0, most - effect.in_service)
        message = (
            f"{effect.subsystem} {effect.in_service:,} → {effect.in_service + gained:,}, ceiling {most:,}: "
            f"{effect.in_service + gained - most:,} above; "
        )
        yield block(
            "ceiling",
            message + (f"it can take {room:,} at most" if room else "it can take none"),
            protects=f"the ceiling of {effect.subsystem}",
            satisfied_by=f"at most {most:,} in service afterwards",
            subsystem=effect.subsystem,
        )


def tight(case: Case) -> Iterator[Finding]:
    """A scope that loses servers ends with little headroom."""
    percent = case.region.policy.tight_percent
    for effect in case.effects:
        if effect.verdict is ScopeVerdict.TIGHT and effect.leaving > 0 and effect.floor is not None:
            above = f"{effect.headroom:,} above, less than {percent}% of the floor"
            message = f"{change(effect)}, floor {effect.floor:,}: {above}"
            yield Finding(
                "tight",
                Severity.CAUTION,
                message,
                effect.subsystem,
                effect.scope,
                protects=f"the headroom of {place(effect)}",
                satisfied_by=f"headroom of {percent}% of the floor",
            )


def collateral(case: Case) -> Iterator[Finding]:
    """Servers leave subsystems that the command does not name."""
    for effect in case.effects:
        if effect.scope == "region" and not effect.named and effect.leaving > 0:
            count = case.shift.servers[case.region.index[effect.subsystem]]
            stated = "not stated" if effect.floor is None else f"{effect.floor:,}"
            message = (
                f"{servers(count)} of the {len(case.choice.servers):,} also {'serves' if count == 1 else 'serve'} "
                f"{effect.subsystem}, which the command does not name: {change(effect)}, floor {stated}"
            )
            yield Finding(
                "collateral",
                Severity.CAUTION,
                message,
                effect.subsystem,
                effect.scope,
                protects=f"the capacity of {effect.subsystem}",
                satisfied_by=f"servers that do not support {effect.subsystem}",
            )
