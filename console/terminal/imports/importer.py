"""What an importer is: a name, how its files are recognised, and what reads them. It knows no importer there is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from console.operating.access import read_regular
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, plain
from topology.region.collecting import without_collection
from topology.region.tables import Tell


class SourceFile(NamedTuple):
    """A file to import, and what the description calls it: never an absolute path."""

    path: Path
    label: str


Read = Callable[[list[SourceFile], list[str], Tell], Imported]
"""Makes a region of files. It appends a sentence for each that cannot be read, and hears `Tell` how far it is."""
FromBytes = Callable[[bytes, str, Tell], Imported]


@dataclass(frozen=True, slots=True)
class Importer:
    """One format: its *name* behind `underkeel import`, and *help*, what its files hold.

    *recognises* says from a file's name and its first bytes whether it may be one; *read* makes the region. Of a folder the
    files with these *endings* are read, those of folders inside included; without endings one file is read.
    """

    name: str
    help: str
    recognises: Callable[[str, bytes], bool]
    read: Read
    endings: tuple[str, ...] = ()
    of_columns: Callable[[Mapping[str, str]], Read] | None = None
    """Where its files are tables: gives what reads them, told which column holds what."""

    def reading(self, columns: Mapping[str, str]) -> Read:
        """Give what reads its files."""
        if self.of_columns is not None:
            return self.of_columns(columns)
        if columns:
            given = ", ".join(f"--{name}" for name in columns)
            raise ImportRefusedError(
                f"{self.name} reads no table with columns, so {given} means nothing; leave it out."
            )
        return self.read


def refuse_unknown(name: str, columns: Mapping[str, str], known: Mapping[str, object]) -> None:
    """Refuse a column for what tables of a format do not hold."""
    strange = [f"--{column}" for column in columns if column not in known]
    if strange:
        has = ", ".join(f"--{column}" for column in known)
        raise ImportRefusedError(f"{name} knows no column for {', '.join(strange)}; it knows {has}.")


def from_bytes(load: Callable[[], FromBytes], most_bytes: int) -> Read:
    """Read one file as a whole; *load* imports what reads it, so that nobody else waits for that."""

    def read(files: list[SourceFile], problems: list[str], tell: Tell) -> Imported:
        (path, label) = files[0]
        shown = plain(str(path), 300)
        data, _ = read_regular(path, f"{shown}:", most_bytes, "import a part of it")
        with without_collection():
            return load()(data, label, lambda text: tell(f"{shown}: {text}"))

    return read


def holds(begin: bytes, *words: Iterable[str]) -> bool:
    """Whether the beginning of a file has, as keys of JSON, one of each of *words*."""
    return all(any(f'"{word}"'.encode() in begin for word in several) for several in words)
