"""Reads what happened: sources, events, and the changes of servers and of whole subsystems."""

from typing import Literal, cast

from topology.incident.model import Change, Citation, Event, Mark, ServerChange
from topology.incident.tables.reader import TableReader, needed
from topology.region.region import shown
from topology.region.tables import Table


def read_sources(reader: TableReader, top: Table) -> tuple[Citation, ...]:
    """Read where facts come from."""
    found = []
    for table in top.tables("source"):
        table.only({"id", "title", "url", "verified"})
        source = Citation(table.name("id"), needed(table, "title"), needed(table, "url"), needed(table, "verified"))
        if source.id in reader.known_sources:
            table.problem("id", f"is {shown(source.id)}, which is taken; each source has an id of its own")
        reader.known_sources.add(source.id)
        found.append(source)
    return tuple(found)


def read_event(reader: TableReader, table: Table, starts: float, ends: float) -> Event:
    """Read one event; its time is not before that of the one above."""
    table.only({
        "time", "text", "source", "confidence", "illustrative", "subsystems", "change", "command", "noticed",
        "approximate", "always", "announcement", "until_stopped",
        "data_lost", "wrong",
    })  # fmt: skip
    time = reader.within(table, starts, ends)
    if time and time < reader.latest:
        table.problem("time", f"is {shown(table.get('time'))}, before that of the event above it; put events in order")
    reader.latest = max(reader.latest, time)
    source, confidence, illustrative = reader.provenance(table)
    changes = tuple(read_change(reader, one, illustrative) for one in table.tables("change"))
    return Event(
        time,
        needed(table, "text"),
        source,
        confidence,
        illustrative,
        reader.known(table, "subsystems"),
        changes,
        table.text("command"),
        table.flag("noticed"),
        table.flag("approximate"),
        table.flag("always"),
        table.flag("announcement"),
        table.flag("until_stopped"),
        table.seconds("data_lost", 0.0) if table.get("data_lost") is not None else None,
        table.place,
        table.flag("wrong") if table.get("wrong") is not None else None,
    )


def read_change(reader: TableReader, table: Table, illustrative: bool, *, may_hide: bool = False) -> Change:
    """Read one change; of one that waits for an approval something *may_hide*."""
    invented = illustrative or table.flag("illustrative")
    if table.get("illustrative") is None and not illustrative:
        table.problem("illustrative", "is missing; write true for numbers that are invented, false for published ones")
    if table.get("to") is None:
        return _mark(reader, table, invented)
    hidden = {"hidden"} if may_hide else set()
    table.only({"to", "servers", "pool", "subsystem", "in", "from", "count", "over", "after", "illustrative"} | hidden)
    to = reader.state(table, "to", table.text("to"))
    names, pool, subsystem = table.texts("servers"), table.text("pool"), table.text("subsystem")
    if sum(map(bool, (names, pool, subsystem))) != 1:
        table.problem("to", "needs exactly one of servers, pool and subsystem, to say whose state it is")
    reader.check_subsystem(table, "subsystem", subsystem)
    place = table.text("in")
    if place and not any(
        place in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}") for zone, cell, rack in reader.region.roster.racks
    ):
        table.problem(
            "in", f"names {shown(place)}, which is no zone, cell or rack of {reader.region.name} with servers"
        )
    before = tuple(reader.state(table, "from", name) for name in table.texts("from"))
    return ServerChange(
        to,
        names,
        pool,
        subsystem,
        place,
        before,
        table.amount("count"),
        table.seconds("over", 0.0),
        table.seconds("after", 0.0),
        invented,
        may_hide and table.flag("hidden"),
    )


def _mark(reader: TableReader, table: Table, illustrative: bool) -> Mark:
    table.only({"subsystem", "serves", "restart", "demand", "illustrative"})
    demand = table.count("demand", 0) if table.get("demand") is not None else None
    subsystem = table.name("subsystem")
    reader.check_subsystem(table, "subsystem", subsystem)
    raw, serves = table.get("serves"), None
    if isinstance(raw, str):
        if raw not in ("all", "none", "by model"):
            table.problem("serves", f'is {shown(raw)}; write "all", "none", "by model" or a list of operations')
        serves = cast("Literal['all', 'none'] | None", raw if raw in ("all", "none") else None)
    elif raw is not None:
        return Mark(subsystem, table.texts("serves"), _restart(table), demand, illustrative)
    elif table.get("restart") is None and demand is None:
        table.problem("subsystem", 'is all that is said; add to = "removed", serves = "none" or restart = "begun"')
    return Mark(subsystem, serves, _restart(table), demand, illustrative)


def _restart(table: Table) -> Literal["", "begun", "done"]:
    text = table.text("restart")
    if text not in ("", "begun", "done"):
        table.problem("restart", f'is {shown(text)}; write "begun" or "done"')
        return ""
    return cast("Literal['', 'begun', 'done']", text)
