"""Whose act a change of a server shows, for sources that do not say it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from topology.fleet.batches import EventBatch
from topology.region.server_states import ServerState

Cause = tuple[str | None, str | None]
"""The act that changed a server and its actor, as far as is known."""
NOBODY: Cause = (None, None)


class Causes:
    """The last act of ours on each server, with the states that would show it."""

    def __init__(self) -> None:
        self._ours: dict[str, tuple[tuple[ServerState, ...], Cause]] = {}

    def expect(self, servers: tuple[str, ...], shows: tuple[ServerState, ...], cause: Cause) -> None:
        """Take it that *servers*, once they are in one of these states, show an act."""
        self._ours.update(dict.fromkeys(servers, (shows, cause)))

    def forget(self, servers: tuple[str, ...]) -> None:
        """Take it that nothing was done to *servers*."""
        for name in servers:
            self._ours.pop(name, None)

    def split(self, batch: EventBatch, names: Sequence[str]) -> list[EventBatch]:
        """Give one batch for each act of ours that a batch may show, of servers called *names*; the roster changes in the first."""
        if not self._ours:
            return [batch]
        columns = zip(batch.servers.tolist(), batch.states.tolist(), strict=True)
        causes = [self._cause(names[at] if at < len(names) else "", state) for at, state in columns]
        found: list[EventBatch] = []
        for cause in dict.fromkeys(causes):
            mask = np.array([own == cause for own in causes], np.bool_)
            servers, states = batch.servers[mask], batch.states[mask]
            part = replace(batch, servers=servers, states=states, operation=cause[0], actor=cause[1])
            found.append(part if not found else replace(part, joined=(), gone=(), moved=()))
        return found or [batch]

    def _cause(self, name: str, state: int) -> Cause:
        shows, cause = self._ours.get(name, ((), NOBODY))
        return cause if state in shows else NOBODY
