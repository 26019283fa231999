"""The latest batches of events, for readers that come for them in their own time."""

import threading
from collections import deque

from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.links.protocol import DescriptionChangedError
from topology.region.server_states import ServerState

MOST_BATCHES = 10_000
"""Batches kept; a reader further behind than that loads again."""


class History:
    """Numbers batches and keeps the latest. Calls may come from any thread, and never wait for an act."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: deque[EventBatch] = deque()
        self._base = 0
        self.revision: Revision = 0

    def publish(
        self,
        time: float,
        changes: list[tuple[int, ServerState]],
        operation: str | None = None,
        actor: str | None = None,
    ) -> None:
        """Add a batch with the next revision."""
        with self._lock:
            self.revision += 1
            self._batches.append(batch_of(self.revision, time, changes, operation, actor))
            if len(self._batches) > MOST_BATCHES:
                self._base = self._batches.popleft().revision

    def begin_anew(self) -> None:
        """Forget every batch: whoever loaded before loads again."""
        with self._lock:
            self._batches.clear()
            self.revision += 1
            self._base = self.revision

    def after(self, revision: Revision) -> list[EventBatch]:
        """Give the batches after *revision*, in order.

        Raises:
            DescriptionChangedError: they are not kept, or begin with another description.
        """
        with self._lock:
            if revision < self._base:
                raise DescriptionChangedError
            newer = self.revision - revision
            return [self._batches[number] for number in range(len(self._batches) - newer, len(self._batches))]
