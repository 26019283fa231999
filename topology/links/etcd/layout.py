"""How a region lies in etcd: its keys, all under one prefix, and how a rack is packed into one of them.

A key for each rack, not for each server: a million servers are 25,000 keys and load at once. Capacity is counted by cell in
keys of its own, so that a wave compares what it rests on without reading every rack of a zone.
"""

import struct
from dataclasses import dataclass

import msgspec

from topology.region.errors import LinkError

SCHEMA = 1
_HEAD = struct.Struct("<BH")
_COUNTS = struct.Struct("<II")
_MOST = 65_535
Supports = tuple[tuple[str, int], ...]
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RegionKeys:
    """The keys under a *prefix* that ends with a slash."""

    prefix: str

    @property
    def meta(self) -> str:
        """Which region it is, and how it is packed."""
        return f"{self.prefix}meta/region"

    @property
    def profiles(self) -> str:
        """The distinct sets of subsystems that servers support; racks name them by number, so it only grows."""
        return f"{self.prefix}meta/profiles"

    @property
    def racks(self) -> str:
        """What all racks begin with."""
        return f"{self.prefix}rack/"

    @property
    def agents(self) -> str:
        """What all agents begin with."""
        return f"{self.prefix}agent/"

    @property
    def accepted(self) -> str:
        """What begins with this says which racks without an agent an operator knows of."""
        return f"{self.prefix}accepted/"

    @property
    def acts(self) -> str:
        """What all acts begin with."""
        return f"{self.prefix}act/"

    def rack(self, place: Place) -> str:
        """A rack: its servers with their states."""
        return f"{self.racks}{'/'.join(place)}"

    def agent(self, place: Place) -> str:
        """That the agent of a rack is there: it goes with the agent's lease."""
        return f"{self.agents}{'/'.join(place)}"

    def accepts(self, place: Place) -> str:
        """That an operator knows that the agent of a rack is gone; the agent that comes back takes it away."""
        return f"{self.accepted}{'/'.join(place)}"

    @property
    def counters(self) -> str:
        """What all counters of capacity begin with."""
        return f"{self.prefix}capacity/"

    def capacity(self, subsystem: str, zone: str = "", cell: str = "") -> str:
        """The units of a subsystem in a cell; or what those of all cells of a zone, or of the region, begin with."""
        parts = "".join(f"{part}/" for part in (zone, cell) if part)
        return f"{self.counters}{subsystem}/{parts}"

    def act(self, wave: str) -> str:
        """What was done as a wave, written with it: the marker that it is done once."""
        return f"{self.acts}{wave}"

    def stop(self, execution: str) -> str:
        """That nothing more of an execution is done."""
        return f"{self.prefix}stop/{execution}"

    def place_of(self, key: str) -> Place:
        """Give the place of a rack, from its key or its agent's."""
        zone, cell, rack = key.removeprefix(self.prefix).split("/", 1)[1].split("/", 2)
        return zone, cell, rack


@dataclass(frozen=True, slots=True)
class RegionMeta:
    """Which region it is: *region* is a name that no other has."""

    schema: int
    region: str


@dataclass(frozen=True, slots=True)
class Rack:
    """The servers of a rack, each column in their order. *profiles* are numbers into the region's sets of subsystems."""

    names: tuple[str, ...]
    states: bytes
    profiles: tuple[int, ...]

    def with_states(self, states: dict[int, int]) -> "Rack":
        """Give the rack with other states at some positions."""
        changed = bytearray(self.states)
        for at, state in states.items():
            changed[at] = state
        return Rack(self.names, bytes(changed), self.profiles)


@dataclass(frozen=True, slots=True)
class DoneWave:
    """A wave that was done: *kind* is `take` or `give_back`, *returned* what went back at a stop. *abandoned*: it never was.

    *mark* is another for each attempt, so that one's own is known again.
    """

    wave: str
    execution: str
    kind: str
    operator: str
    servers: tuple[str, ...]
    time: float
    mark: str = ""
    returned: tuple[str, ...] = ()
    abandoned: bool = False


def pack_rack(rack: Rack) -> bytes:
    """Write a rack: a byte for the form, the number of servers, their states, their profiles, their names."""
    count = len(rack.names)
    if count > _MOST:
        raise LinkError(f"a rack of {count:,} servers cannot be kept; at most {_MOST:,} stand in one")
    head = _HEAD.pack(SCHEMA, count) + rack.states
    return head + struct.pack(f"<{count}H", *rack.profiles) + "\n".join(rack.names).encode()


def columns_of(value: bytes, key: str) -> tuple[bytes, bytes, bytes]:
    """Give states, profiles (two bytes each) and names (a line each) of a packed rack.

    Raises:
        LinkError: it is packed in another form.
    """
    if len(value) < _HEAD.size or value[0] != SCHEMA:
        raise LinkError(
            f"the rack at {key} is packed in a form that this version does not know; nothing of it is taken"
        )
    count = _HEAD.unpack_from(value)[1]
    states, profiles, names = value[3 : 3 + count], value[3 + count : 3 + 3 * count], value[3 + 3 * count :]
    if len(profiles) != 2 * count or (names.count(b"\n") + 1 if names else 0) != count:
        raise LinkError(f"the rack at {key} is cut short or holds other names than servers; nothing of it is taken")
    return states, profiles, names


def unpack_rack(value: bytes, key: str) -> Rack:
    """Read a rack.

    Raises:
        LinkError: it is packed in another form.
    """
    states, profiles, names = columns_of(value, key)
    numbers = struct.unpack(f"<{len(states)}H", profiles)
    return Rack(tuple(names.decode().split("\n")) if names else (), states, numbers)


def pack_capacity(serving: int, draining: int) -> bytes:
    """Write units in service, and units that drain."""
    return _COUNTS.pack(serving, draining)


def unpack_capacity(value: bytes, key: str) -> tuple[int, int]:
    """Read units in service and units that drain.

    Raises:
        LinkError: it is packed in another form.
    """
    if len(value) != _COUNTS.size:
        raise LinkError(f"the capacity at {key} cannot be read, and what cannot be read is not taken for none")
    serving, draining = _COUNTS.unpack(value)
    return serving, draining


def decoded(value: bytes, kind: type, key: str):  # type: ignore[no-untyped-def] # gives a value of that kind
    """Read a value that is JSON.

    Raises:
        LinkError: it is not.
    """
    try:
        return msgspec.json.decode(value, type=kind)
    except msgspec.MsgspecError as error:
        raise LinkError(f"the key {key} holds what no region holds there: {error}; nothing of it is taken") from error


def encoded(value: object) -> bytes:
    """Write a value as JSON."""
    return msgspec.json.encode(value)
