"""The latest batches of events, for readers that come for them in their own time."""

import threading
from collections import deque
from dataclasses import replace

from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.reasons.anew import TooManyFacts, WhyAnew
from topology.links.protocol import ResyncNeeded
from topology.region.server_states import ServerState

MOST_BATCHES = 10_000
"""Batches kept; a reader further behind than that loads again."""


class BatchHistory:
    """Numbers batches and keeps the latest. Calls may come from any thread, and never wait for an act."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: deque[EventBatch] = deque()
        self._base = 0
        self._why: WhyAnew | None = None
        self.revision: Revision = 0

    def publish(
        self,
        time: float,
        changes: list[tuple[int, ServerState]],
        operation: str | None = None,
        actor: str | None = None,
    ) -> None:
        """Add a batch with the next revision."""
        self.add(batch_of(0, time, changes, operation, actor))

    def add(self, batch: EventBatch) -> EventBatch:
        """Add a batch, and give it with the next revision."""
        with self._lock:
            self.revision += 1
            numbered = replace(batch, revision=self.revision)
            self._batches.append(numbered)
            if len(self._batches) > MOST_BATCHES:
                self._base = self._batches.popleft().revision
                self._why = TooManyFacts()
            return numbered

    def begin_anew(self, why: WhyAnew | None) -> None:
        """Forget every batch: whoever loaded before loads again, and hears *why*."""
        with self._lock:
            self._why = why
            self._batches.clear()
            self.revision += 1
            self._base = self.revision

    def after(self, revision: Revision) -> list[EventBatch]:
        """Give the batches after *revision*, in order.

        Raises:
            ResyncNeeded: they are not kept, or begin with another description.
        """
        with self._lock:
            if revision < self._base:
                raise ResyncNeeded(self._why)
            newer = self.revision - revision
            return [self._batches[number] for number in range(len(self._batches) - newer, len(self._batches))]
