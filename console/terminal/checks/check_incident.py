"""`underkeel check` for an incident: its folder and its region, every problem with its place."""

from pathlib import Path

from console.operating.incidents.folders import FILE, read_incident_folder, read_lesson_beside
from console.operating.incidents.lessons import pages_of_manual
from console.operating.procedures.playbooks import files_at
from console.terminal.checks.checked import Checked
from console.words.writing import plural
from topology.incident.reading import IncidentError


def checked_incident(path: Path) -> tuple[Checked, list[Path]]:
    """Check the incident at *path*; gives its playbooks, too, which are checked by themselves."""
    try:
        incident = read_incident_folder(path, str(path))
        lesson = read_lesson_beside(path, incident, pages_of_manual(), str(path))
    except IncidentError as error:
        return Checked(path, "incident", error.problems), []
    folder = path.parent if path.name == FILE else path
    playbooks = files_at(folder / incident.playbook) if incident.playbook else []
    parts = (
        plural(len(incident.events), "event"),
        plural(len(incident.decisions), "decision"),
        plural(len(incident.region.roster), "server"),
        *((plural(len(lesson.questions), "question"),) if lesson.is_told else ()),
    )
    return Checked(path, "incident", incident.region.gaps, (), f"{incident.name}: {', '.join(parts)}"), playbooks
