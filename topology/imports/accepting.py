"""What an operator accepts for all of an import at once: a floor for every subsystem of which nothing states one."""

import re
from dataclasses import replace

from topology.imports.imported import Imported, floor_text
from topology.imports.notes import Note, Topic
from topology.imports.region_text import comment, quoted
from topology.region.region import Amount

_TABLE = re.compile(r"^\[\[subsystem\]\]\nname = (\"[^\"\n]*\")$", re.MULTILINE)


def with_floor(imported: Imported, floor: Amount) -> Imported:
    """Write *floor* for each subsystem without one, and say in the description that it was accepted, not read."""
    bare = {quoted(name) for name in imported.unprotected}
    if not bare:
        return imported
    written = floor_text(floor)

    def put(found: re.Match[str]) -> str:
        return f"{found[0]}\nfloor = {written}" if found[1] in bare else found[0]

    said = f"{len(bare):,} of them had no floor; {written} was accepted for each when this was imported (--floor)"
    text = comment(said[0].upper() + said[1:] + ".") + "\n" + _TABLE.sub(put, imported.text)
    note = Note(Topic.NO_FLOOR, f"{written} is written for each of these {len(bare):,}, as --floor says")
    last = max(
        (at for at, one in enumerate(imported.notes) if one.topic in (Topic.NO_FLOOR, Topic.NO_BUDGET)), default=-1
    )
    notes = (*imported.notes[: last + 1], note, *imported.notes[last + 1 :])
    return replace(
        imported,
        text=text,
        notes=notes,
        unprotected=(),
        accepted=f"{len(bare):,} with the floor {written} that was accepted",
    )
