"""The scheme `simulated:` of the registry: the servers of another description, on which nothing real is touched."""

from pathlib import Path

from topology.links.acts import ActsFile
from topology.links.description import WatchedDescription
from topology.links.registry import Opening, Scheme
from topology.links.simulated.simulated import SEED, acts_path
from topology.links.simulated.source import SimulatedSource
from topology.links.simulated.store import SimulatedStore
from topology.simulation.simulation import Chance


async def open_source(target: str, opening: Opening) -> SimulatedSource:
    """Make it; it is opened when it is first read."""
    name = f"simulated:{target}"
    acts = ActsFile(acts_path(opening.folder, name))
    store = SimulatedStore(WatchedDescription(Path(target)), acts, opening.clock, Chance(SEED), churn=False)
    return SimulatedSource(name, opening.operator, store)


def _parse(target: str) -> str:
    path = Path(target)
    if not path.is_absolute():
        raise ValueError("the path of the description is not absolute")
    if not target.isprintable():
        raise ValueError("a sign in it cannot be printed")
    return str(path)


SCHEME = Scheme(
    "simulated",
    "a simulation of the servers of a description",
    "simulated:/home/ana/shop/servers.toml",
    _parse,
    lambda target: f"simulates the servers that {target} lists; nothing real is touched",
    open_source,
    open_source,
)
