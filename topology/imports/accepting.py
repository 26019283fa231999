"""What an operator accepts for all of an import at once: a floor for every subsystem of which nothing states one."""

import re
from dataclasses import replace

from topology.imports.imported import Imported, floor_text
from topology.imports.region_text import comment, quoted
from topology.region.region import Amount

_REFUSED = re.compile(r"so (?:none|no floor) is written and removals(?: from them)? are refused until one is")
"""How importers say what becomes of subsystems of which nothing states a floor."""
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
    instead = f"so {written} is written, as --floor says"
    notes = tuple(replace(note, message=_REFUSED.sub(instead, note.message)) for note in imported.notes)
    return replace(
        imported,
        text=_REFUSED.sub(instead, text),
        notes=notes,
        unprotected=(),
        accepted=f"{len(bare):,} with the floor {written} that was accepted",
    )
