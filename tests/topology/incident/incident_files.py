"""A small incident for tests: 20 servers, a database and a web tier, and what happens to them."""

from pathlib import Path

from topology.incident.model import Incident
from topology.incident.reading import read_incident
from topology.region.description import read_region

REGION = """
format = 1
illustrative = true
[region]
name = "small"
zones = ["z1", "z2"]
[policy]
pace = "60/min"
largest_command = "50%"
wave = 2
[[subsystem]]
name = "database"
floor = 4
restart = { checks_minutes = 10, servers_per_minute = 1 }
[[subsystem]]
name = "web"
floor = 5
[[subsystem]]
name = "board"
external = true
observer = true
reports_on = ["web"]
[[dependency]]
from = "web"
to = "database"
[[dependency]]
from = "board"
to = "web"
[[pool]]
name = "shared"
count = 4
supports = ["database", "web"]
[[pool]]
name = "database"
count = 2
supports = ["database"]
[[pool]]
name = "web"
count = 14
supports = ["web"]
"""

HEAD = """
format = 1
[incident]
name = "small"
title = "A small one"
date = 2017-02-28
time_zone = "America/Los_Angeles"
starts = "09:00"
ends = "12:00"
lessons = ["FLOOR"]
[[source]]
id = "report"
title = "The report"
url = "https://example.org/report"
verified = "read"
[[era]]
name = "as-it-was"
title = "No guard"
guards = []
source = "model"
confidence = "NP"
illustrative = true
"""


def event(time: str, more: str = "", text: str = "It happens.") -> str:
    """Write an event of the report with a change."""
    return f'[[event]]\ntime = "{time}"\ntext = "{text}"\nsource = "report"\nconfidence = "P"\nillustrative = false\n{more}\n'


def change(*lines: str) -> str:
    """Write a change whose numbers are invented."""
    return "\n".join(("[[event.change]]", "illustrative = true", *lines, ""))


LOSS = event("10:00", change('to = "removed"', 'pool = "shared"'), "Servers are removed.")
RETURN = event("11:00", change('to = "in_service"', 'pool = "shared"', 'over = "4 min"'), "They come back.")
STORY = HEAD + LOSS + RETURN


def incident_of(text: str = STORY, record: bytes | None = None) -> Incident:
    """Read an incident in the small region."""
    return read_incident(text, "incident.toml", read_region(REGION, "region.toml"), record)


def write_folder(folder: Path, text: str = STORY) -> Path:
    """Write an incident's folder."""
    folder.mkdir(exist_ok=True)
    (folder / "incident.toml").write_text(text, encoding="utf-8")
    (folder / "region.toml").write_text(REGION, encoding="utf-8")
    return folder
