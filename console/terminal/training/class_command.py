"""`underkeel replay --table FOLDER`: the debriefs of a class that were saved as JSON, as one table in CSV, or as JSON."""

from pathlib import Path
from typing import Any, TextIO

import msgspec

from console.reports.class_table import class_row, class_table
from console.terminal.replay_command import read_text
from console.terminal.streams.json_answer import FORMAT, write_json
from topology.incident.reading import IncidentError


def table_of_class(folder: Path, out: TextIO, err: TextIO, *, as_json: bool = False) -> int:
    """Print the table of every debrief in *folder*; files that are none are named, and left out."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as error:
        err.write(f"{folder} could not be read: {error.strerror}; name the folder with the debriefs saved as JSON.\n")
        return 2
    runs: list[tuple[str, dict[str, Any]]] = []
    for path in files:
        outcome = _outcome(path)
        if outcome is None:
            err.write(f"{path}: is no debrief saved as JSON; it is left out.\n")
        else:
            runs.append((path.stem, outcome))
    if not runs:
        err.write(f"{folder} holds no debrief saved as JSON: save each with Save as JSON, under the trainee's name.\n")
        return 2
    if as_json:
        write_json({"format": FORMAT, "kind": "class", "runs": [class_row(*run) for run in runs]}, out)
    else:
        out.write(class_table(runs))
    return 0


def _outcome(path: Path) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(read_text(path))
        class_table([("", found)])
    except (IncidentError, msgspec.MsgspecError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return found if found.get("kind") == "score" else None
