"""Makes one region: the description's text, and its fleet table in pieces."""

from collections.abc import Iterator
from dataclasses import dataclass

from topology.generation.dice import Dice
from topology.generation.floors import make_floors
from topology.generation.placing import PlacedServers, place_servers
from topology.generation.structure import Structure, make_structure
from topology.generation.writing import description, fleet_table, shared_share
from topology.region.tables import Tell, silent

MOST_SERVERS = 1_000_000
MOST_SUBSYSTEMS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """A region as text; the fleet table is made while it is read, since it may be long."""

    text: str
    servers: int
    subsystems: int
    """Externals included."""
    services: int
    dependencies: int
    shared: float
    """Share of the servers that support more than one subsystem."""
    structure: Structure
    placed: PlacedServers

    def fleet(self) -> Iterator[tuple[int, str]]:
        """Give the fleet table piece by piece, each with the number of servers up to its end."""
        return fleet_table(self.structure, self.placed)


def generate(servers: int, subsystems: int, seed: int, tell: Tell = silent) -> Generated:
    """Make a region; the same arguments give the same text.

    Args:
        servers: 1 to `MOST_SERVERS`.
        subsystems: 1 to `MOST_SUBSYSTEMS`; some of them are externals, without servers.
        seed: 0 or more; another one gives another region of the same size.
        tell: hears how far it is.

    Raises:
        ValueError: a number is out of its bounds.
    """
    for what, number, least, most in (
        ("servers", servers, 1, MOST_SERVERS),
        ("subsystems", subsystems, 1, MOST_SUBSYSTEMS),
        ("seed", seed, 0, 2**63 - 1),
    ):
        if not least <= number <= most:
            raise ValueError(f"{what} is {number:,}, not between {least} and {most:,}")
    dice = Dice(seed)
    tell("Drawing the graph")
    structure = make_structure(subsystems, dice)
    tell(f"Placing {servers:,} servers")
    placed = place_servers(structure, servers, seed, dice)
    tell("Choosing floors that hold")
    floors = make_floors(placed, len(structure.parts), dice)
    text = description(f"generated-{seed}", structure, placed, floors, dice)
    return Generated(
        text,
        servers,
        subsystems,
        len(structure.services),
        len(structure.needs),
        shared_share(placed),
        structure,
        placed,
    )
