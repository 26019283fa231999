"""Finds host names in the values of environment variables.

Whether a host is a service that is listed is for the caller to say. Only host and port are ever taken from a value:
what stands around them may be a password.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 100_000
"""Characters of a value that are looked at."""
_LONGEST_HOST = 253

_LABEL = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)
_PORTS = re.compile(r"(?::[0-9]{1,5})+")
_END_OF_AUTHORITY = re.compile(r"[/?#\s\"'<>\\;|)}\]]")
_SCHEME_AT_END = re.compile(r"[A-Za-z][A-Za-z0-9+.:-]{0,60}$")
_BETWEEN_TOKENS = re.compile(r"[\s,;|\"'()<>\[\]{}=&]+")
_BETWEEN_ITEMS = re.compile(r"[,;]")
_HERE = {"localhost", "localhost.localdomain", "ip6-localhost", "host.docker.internal"}

_NOT_AN_ADDRESS = {
    "app", "bucket", "component", "database", "db", "driver", "engine", "env", "environment", "group", "id",
    "image", "key", "kind", "label", "level", "mode", "name", "namespace", "pass", "password", "path",
    "prefix", "profile", "queue", "role", "schema", "secret", "tag", "token", "topic", "type", "user",
    "username", "version",
}  # fmt: skip
_AN_ADDRESS = {"addr", "address", "dns", "endpoint", "host", "hostname", "server", "uri", "url"}


@dataclass(frozen=True, slots=True)
class HostAddress:
    """A host that a value names."""

    host: str
    """Lower case, without a dot at its end."""
    port: str = ""
    plain_word: bool = False
    """It stands alone, without scheme, port or domain: it may be an address, or a word that looks like one."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


def says_address(variable: str) -> bool:
    """Say whether the very name of a variable says that it holds an address: DB_HOST does, DB does not."""
    return not _AN_ADDRESS.isdisjoint(_words(variable))


def reads_as_address(variable: str) -> bool:
    """Say whether a variable of this name can hold a bare host name: DB_HOST can, DB_USER cannot."""
    words = _words(variable)
    return not words or words[-1] not in _NOT_AN_ADDRESS or not _AN_ADDRESS.isdisjoint(words)


def holds_image(variable: str) -> bool:
    """Say whether a variable of this name holds a container image, whose `redis:6` is no address."""
    return bool({"image", "tag"} & set(_words(variable)))


def _words(variable: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", variable[:_LONGEST_HOST])
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def addresses_in(value: str) -> Iterator[HostAddress]:
    """Give the hosts that *value* names, in order: `host`, `host:port`, `scheme://host…`, or several with commas."""
    text = value[:LONGEST]
    parts = text.split("://")
    if len(parts) == 1:
        items = [item.strip() for item in _BETWEEN_ITEMS.split(text) if item.strip()]
        if items and all(len(item) <= _LONGEST_HOST and _HOST.fullmatch(item) for item in items):
            yield from (address for item in items if (address := _address(item, alone=True)) is not None)
            return
    for number, part in enumerate(parts):
        # What stands before "://" is a scheme: "http://a,http" holds the host a, not the host http.
        kept = part if number == len(parts) - 1 else part[:-100] + _SCHEME_AT_END.sub("", part[-100:])
        if number:
            authority = _END_OF_AUTHORITY.split(kept, maxsplit=1)[0]
            for item in authority.rpartition("@")[2].split(","):
                if (address := _address(item, alone=False)) is not None:
                    yield address
            kept = _after_url(kept[len(authority) :])
        yield from _in_tokens(kept)


def _after_url(text: str) -> str:
    """Give what follows the path of a URL; the path itself may quote other addresses, which are not called."""
    found = re.search(r"[\s,;|]", text)
    return text[found.start() :] if found else ""


def _in_tokens(text: str) -> Iterator[HostAddress]:
    """Find `host:port` and names of the cluster's own domain in free text."""
    for token in _BETWEEN_TOKENS.split(text):
        bare = token.rpartition("@")[2].partition("/")[0]
        host, colon, _ = bare.partition(":")
        if colon or host.rstrip(".").endswith((".svc", ".svc.cluster.local")):
            address = _address(bare, alone=False)
            if address is not None and (address.port or not colon):
                yield address


def _address(text: str, *, alone: bool) -> HostAddress | None:
    """Read `host` or `host:port`; None for what is no name, and for this machine and bare numbers."""
    host, colon, _ = text.partition(":")
    if not host or len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        return None
    ports = text[len(host) :]
    if colon and not _PORTS.fullmatch(ports):
        ports = ""  # a port that is filled in elsewhere, such as http://cart:${PORT}
    name = host.lower().rstrip(".")
    if name in _HERE or not re.search(r"[a-z]", name):
        return None
    port = ports.split(":")[1] if ports else ""
    return HostAddress(name, port, plain_word=alone and not colon and "." not in name)
