"""`underkeel replay` in the terminal: lists incidents, prints a timeline, runs a trainee's acts. Nothing live is reached."""

from pathlib import Path
from typing import TextIO

from console.operating.access import HTML_SEAL, NotWrittenError, write_own
from console.operating.extensions.guards import own_guards
from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from console.terminal.streams.json_answer import write_json
from console.words.findings.table import sentence
from console.words.trend.sentences import moment_text
from console.words.trend.signs import BELOW, trend_signs
from console.words.writing import signed
from topology.fleet.trend.curve import UNKNOWN
from topology.incident.listing import FORMAT, listed, timeline_values
from topology.incident.model import Incident
from topology.incident.reading import IncidentError
from topology.incident.timeline import Timeline
from topology.incident.times import local_text
from topology.incident.trend import IncidentTrends

SIGNS = 48
"""Signs in a line of headroom over time."""


def list_incidents(as_json: bool, out: TextIO, err: TextIO) -> int:
    """Name every bundled incident."""
    try:
        incidents = [read_incident_named(name) for name in bundled_incidents()]
    except IncidentError as error:
        return refuse(error, err)
    if as_json:
        write_json({"format": FORMAT, "incidents": [listed(incident) for incident in incidents]}, out)
        return 0
    for one in incidents:
        out.write(f"{one.name:<20} {one.date}  {round(one.length_s / 60):>5,} min  {one.difficulty:<13} {one.title}\n")
        out.write(f"{'':<20} {', '.join(one.lessons)}\n")
    return 0


def show_timeline(name: str, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print an incident's timeline."""
    try:
        incident = read_incident_named(name)
    except IncidentError as error:
        return refuse(error, err)
    timeline = Timeline(incident)
    if as_json:
        write_json(timeline_values(timeline), out)
    else:
        out.write("\n".join(timeline_lines(timeline)) + "\n")
    return 0


def timeline_lines(timeline: Timeline) -> list[str]:
    """Write a timeline for people: facts and model values marked, what is not as it should be under each event."""
    incident = timeline.incident
    lines = [incident.title, incident.summary, ""]
    for number, event in enumerate(incident.events):
        mark = "model value" if event.illustrative else f"{event.source}, {event.confidence}"
        about = "about " if event.approximate else ""
        lines.append(f"{about}{local_text(event.time, incident.time_zone)}  [{mark}]")
        lines.append(f"  {event.text}")
        for standing in timeline.after_event(number).standings:
            if standing.verdict in ("holds", "tight"):
                continue
            what = f"{standing.subsystem} {standing.verdict}"
            if standing.in_service is not None and standing.floor is not None:
                what += f": {standing.in_service:,} in service, floor {standing.floor:,} (model values)"
            if standing.serves:
                what += f", serves {', '.join(standing.serves)}"
            lines.append(f"    {what}")
    return [*lines, "", *_trends(timeline), *_sources(incident)]


def _trends(timeline: Timeline) -> list[str]:
    """Draw the headroom of what did not stay as it was, one line each, over the whole incident."""
    incident, trends = timeline.incident, IncidentTrends(timeline)
    trends.see(incident.ends)
    width = max(len(one.name) for one in incident.region.subsystems)
    found = {one.name: trend for one in incident.region.subsystems if (trend := trends.of(one.name)) is not None}
    lines = []
    for name, trend in found.items():
        headroom = trend.headroom
        if len(trend.times) < 2 or headroom.min() == UNKNOWN:
            continue
        least = int(headroom.argmin())
        said = f"least {signed(int(headroom[least]))} at {moment_text(trend, float(trend.times[least]))}"
        lines.append(f"  {name:<{width}}  {trend_signs(trend, SIGNS)}  {said}")
    if not lines:
        return []
    whole = next(iter(found.values()))
    starts, ends = (moment_text(whole, at) for at in (whole.starts, whole.ends))
    return [f"Headroom from {starts} to {ends}, {BELOW} below the floor (model values):", *lines, ""]


def _sources(incident: Incident) -> list[str]:
    return [f"{one.id}: {one.title}. {one.url} ({one.verified})" for one in incident.sources]


def refuse(error: IncidentError, err: TextIO) -> int:
    """Say every problem; gives the exit status."""
    err.write("\n".join(error.problems) + "\n")
    return 2


def read_text(path: Path) -> str:
    """Read a file that an operator names.

    Raises:
        IncidentError: it cannot be read as text.
    """
    from console.operating.access import read_regular
    from topology.region.errors import LinkError

    try:
        return read_regular(path, f"{path}:", 16 * 1024 * 1024, "name another")[0].decode("utf-8-sig")
    except (LinkError, UnicodeDecodeError) as error:
        raise IncidentError((str(error) if isinstance(error, LinkError) else f"{path}: is not UTF-8 text",)) from error


def run_trainee(name: str, acts: Path, as_json: bool, html: Path | None, out: TextIO, err: TextIO) -> int:
    """Run a trainee's acts on an incident, and print what came of them."""
    from console.reports.debrief_page import debrief_page
    from topology.incident.session.acts import read_acts
    from topology.incident.session.debrief import debrief_lines
    from topology.incident.session.outcome import outcome_of
    from topology.incident.session.session import run_acts

    try:
        incident = read_incident_named(name)
        read = read_acts(read_text(acts), str(acts), incident)
    except IncidentError as error:
        return refuse(error, err)
    timeline = Timeline(incident)
    outcome = outcome_of(timeline, run_acts(timeline, read, sentence, own_guards()))
    if html is not None:
        try:
            write_own(html, debrief_page(outcome, incident).encode(), HTML_SEAL, "a replay")
        except NotWrittenError as error:
            err.write(f"{html}: {error}; the debrief was not written.\n")
            return 2
    if as_json:
        write_json(outcome, out)
    else:
        out.write("\n".join(debrief_lines(outcome)) + "\n")
    return 0
