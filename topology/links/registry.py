"""The kinds of sources by the scheme of their address: how each is read, opened and told of, and what it needs.

A description names its sources by such addresses (`haproxy:unix:/run/haproxy/admin.sock`). What comes with the program is
in one table; other distributions add kinds by entry points of the group `underkeel.links`, each a `Scheme` under the
scheme's name. A kind is loaded when an address of it is used, for most bring a library along.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module, metadata
from pathlib import Path

from topology.links.fleet_source import FleetActor, FleetReader
from topology.links.graph_source import GraphReader
from topology.records.clock import SteadyClock
from topology.records.ledger.protocol import Ledger
from topology.region.errors import LinkError
from topology.region.source import Tls

GROUP = "underkeel.links"
"""Entry points of this group are kinds of sources."""

BUNDLED = {
    "simulated": "topology.links.simulated.scheme:SCHEME",
    "exec": "topology.links.adapter.scheme:EXEC",
    "unix": "topology.links.adapter.scheme:UNIX",
    "haproxy": "topology.links.haproxy.scheme:SCHEME",
    "kubernetes": "topology.links.kubernetes.scheme:SCHEME",
    "etcd": "topology.links.etcd.scheme:SCHEME",
    "prometheus": "topology.links.prometheus.scheme:SCHEME",
}
"""What comes with the program: scheme, and the place of its `Scheme`."""

_ADDRESS = re.compile(r"([a-z][a-z0-9+-]*):(.*)", re.DOTALL)
_OURS = ("topology.", "console.", "resources.")


class UnknownSchemeError(LinkError):
    """An address whose scheme no kind of source has; the sentence names those that there are."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a source is opened with, beside its address.

    *environment* names the variables that are passed on to a program; *folder* is where a source may keep what must outlive
    this program; *log* takes lines of a source's own log, as text. *clock* is the one that the whole region goes by here: who
    takes it for right after a leap does so for the ledger and the link alike.
    """

    operator: str
    folder: Path
    read_only: bool = True
    tls: Tls = field(default_factory=Tls)
    environment: tuple[str, ...] = ()
    log: Callable[[str], None] = lambda line: None
    clock: SteadyClock = field(default_factory=SteadyClock)
    graph_preset: str = ""
    """Which kind of telemetry a graph source has; empty for its usual one."""
    pool_label: str = ""
    """The label that names the pool of a Kubernetes node; empty for the usual ones."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of source: of servers, of a ledger, of an observed graph, or of several of these.

    *what* says in a few words what it is, *example* how an address of it is written, *extra* is the optional part of the
    program that it needs (as in `underkeel[etcd]`), or empty. *parse* takes what stands after the scheme and gives it as it
    is kept, or raises `ValueError` with a sentence; *describe* says what such an address means, for the question of trust;
    *cautions* are sentences about an address that deserve a look. *reader* opens servers that can only be looked at, *actor*
    servers that are acted on, *ledger* what all who act on them share (which itself is opened later, with the region's id),
    *graph* who was seen to call whom; each is None where the kind has no such part. *who* says whom such a system will take us
    for, where that stands in what it is opened with; empty where only the system knows. All may raise `LinkError`.
    """

    name: str
    what: str
    example: str
    parse: Callable[[str], str]
    describe: Callable[[str], str]
    reader: Callable[[str, Opening], Awaitable[FleetReader]] | None = None
    actor: Callable[[str, Opening], Awaitable[FleetActor]] | None = None
    extra: str = ""
    cautions: Callable[[str], tuple[str, ...]] = lambda target: ()
    ledger: Callable[[str, Opening], Ledger] | None = None
    graph: Callable[[str, Opening], Awaitable[GraphReader]] | None = None
    who: Callable[[Opening], str] = lambda opening: ""


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """An address that was read: its kind, and what stood after the scheme."""

    scheme: Scheme
    target: str

    def __str__(self) -> str:
        return f"{self.scheme.name}:{self.target}"

    @property
    def meaning(self) -> str:
        """Say what will be opened."""
        return self.scheme.describe(self.target)

    @property
    def cautions(self) -> tuple[str, ...]:
        """Say what about it deserves a look."""
        return self.scheme.cautions(self.target)

    async def reader(self, opening: Opening) -> FleetReader:
        """Open it to look at.

        Raises:
            LinkError: it cannot be opened, or lists no servers.
        """
        if self.scheme.reader is None:
            raise LinkError(f"{self}: {self.scheme.what} lists no servers; name another kind under [source] fleet")
        return await self.scheme.reader(self.target, opening)

    async def actor(self, opening: Opening) -> FleetActor:
        """Open it to act on.

        Raises:
            LinkError: it cannot be opened, or cannot act.
        """
        if self.scheme.actor is None:
            raise LinkError(f"{self}: {self.scheme.what} can only be looked at; write read_only = true under [source]")
        return await self.scheme.actor(self.target, opening)

    def ledger(self, opening: Opening) -> Ledger:
        """Make the ledger there, which nothing is reached for before it is opened for a region.

        Raises:
            LinkError: its kind keeps no ledgers, or cannot be loaded.
        """
        if self.scheme.ledger is None:
            raise LinkError(
                f"{self}: {self.scheme.what} keeps no ledger; leave ledger out of [source], which keeps it on this machine, and "
                "let one machine act"
            )
        return self.scheme.ledger(self.target, opening)

    @property
    def graph(self) -> Callable[[str, Opening], Awaitable[GraphReader]]:
        """What opens such an address, to read who was seen to call whom.

        Raises:
            LinkError: its kind sees no calls.
        """
        if self.scheme.graph is None:
            raise LinkError(f"{self}: {self.scheme.what} sees no calls; leave graph out of [source]")
        return self.scheme.graph


def scheme_of(text: str) -> str | None:
    """Give the scheme that a text begins with, or None: a path has none."""
    match = _ADDRESS.fullmatch(text)
    return None if match is None else match[1]


def known_schemes() -> tuple[str, ...]:
    """Give the names of the kinds of sources there are, those of other distributions included, in order."""
    return tuple(sorted({*BUNDLED, *(point.name for point in metadata.entry_points(group=GROUP))}))


def source_address(text: str) -> SourceAddress:
    """Read the address of a source. Nothing is opened.

    Raises:
        UnknownSchemeError: no kind of source has its scheme.
        LinkError: it is written wrong, or its kind cannot be loaded.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise UnknownSchemeError(
            f"{text!r} is no address of a source; write SCHEME:ADDRESS with one of {_listed(known_schemes())}"
        )
    scheme = _loaded(match[1])
    try:
        return SourceAddress(scheme, scheme.parse(match[2]))
    except ValueError as error:
        raise LinkError(f"{text!r} is no address of {scheme.what}: {error}; write one as {scheme.example}") from error


def _loaded(name: str) -> Scheme:
    points = [point for point in metadata.entry_points(group=GROUP) if point.name == name]
    if name not in BUNDLED and not points:
        raise UnknownSchemeError(f"{name}: is no kind of source; there are {_listed(known_schemes())}")
    if name not in BUNDLED and len(points) > 1:
        owners = _listed(sorted({point.dist.name for point in points if point.dist is not None}))
        raise LinkError(f"{name}: is given by several distributions ({owners}); uninstall all but one")
    place = BUNDLED.get(name) or points[0].value
    try:
        module, _, attribute = place.partition(":")
        found = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise LinkError(_missing(name, error.name or "")) from error
    except (ImportError, AttributeError) as error:
        raise LinkError(f"{name}: could not be loaded from {place}: {error}") from error
    if not isinstance(found, Scheme) or found.name != name:
        raise LinkError(f"{name}: {place} is no kind of source of this name; ask its makers")
    return found


def _missing(name: str, module: str) -> str:
    """Say what to install; a kind of ours whose module is not there does not come with this version."""
    if module.startswith(_OURS) and name in BUNDLED:
        return f"{name}: does not come with this version; use one that has it, or another kind of source"
    extra = f"pip install 'underkeel[{name}]'" if name in BUNDLED else f"pip install {module}"
    return f"{name}: needs the Python package {module}, which is not installed; {extra}"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
