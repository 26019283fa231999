"""What a subcommand says of the file or folder that it made: a sentence for people, or the same as JSON for programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

FORMAT = 1


def tell_made(out: TextIO, kind: str, path: Path, said: str, facts: Mapping[str, object], *, as_json: bool) -> None:
    """Write the sentence *said*; or, *as_json*, what was made (region, incident or picture), where, and the *facts* of it."""
    if as_json:
        out.write(json.dumps({"format": FORMAT, "made": kind, "path": str(path), **facts}, ensure_ascii=False) + "\n")
    else:
        out.write(f"{said}\n")
