"""A load as it arrives: head, chunks in order, result; checked piece by piece, so that none takes long."""

from collections.abc import Iterator

import msgspec
import numpy as np

from topology.links.adapter.naming import (
    checked_names,
    checked_places,
    read_positions,
    read_states,
    read_supports,
    read_time,
)
from topology.links.adapter.positions import Positions
from topology.links.adapter.wire.messages import AdapterProtocolError, Chunk, Head, Loaded
from topology.links.adapter.wire.slices import parts_of
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import Facts, RackPlace, Supports
from topology.region.learnt import Budget
from topology.region.region import NAME

LARGEST_FLEET = 10_000_000
LARGEST_CHUNK = 10_000
_RACKS = msgspec.json.Decoder(list[tuple[str, str, str]])
_PROFILES = msgspec.json.Decoder(list[list[str]])


class Loading:
    """Columns that fill up. *positions* gives each name its position; it belongs to whoever takes it when all is there.

    *is_same* says whether the names so far are those *earlier*, in their order.
    """

    def __init__(self, head: Head, earlier: tuple[str, ...] = ()) -> None:
        if not 0 <= head.servers <= LARGEST_FLEET:
            raise AdapterProtocolError(
                f"load/head announces {head.servers:,} servers; at most {LARGEST_FLEET:,} can be"
            )
        self.id = head.id
        self._servers = head.servers
        self._head = head
        self._racks: list[RackPlace] = []
        self._profiles: list[Supports] = []
        self._budgets = tuple(_budget(*budget) for budget in head.budgets)
        self._names: list[str] = []
        self._addresses: list[str] = []
        self._rack = np.zeros(head.servers, np.int32)
        self._profile = np.zeros(head.servers, np.int32)
        self._states = np.zeros(head.servers, np.uint8)
        self._earlier = earlier
        self.is_same = head.servers == len(earlier)
        self.positions = Positions()

    def begin(self) -> Iterator[None]:
        """Read the head, a short step at a time; its lists may be long.

        Raises:
            AdapterProtocolError: something in it cannot be.
        """
        for places in parts_of(bytes(self._head.racks), _RACKS, "the racks of its load/head"):
            self._racks += checked_places(places)
            yield
        for profiles in parts_of(bytes(self._head.profiles), _PROFILES, "the profiles of its load/head"):
            self._profiles += map(read_supports, profiles)
            yield

    def take(self, chunk: Chunk) -> None:
        """Add a chunk.

        Raises:
            AdapterProtocolError: it does not fit, or something in it cannot be.
        """
        count, at = len(chunk.names), len(self._names)
        if chunk.id != self.id or chunk.at != at:
            raise AdapterProtocolError(f"a chunk at {chunk.at:,} of load {chunk.id}; awaited was {at:,} of {self.id}")
        if count > LARGEST_CHUNK or at + count > self._servers:
            raise AdapterProtocolError(
                f"a chunk at {at:,} has {count:,} servers; at most {min(LARGEST_CHUNK, self._servers - at):,} can be"
            )
        checked_names(chunk.names)
        part = slice(at, at + count)
        self._rack[part] = read_positions(chunk.rack, count, len(self._racks), "rack")
        self._profile[part] = read_positions(chunk.profile, count, len(self._profiles), "profile")
        self._states[part] = read_states(chunk.state, count)
        self._take_names(chunk)

    def finish(self, loaded: Loaded) -> Facts:
        """Give the whole fleet.

        Raises:
            AdapterProtocolError: servers are missing.
        """
        if len(self._names) != self._servers:
            raise AdapterProtocolError(f"load/head announced {self._servers:,} servers, and {len(self._names):,} came")
        return Facts(
            cursor=loaded.revision,
            time=read_time(loaded.time),
            names=tuple(self._names),
            racks=tuple(self._racks),
            profiles=tuple(self._profiles),
            rack=self._rack,
            profile=self._profile,
            states=self._states,
            addresses=tuple(self._addresses),
            budgets=self._budgets,
        )

    def _take_names(self, chunk: Chunk) -> None:
        at, count = len(self._names), len(chunk.names)
        self.positions.add(chunk.names, at)
        self.is_same = self.is_same and self._earlier[at : at + count] == tuple(chunk.names)
        if len(self.positions) != at + count:
            raise AdapterProtocolError(f"the name {self._twice(chunk.names, at)} is there twice")
        given = len(chunk.address)
        if given not in {0, count} or (at and count and bool(given) != bool(self._addresses)):
            raise AdapterProtocolError("addresses are given for some servers only; give one for each, or none")
        self._names += chunk.names
        self._addresses += [as_text(address, 80) for address in chunk.address]

    def _twice(self, names: list[str], at: int) -> str:
        seen = set(self._names)
        for name in names:
            if name in seen:
                return name
            seen.add(name)
        return names[0]


def _budget(subsystem: str, floor: int, name: str) -> Budget:
    if NAME.fullmatch(subsystem) is None or floor < 0:
        raise AdapterProtocolError(f"a budget of {as_text(subsystem, 80)!r} with a floor of {floor:,} cannot be")
    return Budget(subsystem, floor, as_text(name, 80))
