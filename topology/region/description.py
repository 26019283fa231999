"""Reads a region's description: TOML text, and the fleet table beside it, into a `Region`.

Every problem is found in one pass and named with its place; nothing is guessed. Reading files is the caller's business.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from topology.region.decoding.toml_text import decoded_toml
from topology.region.fleet_table import read_fleet_table
from topology.region.listing import supports_of
from topology.region.problems.problem import floor_path, not_toml
from topology.region.region import Amount, Dependency, Freeze, Policy, Region, RestartModel, Subsystem, shown
from topology.region.roster import Pool, build_roster
from topology.region.sentences.clock import zone_problem
from topology.region.server_states import STATE_NAMES, ServerState
from topology.region.source_reading import read_places, read_source
from topology.region.stated.alarms import read_alarm_policy
from topology.region.stated.approval import read_approval
from topology.region.stated.status_page import read_status_page
from topology.region.tables import Problems, Table, Tell, silent

FORMAT = 1
LARGEST_TEXT = 16 * 1024 * 1024
"""Bytes of TOML read at most: bigger fleets belong in the fleet table."""


class RegionError(Exception):
    """A description that cannot be read; *problems* are sentences, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def fleet_file_of(text: str) -> str | None:
    """Give the name of the fleet table that a description asks for, or None; unreadable text asks for none."""
    try:
        name = decoded_toml(text).get("fleet")
    except (ValueError, RecursionError):
        return None
    return name if isinstance(name, str) else None


def digest_of(text: str, fleet: bytes | None) -> str:
    """Give the digest of a description and its fleet table, by which a region says what it was read from."""
    found = hashlib.sha256(text.encode() + b"\0")
    found.update(fleet or b"")
    return found.hexdigest()


def read_region(
    text: str, source: str, fleet: bytes | None = None, tell: Tell = silent, digest: str | None = None
) -> Region:
    """Read a description.

    Args:
        text: the TOML.
        source: what to call it in messages, such as the file's name.
        fleet: the bytes of the fleet table, when the description names one.
        tell: hears how far it is.
        digest: that of *text* and *fleet*, where it is known.

    Raises:
        RegionError: with every problem found.
    """
    problems = Problems(source, text)
    top = Table(_decode(text, source), "", problems)
    top.only({
        "format", "fleet", "region", "source", "place", "policy", "approval", "freeze", "subsystem", "dependency", "pool",
        "illustrative", "alarms", "status_page",
    })  # fmt: skip
    if top.get("format") != FORMAT:
        problems.add(
            "format", path=("format",), what=f"is {shown(top.get('format'))}; this version reads format = {FORMAT}"
        )
    head = top.table("region")
    head.only({"name", "title", "time_zone", "zones", "illustrative"})
    name, title = head.name("name"), head.text("title")
    illustrative = any([head.flag("illustrative"), top.flag("illustrative")])
    zones = head.names("zones", required=True)
    time_zone = _time_zone(head)
    policy = replace(_policy(top.table("policy", required=False)), approval=read_approval(top))
    freezes = tuple(filter(None, (_freeze(table) for table in top.tables("freeze"))))
    subsystems = tuple(filter(None, (_subsystem(table) for table in top.tables("subsystem"))))
    dependencies = tuple(filter(None, (_dependency(table) for table in top.tables("dependency"))))
    live, places = read_source(top), read_places(top, zones)
    pools = tuple(filter(None, (_pool(table, zones) for table in top.tables("pool"))))
    if live is not None:
        for key in ("pool", "fleet"):
            if top.get(key) is not None:
                problems.add(
                    key, "is stated beside [source]; a live region's servers are those of its source: leave it out"
                )
    _check_names(subsystems, dependencies, problems)
    _check_places(subsystems, zones, problems)
    index = {subsystem.name: number for number, subsystem in enumerate(subsystems)}
    external = {subsystem.name for subsystem in subsystems if subsystem.external}
    listing = None
    if top.get("fleet") is not None:
        file = top.text("fleet")
        if file and fleet is None:
            what = "which could not be read; it must be a regular file in the region's folder"
            problems.add("fleet", f"names {shown(file)}, {what}", path=("fleet",))
        elif fleet is not None:
            listing = read_fleet_table(fleet, file, zones, index, external, problems, tell)
    roster = build_roster(pools, listing, zones, index, external, problems, tell)
    alarms = read_alarm_policy(top.table("alarms", required=False))
    status_page = read_status_page(top, subsystems)
    problems.raise_if_any(RegionError)
    region = Region(
        name,
        title,
        time_zone,
        zones,
        policy,
        freezes,
        subsystems,
        dependencies,
        roster,
        digest or digest_of(text, fleet),
        illustrative=illustrative,
        source=live,
        places=places,
        alarms=alarms,
        status_page=status_page,
    )
    return _with_gaps(region, problems)


