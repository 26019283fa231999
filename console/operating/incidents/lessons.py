"""The lesson of an incident by its name: what is taught after it, and the page of the manual of each code."""

import resources
from console.operating.incidents.folders import read_lesson_beside
from console.operating.incidents.incidents import incident_path
from topology.incident.lesson.model import Lesson
from topology.incident.lesson_codes import CODES
from topology.incident.model import Incident


def pages_of_manual() -> frozenset[str]:
    """Give the names of the pages of the manual."""
    return frozenset(file.name for file in resources.path("manual").glob("*.md"))


def lesson_named(name: str, incident: Incident) -> Lesson:
    """Read what is taught after the incident that an operator named, bundled or at a path.

    Raises:
        IncidentError: with every problem found.
    """
    return read_lesson_beside(incident_path(name), incident, pages_of_manual(), name)


def code_page(code: str) -> str:
    """Give the page of the manual on one lesson; empty where a code has none."""
    return f"lesson-{code.lower()}.md" if code in CODES else ""
