"""Facts about a region's servers: past tense, in columns, never edited."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.region.server_states import ServerState

Revision = int
"""Mark of a region's state: rises with every batch, and is otherwise opaque."""


@dataclass(frozen=True, slots=True)
class ListedServer:
    """One server as the roster has it: *place* is zone, cell and rack, *profile* pairs (position of a subsystem, units)."""

    name: str
    place: tuple[str, str, str]
    profile: tuple[tuple[int, int], ...]
    state: ServerState
    protected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EventBatch:
    """Servers whose state changed, in the order it happened; the last word on a server wins.

    *servers* are positions in the region's roster, *states* the new states, in the same order. *time* is the link's, in
    seconds since 1970 UTC. *operation* is the act that caused it, with its *actor*, or None where nobody acted (a failure,
    a repair). A batch may be empty: then it only says that the source is alive.

    *joined* get the positions after the last one, in order, those of *gone* stay empty, and *moved* say what a server is now;
    all of this happened before the states of the batch.
    """

    revision: Revision
    time: float
    servers: NDArray[np.int32]
    states: NDArray[np.uint8]
    operation: str | None = None
    actor: str | None = None
    joined: tuple[ListedServer, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[tuple[int, ListedServer], ...] = ()

    @property
    def changes_roster(self) -> bool:
        """Whether servers joined or went, or stand or support something else now."""
        return bool(self.joined or self.gone or self.moved)

    @property
    def is_departure(self) -> bool:
        """Whether somebody acted; servers that leave service by it count towards the pace."""
        return self.operation is not None


def batch_of(
    revision: Revision,
    time: float,
    changes: list[tuple[int, ServerState]],
    operation: str | None = None,
    actor: str | None = None,
) -> EventBatch:
    """Gather single *changes* (position in the roster, new state) into a batch."""
    return EventBatch(
        revision,
        time,
        np.fromiter((server for server, _ in changes), np.int32, len(changes)),
        np.fromiter((state for _, state in changes), np.uint8, len(changes)),
        operation,
        actor,
    )