def _decode(text: str, source: str) -> Mapping[str, object]:
    if len(text) > LARGEST_TEXT:
        size = f"{len(text):,} characters, more than {LARGEST_TEXT:,}"
        raise RegionError((f"{source}: {size}; put the servers into a fleet table beside it",))
    if not text.strip():
        raise RegionError((f"{source}: is empty; a description starts with format = {FORMAT}",))
    try:
        return decoded_toml(text)
    except ValueError as error:  # a decode error, or a number too long for Python to read
        raise RegionError((not_toml(source, error),)) from error
    except RecursionError as error:
        raise RegionError((f"{source}: is nested too deeply to be a region",)) from error


def _time_zone(head: Table) -> str:
    name = head.text("time_zone", "UTC")
    if problem := zone_problem(name):
        head.problem("time_zone", problem)
    return name


def _policy(table: Table) -> Policy:
    table.only({"pace", "largest_command", "wave", "drain_timeout", "tight", "stale_after"})
    tight = table.amount("tight") or Amount(5, percent=True)
    if not tight.percent or tight.tenths:
        table.problem("tight", f'is {tight}; it is a share of the floor, as in "5%"')
    largest = table.amount("largest_command")
    if largest is not None and largest.value == largest.tenths == 0:
        table.problem("largest_command", 'is 0, so nothing could ever be removed; write a count or a share as in "5%"')
    pace, windows = table.paces("pace")
    return Policy(
        pace_per_minute=pace,
        windows=windows,
        largest_command=largest,
        wave=table.count("wave", 5, least=1),
        wave_stated=table.get("wave") is not None,
        drain_timeout_s=table.seconds("drain_timeout", 600.0),
        tight_percent=tight.value,
        stale_after_s=table.seconds("stale_after", 10.0),
    )


def _freeze(table: Table) -> Freeze | None:
    table.only({"from", "until", "reason"})
    start, until = table.moment("from"), table.moment("until")
    if start is None or until is None:
        return None
    if until <= start:
        table.problem("until", f"is {until.isoformat()}, not after from = {start.isoformat()}")
    return Freeze(start, until, table.text("reason", ""))


_SUBSYSTEM_KEYS = {
    "name", "title", "service", "external", "observer", "reports_on", "floor", "zone_floor", "cell_floor", "ceiling",
    "declared", "pace", "protected", "last_full_restart", "restart", "illustrative", "unavailable", "match",
    "observed_as",
}  # fmt: skip


def _subsystem(table: Table) -> Subsystem | None:
    table.only(_SUBSYSTEM_KEYS)
    name = table.name("name")
    if not name:
        return None
    external = table.flag("external")
    if external:
        for key in ("floor", "unavailable", "zone_floor", "cell_floor", "ceiling", "declared", "pace", "restart"):
            if table.get(key) is not None:
                table.problem(key, "is stated for an external, which has no servers here; leave it out")
    pace, windows = table.paces("pace")
    zone_floor, zone_floors = _floors_by_place(table, "zone_floor")
    cell_floor, cell_floors = _floors_by_place(table, "cell_floor")
    return Subsystem(
        name,
        title=table.text("title", ""),
        service=table.optional_text("service"),
        external=external,
        observer=table.flag("observer"),
        reports_on=table.names("reports_on"),
        floor=_floor(table),
        zone_floor=zone_floor,
        cell_floor=cell_floor,
        ceiling=table.optional_count("ceiling"),
        declared=table.optional_count("declared", least=1),
        pace_per_minute=pace,
        windows=windows,
        protected=table.flag("protected"),
        last_full_restart=_day(table),
        restart=_restart(table),
        illustrative=table.flag("illustrative"),
        zone_floors=zone_floors,
        cell_floors=cell_floors,
        match=table.text("match", ""),
        observed_as=table.text("observed_as", ""),
    )


def _floor(table: Table) -> Amount | None:
    """Read `floor`, or `unavailable`, which says the same from the other end; at most one of them."""
    floor, missing = table.amount("floor"), table.amount("unavailable", unavailable=True)
    if floor is not None and missing is not None:
        table.problem("unavailable", "is stated beside floor; state one of them")
    return floor if floor is not None else missing


def _floors_by_place(table: Table, key: str) -> tuple[Amount | None, tuple[tuple[str, Amount], ...]]:
    """Read a floor for every zone (or cell) alike, `"85%"`, or one for each by name, `{ az1 = "85%", az2 = 10 }`."""
    if not isinstance(table.get(key), dict):
        return table.amount(key), ()
    named = table.table(key)
    found = ((place, named.amount(place)) for place in named.written)
    return None, tuple((place, amount) for place, amount in found if amount is not None)


