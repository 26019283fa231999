"""`underkeel replay NAME --acts FILE --against OTHER`: two runs beside each other, or the same acts under two tools."""

from dataclasses import replace
from pathlib import Path
from typing import TextIO

from console.operating.extensions.guards import own_guards
from console.operating.incidents.incidents import read_incident_named
from console.terminal.replay_command import read_text, refuse, write_json
from console.words.findings.table import sentence
from topology.incident.model import Incident
from topology.incident.reading import IncidentError
from topology.incident.session.acts import Acts, read_acts
from topology.incident.session.debrief import comparison_lines
from topology.incident.session.outcome import Plain, outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline


def compare_runs(name: str, acts: Path, against: str, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print two runs of an incident side by side; *against* is another file of acts, or a tool for the same acts."""
    try:
        incident = read_incident_named(name)
        one = read_acts(read_text(acts), str(acts), incident)
        other = _other(incident, one, against)
    except IncidentError as error:
        return refuse(error, err)
    timeline = Timeline(incident)
    outcomes = [_outcome(timeline, each) for each in (one, other)]
    if as_json:
        write_json({"format": 1, "kind": "comparison", "runs": outcomes}, out)
    else:
        out.write("\n".join(comparison_lines(*outcomes)) + "\n")
    return 0


def _other(incident: Incident, one: Acts, against: str) -> Acts:
    eras = {era.name: era for era in incident.eras}
    if against in eras:
        return replace(one, era=eras[against])
    path = Path(against)
    if not path.exists():
        known = ", ".join(eras)
        raise IncidentError(
            (f"--against {against}: is no file of acts, and no tool of {incident.name}; tools are {known}",)
        )
    return read_acts(read_text(path), against, incident)


def _outcome(timeline: Timeline, acts: Acts) -> Plain:
    return outcome_of(timeline, run_acts(timeline, acts, sentence, own_guards()))
