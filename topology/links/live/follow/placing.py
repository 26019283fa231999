"""Puts what a source says of its servers, by its own positions, into the positions of a roster."""

import numpy as np

from topology.fleet.batches import EventBatch, ListedServer
from topology.fleet.reasons.anew import (
    NewSubsystem,
    ServerListedTwice,
    UnknownServerState,
    UnlistedServer,
    WrongServerName,
)
from topology.fleet.state import State
from topology.links.fleet_source import Changes, ResyncNeeded, Server
from topology.links.live.assembly import place_for, wrong_name
from topology.links.live.follow.readings import FleetReading
from topology.region.region import Region
from topology.region.server_states import ServerState

MOST_GONE_SHARE = 0.05
"""When more than this share of positions is empty the source is read anew, which makes the roster compact again."""


class Placing:
    """The positions of one *reading*, and of what joined since."""

    def __init__(self, reading: FleetReading) -> None:
        self._names = reading.names
        self._position = reading.position
        self._gone = 0

    @property
    def has_many_gaps(self) -> bool:
        """Whether so many servers went that the roster should be made compact."""
        return self._gone > max(100, MOST_GONE_SHARE * len(self._position))

    def batch(self, change: Changes, time: float, state: State, description: Region) -> EventBatch:
        """Put a change at *time* into positions of the roster of *state*.

        Raises:
            ResyncNeeded: it speaks of what cannot be added to the roster.
        """
        total = len(self._position) + len(change.joined)
        mentioned = (
            change.servers,
            np.array(change.gone, np.int32),
            np.array([at for at, _ in change.moved], np.int32),
        )
        if any(len(some) and not 0 <= int(some.min()) <= int(some.max()) < total for some in mentioned):
            raise ResyncNeeded(UnlistedServer())
        if len(change.states) and int(change.states.max()) >= len(ServerState):
            raise ResyncNeeded(UnknownServerState())
        joined = tuple(self._listed(server, description) for server in change.joined)
        _check_new(state, [server.name for server in change.joined], {int(self._position[at]) for at in change.gone})
        if joined:
            end = len(state.region.roster)
            self._position = np.r_[self._position, np.arange(end, end + len(joined), dtype=np.int32)]
        self._gone += len(change.gone)
        return EventBatch(
            0,
            time,
            self._position[change.servers],
            change.states.astype(np.uint8),
            change.wave,
            change.actor,
            joined,
            tuple(int(self._position[at]) for at in change.gone),
            tuple((int(self._position[at]), self._listed(server, description)) for at, server in change.moved),
        )

    def _listed(self, server: Server, description: Region) -> ListedServer:
        names = self._names
        known = len(names.unknown)
        profile = names.profile(server.supports)
        if len(names.unknown) > known:
            raise ResyncNeeded(NewSubsystem(names.unknown[-1]))
        place = place_for(description, server.name, server.place, server.address)
        return ListedServer(server.name, place, profile, ServerState(server.state))


def _check_new(state: State, names: list[str], gone: set[int]) -> None:
    if (wrong := wrong_name(names)) is not None:
        raise ResyncNeeded(WrongServerName(wrong))
    position = state.fleet.position if names else {}
    twice = [name for name in names if name in position and position[name] not in gone]
    if twice or len(set(names)) != len(names):
        raise ResyncNeeded(ServerListedTwice((*twice, *names)[0]))
