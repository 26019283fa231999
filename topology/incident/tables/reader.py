"""What the readers of every table share: the day, the zone, the region and the sources. Problems are noted, not raised."""

from collections import Counter
from datetime import date, datetime, tzinfo
from typing import cast

from topology.incident.model import CONFIDENCE, MODEL, Confidence
from topology.incident.times import moment_of
from topology.planning.guards.table import GUARDS
from topology.region.region import Region, shown
from topology.region.sentences.clock import zone_of, zone_problem
from topology.region.server_states import STATE_NAMES, ServerState
from topology.region.tables import Problems, Table

REFUSING = tuple(guard.code for guard in GUARDS if guard.may_block and guard.ask is not None)
"""The codes of the guards that a tool of the day can have had: those that refuse."""


class TableReader:
    """What the tables of one incident share."""

    def __init__(self, head: Table, region: Region, problems: Problems) -> None:
        self.region = region
        self.problems = problems
        self.zone = _zone(head)
        self.day = _day(head)
        self.known_sources = {MODEL}
        self.latest = float("-inf")
        """The time of the last event that was read."""

    def moment(self, table: Table, key: str) -> float:
        """Give a required clock time; 0 where it is wrong."""
        raw = table.get(key)
        if raw is None:
            table.problem(key, 'is missing; write a local time such as "09:37"')
            return 0.0
        try:
            return moment_of(raw, self.day, self.zone)
        except (ValueError, OverflowError) as error:
            table.problem(key, f"is {shown(raw)}, {error}")
            return 0.0

    def within(self, table: Table, starts: float, ends: float, key: str = "time") -> float:
        """Give the time of a table, which is inside the incident; noted where it is not."""
        time = self.moment(table, key)
        if time and starts < ends and not starts <= time <= ends:
            table.problem(key, f"is {shown(table.get(key))}, outside of the incident; it must be from starts to ends")
        return time

    def provenance(self, table: Table) -> tuple[str, Confidence, bool]:
        """Read who says so, how sure that is, and whether it is invented: an invention is always marked."""
        source, confidence = table.text("source"), table.text("confidence")
        illustrative = table.flag("illustrative")
        if not source:
            table.problem("source", f'is missing; write the id of a [[source]], or "{MODEL}" for what is invented')
        elif source not in self.known_sources:
            known = ", ".join(sorted(self.known_sources))
            table.problem("source", f"is {shown(source)}, which is no [[source]] here; there are {known}")
        if confidence not in CONFIDENCE:
            what = "missing" if not confidence else shown(confidence)
            table.problem("confidence", f"is {what}; write one of {', '.join(CONFIDENCE)}")
            confidence = "NP"
        if table.get("illustrative") is None:
            table.problem("illustrative", "is missing; write true for what is invented, false for what is published")
        elif not illustrative and (confidence == "NP" or source == MODEL):
            table.problem("illustrative", "is false, but what was not published is invented; write illustrative = true")
        return source, cast("Confidence", confidence), illustrative

    def known(self, table: Table, key: str) -> tuple[str, ...]:
        """Give the names of subsystems at a key."""
        names = table.names(key)
        for name in names:
            self.check_subsystem(table, key, name)
        return names

    def check_subsystem(self, table: Table, key: str, name: str) -> None:
        """Note a name that is no subsystem."""
        if name and name not in self.region.index:
            table.problem(key, f"names {shown(name)}, which is not a subsystem of {self.region.name}")

    def server(self, table: Table) -> str:
        """Give the name of a server, or nothing."""
        name = table.text("server")
        if name and name not in self.region.roster.names:
            table.problem("server", f"names {shown(name)}, which is not a server of {self.region.name}")
        return name

    def state(self, table: Table, key: str, name: str) -> int:
        """Read the name of a state of servers."""
        if name in STATE_NAMES:
            return STATE_NAMES.index(name)
        table.problem(key, f"is {shown(name)}; a state is one of {', '.join(STATE_NAMES)}")
        return int(ServerState.IN_SERVICE)

    def unique(self, what: str, names: list[str]) -> None:
        """Note names that are given twice."""
        for name in sorted(name for name, count in Counter(names).items() if name and count > 1):
            self.problems.add(f'{what} "{name}"', "is described twice; names are unique")


def needed(table: Table, key: str) -> str:
    """Give a text that has to be there."""
    text = table.text(key)
    if not text and not isinstance(table.get(key), str | None.__class__):
        return ""
    if not text:
        table.problem(key, "is missing; write a text")
    return text


def _zone(head: Table) -> tzinfo:
    name = head.text("time_zone")
    if problem := zone_problem(name):
        head.problem("time_zone", problem)
    return zone_of(name)


def _day(head: Table) -> date:
    raw = head.get("date")
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    head.problem("date", f"is {shown(raw)}; write a day such as 2017-02-28, without quotes")
    return date(2000, 1, 1)
