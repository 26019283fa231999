"""Saves what a session saw as the folder of an incident: whole, or not at all."""

import re
import shutil
import tempfile
from pathlib import Path

from topology.incident.reading import IncidentError
from topology.incident.recorded_region import TABLE, recorded_description, recorded_fleet
from topology.incident.recording import RECORD, Recorder
from topology.records.description_file import DescriptionFiles, read_description
from topology.records.incident_folder import FILE, read_incident_folder
from topology.region.errors import LinkError


class NotSavedError(Exception):
    """The session was not saved; the sentence says why, and what to do. Nothing was written."""


def save_session(recorder: Recorder, description: Path | None, folder: Path, until: float) -> None:
    """Write *folder*, which is new or empty: the incident, its record, and the description of its region.

    Raises:
        NotSavedError: it could not be written, or what was written could not be read again.
    """
    if description is None:
        raise NotSavedError("Not saved: where the region is described is not known.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotSavedError(f"Not saved: {folder} is there already; name a new folder.")
    try:
        files = read_description(description)
        if files.digest != recorder.region.digest:
            raise NotSavedError(f"Not saved: {description} was changed since the session began; start it anew.")
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except LinkError as error:
        raise NotSavedError(f"Not saved: {error}") from error
    except OSError as error:
        raise NotSavedError(
            f"Not saved: {folder.parent} cannot be written: {error.strerror}; choose another."
        ) from error
    try:
        _write(recorder, files, part, folder.name, until)
        read_incident_folder(part, folder.name)
        part.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except (OSError, IncidentError) as error:
        raise NotSavedError(f"Not saved: {folder} could not be written whole: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(recorder: Recorder, files: DescriptionFiles, folder: Path, called: str, until: float) -> None:
    name = re.sub(r"[^a-z0-9.-]+", "-", called.lower()).strip("-.") or "session"
    title = f"{'Training run' if recorder.run_of else 'Session'} on {recorder.region.name}"
    (folder / FILE).write_text(recorder.incident_text(name, title, until), encoding="utf-8")
    (folder / RECORD).write_text(recorder.record_text(), encoding="utf-8")
    if recorder.region.source is not None:
        (folder / "region.toml").write_text(recorded_description(files.text, recorder.region), encoding="utf-8")
        (folder / TABLE).write_text(recorded_fleet(recorder.region), encoding="utf-8")
        return
    (folder / "region.toml").write_text(files.text, encoding="utf-8")
    if files.fleet is not None and files.fleet_path is not None:
        beside = folder / files.fleet_path.relative_to(files.path.parent.resolve())
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(files.fleet)
