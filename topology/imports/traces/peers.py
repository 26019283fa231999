"""What one side of a call names the other one, by the attributes of OpenTelemetry, those of today and those before.

Source: OpenTelemetry's semantic conventions for databases, messaging and general attributes.
"""

import re
from collections.abc import Mapping

PEER_SERVICES = ("peer.service", "service.peer.name")
_ADDRESSES = ("server.address", "net.peer.name", "db.host", "peer.hostname")
_DATABASES = ("db.system.name", "db.system", "db.type")
_NAMESPACES = ("db.namespace", "db.name", "db.instance")
_BROKERS = ("messaging.system", "messaging.system.name")
KEYS = frozenset((*PEER_SERVICES, *_ADDRESSES, *_DATABASES, *_NAMESPACES, *_BROKERS))
"""Every attribute that is looked at."""
_HERE = ("localhost", "localhost.localdomain")
_NUMBERS = re.compile(r"[0-9.]+|\[?[0-9a-f:]*:[0-9a-f:.]*\]?", re.IGNORECASE)


def peer_of(attributes: Mapping[str, str], *, called: bool = False) -> str:
    """Give what the other side is called: a service, else a host, else the kind of a database or a broker; or nothing.

    An address in numbers names nobody: of a database behind one its own name stays. On the side that is *called*, addresses are
    its own.
    """
    named = _first(attributes, PEER_SERVICES)
    if named or called:
        return named
    address = _first(attributes, _ADDRESSES)
    if address and address.casefold() not in _HERE and not _NUMBERS.fullmatch(address):
        return address
    kind = _first(attributes, _DATABASES)
    if kind:
        space = _first(attributes, _NAMESPACES)
        return f"{kind}/{space}" if space else kind
    return _first(attributes, _BROKERS)


def _first(attributes: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((attributes[name] for name in names if attributes.get(name)), "")
