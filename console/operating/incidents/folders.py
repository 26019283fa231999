"""What the rest of the console has of the folders of incidents; a window on a region loads none of it."""

from topology.records.incident_folder import FILE, is_incident, read_incident_folder, read_lesson_beside

__all__ = ["FILE", "is_incident", "read_incident_folder", "read_lesson_beside"]
