"""What an instructor prepared: cues, role cards and the seed of a session, as a file that can be handed on."""

from dataclasses import dataclass

from topology.incident.model import Incident
from topology.incident.reading import IncidentError, decoded
from topology.incident.station.cues import Cue, CueError, read_cue
from topology.incident.station.deeds import RoleDeed
from topology.region.region import shown
from topology.region.tables import Problems, Table

FORMAT = 1


@dataclass(frozen=True, slots=True)
class RoleCard:
    """What somebody who plays a part is told."""

    name: str
    card: str


@dataclass(frozen=True, slots=True)
class StationPlan:
    """All of it; *seed* None is that of the incident."""

    cues: tuple[Cue, ...] = ()
    roles: tuple[RoleCard, ...] = ()
    seed: int | None = None


def read_station_plan(text: str, source: str, incident: Incident) -> StationPlan:
    """Read a file of an instructor.

    Raises:
        IncidentError: with every problem found, each with its place.
    """
    problems = Problems(source, text)
    top = Table(decoded(text, source), "", problems)
    top.only({"format", "incident", "seed", "cues", "role"})
    if top.get("format") != FORMAT:
        problems.add("format", f"is {shown(top.get('format'))}; this version reads format = {FORMAT}")
    if top.text("incident") != incident.name:
        problems.add("incident", f"is {shown(top.get('incident'))}, but what is played is {incident.name}")
    cues, roles = [], []
    for number, written in enumerate(top.texts("cues"), 1):
        try:
            cues.append(read_cue(written, incident, incident.starts))
        except CueError as error:
            problems.add(f"cues {number}", str(error))
    for table in top.tables("role"):
        table.only({"name", "card"})
        roles.append(RoleCard(table.name("name"), table.text("card")))
        if not roles[-1].card:
            table.problem("card", "is missing; write what is told to who plays this part")
    for cue in cues:
        if isinstance(cue.done, RoleDeed) and cue.done.name not in {one.name for one in roles}:
            problems.add("cues", f"name the role {shown(cue.done.name)}, of which there is no [[role]]")
    seed = top.count("seed", incident.seed) if top.get("seed") is not None else None
    problems.raise_if_any(IncidentError)
    return StationPlan(tuple(cues), tuple(roles), seed)
