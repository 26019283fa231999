"""What `headroom` and `explain` say: facts of the region now, in rows, with the source of every floor."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from topology.command.grammar.syntax import Explain, Headroom, Place
from topology.fleet.fleet import NO_FLOOR, REGION
from topology.fleet.state import State
from topology.fleet.trend.curve import Trend
from topology.planning.restart import RestartCost
from topology.region.region import Amount, Dependency, Subsystem
from topology.region.scope import Scope
from topology.region.server_states import ServerState


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the columns' titles, and rows of texts."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TitledAnswer:
    """A titled answer to a question; *remarks* are sentences under it."""

    title: str
    sections: tuple[Section, ...] = ()
    remarks: tuple[str, ...] = ()
    restart: RestartCost | None = None
    """What a full restart takes, to be drawn; None where there is nothing to draw."""
    trend: Trend | None = None
    """How capacity and floor came to be what they are, to be drawn; None where nothing is known of it."""
    as_of: str = ""
    """Of when it is, as a sentence; empty where it does not age."""


def answer_text(answer: TitledAnswer) -> str:
    """Write an answer as plain text."""
    return "\n\n".join([*_head(answer), *(section_text(section) for section in answer.sections), *answer.remarks])


def _head(answer: TitledAnswer) -> tuple[str, ...]:
    return (answer.title, answer.as_of) if answer.as_of else (answer.title,)


def section_text(section: Section) -> str:
    """Write a section as plain text, in columns."""
    rows = [row for row in (tuple(section.columns), *section.rows) if any(row)]
    count = max((len(row) for row in rows), default=0)
    widths = [max((len(row[number]) for row in rows if number < len(row)), default=0) for number in range(count)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    return "\n".join([section.heading, *lines] if section.heading else lines)


def headroom(state: State, command: Headroom) -> TitledAnswer:
    """List capacity, floor and headroom of a subsystem in a place and inside it, or of every subsystem; smallest headroom first."""
    texts = tuple(
        (
            name,
            scope,
            f"{capacity:,}",
            "not stated" if floor is None else f"{floor:,}",
            "?" if room is None else f"{room:+,}",
        )
        for name, scope, capacity, floor, room in headrooms(state, command)
    )
    title = "Headroom" + (f" of {command.subsystem}" if command.subsystem else "")
    title += f" in {command.place}" if command.place else ""
    asked = " in ".join(str(part) for part in (command.subsystem, command.place) if part is not None) or "this region"
    nothing = () if texts else (f"No floor is stated for {asked}.",)
    return TitledAnswer(
        title,
        (Section("", ("subsystem", "scope", "in service", "floor", "headroom"), texts),) if texts else (),
        nothing,
    )


def explain(state: State, command: Explain) -> TitledAnswer:
    """Say which floors hold for a subsystem and where each comes from, and which servers it shares."""
    subsystem = state.region.subsystem(command.subsystem)
    if subsystem.external:
        needs = _needs(state, subsystem.name)
        return TitledAnswer(f"{subsystem.label} is external: it has no servers here", (needs,) if needs.rows else ())
    floors = tuple(_floor_row(row, _source(subsystem, row[1])) for row in _rows(state) if row[0] == subsystem.name)
    sections = [
        Section("Floors in force", ("scope", "in service", "floor", "headroom", "from"), floors),
        _states(state, subsystem.name),
        _shared(state, subsystem.name),
        _needs(state, subsystem.name),
    ]
    remarks = (
        () if subsystem.floor is not None else ("Its floor is not stated, so every plan that touches it is refused.",)
    )
    if state.region.illustrative or subsystem.illustrative:
        remarks = (*remarks, "Sizes and floors of this subsystem are model values, not published facts.")
    return TitledAnswer(f"{subsystem.label}", tuple(section for section in sections if section.rows), remarks)


class ScopeHeadroom(NamedTuple):
    """A scope of a subsystem, in units; *floor* and *headroom* are None where no floor is stated."""

    subsystem: str
    scope: Scope
    in_service: int
    floor: int | None
    headroom: int | None


def headrooms(state: State, command: Headroom) -> tuple[ScopeHeadroom, ...]:
    """Give what `headroom` lists, smallest headroom first; what states no floor comes last."""
    wanted = {command.subsystem} if command.subsystem else {subsystem.name for subsystem in state.region.subsystems}
    rows = [row for row in _rows(state) if row.subsystem in wanted and _inside(row.scope, command)]
    return tuple(sorted(rows, key=lambda row: (row.headroom is None, row.headroom or 0, row.subsystem, row.scope)))


def _rows(state: State) -> list[ScopeHeadroom]:
    """Give (subsystem, scope, capacity, floor, headroom) of every region scope and of every other scope with a floor."""
    scopes, found = state.fleet.scopes, list[ScopeHeadroom]()
    columns = zip(
        scopes.subsystem.tolist(),
        scopes.kind.tolist(),
        scopes.names,
        state.fleet.capacity.tolist(),
        scopes.floor.tolist(),
        strict=True,
    )
    for number, kind, name, capacity, floor in columns:
        if floor == NO_FLOOR and kind != REGION:
            continue
        stated = None if floor == NO_FLOOR else floor
        room = None if stated is None else capacity - stated
        found.append(ScopeHeadroom(state.region.subsystems[number].name, name, capacity, stated, room))
    return found


def _inside(scope: Scope, command: Headroom) -> bool:
    if command.place is None:
        return scope == "region" or command.subsystem is not None
    return scope.kind != "region" and _covers(command.place, scope)


def _covers(place: Place, scope: Scope) -> bool:
    return place.zone == scope.zone and (place.cell is None or place.cell == scope.cell)


def _floor_row(row: ScopeHeadroom, source: str) -> tuple[str, ...]:
    _, scope, capacity, floor, room = row
    shown = ("not stated", "?") if floor is None else (f"{floor:,}", f"{room:+,}")
    return (scope, f"{capacity:,}", *shown, source)


def _source(subsystem: Subsystem, scope: Scope) -> str:
    if scope.kind == "zone":
        key, amount = "zone_floor", subsystem.floor_in_zone(scope.place)
    elif scope.kind == "cell":
        key, amount = "cell_floor", subsystem.floor_in_cell(scope.place)
    elif subsystem.floor is None and (subsystem.zone_floor is not None or subsystem.zone_floors):
        return "the sum of zone_floor"
    else:
        key, amount = "floor", subsystem.floor
    if amount is not None and amount.unavailable:
        return f"unavailable = {_written(replace(amount, unavailable=False))}"
    return f"{key} = {_written(amount)}"


def _written(amount: Amount | None) -> str:
    if amount is None:
        return "missing"
    return f'"{amount}"' if amount.percent else str(amount)


def _states(state: State, name: str) -> Section:
    servers = _servers_of(state, name)
    counts = dict.fromkeys(ServerState, 0)
    for server in servers:
        counts[ServerState(int(state.fleet.state[server]))] += 1
    rows = tuple((kind.name.lower().replace("_", " "), f"{count:,}") for kind, count in counts.items() if count)
    return Section("Servers by state", ("state", "servers"), rows)


def _shared(state: State, name: str) -> Section:
    """Count the subsystem's servers in service by what else they support."""
    own = state.region.index[name]
    serving = [server for server in _servers_of(state, name) if state.fleet.state[server] == ServerState.IN_SERVICE]
    counts: dict[int, int] = {}
    for server in serving:
        for number in state.fleet.subsystems_of(server):
            if number != own:
                counts[number] = counts.get(number, 0) + 1
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple(
        (state.region.subsystems[number].name, f"{count:,}", f"{100 * count / len(serving):.0f} %")
        for number, count in order
    )
    return Section(f"Shared servers, of {len(serving):,} in service", ("also serve", "servers", "share"), rows)


def _needs(state: State, name: str) -> Section:
    rows = [
        ("needs", edge.needs, _kind(edge), " ".join(edge.operations) or "all")
        for edge in state.region.dependencies
        if edge.dependent == name
    ]
    rows += [
        ("needed by", edge.dependent, _kind(edge), " ".join(edge.operations) or "all")
        for edge in state.region.dependencies
        if edge.needs == name
    ]
    return Section("Dependencies", ("", "subsystem", "kind", "operations"), tuple(rows))


def _kind(edge: Dependency) -> str:
    return f"{edge.kind}, observed" if edge.observed else edge.kind


def _servers_of(state: State, name: str) -> list[int]:
    own = state.region.index[name]
    profiles = [any(number == own for number, _ in profile) for profile in state.region.roster.profiles]
    return [server for server, profile in enumerate(state.region.roster.profile.tolist()) if profiles[profile]]
