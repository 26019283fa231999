"""What the guards of capacity say: floors, ceilings, what ends tight, what leaves besides what was named."""

from console.words.findings.wording import said, servers
from topology.planning.guards.capacity.ceiling import AboveCeiling
from topology.planning.guards.capacity.collateral import AlsoServes
from topology.planning.guards.capacity.floor import FloorBroken
from topology.planning.guards.capacity.tight import EndsTight
from topology.region.sentences.changes import change, place


def floor_broken(facts: FloorBroken) -> str:
    """Say by how much a scope would end below its floor, and what fits."""
    whose = f" by {facts.budget}" if facts.budget else ""
    return f"{change(facts)}, floor {facts.floor:,}{whose}: {facts.below:,} below; {_what_fits(facts)}"


def _what_fits(facts: FloorBroken) -> str:
    if facts.most is not None:
        return f"at most {facts.most:,} can leave" if facts.most else "none can leave"
    return f"it can give {facts.room:,} at most" if facts.room else "it can give none"


def ends_tight(facts: EndsTight) -> str:
    """Say how much is left above a floor."""
    above = f"{facts.after - facts.floor:,} above, less than {facts.percent}% of the floor"
    return f"{change(facts)}, floor {facts.floor:,}: {above}"


def _above_ceiling(facts: AboveCeiling) -> str:
    after, room = facts.in_service + facts.gained, max(0, facts.ceiling - facts.in_service)
    over = f"{after - facts.ceiling:,} above"
    what = f"{facts.subsystem} {facts.in_service:,} → {after:,}, ceiling {facts.ceiling:,}: {over}"
    return f"{what}; it can take {room:,} at most" if room else f"{what}; it can take none"


def _also_serves(facts: AlsoServes) -> str:
    serve = "serves" if facts.servers == 1 else "serve"
    stated = "not stated" if facts.floor is None else f"{facts.floor:,}"
    return (
        f"{servers(facts.servers)} of the {facts.total:,} also {serve} {facts.subsystem}, "
        f"which the command does not name: {change(facts)}, floor {stated}"
    )


WORDINGS = (
    said(
        FloorBroken,
        floor_broken,
        lambda facts: f"the floor of {place(facts.subsystem, facts.scope)}",
        lambda facts: f"at least {facts.floor:,} in service afterwards",
    ),
    said(
        EndsTight,
        ends_tight,
        lambda facts: f"the headroom of {place(facts.subsystem, facts.scope)}",
        lambda facts: f"headroom of {facts.percent}% of the floor",
    ),
    said(
        AboveCeiling,
        _above_ceiling,
        lambda facts: f"the ceiling of {facts.subsystem}",
        lambda facts: f"at most {facts.ceiling:,} in service afterwards",
    ),
    said(
        AlsoServes,
        _also_serves,
        lambda facts: f"the capacity of {facts.subsystem}",
        lambda facts: f"servers that do not support {facts.subsystem}",
    ),
)
