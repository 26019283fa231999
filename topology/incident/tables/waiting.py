"""Reads what waits for a trainee: decisions, changes to approve, copies to recover from, and what has to be rebuilt."""

from topology.incident.model import Decision, Mark, Proposal, Rebuild, RecoveryCopy, ServerChange
from topology.incident.tables.events import read_change
from topology.incident.tables.reader import REFUSING, TableReader, needed
from topology.region.region import shown
from topology.region.tables import Table

WHEN_TRIED = "when tried"
"""What `taken` of a copy says of one that is made only then."""


def read_decision(reader: TableReader, table: Table, starts: float, ends: float) -> Decision:
    """Read one decision."""
    table.only({
        "name", "time", "situation", "known_then", "objectives", "what_happened", "source", "confidence",
        "illustrative",
    })  # fmt: skip
    time = reader.within(table, starts, ends)
    source, confidence, illustrative = reader.provenance(table)
    return Decision(
        table.name("name"),
        time,
        needed(table, "situation"),
        table.texts("known_then"),
        table.texts("objectives", required=True),
        needed(table, "what_happened"),
        source,
        confidence,
        illustrative,
    )


def read_proposal(reader: TableReader, table: Table) -> Proposal:
    """Read a change that waits for an approval."""
    table.only({
        "name", "title", "text", "change", "refused_by", "refusal", "needs_place_by", "source", "confidence",
        "illustrative", "covers", "gives_back", "cured_by", "reads",
    })  # fmt: skip
    provenance = reader.provenance(table)
    changes = [read_change(reader, one, provenance[2], may_hide=True) for one in table.tables("change")]
    if any(isinstance(one, Mark) for one in changes):
        table.problem("change", 'changes what a subsystem serves; a proposal changes servers, so each has a "to"')
    if table.flag("reads") and any(isinstance(one, ServerChange) and not one.hidden for one in changes):
        table.problem("reads", "is true, but a change of it is not hidden; what is said only to read shows none")
    for key in ("refused_by", "needs_place_by"):
        if table.text(key) and table.text(key) not in REFUSING:
            table.problem(key, f"is {shown(table.text(key))}, which refuses nothing; write {', '.join(REFUSING)}")
    if table.text("refused_by") and not table.text("refusal"):
        table.problem("refusal", "is missing; write the sentence with which the guard refuses")
    return Proposal(
        table.name("name"),
        needed(table, "title"),
        needed(table, "text"),
        tuple(one for one in changes if isinstance(one, ServerChange)),
        table.text("refused_by"),
        table.text("refusal"),
        table.text("needs_place_by"),
        *provenance,
        reader.known(table, "covers"),
        table.flag("gives_back"),
        table.text("cured_by"),
        table.flag("reads"),
    )


def read_copy(reader: TableReader, table: Table) -> RecoveryCopy:
    """Read a copy from which something may be recovered."""
    table.only({
        "name", "title", "subsystem", "good", "found", "try", "recover", "lost", "source", "confidence",
        "illustrative", "server", "whole", "taken",
    })  # fmt: skip
    subsystem = table.name("subsystem")
    reader.check_subsystem(table, "subsystem", subsystem)
    if table.get("good") is None:
        table.problem("good", "is missing; write whether it turns out to be good when it is tried")
    return RecoveryCopy(
        table.name("name"),
        needed(table, "title"),
        subsystem,
        table.flag("good"),
        needed(table, "found"),
        table.seconds("try", 60.0),
        table.seconds("recover", 0.0),
        table.seconds("lost", 0.0),
        *reader.provenance(table),
        reader.server(table),
        table.text("whole"),
        reader.moment(table, "taken") if table.get("taken") not in (None, WHEN_TRIED) else None,
        table.get("taken") == WHEN_TRIED,
    )


def read_rebuild(reader: TableReader, table: Table) -> Rebuild:
    """Read how long it takes until what was removed of a subsystem is back."""
    table.only({"subsystem", "takes", "source", "confidence", "illustrative"})
    subsystem = table.name("subsystem")
    reader.check_subsystem(table, "subsystem", subsystem)
    if table.get("takes") is None:
        table.problem("takes", 'is missing; write how long all of it takes, such as "38 h"')
    return Rebuild(subsystem, table.seconds("takes", 0.0), *reader.provenance(table))
