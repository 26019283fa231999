"""Where a live region's facts come from, as its description states it, and where its servers stand. Nothing is opened here."""

import hashlib
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import msgspec


@dataclass(frozen=True, slots=True)
class Tls:
    """Paths of a certificate authority, a certificate and its key; empty where none is stated.

    *user* is who logs in, where a system has passwords, with the one in *password_file*.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""
    user: str = ""
    password_file: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The parts of a live region, each as an address: a scheme, a colon, and what that kind of source understands.

    *read_only* is the careful value: a source is only looked at until the description says otherwise. *environment* names the
    variables that an adapter is given, *others_hold_credentials* that other programs than ours can act on the source.
    """

    fleet: str
    graph: str = ""
    graph_preset: str = ""
    ledger: str = ""
    read_only: bool = True
    environment: tuple[str, ...] = ()
    others_hold_credentials: bool = False
    tls: Tls = field(default_factory=Tls)
    ledger_tls: Tls = field(default_factory=Tls)
    graph_tls: Tls = field(default_factory=Tls)
    pool_label: str = ""
    """The label that names the pool of a Kubernetes node; empty for the usual ones."""

    @property
    def scheme(self) -> str:
        """The kind of fleet source."""
        return self.fleet.partition(":")[0]

    @property
    def digest(self) -> str:
        """SHA-256 of everything stated: what an operator trusted, and no longer does when any of it changes."""
        stated = asdict(self)
        if self.graph_tls == Tls():  # what was trusted before there was such a key stays trusted
            del stated["graph_tls"]
        if not self.pool_label:
            del stated["pool_label"]
        return hashlib.sha256(msgspec.json.encode(stated, order="deterministic")).hexdigest()


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Where the servers stand whose address lies in a range, or whose name fits a glob; empty texts say nothing."""

    match: str
    zone: str
    cell: str = ""
    rack: str = ""

    def holds(self, name: str, address: str = "") -> bool:
        """Say whether a server called *name*, at *address* where one is known, stands here."""
        network = network_of(self.match)
        if network is None:
            return fnmatchcase(name, self.match)
        try:
            return ip_address(address or name) in network
        except ValueError:
            return False


def place_of(places: tuple[PlaceRule, ...], name: str, address: str = "") -> PlaceRule | None:
    """Give the first place that holds a server, in the description's order; None where none does."""
    return next((place for place in places if place.holds(name, address)), None)


@cache
def network_of(text: str) -> IPv4Network | IPv6Network | None:
    """Give a range of addresses such as `10.1.0.0/16`; None for anything else, such as a glob over names."""
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None
