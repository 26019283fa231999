"""Reads a table of text with freely named columns: CSV with commas, semicolons, tabs or bars, told by its first line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from topology.imports.notes import ImportRefusedError, UnreadableError, plain
from topology.region.sentences.counting import first_of

_SEPARATORS = (",", ";", "\t", "|")
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class KnownColumns:
    """Which column holds what, by what it is for; *unread* are the others."""

    of: Mapping[str, int]
    unread: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.of


@dataclass(frozen=True, slots=True)
class TextTable:
    """The titles of a table, and its rows with their lines."""

    titles: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    def columns(self, known: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> KnownColumns:
        """Find the column of each thing that is *known*, by the name that is *given*, else by one of its usual names.

        Raises:
            ImportRefusedError: a name that is given is no title, or is that of several columns.
        """
        folded = [title.strip().casefold() for title in self.titles]
        found: dict[str, int] = {}
        for what in known:
            if what in given:
                found[what] = self._given(what, given[what], folded)
        for what, usual in known.items():
            if what in found:
                continue
            at = next((folded.index(name) for name in usual if folded.count(name) == 1), None)
            if at is not None and at not in found.values():
                found[what] = at
        unread = (title for at, title in enumerate(self.titles) if at not in found.values())
        return KnownColumns(found, tuple(unread))

    def named(self) -> str:
        """List the titles, for a sentence."""
        return first_of([repr(plain(title.strip(), 40)) for title in self.titles], _MOST_NAMED)

    def _given(self, what: str, name: str, folded: list[str]) -> int:
        count = folded.count(name.strip().casefold())
        if count != 1:
            how = "no column" if not count else f"{count} columns"
            raise ImportRefusedError(f"--{what} {plain(name, 60)}: {how} of this name; the columns are {self.named()}.")
        return folded.index(name.strip().casefold())


def read_table(data: bytes) -> TextTable:
    """Read the titles of a table; its rows follow as they are taken.

    Raises:
        UnreadableError: it is no text, has no titles, or a row that is no CSV.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text at byte {error.start:,}") from error
    first = text[:100_000].lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        raise UnreadableError("is empty")
    if "\0" in first:
        raise UnreadableError("is no table of text")
    separator = max(_SEPARATORS, key=first.count)
    rows = _rows(text, separator)
    line, titles = next(rows, (1, []))
    if len(titles) < 2:
        raise UnreadableError(
            "is no table: its first line has one column only; columns are separated by commas, semicolons, tabs or bars",
            f"line {line:,}",
        )
    return TextTable(tuple(titles), rows)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(f"is not CSV: {error}", f"line {reader.line_num:,}") from error
        if any(cells):
            yield reader.line_num, cells
