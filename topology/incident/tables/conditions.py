"""Reads the world around the servers: ways in, cascades, limits of a return, channels, pairs of places, and what came after."""

from topology.incident.conditions.values import Aftermath, Channel, PlacePair, ReturnLimit, SharedRate, WayIn
from topology.incident.model import Cascade, ServerChange
from topology.incident.tables.events import read_change
from topology.incident.tables.reader import TableReader, needed
from topology.region.region import shown
from topology.region.server_states import ServerState
from topology.region.tables import Table

_SAYS = {"source", "confidence", "illustrative"}


def read_reach(reader: TableReader, table: Table) -> WayIn:
    """Read a way in."""
    table.only({"name", "title", "needs", "travel", "longer", "longer_while", "try"} | _SAYS)
    if table.get("longer") is not None and not table.names("longer_while"):
        table.problem("longer_while", "is missing; name what is down while it takes longer")
    return WayIn(
        table.name("name"),
        needed(table, "title"),
        reader.known(table, "needs"),
        table.seconds("travel", 0.0),
        table.seconds("longer", 0.0),
        reader.known(table, "longer_while"),
        table.seconds("try", 60.0),
        *reader.provenance(table),
    )


def read_cascade(reader: TableReader, table: Table) -> Cascade:
    """Read a rule by which one thing follows from another."""
    table.only({"name", "text", "subsystem", "below", "above", "lasts", "change"} | _SAYS)
    subsystem = table.name("subsystem")
    reader.check_subsystem(table, "subsystem", subsystem)
    above = table.optional_count("above")
    if (table.get("below") is None) == (above is None):
        table.problem("below", 'has to stand there, or above, not both; write below = "40%", or above = 4000')
    provenance = reader.provenance(table)
    changes = tuple(read_change(reader, one, provenance[2]) for one in table.tables("change"))
    servers = tuple(one for one in changes if isinstance(one, ServerChange))
    if len(servers) < max(1, len(changes)):
        table.problem("change", 'changes no servers; a cascade has one [[cascade.change]] or more, each with a "to"')
    return Cascade(
        table.name("name"),
        needed(table, "text"),
        subsystem,
        table.amount("below"),
        above,
        table.seconds("lasts", 0.0),
        servers,
        *provenance,
    )


def read_return_limit(reader: TableReader, table: Table) -> ReturnLimit:
    """Read how fast servers may come back, and what becomes of too many."""
    table.only({"subsystem", "most", "within", "puts_out", "to", "text"} | _SAYS)
    subsystem = table.name("subsystem")
    reader.check_subsystem(table, "subsystem", subsystem)
    to = reader.state(table, "to", table.text("to", "joining"))
    if to not in (ServerState.JOINING, ServerState.FAILED):
        table.problem("to", f"is {shown(table.get('to'))}; write joining (it waits again) or failed (it is repaired)")
    if table.get("within") is None:
        table.problem("within", 'is missing; write how long is looked back, such as "1 min"')
    return ReturnLimit(
        subsystem,
        table.count("most", 1, least=1, required=True),
        table.seconds("within", 60.0),
        table.count("puts_out", 1, least=1),
        to,
        needed(table, "text"),
        *reader.provenance(table),
    )


def read_shared_rate(reader: TableReader, table: Table, proposals: set[str]) -> SharedRate:
    """Read what restarts have to share."""
    table.only({"name", "subsystems", "servers_per_minute", "lifted_by", "lifted_per_minute"} | _SAYS)
    rate = table.count("servers_per_minute", 1, least=1, required=True)
    lifted = table.text("lifted_by")
    if lifted and lifted not in proposals:
        table.problem("lifted_by", f"names {shown(lifted)}, which is no [[proposal]] here")
    subsystems = reader.known(table, "subsystems")
    if len(subsystems) < 2:
        table.problem("subsystems", "needs two or more: what is shared is shared by several")
    for name in subsystems:
        if name in reader.region.index and reader.region.subsystem(name).restart is None:
            table.problem("subsystems", f"names {name}, which states no restart")
    return SharedRate(
        table.name("name"),
        subsystems,
        rate,
        lifted,
        table.count("lifted_per_minute", rate, least=1),
        *reader.provenance(table),
    )


def read_channel(reader: TableReader, table: Table) -> Channel:
    """Read a way to tell customers."""
    table.only({"name", "title", "needs", "takes"} | _SAYS)
    return Channel(
        table.name("name"),
        needed(table, "title"),
        reader.known(table, "needs"),
        table.seconds("takes", 0.0),
        *reader.provenance(table),
    )


def read_pair(reader: TableReader, table: Table) -> PlacePair:
    """Read two places that stand in for each other."""
    table.only({"places", "apart"} | _SAYS)
    places = table.texts("places", required=True)
    zones = {zone for zone, _, _ in reader.region.roster.racks}
    if len(set(places)) != 2:
        table.problem("places", "needs two zones, each another one")
    for place in places:
        if place not in zones:
            table.problem("places", f"names {shown(place)}, which is no zone of {reader.region.name} with servers")
    return PlacePair(places, table.seconds("apart", 3600.0), *reader.provenance(table))


def read_aftermath(reader: TableReader, table: Table) -> Aftermath:
    """Read something that came after the end."""
    table.only({"text"} | _SAYS)
    return Aftermath(needed(table, "text"), *reader.provenance(table))
