"""`underkeel check` for an incident: its folder, its region and its playbooks, every problem with its place."""

from pathlib import Path
from typing import TextIO

from console.operating.access import FILE, read_incident_folder
from console.operating.procedures.playbooks import check_playbook, files_at
from console.words.writing import plural
from topology.incident.reading import IncidentError


def check_incident(path: Path, out: TextIO, err: TextIO) -> int:
    """Check the incident at *path*; gives 0 when it can be replayed, else 2."""
    try:
        incident = read_incident_folder(path, str(path))
    except IncidentError as error:
        err.write("\n".join(error.problems) + "\n")
        return 2
    gaps = incident.region.gaps
    for gap in gaps:
        err.write(gap + "\n")
    folder = path.parent if path.name == FILE else path
    playbooks = files_at(folder / incident.playbook) if incident.playbook else []
    wrong = [one for one in playbooks if check_playbook(one, out, err)]
    if gaps or wrong:
        return 2
    out.write(
        f"{path}: {incident.name}: {plural(len(incident.events), 'event')}, {plural(len(incident.decisions), 'decision')}, "
        f"{plural(len(incident.region.roster), 'server')}: good\n"
    )
    return 0
