"""The whole answer to `explain`: what the core knows of a subsystem, and what the journal says of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from console.words import writing as words
from console.words.journal import moment
from console.words.observed import age_line, rate, sight
from console.words.restarts import duration, restart_sentence
from console.words.trend.sentences import heading, table, trend_sentence
from topology.command.grammar.syntax import Explain
from topology.execution.journal_entries import Entry, Kind
from topology.fleet.observed import never_seen
from topology.fleet.state import State
from topology.fleet.trend.curve import Trend, Trends
from topology.planning.answers import Section, TitledAnswer, explain
from topology.planning.largest_by_zone import largest_by_zone
from topology.planning.preview import Planner
from topology.planning.restart import CELLS, RestartCost, restart_cost
from topology.region.sentences.clock import by_clock, zone_of

MOST_ENTRIES = 10
WITH_CELLS = "Until one cell is back, with more cells"


def explanation(
    state: State, planner: Planner, command: Explain, entries: Sequence[Entry] = (), trends: Trends | None = None
) -> TitledAnswer:
    """Say everything about a subsystem; *entries* are the journal's, oldest first, *trends* what is known of the time before."""
    answer = explain(state, command)
    subsystem = state.region.subsystem(command.subsystem)
    more = [_entries(state, entries, subsystem.name)]
    seen = _seen(state, subsystem.name)
    cost, trend = None, None if trends is None else trends.of(subsystem.name)
    if not subsystem.external:
        cost = restart_cost(state, subsystem.name)
        rows = tuple((zone, f"{count:,}") for zone, count in largest_by_zone(state, planner, subsystem.name))
        more = [
            _load(state, subsystem.name),
            Section("Largest safe removal", ("zone", "servers"), rows),
            *restart_sections(cost),
            *more,
        ]
    floors, rest = answer.sections[:1], answer.sections[1:]
    sections = (*floors, *_trend(trend), *rest, *(section for section in (seen, *more) if section.rows))
    shown = cost if cost is not None and cost.alone is not None else None
    return replace(
        answer, sections=sections, remarks=(*answer.remarks, *_of_calls(state, seen)), restart=shown, trend=trend
    )


def dated(answer: TitledAnswer, state: State) -> TitledAnswer:
    """Say of an answer of when it is: it stays on show while the region goes on."""
    clock = by_clock(state.region.time_zone, state.time, "%H:%M:%S")
    return replace(answer, as_of=f"As of {clock}, revision {state.revision:,}.")


def _trend(trend: Trend | None) -> tuple[Section, ...]:
    """Say how capacity and floor came to be what they are, where anything of it is known."""
    if trend is None or not trend.is_known:
        return ()
    said = Section(heading(trend), ("",), ((trend_sentence(trend),),))
    return said, Section("", ("until", "in service", "floor", "headroom", "least"), table(trend))


def _seen(state: State, name: str) -> Section:
    """List what it was seen calling, and what was seen calling it, and how the description stands to that."""
    if state.observed is None:
        return Section("Seen calls", (), ())
    edges = state.observed.edges(state.region)
    silent = set(never_seen(state.region, state.observed))
    mine = [one for one in state.region.dependencies if name in (one.dependent, one.needs)]
    rows = []
    for edge in mine:
        pair, calls = (edge.dependent, edge.needs), edge.dependent == name
        call = edges.get(pair)
        if call is None and pair not in silent:
            continue
        stated = "not stated" if edge.observed else f"stated as {edge.kind}"
        rows.append(
            (
                "calls" if calls else "called by",
                edge.needs if calls else edge.dependent,
                rate(call),
                sight(call),
                stated,
            )
        )
    return Section("Seen calls", ("", "subsystem", "rate", "last seen", "description"), tuple(rows))


def _of_calls(state: State, seen: Section) -> tuple[str, ...]:
    """Say how old that is, and what of it is not known."""
    observed = state.observed
    if observed is None:
        return ()
    unknown = (f"It is not known who calls whom now: {observed.unknown}.",) if observed.unknown else ()
    return (*unknown, *((age_line(observed, state.time),) if seen.rows else ()), *observed.remarks)


def _load(state: State, name: str) -> Section:
    """Say what a subsystem carries, where its source tells."""
    load = state.loads.get(name)
    rows = () if load is None else ((words.plural(load.sessions, "session"), f"{load.per_s:,} new in the last second"),)
    return Section("Load", ("now", "rate"), rows)


def restart_sections(cost: RestartCost) -> tuple[Section, ...]:
    """Say what a full restart takes, and what more cells would change."""
    text = restart_sentence(cost)
    said = text[:1].upper() + text[1:] + ("; model values" if cost.illustrative and cost.alone is not None else "")
    rows = tuple(
        (words.plural(cells, "cell"), duration(minutes))
        for cells in CELLS
        if (minutes := cost.with_cells(cells)) is not None
    )
    whole = Section("Full restart", ("",), ((f"{said}.",),))
    return (whole, Section(WITH_CELLS, ("", ""), rows)) if rows else (whole,)


def _entries(state: State, entries: Iterable[Entry], name: str) -> Section:
    """List the last entries that name the subsystem, or whose servers serve it; the newest first."""
    touching = [entry for entry in entries if entry.kind is Kind.INTENT and _touches(state, entry, name)]
    zone: tzinfo = zone_of(state.region.time_zone)
    rows = tuple(
        (words.number(entry.number), moment(entry.time, zone), entry.operator, entry.command)
        for entry in touching[: -MOST_ENTRIES - 1 : -1]
    )
    return Section("Last journal entries that touched it", ("entry", "time", "operator", "command"), rows)


def _touches(state: State, entry: Entry, name: str) -> bool:
    named = entry.details.get("named")
    if isinstance(named, list | tuple) and name in named:
        return True
    number, position = state.region.index[name], state.fleet.position
    return any(number in state.fleet.subsystems_of(position[one]) for one in entry.servers if one in position)
