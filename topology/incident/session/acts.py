"""A trainee's acts as a file: what was typed when, after leaving the timeline, and under which tool."""

import math
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from topology.incident.model import Era, Incident
from topology.incident.orders.orders import is_injection
from topology.incident.reading import IncidentError
from topology.incident.times import moment_of
from topology.region.decoding.toml_text import decoded_toml
from topology.region.region import shown
from topology.region.sentences.clock import moment_at, zone_of
from topology.region.tables import Problems, Table

FORMAT = 1


@dataclass(frozen=True, slots=True)
class TypedAct:
    """A text typed at *time*; one that is not *confirmed* is only looked at. *by* is who of several did it."""

    time: float
    text: str
    confirmed: bool = True
    by: str = ""

    @property
    def is_injection(self) -> bool:
        """Whether it is an instructor's, not a trainee's."""
        return is_injection(self.text)


@dataclass(frozen=True, slots=True)
class Acts:
    """A whole run: from the timeline at *branch*, until *until*, with a tool and a seed; *trainee* is whose it is, if known."""

    branch: float
    until: float
    era: Era
    seed: int
    acts: tuple[TypedAct, ...]
    trainee: str = ""


def read_acts(text: str, source: str, incident: Incident) -> Acts:
    """Read a file of acts.

    Raises:
        IncidentError: with every problem found, each with its place.
    """
    problems = Problems(source)
    try:
        top = Table(decoded_toml(text), "", problems)
    except (ValueError, RecursionError) as error:
        raise IncidentError((f"{source}: is not TOML: {error}",)) from error
    top.only({"format", "incident", "era", "seed", "branch", "until", "trainee", "act"})
    if top.get("format") != FORMAT:
        problems.add("format", f"is {shown(top.get('format'))}; this version reads format = {FORMAT}")
    if top.text("incident") != incident.name:
        problems.add("incident", f"is {shown(top.get('incident'))}, but these acts are asked of {incident.name}")
    era = top.text("era", "underkeel")
    known = {one.name: one for one in incident.eras}
    if era not in known:
        problems.add("era", f"is {shown(era)}; {incident.name} knows {', '.join(known)}")
    default = incident.decisions[0].time if incident.decisions else incident.starts
    branch = _moment(top, "branch", incident, default)
    until = _moment(top, "until", incident, incident.ends)
    if until < branch:
        problems.add("until", "is before branch, where the trainee takes over")
    acts, latest = [], branch
    for table in top.tables("act"):
        table.only({"time", "do", "confirm", "by"})
        time = _moment(table, "time", incident, None)
        if not latest <= time <= until:
            table.problem("time", f"is {shown(table.get('time'))}; acts stand in order, from branch to until")
        latest = max(latest, time)
        text = table.text("do")
        if not text:
            table.problem("do", 'is missing; write what is typed, such as "remove 4 servers from billing"')
        acts.append(TypedAct(time, text, table.get("confirm") is None or table.flag("confirm"), table.text("by")))
    seed = top.count("seed", incident.seed)
    problems.raise_if_any(IncidentError)
    return Acts(branch, until, known[era], seed, tuple(acts), top.text("trainee"))


def written_acts(acts: Acts, incident: Incident, *, ends: bool = False) -> str:
    """Write acts as the file that `read_acts` reads; one that *ends* says until when, others go on to the end of the incident."""
    zone = incident.time_zone
    lines = [
        "format = 1",
        f'incident = "{incident.name}"',
        f'era = "{acts.era.name}"',
        f"seed = {acts.seed}",
        f'branch = "{_written(acts.branch, zone)}"',
    ]
    lines += [f"trainee = {_quoted(acts.trainee)}"] if acts.trainee else []
    lines += [f'until = "{_written(acts.until, zone)}"'] if ends else []
    for act in acts.acts:
        lines += ["", "[[act]]", f'time = "{_written(act.time, zone)}"', f"do = {_quoted(act.text)}"]
        lines += [f"by = {_quoted(act.by)}"] if act.by else []
    return "\n".join((*lines, ""))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(time: float, zone: str) -> str:
    # A file of acts says whole seconds, on which all acts are; a clock that runs is between two.
    return moment_at(math.floor(time), zone_of(zone)).isoformat(sep=" ")


def _moment(table: Table, key: str, incident: Incident, default: float | None) -> float:
    raw = table.get(key)
    if raw is None and default is not None:
        return default
    if raw is None:
        table.problem(key, 'is missing; write a local time such as "09:37"')
        return incident.starts
    try:
        found = moment_of(raw, date.fromisoformat(incident.date), ZoneInfo(incident.time_zone))
    except (ValueError, OverflowError) as error:
        table.problem(key, f"is {shown(raw)}, {error}")
        return incident.starts
    if not incident.starts <= found <= incident.ends:
        table.problem(key, f"is {shown(raw)}, outside of the incident")
    return found
