"""Servers that are listed one by one, with the groups they belong to, as a description and a fleet table beside it."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from topology.imports.graphs.graph_model import Defects
from topology.imports.imported import TABLE, Imported, by_topic, floor_text, head, policy, refuse_if_too_long
from topology.imports.names import mapped, name_texts
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.region_text import list_of, quoted, table
from topology.region.fleet_table import COLUMNS
from topology.region.listing import MOST_SERVERS
from topology.region.region import NAME, Amount
from topology.region.sentences.counting import counted, first_of
from topology.region.server_states import STATE_NAMES, ServerState

MOST_GROUPS = 10_000
NO_ZONE, NO_CELL, NO_RACK = "zone", "c0", "r0"
_MOST_NAMED = 50
_LONGEST_TITLE = 253


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One server: *supports* are (group, units) by what the file calls them."""

    name: str
    zone: str
    cell: str
    rack: str
    state: ServerState
    supports: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class ServerGroup:
    """What becomes a subsystem; *floor* is None where nothing states one."""

    floor: Amount | None = None
    ceiling: int | None = None
    remark: str = ""


@dataclass(slots=True)
class ListedFleet:
    """Everything that was understood."""

    made_from: list[str]
    region: str
    title: str
    protection: str
    groups: dict[str, ServerGroup] = field(default_factory=dict)
    rows: list[ListedRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    defects: Defects = field(default_factory=lambda: Defects("rows"))

    def add(self, row: ListedRow) -> None:
        """Keep a server, and the groups it is of.

        Raises:
            ImportRefusedError: there are more than a region holds.
        """
        if len(self.rows) >= MOST_SERVERS:
            raise ImportRefusedError(f"There are more than {MOST_SERVERS:,} servers in it; import fewer at a time.")
        self.rows.append(row)
        for group, _ in row.supports:
            self.groups.setdefault(group, ServerGroup())
        if len(self.groups) > MOST_GROUPS:
            raise ImportRefusedError(
                f"It names more than the {MOST_GROUPS:,} subsystems that a region is made for; does the column that says what "
                "servers support hold something of each server alone?"
            )


def region_of_servers(fleet: ListedFleet) -> Imported:
    """Write a fleet; the same fleet always gives the same text.

    Raises:
        ImportRefusedError: there is no server in it.
    """
    names, lost = _server_names(fleet.rows)
    notes = [*fleet.notes, *fleet.defects.notes(), *lost]
    if not names:
        raise ImportRefusedError("There is no server in it to import.", by_topic(notes))
    groups, group_notes = name_texts({group: group for group in fleet.groups}, "subsystem")
    zones, zone_notes = name_texts({zone: zone for zone in sorted({row.zone for row in names.values()})}, "zone")
    bare = tuple(sorted(groups[group] for group, one in fleet.groups.items() if one.floor is None))
    found = by_topic([*notes, *group_notes, *zone_notes, *_without_floor(bare, fleet.protection)])
    parts = [
        head([*fleet.made_from, "The policy is a start, not taken from the file."], found),
        f'format = 1\n# Keys and kinds of this file: underkeel schema region\nfleet = "{TABLE}"\n',
        table(
            "[region]",
            (
                ("name", quoted(mapped(fleet.region))),
                ("title", quoted(plain(fleet.title, _LONGEST_TITLE))),
                ("time_zone", quoted("UTC")),
                ("zones", list_of(sorted(zones.values()))),
            ),
        ),
        policy(),
        *(_subsystem(groups[group], group, fleet.groups[group]) for group in sorted(fleet.groups, key=groups.__getitem__)),
    ]  # fmt: skip
    text = "\n".join(parts)
    refuse_if_too_long(text)
    rows = _rows(names, groups, zones)
    return Imported(text, found, len(fleet.groups), len(names), 0, bare, fleet.protection, table=rows)


def _server_names(rows: Iterable[ListedRow]) -> tuple[dict[str, ListedRow], list[Note]]:
    """Give every server once, by a name; of several of one name only the first counts."""
    found: dict[str, ListedRow] = {}
    twice: dict[str, None] = {}
    other: list[str] = []
    for row in rows:
        name = row.name if NAME.fullmatch(row.name) else mapped(row.name)
        if name in found:
            twice[name] = None
            continue
        if name != row.name:
            other.append(f"{plain(row.name)} as {name}")
        found[name] = row
    notes = []
    if twice:
        text = f"{counted(len(twice), 'name')} that several rows have; the first of each is taken"
        notes.append(Note(Topic.LEFT_OUT, f"{text}: {first_of(list(twice), _MOST_NAMED)}"))
    if other:
        text = f"{counted(len(other), 'server')} called otherwise here"
        notes.append(Note(Topic.NAME, f"{text}: {first_of(other, _MOST_NAMED)}"))
    return found, notes


def _without_floor(bare: tuple[str, ...], protection: str) -> Iterable[Note]:
    if bare:
        text = f"{len(bare):,} without {protection}, so none is written and removals from them are refused until one is"
        yield Note(Topic.NO_FLOOR, f"{text}: {first_of(list(bare), _MOST_NAMED)}")


def _subsystem(name: str, group: str, stated: ServerGroup) -> str:
    fields = [("name", quoted(name))]
    if name != group:
        fields.append(("title", quoted(plain(group, _LONGEST_TITLE))))
    if stated.floor is not None:
        fields.append(("floor", floor_text(stated.floor)))
    if stated.ceiling is not None:
        fields.append(("ceiling", str(stated.ceiling)))
    return table("[[subsystem]]", fields, stated.remark)


def _rows(names: Mapping[str, ListedRow], groups: Mapping[str, str], zones: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name in sorted(names):
        row = names[name]
        units: dict[str, int] = {}
        for group, count in row.supports:
            units[groups[group]] = units.get(groups[group], 0) + count
        supports = " ".join(one if count == 1 else f"{one}:{count}" for one, count in sorted(units.items()))
        place = (zones[row.zone], _place(row.cell, NO_CELL), _place(row.rack, NO_RACK))
        writer.writerow((name, *place, STATE_NAMES[row.state], supports))
    return out.getvalue()


def _place(text: str, otherwise: str) -> str:
    if not text:
        return otherwise
    return text if NAME.fullmatch(text) else mapped(text)
