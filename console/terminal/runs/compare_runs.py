"""`underkeel replay NAME --acts FILE --against OTHER`: two runs beside each other, or the same acts under two tools or policies."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from console.operating.extensions.guards import own_guards
from console.operating.incidents.incidents import read_incident_named
from console.operating.regions import read_file
from console.operating.training.comparing import acts_of_file, under_policy_of
from console.terminal.replay_command import read_text, refuse
from console.terminal.streams.json_answer import write_json
from console.words.findings.table import sentence
from topology.incident.model import Incident
from topology.incident.reading import IncidentError
from topology.incident.session.acts import Acts
from topology.incident.session.debrief import comparison_lines
from topology.incident.session.outcome import Plain, outcome_of
from topology.incident.session.session import run_acts
from topology.incident.timeline import Timeline
from topology.region.description import RegionError

_REGION = re.compile(r"^\[region\]", re.MULTILINE)
"""What only the description of a region has."""


def compare_runs(name: str, acts: Path, against: str, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print two runs of an incident side by side; *against* is another run, or a tool or a region's policy for the same acts."""
    try:
        incident = read_incident_named(name)
        one = acts_of_file(read_text(acts), str(acts), incident)
        judged, other = _other(incident, one, against)
    except IncidentError as error:
        return refuse(error, err)
    timeline = Timeline(incident)
    beside = timeline if judged is incident else Timeline(judged)
    outcomes = [_outcome(timeline, one), _outcome(beside, other)]
    if as_json:
        write_json({"format": 1, "kind": "comparison", "runs": outcomes}, out)
    else:
        out.write("\n".join(comparison_lines(*outcomes)) + "\n")
    return 0


def _other(incident: Incident, one: Acts, against: str) -> tuple[Incident, Acts]:
    """Give what the other run is: its acts, and the incident as it is judged in it."""
    eras = {era.name: era for era in incident.eras}
    if against in eras:
        return incident, replace(one, era=eras[against])
    path = Path(against)
    if not path.exists():
        known = ", ".join(eras)
        raise IncidentError(
            (
                f"--against {against}: is no file of a run or a region, and no tool of {incident.name}; tools are {known}",
            )
        )
    text = read_text(path)
    if _REGION.search(text):
        try:
            return under_policy_of(incident, read_file(path, against), against), one
        except RegionError as error:
            raise IncidentError(error.problems) from error
    return incident, acts_of_file(text, against, incident)


def _outcome(timeline: Timeline, acts: Acts) -> Plain:
    return outcome_of(timeline, run_acts(timeline, acts, sentence, own_guards()))
