"""Facts after a load: events as changes of positions, in an unbroken chain of revisions, waiting for whoever follows them."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from topology.fleet.reasons.anew import FactsMissing, FactsNotKept, TooManyFacts, WhyAnew
from topology.links.adapter.naming import read_server, read_states, read_time
from topology.links.adapter.positions import Positions
from topology.links.adapter.wire.messages import AdapterProtocolError, Events
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import Changes, Cursor, Facts, ResyncNeeded, Server

_FULL = 200_000
_OVERFULL = 20 * _FULL
_SMALL = 50
"""What a batch of its own costs, counted in facts, so that many small ones fill the queue as well."""


class Follower:
    """What happened since one load. *resync* says, once it is set, why these positions and revisions hold no longer."""

    def __init__(self, facts: Facts, positions: Positions) -> None:
        self.names = tuple(facts.names)
        self.positions = positions
        self._next = len(facts.names)
        self._revision = facts.cursor
        self._waiting: deque[tuple[Cursor, Changes]] = deque()
        self._size = 0
        self.resync: WhyAnew | None = None

    @property
    def revision(self) -> Cursor:
        """Give the newest revision."""
        return self._revision

    @property
    def has_room(self) -> bool:
        """Whether more facts may be taken in without anybody taking some."""
        return self._size < _FULL

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def has_still(self, facts: Facts) -> bool:
        """Say whether a newer load, with the names of ours, has them at the positions and at the revision that we are at."""
        unmoved = self._next == len(facts.names) == len(self.positions)
        return unmoved and facts.cursor == self._revision and not self.resync

    def take(self, events: Events) -> None:
        """Add what happened.

        Raises:
            AdapterProtocolError: a name or state in it cannot be.
        """
        if self.resync is not None:
            return
        if events.previous != self._revision:
            self.lose(FactsMissing(_said(self._revision), _said(events.previous)))
            return
        changes = self._changes(events)
        if events.revision == self._revision and _facts_of(changes):
            raise AdapterProtocolError(f"events with facts have no revision of their own ({_said(self._revision)})")
        self._revision = events.revision
        self._put(events.previous, changes)

    def lose(self, why: WhyAnew) -> None:
        """Say that these facts cannot be gone on with."""
        self.resync = self.resync or why
        self._waiting.clear()
        self._size = 0

    def next(self, after: Cursor) -> Changes | None:
        """Give the changes that follow a cursor; None when there are none yet.

        Raises:
            ResyncNeeded: they cannot be given.
        """
        if self.resync is not None:
            raise ResyncNeeded(self.resync)
        while self._waiting:
            previous, changes = self._waiting[0]
            if previous == after:
                self._waiting.popleft()
                self._size -= _facts_of(changes) + _SMALL
                return changes
            if not any(before == after for before, _ in self._waiting) and after != self._revision:
                break
            self._waiting.popleft()
            self._size -= _facts_of(changes) + _SMALL
        if after != self._revision:
            raise ResyncNeeded(FactsNotKept(_said(after)))
        return None

    def _put(self, previous: Cursor, changes: Changes) -> None:
        if not _facts_of(changes) and self._waiting:
            return  # A heartbeat says nothing that what waits does not say.
        self._waiting.append((previous, changes))
        self._size += _facts_of(changes) + _SMALL
        if self._size > _OVERFULL:
            self.lose(TooManyFacts())

    def _changes(self, events: Events) -> Changes:
        joined = tuple(self._join(read_server(said)) for said in events.joined)
        servers = self._found(events.servers)
        states = read_states(events.states, len(events.servers))
        moved = tuple((int(self._found([said.name])[0]), read_server(said)) for said in events.moved)
        gone = tuple(int(position) for position in self._found(events.gone))
        for name in events.gone:
            self.positions.remove(name)
        return Changes(
            cursor=events.revision,
            time=read_time(events.time),
            servers=servers,
            states=states,
            joined=joined,
            gone=gone,
            moved=moved,
            wave=None if events.wave is None else as_text(events.wave, 200),
            actor=None if events.actor is None else as_text(events.actor, 80),
        )

    def _join(self, server: Server) -> Server:
        if server.name in self.positions:
            raise AdapterProtocolError(f"{server.name} joined, although it is there")
        self.positions.add([server.name], self._next)
        self._next += 1
        return server

    def _found(self, names: list[str]) -> NDArray[np.int32]:
        try:
            return np.array(self.positions.of(names), np.int32)
        except KeyError as error:
            raise AdapterProtocolError(f"{as_text(str(error.args[0]), 80)!r} is no server of the last load") from error


def _facts_of(changes: Changes) -> int:
    return len(changes.servers) + len(changes.joined) + len(changes.gone) + len(changes.moved)


def _said(revision: str) -> str:
    return repr(as_text(revision, 40))
