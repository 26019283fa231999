"""Addresses of an etcd: its members, and the prefix under which everything of one region is kept."""

import re
from dataclasses import dataclass

EXAMPLE = "etcd://h1:2379,h2:2379,h3:2379/shop-eu/ledger/"
_MEMBER = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})")
_PREFIX = re.compile(r"/(?:[A-Za-z0-9._-]+/)+")
_LOOPBACK = ("127.", "localhost:", "[::1]:")


@dataclass(frozen=True, slots=True)
class EtcdAddress:
    """*members* as `host:port`; *prefix* begins and ends with a slash."""

    members: tuple[str, ...]
    prefix: str

    def __str__(self) -> str:
        return f"etcd://{','.join(self.members)}{self.prefix}"

    @property
    def only_loopback(self) -> bool:
        """Whether every member is on this machine."""
        return all(member.startswith(_LOOPBACK) for member in self.members)


def parse_address(text: str) -> EtcdAddress:
    """Read `//h1:2379,h2:2379/prefix/`, with or without the scheme before it.

    Raises:
        ValueError: with a sentence, where it is written otherwise.
    """
    rest = text.removeprefix("etcd:")
    if not rest.startswith("//"):
        raise ValueError("two slashes must follow etcd:")
    hosts, _, path = rest.removeprefix("//").partition("/")
    members = tuple(hosts.split(",")) if hosts else ()
    for member in members:
        port = _MEMBER.fullmatch(member)
        if port is None or not 0 < int(port[1]) < 65_536:
            raise ValueError(f"{member!r} is no member; each is HOST:PORT")
    if not members:
        raise ValueError("it names no member")
    if len(set(members)) != len(members):
        raise ValueError("it names a member twice")
    prefix = f"/{path}" if path.endswith("/") else f"/{path}/" if path else "/"
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"the prefix {prefix} is none; it is words with slashes between, such as /shop-eu/ledger/")
    return EtcdAddress(members, prefix)
