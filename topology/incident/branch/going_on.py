"""What goes on by itself: steps of a change, what is left of it later, restarts under way, whether a step breaks a floor."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.incident.branch.agenda import Due
from topology.incident.choosing import STEP_S
from topology.incident.model import Change, Event, Incident, Mark, ServerChange
from topology.region.region import Amount
from topology.region.server_states import ServerState


def steps_of(
    change: ServerChange, servers: Sequence[int], time: float, operation: str, *, guarded: bool
) -> Iterator[Due]:
    """Give the steps of a change of some servers that begins at a moment, one each minute over its length."""
    count = max(1, min(len(servers), round(change.over_s / STEP_S)))
    for number, some in enumerate(np.array_split(np.asarray(servers, np.int64), count), 1):
        at = time + change.after_s + change.over_s * number / count
        yield Due(
            at,
            "step",
            state=ServerState(change.to),
            subsystem=operation,
            servers=tuple(some.tolist()),
            guarded=guarded,
        )


def rest_of(
    change: ServerChange, began: float, time: float, meant: Callable[[ServerChange], list[int]]
) -> ServerChange | None:
    """Give what is left at a moment of a change that began earlier; None where it is done. *meant* chooses servers now."""
    ends = began + change.after_s + change.over_s
    if ends <= time:
        return None
    left = min(1.0, (ends - time) / change.over_s) if change.over_s else 1.0
    every = len(meant(replace(change, amount=None, before=tuple(map(int, ServerState)))))
    now = len(meant(replace(change, amount=None)))
    count = min(now, round((every if change.amount is None else change.amount.of_down(every)) * left))
    after = max(0.0, began + change.after_s - time)
    return replace(change, amount=Amount(count), over_s=ends - time - after, after_s=after)


def broken_without(fleet: Fleet, servers: Sequence[int]) -> str:
    """Name a subsystem that would be further below a floor without these servers in service; empty for none."""
    after = fleet.capacity.copy()
    for server in servers:
        number = int(fleet.class_of[server])
        after[fleet.class_rows[number]] -= fleet.class_units[number]
    wrong = (after < fleet.scopes.floor) & (fleet.scopes.floor != NO_FLOOR) & (after < fleet.capacity)
    rows = wrong.nonzero()[0]
    return fleet.region.subsystems[int(fleet.scopes.subsystem[rows[0]])].name if len(rows) else ""


def under_way(incident: Incident, time: float) -> frozenset[str]:
    """Name the subsystems of which the account says that their restart began by a moment, and not that it was done."""
    found: set[str] = set()
    for event in incident.events:
        for change in event.changes if event.time <= time else ():
            if isinstance(change, Mark) and change.restart:
                (found.add if change.restart == "begun" else found.discard)(change.subsystem)
    return frozenset(found)


def recoveries(incident: Incident, name: str) -> tuple[tuple[Event, tuple[Change, ...]], ...]:
    """Give what brings a subsystem back in the account, from the beginning of its restart to its end: the events' changes."""
    found = []
    begun = False
    for event in incident.events:
        marks = [one.restart for one in event.changes if isinstance(one, Mark) and one.subsystem == name]
        begun |= "begun" in marks
        changes = tuple(one for one in event.changes if _brings_back(one, name))
        if begun and changes:
            found.append((event, changes))
        if "done" in marks:
            break
    return tuple(found)


def _brings_back(change: Change, name: str) -> bool:
    if change.subsystem != name:
        return False
    return change.restart == "done" if isinstance(change, Mark) else change.to == ServerState.IN_SERVICE
