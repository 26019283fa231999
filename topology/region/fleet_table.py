"""Reads a fleet table: quickly in columns as long as nothing is wrong, and row by row to say what is."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from topology.region.collecting import without_collection
from topology.region.listing import MOST_SERVERS, Listing, Supports, known_supports
from topology.region.region import NAME, shown
from topology.region.server_states import STATE_NAMES
from topology.region.tables import Problems, Tell, silent

COLUMNS = ("name", "zone", "cell", "rack", "state", "supports")
_HEADER = ",".join(COLUMNS).encode()
TOLD_EVERY = 50_000
"""Servers between two words of how far the reading is, where it goes row by row."""
PART = 1_000_000
"""Characters that are taken in at once: some 20,000 servers."""
LONGEST_NAME = 253
_SHIFT, _LOW = 32, (1 << 32) - 1
_IN_NAMES = b"abcdefghijklmnopqrstuvwxyz0123456789.-\n"
"""What names, joined by ends of lines, can hold."""


def read_fleet_table(
    data: bytes,
    file: str,
    zones: tuple[str, ...],
    index: dict[str, int],
    external: set[str],
    problems: Problems,
    tell: Tell = silent,
) -> Listing:
    """Read a fleet table: CSV with the columns of `COLUMNS`, supports separated by spaces.

    A bad row is noted with its line and left out, so that every bad row of a table is named in one pass.
    """
    with without_collection():
        found = _in_columns(data, file, zones, index, external, tell)
        if found is not None:
            return found
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.add("", f"is not UTF-8 text at byte {error.start:,}", file)
            return Listing()
        return _row_by_row(text, file, zones, index, external, problems, tell)


def _in_columns(
    data: bytes, file: str, zones: tuple[str, ...], index: dict[str, int], external: set[str], tell: Tell
) -> Listing | None:
    """Take the table in by parts of lines; None when anything is wrong, whatever it is.

    What follows a server's name is the same for many servers, so each such text is looked at once.
    """
    if b'"' in data:
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    header, _, _ = data[: len(BOM_UTF8) + len(_HEADER) + 1].removeprefix(BOM_UTF8).partition(b"\n")
    if header != _HEADER or b"\r" in data:
        return None
    begins = data.find(b"\n") + 1 or len(data)
    if data.count(b"\n", begins) > MOST_SERVERS:
        return None
    listing = Listing()
    rests = _Rests(listing, file, zones, index, external)
    for part in _parts(data, begins):
        if not part.isascii():
            return None
        parts = [line.partition(",") for line in part.decode("ascii").split("\n")]
        names, others = [name for name, _, _ in parts], [rest for _, _, rest in parts]
        if not _are_names(names):
            return None
        numbers = rests.numbers(others)
        if numbers is None:
            return None
        listing.extend(names, *numbers)
        tell(f"Read {len(listing):,} servers")
    if listing.first_twice() is not None:
        return None
    listing.is_unique = True
    return listing


def _parts(data: bytes, begins: int) -> Iterator[bytes]:
    """Give whole lines part by part, since all of them together take several times the memory of their text."""
    length = len(data) - data.endswith(b"\n")
    while begins < length:
        ends = data.find(b"\n", min(begins + PART, length), length)
        ends = length if ends < 0 else ends
        yield data[begins:ends]
        begins = ends + 1


def _are_names(names: Sequence[str]) -> bool:
    """Say whether each is a name, as `NAME` would; they are ASCII."""
    joined = "\n" + "\n".join(names)
    others = joined.encode("ascii").translate(None, _IN_NAMES)
    begins_wrong = "\n\n" in joined or "\n." in joined or "\n-" in joined or joined.endswith("\n")
    return not others and not begins_wrong and max(map(len, names)) <= LONGEST_NAME


class _Rests(dict[str, int]):
    """What follows the names in a table, place, state and supports: each text looked at once, and numbered."""

    def __init__(
        self, listing: Listing, file: str, zones: tuple[str, ...], index: dict[str, int], external: set[str]
    ) -> None:
        super().__init__()
        self._listing, self._file, self._zones = listing, file, set(zones)
        self._index, self._external = index, external
        self._states = {name: number for number, name in enumerate(STATE_NAMES)}
        self._heads: dict[str, int] = {}
        """Of each place with a state, its rack times so many as there are states, and the state."""
        self._supports: dict[str, int] = {}

    def numbers(self, rests: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]] | None:
        """Give rack, supports and state of each; None when one is wrong."""
        found = np.fromiter(map(self.__getitem__, rests), np.int64, len(rests))
        if len(rests) and found.min() < 0:
            return None
        head, supports = found >> _SHIFT, (found & _LOW).astype(np.int32)
        rack, state = np.divmod(head.astype(np.int32), np.int32(len(STATE_NAMES)))
        return rack, supports, state.astype(np.uint8)

    def __missing__(self, rest: str) -> int:
        """Look at a text for the first time: what its head means is in the upper half of the number, -1 says that it is wrong."""
        text, _, words = rest.rpartition(",")
        if (head := self._heads.get(text)) is None:
            head = self._heads[text] = self._head(text)
        if (supports := self._supports.get(words)) is None:
            supports = self._supports[words] = self._number(words)
        found = self[rest] = head << _SHIFT | supports if head >= 0 and supports >= 0 else -1
        return found

    def _head(self, text: str) -> int:
        place, _, state = text.rpartition(",")
        rack = self._rack(place.split(",")) if state in self._states else -1
        return rack * len(STATE_NAMES) + self._states[state] if rack >= 0 else -1

    def _rack(self, parts: list[str]) -> int:
        """Give the number of a rack, or -1 where it is none."""
        if len(parts) != 3 or parts[0] not in self._zones or not all(map(NAME.fullmatch, parts[1:])):
            return -1
        zone, cell, rack = parts
        return self._listing.rack_of((zone, cell, rack))

    def _number(self, words: str) -> int:
        unheard = Problems(self._file)
        supports = known_supports(words.split(), "", self._index, self._external, unheard, self._file)
        return -1 if supports is None else self._listing.supports_of(supports)


def _row_by_row(
    text: str,
    file: str,
    zones: tuple[str, ...],
    index: dict[str, int],
    external: set[str],
    problems: Problems,
    tell: Tell,
) -> Listing:
    """Look at every row, note what is wrong with its line, and leave it out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    listing = Listing()
    known: dict[str, Supports | None] = {}
    lines: dict[str, int] = {}
    states = {name: number for number, name in enumerate(STATE_NAMES)}
    zone_set = set(zones)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            problems.add("line 1", f"is {shown(','.join(header))}; the columns are {','.join(COLUMNS)}", file)
            return listing
        for cells in reader:
            if not cells:
                continue
            place = f"line {reader.line_num:,}"
            if len(cells) != len(COLUMNS):
                problems.add(place, f"has {len(cells)} columns instead of {len(COLUMNS)}", file)
                continue
            name, zone, cell, rack, state, supports = cells
            wrong = next((part for part in (name, cell, rack) if not NAME.fullmatch(part)), None)
            if wrong is not None:
                problems.add(place, f"holds {shown(wrong)}, which is not a name", file)
                continue
            if zone not in zone_set:
                problems.add(place, f"puts {name} into {shown(zone)}, which is not a zone of the region", file)
                continue
            if state not in states:
                problems.add(
                    place, f"says that {name} is {shown(state)}; a state is one of {', '.join(STATE_NAMES)}", file
                )
                continue
            if name in lines:
                problems.add(place, f"lists {name} again; it is on line {lines[name]:,} already", file)
                continue
            lines[name] = reader.line_num
            if known.get(supports) is None:  # a wrong one is read again, so that every row that has it is named
                known[supports] = known_supports(supports.split(), place, index, external, problems, file)
            found = known[supports]
            if found is None:
                continue
            if len(listing) == MOST_SERVERS:
                problems.add(place, f"is server {MOST_SERVERS + 1:,}; at most {MOST_SERVERS:,} are read", file)
                break
            listing.add(name, (zone, cell, rack), found, states[state])
            if len(listing) % TOLD_EVERY == 0:
                tell(f"Read {len(listing):,} servers")
    except csv.Error as error:
        problems.add(f"line {reader.line_num:,}", f"is not CSV: {error}", file)
    return listing
