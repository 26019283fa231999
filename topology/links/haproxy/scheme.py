"""The scheme `haproxy:` of the registry."""

from topology.links.haproxy.actor import HAProxyActor, has_lua
from topology.links.haproxy.reader import HAProxyReader
from topology.links.haproxy.runtime import RuntimeApi, SocketAddress
from topology.links.registry import Opening, Scheme
from topology.region.errors import LinkError

_LOOPBACK = ("127.", "localhost", "::1")


async def open_reader(target: str, opening: Opening) -> HAProxyReader:
    """Open it to look at.

    Raises:
        LinkError: it cannot be reached, or is no HAProxy.
    """
    api = RuntimeApi(SocketAddress.parse(target))
    return HAProxyReader(api, await api.ask("show info"))


async def open_actor(target: str, opening: Opening) -> HAProxyActor:
    """Open it to act on.

    Raises:
        LinkError: it cannot be reached, is no HAProxy, or its socket does not let us act.
    """
    api = RuntimeApi(SocketAddress.parse(target))
    info = await api.ask("show info")
    denied = await api.ask("set server underkeel-asks/whether-it-may state ready")
    if "ermission denied" in denied or "Unknown command" in denied:
        raise LinkError(
            f"HAProxy at {api.address} lets this socket only look; write read_only = true under [source], or give the socket "
            "level admin in HAProxy's configuration"
        )
    return HAProxyActor(api, info, has_lua=await has_lua(api))


def _parse(target: str) -> str:
    try:
        SocketAddress.parse(target)
    except LinkError as error:
        raise ValueError(str(error)) from error
    return target


def _cautions(target: str) -> tuple[str, ...]:
    address = SocketAddress.parse(target)
    if address.path or address.host.startswith(_LOOPBACK):
        return ()
    return (f"{address} is a plain connection: whoever is on the way can read and change what is said.",)


SCHEME = Scheme(
    "haproxy",
    "HAProxy, by its runtime API",
    "haproxy:unix:/run/haproxy/admin.sock",
    _parse,
    lambda target: f"reaches HAProxy by its runtime API at {SocketAddress.parse(target)}",
    open_reader,
    open_actor,
    cautions=_cautions,
)