def _day(table: Table) -> str | None:
    raw = table.get("last_full_restart")
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    table.problem("last_full_restart", f"is {shown(raw)}; write a date such as 2009-03-01, without quotes")
    return None


def _restart(table: Table) -> RestartModel | None:
    if table.get("restart") is None:
        return None
    model = table.table("restart")
    model.only({"checks_minutes", "servers_per_minute", "after"})
    return RestartModel(
        model.count("checks_minutes", 0), model.count("servers_per_minute", 1, least=1), model.names("after")
    )


def _dependency(table: Table) -> Dependency | None:
    table.only({"from", "to", "kind", "for"})
    dependent, needs = table.name("from"), table.name("to")
    kind = table.text("kind", "hard")
    if kind not in ("hard", "soft"):
        table.problem("kind", f'is {shown(kind)}; a dependency is "hard" or "soft"')
    if not dependent or not needs:
        return None
    return Dependency(dependent, needs, "soft" if kind == "soft" else "hard", table.texts("for"))


def _pool(table: Table, zones: tuple[str, ...]) -> Pool | None:
    table.only({
        "name", "count", "supports", "protected", "zones", "cells_per_zone", "servers_per_rack", "state",
        "illustrative",
    })  # fmt: skip
    name = table.name("name")
    place = table.text("zones", "spread")
    if place != "spread" and place not in zones:
        known = ", ".join(zones)
        table.problem(
            "zones", f'is {shown(place)}, which is not a zone of the region; write "spread" or one of {known}'
        )
    supports = table.texts("supports")
    if table.get("supports") is None:
        table.problem("supports", "is missing; name the subsystems, or write [] for servers that support none")
    if not name:
        return None
    return Pool(
        name,
        table.count("count", 0, least=0, required=True),
        supports_of(supports, table.place + ".supports", table.problems),
        table.flag("protected"),
        place if place in zones else None,
        table.count("cells_per_zone", 1, least=1),
        table.count("servers_per_rack", 40, least=1),
        table.place,
        _pool_state(table),
    )


def _pool_state(table: Table) -> int:
    state = table.text("state", "in_service")
    if state in STATE_NAMES:
        return STATE_NAMES.index(state)
    table.problem("state", f"is {shown(state)}; a state is one of {', '.join(STATE_NAMES)}")
    return ServerState.IN_SERVICE


def _check_names(subsystems: tuple[Subsystem, ...], dependencies: tuple[Dependency, ...], problems: Problems) -> None:
    seen: set[str] = set()
    for subsystem in subsystems:
        if subsystem.name in seen:
            problems.add(
                f'subsystem "{subsystem.name}"',
                "is described twice; names are unique",
                path=("subsystem", subsystem.name),
            )
        seen.add(subsystem.name)
    for subsystem in subsystems:
        wanted = (
            ("reports_on", subsystem.reports_on),
            ("restart.after", subsystem.restart.after if subsystem.restart else ()),
        )
        for key, names in wanted:
            for name in names:
                if name not in seen:
                    problems.add(
                        f'subsystem "{subsystem.name}".{key}',
                        f"names {name!r}, which is not a subsystem here",
                        path=("subsystem", subsystem.name, *key.split(".")),
                    )
    pairs: set[tuple[str, str]] = set()
    for number, dependency in enumerate(dependencies, 1):
        place, path = f"dependency {number}", ("dependency", number)
        for key, name in (("from", dependency.dependent), ("to", dependency.needs)):
            if name not in seen:
                problems.add(f"{place}.{key}", f"names {name!r}, which is not a subsystem here", path=(*path, key))
        if dependency.dependent == dependency.needs:
            problems.add(place, f"says that {dependency.needs} needs itself; leave it out", path=path)
        pair = (dependency.dependent, dependency.needs)
        if pair in pairs:
            problems.add(place, f"from {pair[0]} to {pair[1]} is stated twice; put all operations into one", path=path)
        pairs.add(pair)


def _check_places(subsystems: tuple[Subsystem, ...], zones: tuple[str, ...], problems: Problems) -> None:
    """Note floors stated for zones that the region does not have, or for cells that are not written `zone/cell`."""
    for subsystem in subsystems:
        place = f'subsystem "{subsystem.name}"'
        for zone, _ in subsystem.zone_floors:
            if zone not in zones:
                known = ", ".join(zones)
                problems.add(
                    f"{place}.zone_floor",
                    f"names {shown(zone)}, which is not a zone of the region; known are {known}",
                    path=("subsystem", subsystem.name, "zone_floor"),
                )
        for cell, _ in subsystem.cell_floors:
            zone, slash, name = cell.partition("/")
            if not (slash and name and zone in zones):
                problems.add(
                    f"{place}.cell_floor",
                    f'names {shown(cell)}; write zone and cell, such as "{(*zones, "az1")[0]}/c1"',
                    path=("subsystem", subsystem.name, "cell_floor"),
                )


