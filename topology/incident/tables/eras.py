"""Reads the tools of the day: which guards they had, and which of these were wrong."""

from topology.incident.conditions.values import GuardBug
from topology.incident.model import UNDERKEEL, Era
from topology.incident.tables.reader import REFUSING, TableReader, needed
from topology.region.region import shown
from topology.region.tables import Table


def read_eras(reader: TableReader, top: Table) -> tuple[Era, ...]:
    """Read the tools of the day; ours is always among them."""
    found = [UNDERKEEL]
    for table in top.tables("era"):
        table.only({
            "name", "title", "guards", "paced", "empty_means_all", "cells", "share_percent", "share_of", "source",
            "confidence", "illustrative", "bug", "second_check",
        })  # fmt: skip
        name = table.name("name")
        if name in {era.name for era in found}:
            table.problem("name", f"is {shown(name)}, which is taken")
        if table.get("guards") is None:
            table.problem("guards", "is missing; list the codes of the guards that the tool had, [] for none")
        for code in table.texts("guards"):
            if code not in REFUSING:
                table.problem("guards", f"names {shown(code)}, which refuses nothing; write {', '.join(REFUSING)}")
        reader.check_subsystem(table, "share_of", table.text("share_of"))
        found.append(
            Era(
                name,
                needed(table, "title"),
                frozenset(table.texts("guards")),
                table.flag("paced"),
                table.flag("empty_means_all"),
                table.count("cells", 1, least=1),
                table.count("share_percent", 0),
                table.text("share_of"),
                *reader.provenance(table),
                _bugs(table),
                table.flag("second_check"),
            )
        )
    return tuple(found)


def _bugs(table: Table) -> tuple[GuardBug, ...]:
    found = []
    for one in table.tables("bug"):
        one.only({"guard", "passes", "found"})
        guard = one.text("guard")
        if guard not in table.texts("guards"):
            one.problem("guard", f"is {shown(guard)}, which is not among the guards of this tool")
        found.append(GuardBug(guard, one.texts("passes", required=True), needed(one, "found")))
    return tuple(found)
