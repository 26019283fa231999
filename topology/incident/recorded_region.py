"""Describes a live region as it was when a recording of it began: its description without its source, and its servers as a table.

What comes out opens nothing: a replay reads the servers from the table, with the floors that held.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from topology.region.decoding.toml_text import decoded_toml
from topology.region.region import Region, Subsystem
from topology.region.server_states import STATE_NAMES

TABLE = "fleet.csv"
"""What the table beside the description is called."""
_OF_THE_SOURCE = ("source", "place", "pool", "fleet")


def recorded_description(text: str, region: Region) -> str:
    """Write the description *text* of a live region for a replay: what only its source or ledger stated is stated in it."""
    stated = {key: value for key, value in decoded_toml(text).items() if key not in _OF_THE_SOURCE}
    head = {**stated.pop("region"), "zones": list(region.roster.zones)}
    tables = {one["name"]: one for one in stated.pop("subsystem", [])}
    subsystems = [_subsystem(dict(tables.get(one.name, {})), one, region) for one in region.subsystems]
    lines = ["# A live region as it was when it was recorded; it opens no source."]
    lines += _pairs({"format": stated.pop("format"), "fleet": TABLE})
    for key, value in {"region": head, **stated, "subsystem": subsystems}.items():
        lines += _top(key, value)
    return "\n".join((*lines, ""))


def recorded_fleet(region: Region) -> str:
    """Write the servers of a region as a fleet table, in the states that it began with."""
    roster = region.roster
    places = [",".join(place) for place in roster.racks]
    sets = [" ".join(_support(region, *one) for one in profile) for profile in roster.profiles]
    columns = zip(roster.names, roster.rack.tolist(), roster.state.tolist(), roster.profile.tolist(), strict=True)
    rows = (
        f"{name},{places[rack]},{STATE_NAMES[state]},{sets[profile]}" for name, rack, state, profile in columns if name
    )
    return "\n".join(("name,zone,cell,rack,state,supports", *rows, ""))


def _support(region: Region, number: int, units: int) -> str:
    name = region.subsystems[number].name
    return name if units == 1 else f"{name}:{units}"


def _subsystem(table: dict[str, Any], subsystem: Subsystem, region: Region) -> dict[str, Any]:
    """State a subsystem with what was learnt of it: the largest number that was listed, and the floor of its source."""
    table.pop("match", None)
    listed = _listed(region, subsystem.name)
    declared = region.learnt.declared(subsystem.name, "region", listed)
    if subsystem.declared is None and declared > listed:
        table["declared"] = declared
    budget = region.learnt.budgets.get(subsystem.name)
    own = None if subsystem.floor is None else subsystem.floor.of(subsystem.declared or declared)
    if budget is not None and (own is None or budget.floor > own):
        table.pop("unavailable", None)
        table["floor"] = budget.floor
    return {"name": subsystem.name, **table}


def _listed(region: Region, subsystem: str) -> int:
    number = region.index[subsystem]
    units = [dict(profile).get(number, 0) for profile in region.roster.profiles]
    return sum(units[profile] for profile in region.roster.profile.tolist())


def _top(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from ("", f"[{key}]", *_pairs(value))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for one in value:
            yield from ("", f"[[{key}]]", *_pairs(one))
    else:
        raise ValueError(f"{key} cannot be written")


def _pairs(table: Mapping[str, Any]) -> Iterable[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    """Write a value as TOML does; what JSON escapes in a string TOML escapes alike."""
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{{ {', '.join(_pairs(value))} }}"