def _with_gaps(region: Region, problems: Problems) -> Region:
    """Note what is missing (plans are refused for it) and what is legal but worth a look."""
    gaps: list[str] = []
    remarks: list[str] = []
    if region.policy.pace_per_minute is None:
        missing = 'is missing, so every removal is refused; write one such as pace = "20/min"'
        gaps.append(problems.made("policy.pace", missing, path=("policy", "pace")))
    if region.policy.largest_command is None:
        missing = 'is missing, so every removal is refused; write one such as largest_command = "5%"'
        gaps.append(problems.made("policy.largest_command", missing, path=("policy", "largest_command")))
    for subsystem, units in zip(region.subsystems, _units_listed(region), strict=True):
        place, path = f'subsystem "{subsystem.name}"', ("subsystem", subsystem.name)
        listed = sum(units.values())
        declared = subsystem.declared if subsystem.declared is not None else listed
        if (declared or region.source is not None) and not subsystem.external and not states_floor(region, subsystem):
            missing = "is missing, so every plan that touches it is refused; 0 must be written"
            gaps.append(problems.made(f"{place}.floor", missing, path=floor_path(subsystem.name)))
        found = _remarks_on(region, subsystem, declared, units)
        remarks.extend(problems.made("", f"{place}{remark}", path=path) for remark in found)
        if subsystem.declared is not None and subsystem.declared < listed:
            fewer = f"is {subsystem.declared:,}, fewer than the {listed:,} units listed"
            remarks.append(problems.made(f"{place}.declared", fewer, path=(*path, "declared")))
    if region.source is None:
        occupied = {zone for zone, _ in region.roster.cells}
        empty = [zone for zone in region.zones if zone not in occupied]
        remarks.extend(problems.made(f'zone "{zone}"', "has no servers", path=("region", "zones")) for zone in empty)
    return replace(region, gaps=tuple(gaps), remarks=tuple(remarks), index={})


def _remarks_on(region: Region, subsystem: Subsystem, declared: int, units: dict[int, int]) -> Iterator[str]:
    """Say what about a subsystem is legal but cannot be meant; *units* are those listed in each cell."""
    if not declared and not subsystem.external and region.source is None:
        yield " has no servers; nothing can be removed from it"
    # A live region has the servers of its source, which is not asked here.
    is_counted = bool(declared) or region.source is None
    if is_counted and subsystem.floor is not None and subsystem.floor.of(declared) > declared:
        yield f".floor is {subsystem.floor}, above the {declared:,} declared; it can never hold"
    per_zone: dict[str, int] = {}
    for cell, count in units.items():
        zone, name = region.roster.cells[cell]
        per_zone[zone] = per_zone.get(zone, 0) + count
        floor = subsystem.floor_in_cell(f"{zone}/{name}")
        if floor is not None and floor.of(count) > count:
            yield f".cell_floor is {floor}, above the {count:,} in {zone}/{name}; it can never hold there"
    for zone, count in per_zone.items():
        floor = subsystem.floor_in_zone(zone)
        if floor is not None and floor.of(count) > count:
            yield f".zone_floor is {floor}, above the {count:,} in {zone}; it can never hold there"
    if (
        subsystem.ceiling is not None
        and subsystem.floor is not None
        and subsystem.ceiling < subsystem.floor.of(declared)
    ):
        yield f".ceiling is {subsystem.ceiling:,}, below the floor of {subsystem.floor.of(declared):,}"


def states_floor(region: Region, subsystem: Subsystem) -> bool:
    """Say whether a subsystem states a floor for its region, or one for each of its zones: those add up to one."""
    if subsystem.floor is not None or subsystem.zone_floor is not None:
        return True
    named = {zone for zone, _ in subsystem.zone_floors}
    return bool(named) and named.issuperset(region.zones)


def _units_listed(region: Region) -> list[dict[int, int]]:
    """Count the units listed for each subsystem in each cell that has any."""
    roster = region.roster
    found: list[dict[int, int]] = [{} for _ in region.subsystems]
    profiles = max(1, len(roster.profiles))
    keys = roster.rack_cell[roster.rack].astype(np.int64) * profiles + roster.profile
    for key, count in zip(*(column.tolist() for column in np.unique(keys, return_counts=True)), strict=True):
        cell, profile = divmod(key, profiles)
        for number, units in roster.profiles[profile]:
            found[number][cell] = found[number].get(cell, 0) + units * count
    return found
