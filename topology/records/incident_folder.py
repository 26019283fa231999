"""Reads an incident's folder from disk: regular files inside the folder and nothing else. Nothing is ever written."""

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from topology.incident.lesson.model import NO_LESSON, Lesson
from topology.incident.lesson.reading import read_lesson
from topology.incident.model import Incident
from topology.incident.reading import LARGEST_TEXT, IncidentError, decoded, files_of, read_incident
from topology.records.description_file import read_description, read_regular
from topology.region.description import RegionError
from topology.region.errors import LinkError

FILE = "incident.toml"
"""What makes a folder an incident."""
LESSON = "lesson.toml"
"""What is taught after it; an incident need not have one."""
LARGEST_RECORD = 256 * 1024 * 1024
"""Bytes of record read at most."""


def is_incident(path: Path) -> bool:
    """Whether a path is meant as an incident: the folder of one, or its file."""
    return path.name == FILE or (path / FILE).exists()


def read_incident_folder(path: Path, called: str = "") -> Incident:
    """Read the incident at *path* (its folder or its file), in messages as it is *called*.

    Raises:
        IncidentError: with every problem found, each with its file and place.
    """
    folder = path.parent if path.name == FILE else path
    name = called or str(path)
    source = name if path.name == FILE else f"{name}/{FILE}"
    try:
        text = _text(folder / FILE, source)
        files = files_of(decoded(text, source))
        region_path = _inside(folder, "region", files[0] or "region.toml", source)
        region = read_description(region_path, f"{name.removesuffix(FILE).rstrip('/')}/{files[0]}").region()
        if files[1]:
            _inside(folder, "playbook", files[1], source)
        record = _inside(folder, "record", files[2], source) if files[2] else None
        data = read_regular(record, f"{source}: record", LARGEST_RECORD, "cut it")[0] if record else None
    except RegionError as error:
        raise IncidentError(error.problems) from error
    except LinkError as error:
        raise IncidentError((str(error),)) from error
    return read_incident(text, source, region, data)


def read_lesson_beside(path: Path, incident: Incident, pages: Collection[str], called: str = "") -> Lesson:
    """Read what is taught after the incident at *path*; nothing where no such file is beside it.

    Raises:
        IncidentError: with every problem found.
    """
    folder = path.parent if path.name == FILE else path
    if not (folder / LESSON).exists():
        return NO_LESSON
    source = f"{called or folder}/{LESSON}"
    try:
        text = _text(folder / LESSON, source)
    except LinkError as error:
        raise IncidentError((str(error),)) from error
    return read_lesson(text, source, incident, pages)


def _text(path: Path, source: str) -> str:
    data, _ = read_regular(path, f"{source}:", LARGEST_TEXT, "put long timelines into a record beside it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LinkError(f"{source}: is not UTF-8 text at byte {error.start:,}; an incident is TOML text") from error


def _inside(folder: Path, key: str, name: str, source: str) -> Path:
    """Find a file that an incident names, which is inside its folder and nowhere else."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name:
        raise LinkError(f"{source}: {key} names {name!r}; it must be a file inside the incident's folder, without '..'")
    try:
        found = (folder / name).resolve(strict=True)
        inside = found.is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        raise LinkError(f"{source}: {key} names {name!r}, which could not be read: {why}") from error
    if not inside:
        raise LinkError(
            f"{source}: {key} names {name!r}, which leads out of the incident's folder; put the file itself there"
        )
    return found
