"""Importers of other distributions: those that they give under `underkeel.importers`, beside ours.

An entry point's name is the format, and what it names is an `Importer`. One that cannot be loaded stays in the list, says
so there, and refuses what is imported by it; it is never taken for a file's format by itself.
"""

from importlib import metadata

from console.terminal.imports.formats import IMPORTERS
from console.terminal.imports.importer import Importer, SourceFile
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError
from topology.region.tables import Tell

GROUP = "underkeel.importers"
"""Entry points of this group are importers."""


def importers() -> dict[str, Importer]:
    """Give every importer by its name, ours first; a name of ours stays ours."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    others = {point.name: _loaded(point) for point in points if point.name not in IMPORTERS}
    return {**IMPORTERS, **others}


def _loaded(point: metadata.EntryPoint) -> Importer:
    try:
        found = point.load()
    except Exception as error:  # noqa: BLE001 - whatever its module does when it is imported, the format is not there
        return _absent(point.name, f"{point.value}: {type(error).__name__}: {error}")
    if not isinstance(found, Importer) or found.name != point.name:
        return _absent(point.name, f"{point.value} is no importer of this name")
    return found


def _absent(name: str, why: str) -> Importer:
    sentence = f"could not be loaded ({why})"

    def refuse(files: list[SourceFile], problems: list[str], tell: Tell) -> Imported:
        raise ImportRefusedError(f"{name} {sentence}; mend it, or take its distribution out.", ())

    return Importer(name, sentence, lambda name, begin: False, refuse)
