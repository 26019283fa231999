"""Finds the incident an operator names: bundled by name, or a folder."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import resources
from console.operating.procedures.playbooks import Runnable, playbooks_at, runnable_playbooks
from topology.incident.model import Incident
from topology.incident.reading import IncidentError, decoded, files_of
from topology.records.incident_folder import FILE, is_incident, read_incident_folder


def bundled_incidents() -> tuple[str, ...]:
    """Give the names of the incidents that ship with the program."""
    return tuple(sorted(entry.name for entry in resources.path("incidents").iterdir() if (entry / FILE).is_file()))


def incident_path(name: str) -> Path:
    """Give the folder of a bundled incident, or that at a path.

    Raises:
        IncidentError: there is neither.
    """
    if name in bundled_incidents():
        return resources.path(f"incidents/{name}")
    path = Path(name).expanduser()
    if is_incident(path):
        return path
    bundled = ", ".join(bundled_incidents())
    raise IncidentError(
        (f"There is no incident {name!r}: bundled are {bundled}; or give the path of an incident's folder.",)
    )


def described_by(name: str) -> Path:
    """Give the file that describes the region of an incident that can be read."""
    path = incident_path(name)
    folder = path.parent if path.name == FILE else path
    text = (folder / FILE).read_text(encoding="utf-8-sig")
    return folder / files_of(decoded(text, name))[0]


def read_incident_named(name: str) -> Incident:
    """Read the incident an operator named.

    Raises:
        IncidentError: with every problem found.
    """
    path = incident_path(name)
    return read_incident_folder(path, name)


def playbooks_for(incident: Incident, folder: Path) -> Callable[[], Runnable]:
    """Give what reads the playbooks of an incident in *folder*: its own where it has some, else those of every window."""
    return partial(playbooks_at, folder / incident.playbook) if incident.playbook else runnable_playbooks
