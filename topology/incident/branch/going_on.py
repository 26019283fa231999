"""Changes that go on by themselves: their steps, what is left of one at a later moment, and whether a step breaks a floor."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.incident.branch.agenda import Due
from topology.incident.choosing import STEP_S
from topology.incident.model import ServerChange
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
