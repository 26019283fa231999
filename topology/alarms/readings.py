"""What alarms are judged by, taken from one moment as values, so that judging may take its time elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.alarms.values import HaltFacts, SilenceFacts
from topology.fleet.fleet import NO_FLOOR, PerClass, Scopes
from topology.fleet.state import State
from topology.region.region import Region
from topology.region.server_states import ServerState


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """How fast the headroom of subsystems changes: *per_hour* in units by position, nan where too little is known."""

    per_hour: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AlarmReadings:
    """One moment of a region. *capacity* is a copy, in the order of *scopes*."""

    region: Region
    time: float
    scopes: Scopes
    capacity: NDArray[np.int64]
    removed: NDArray[np.int64] | None = None
    """Servers out of service that could be given back, one entry a scope; None where nothing is below its floor."""
    slope: Slope | None = None
    silence: SilenceFacts | None = None
    halted: tuple[tuple[str, HaltFacts], ...] = ()
    """Executions that ended before their work was done, by id, until somebody has seen it."""
    troubles: tuple[tuple[str, str], ...] = ()
    """What is wrong with the journal or the ledger: which, and a sentence."""
    late: tuple[tuple[str, str], ...] = ()
    """Targets of the status page that are older than it promises: which, and a sentence."""


def readings_of(
    state: State,
    slope: Slope | None = None,
    halted: tuple[tuple[str, HaltFacts], ...] = (),
    troubles: tuple[tuple[str, str], ...] = (),
    late: tuple[tuple[str, str], ...] = (),
) -> AlarmReadings:
    """Take the readings of a state; a source that is silent is read as such, with what was known last."""
    fleet, freshness = state.fleet, state.freshness
    silent = freshness.is_silent(state.region.policy.stale_after_s)
    capacity = fleet.capacity.copy()
    short = bool(((capacity < fleet.scopes.floor) & (fleet.scopes.floor != NO_FLOOR)).any())
    return AlarmReadings(
        state.region,
        state.time,
        fleet.scopes,
        capacity,
        _removed(fleet.state, fleet.class_of, fleet.class_rows, len(capacity)) if short else None,
        slope,
        SilenceFacts(freshness.age_s, freshness.reason or freshness.outdated) if silent else None,
        halted,
        troubles,
        late,
    )


def _removed(
    state: NDArray[np.uint8], class_of: NDArray[np.int32], class_rows: PerClass, scopes: int
) -> NDArray[np.int64]:
    """Count removed servers in every scope."""
    per_class = np.bincount(class_of[state == ServerState.REMOVED], minlength=len(class_rows))
    counts = np.repeat(per_class, np.diff(class_rows.starts))
    return np.bincount(class_rows.flat, counts, minlength=scopes).astype(np.int64)
