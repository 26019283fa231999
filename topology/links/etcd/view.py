"""A region in etcd as it was read, kept up to date by what changes: which servers there are, where, in which state."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.etcd.values import KeyEvent, StoredKey
from topology.fleet.reasons.anew import RegionReplaced
from topology.fleet.unheard import UnheardRack
from topology.links.etcd.layout import DoneWave, Place, Rack, RegionKeys, Supports, columns_of, decoded, unpack_rack
from topology.links.fleet_source import Changes, Facts, ResyncNeeded, Server
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

_NEEDS_AGENT = (ServerState.JOINING, ServerState.IN_SERVICE)


@dataclass(slots=True)
class SeenRack:
    """A rack as it was seen last. *first* is the position of its first server, while nobody joined or left."""

    value: bytes
    positions: Sequence[int]
    has_agent: bool


class RegionView:
    """What is known of a region as of *revision*."""

    def __init__(self, keys: RegionKeys) -> None:
        self._keys = keys
        self.revision = 0
        self.profiles: tuple[Supports, ...] = ()
        self._racks: dict[Place, SeenRack] = {}
        self._count = 0
        self._where: dict[str, Place] | None = None
        self._accepted: set[Place] = set()
        self._unheard: dict[Place, UnheardRack] = {}

    def begin(
        self,
        revision: int,
        profiles: tuple[Supports, ...],
        racks: Iterable[StoredKey],
        agents: set[Place],
        accepted: set[Place],
    ) -> Facts:
        """Take in all of it, read as of one moment."""
        self.revision, self.profiles, self._where = revision, profiles, None
        self._racks, self._accepted, self._unheard = {}, accepted - agents, {}
        places: list[Place] = []
        counts: list[int] = []
        states: list[bytes] = []
        numbers: list[bytes] = []
        names: list[bytes] = []
        at = 0
        for entry in racks:
            place = self._keys.place_of(entry.key)
            own, profile, listed = columns_of(entry.value, entry.key)
            has_agent = place in agents
            self._racks[place] = SeenRack(entry.value, range(at, at + len(own)), has_agent)
            at += len(own)
            if not has_agent:
                self._see_whether_unheard(place)
            if not own:
                continue
            places.append(place)
            counts.append(len(own))
            states.append(own if has_agent else _without_agent(own))
            numbers.append(profile)
            names.append(listed)
        self._count = at
        profile_numbers = np.frombuffer(b"".join(numbers), "<u2").astype(np.int32)
        if len(profile_numbers) and int(profile_numbers.max()) >= len(profiles):
            raise LinkError(f"a server has the set of subsystems {int(profile_numbers.max())}, which there is not")
        return Facts(
            str(revision),
            time.time(),
            tuple(b"\n".join(names).decode().split("\n")) if names else (),
            tuple(places),
            profiles,
            np.repeat(np.arange(len(places), dtype=np.int32), counts),
            profile_numbers,
            np.frombuffer(b"".join(states), np.uint8).copy(),
            unheard=self.unheard,
        )

    @property
    def unheard(self) -> tuple[UnheardRack, ...]:
        """Racks whose agent is gone, which nobody acknowledged."""
        return tuple(self._unheard.values())

    def place_of(self, server: str) -> Place | None:
        """Give where a server stands, or None."""
        if self._where is None:
            self._where = {}
            for place, seen in self._racks.items():
                self._where.update(dict.fromkeys(unpack_rack(seen.value, self._keys.rack(place)).names, place))
        return self._where.get(server)

    def has_agent(self, place: Place) -> bool:
        """Whether the agent of a rack is there."""
        seen = self._racks.get(place)
        return seen is not None and seen.has_agent

    def units_without_agent(self, subsystems: set[str]) -> Counter[tuple[str, str, str]]:
        """Count units in service, by subsystem, zone and cell, of racks whose agent is gone: nobody knows that they serve."""
        found: Counter[tuple[str, str, str]] = Counter()
        for place, seen in self._racks.items():
            if seen.has_agent:
                continue
            rack = unpack_rack(seen.value, self._keys.rack(place))
            for state, number in zip(rack.states, rack.profiles, strict=True):
                if state == ServerState.IN_SERVICE:
                    for name, units in self.profiles[number]:
                        if name in subsystems:
                            found[name, place[0], place[1]] += units
        return found

    def apply(self, revision: int, events: Sequence[KeyEvent]) -> Changes:
        """Take in what happened at one revision.

        Raises:
            ResyncNeeded: it is more than servers that change.
        """
        self.revision = revision
        before = self.unheard
        cause: DoneWave | None = None
        changed: list[tuple[int, int]] = []
        joined: list[Server] = []
        gone: list[int] = []
        moved: list[tuple[int, Server]] = []
        for event in events:
            key = event.entry.key
            if key.startswith(self._keys.racks):
                self._rack(event, changed, joined, gone, moved)
            elif key.startswith(self._keys.agents):
                self._agent(self._keys.place_of(key), not event.gone, changed)
            elif key.startswith(self._keys.accepted):
                self._accept(self._keys.place_of(key), is_kept=not event.gone)
            elif key.startswith(self._keys.acts) and not event.gone:
                cause = decoded(event.entry.value, DoneWave, key)
            elif key == self._keys.profiles and not event.gone:
                self.profiles = decoded(event.entry.value, tuple[Supports, ...], key)
            elif key == self._keys.meta:
                raise ResyncNeeded(RegionReplaced())
        servers: NDArray[np.int32] = np.array([at for at, _ in changed], np.int32)
        states = np.array([state for _, state in changed], np.uint8)
        wave, actor = (cause.wave, cause.operator) if cause is not None else (None, None)
        unheard = None if self.unheard == before else self.unheard
        return Changes(
            str(revision), time.time(), servers, states, tuple(joined), tuple(gone), tuple(moved), wave, actor, unheard
        )

    def _rack(
        self,
        event: KeyEvent,
        changed: list[tuple[int, int]],
        joined: list[Server],
        gone: list[int],
        moved: list[tuple[int, Server]],
    ) -> None:
        key = event.entry.key
        place = self._keys.place_of(key)
        seen = self._racks.get(place) or SeenRack(b"\x01\0\0", (), False)
        old = unpack_rack(seen.value, key)
        new = Rack((), b"", ()) if event.gone else unpack_rack(event.entry.value, key)
        before = dict(zip(old.names, range(len(old.names)), strict=True))
        positions: list[int] = []
        for at, name in enumerate(new.names):
            state = self._shown(new.states[at], seen.has_agent)
            was = before.pop(name, None)
            if was is None:
                positions.append(self._count)
                self._count += 1
                joined.append(Server(name, place, self.profiles[new.profiles[at]], state))
                continue
            position = seen.positions[was]
            positions.append(position)
            if new.profiles[at] != old.profiles[was]:
                moved.append((position, Server(name, place, self.profiles[new.profiles[at]], state)))
            elif new.states[at] != old.states[was]:
                changed.append((position, state))
        gone.extend(seen.positions[at] for at in before.values())
        if self._where is not None and new.names != old.names:
            self._where = None
        self._racks[place] = SeenRack(event.entry.value if not event.gone else b"\x01\0\0", positions, seen.has_agent)
        if not seen.has_agent:
            self._see_whether_unheard(place)

    def _agent(self, place: Place, is_there: bool, changed: list[tuple[int, int]]) -> None:
        seen = self._racks.get(place)
        if seen is None or seen.has_agent is is_there:
            return
        seen.has_agent = is_there
        if is_there:
            self._accepted.discard(place)
        self._see_whether_unheard(place)
        rack = unpack_rack(seen.value, self._keys.rack(place))
        for at, state in enumerate(rack.states):
            if state in _NEEDS_AGENT:
                changed.append((seen.positions[at], self._shown(state, is_there)))

    def _accept(self, place: Place, *, is_kept: bool) -> None:
        (self._accepted.add if is_kept else self._accepted.discard)(place)
        self._see_whether_unheard(place)

    def _see_whether_unheard(self, place: Place) -> None:
        """See whether a rack has servers that need an agent, none that is there, and nobody who knows of that."""
        self._unheard.pop(place, None)
        seen = self._racks.get(place)
        if seen is None or seen.has_agent or place in self._accepted:
            return
        rack = unpack_rack(seen.value, self._keys.rack(place))
        numbers = {number for state, number in zip(rack.states, rack.profiles, strict=True) if state in _NEEDS_AGENT}
        names = sorted({name for number in numbers for name, _ in self.profiles[number]})
        if names:
            self._unheard[place] = UnheardRack(place, tuple(names))

    def _shown(self, state: int, has_agent: bool) -> int:
        return ServerState.FAILED if state in _NEEDS_AGENT and not has_agent else state


def _without_agent(states: bytes) -> bytes:
    return states.translate(_FAILED)


_FAILED = bytes(ServerState.FAILED if state in _NEEDS_AGENT else state for state in range(256))
