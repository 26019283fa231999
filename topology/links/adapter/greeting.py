"""`hello`: which version both speak, who the adapter is, and what it can."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from topology.links.adapter.wire.messages import PROTOCOLS, AdapterProtocolError, Hello
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import Abilities, Identity

_SHORTEST_S, _LONGEST_S = 0.05, 300.0
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Greeting:
    """What an adapter said of itself."""

    name: str
    region: str
    identity: Identity
    abilities: Abilities
    heartbeat_s: float


def hello_params(console: str, operator: str, *, read_only: bool) -> dict[str, Any]:
    """Write what this program says of itself."""
    return {"protocol": list(PROTOCOLS), "console": console, "operator": operator, "read_only": read_only}


def read_greeting(hello: Hello) -> Greeting:
    """Give what an adapter said of itself.

    Raises:
        AdapterProtocolError: it speaks no version of ours, or has no name, region or heartbeat.
    """
    if hello.protocol not in PROTOCOLS:
        spoken = ", ".join(map(str, PROTOCOLS))
        raise AdapterProtocolError(f"it speaks version {hello.protocol} of the protocol; this program speaks {spoken}")
    name, region = as_text(hello.name, 80), as_text(hello.region, _LONGEST_ID)
    if not name.strip() or not region.strip():
        raise AdapterProtocolError("its hello has no name or no region; both must be stated")
    if not isfinite(hello.heartbeat_s) or not _SHORTEST_S <= hello.heartbeat_s <= _LONGEST_S:
        raise AdapterProtocolError(f"its heartbeat_s is {hello.heartbeat_s!r}; give {_SHORTEST_S:g} to {_LONGEST_S:g}")
    said = hello.abilities
    abilities = Abilities(
        atomic_waves=said.atomic_waves,
        restores_by_name=said.restores_by_name,
        stops_mid_wave=said.stops_mid_wave,
        returns_load=said.returns_load,
        remembers_waves=said.remembers_waves,
        others_act=as_text(said.others_act, 200),
    )
    identity = Identity(as_text(hello.identity, _LONGEST_ID) or name, f"as the adapter {name} says")
    return Greeting(name, region, identity, abilities, hello.heartbeat_s)
