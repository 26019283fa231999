"""What was last known of a live region, kept in a file beside its ledger: shown, with its date, while the source does not answer.

Nothing is ever judged by it: as long as nothing newer is known every plan is unknown and every act refused.
"""

import asyncio
import gzip
import logging
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from topology.fleet.state import State
from topology.links.fleet_source import Facts
from topology.records.files import whole_file
from topology.region.region import Region

FILE = "last-known.jsonl.gz"
FORMAT = 1
KEEP_EACH_S = 30.0
"""Seconds between two keepings of what changed, at least."""
AT_LEAST_EACH_S = 300.0
"""Seconds after which it is kept again although nothing changed, so that its date is right."""
_A_LINE = 10_000
_WRONG = (OSError, EOFError, ValueError, zlib.error, msgspec.MsgspecError, RecursionError)
"""What reading a damaged file raises."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class KeptFacts:
    """The fleet of *region*, as it was at *time* (our clock, seconds since 1970 UTC)."""

    region: str
    time: float
    facts: Facts


class _Head(msgspec.Struct):
    format: int
    source: str
    region: str
    time: float
    racks: list[tuple[str, str, str]]
    profiles: list[list[tuple[str, int]]]
    servers: int


class _Servers(msgspec.Struct):
    names: list[str]
    rack: list[int]
    profile: list[int]
    state: list[int]


class LastKnown:
    """The file at *path*; what it holds of another *source* than this is nothing."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source

    def keep(self, kept: KeptFacts) -> None:
        """Write the file whole; one that cannot be written is missed the next time, and no more than that."""
        try:
            with (
                whole_file(self._path, durable=False) as file,
                gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed,
            ):
                self._write(cast("BinaryIO", packed), kept)
        except OSError as error:
            _log.warning("%s: what is known of the region could not be kept: %s", self._path, error.strerror or error)

    def recall(self) -> KeptFacts | None:
        """Give what was kept of this source; None where nothing was, or not all of it can be read."""
        try:
            with gzip.open(self._path) as file:
                return self._read(cast("BinaryIO", file))
        except FileNotFoundError:
            return None
        except _WRONG as error:
            _log.warning("%s: what was kept of the region cannot be read, and is not shown: %s", self._path, error)
            return None

    def _write(self, file: BinaryIO, kept: KeptFacts) -> None:
        facts = kept.facts
        profiles = [list(supports) for supports in facts.profiles]
        head = _Head(FORMAT, self._source, kept.region, kept.time, list(facts.racks), profiles, len(facts.names))
        file.write(msgspec.json.encode(head) + b"\n")
        # In lines: a million servers at once would hold up everything else in the program.
        for at in range(0, len(facts.names), _A_LINE):
            part = slice(at, at + _A_LINE)
            columns = (column[part].tolist() for column in (facts.rack, facts.profile, facts.states))
            file.write(msgspec.json.encode(_Servers(list(facts.names[part]), *columns)) + b"\n")

    def _read(self, file: BinaryIO) -> KeptFacts | None:
        head = msgspec.json.decode(file.readline(), type=_Head)
        if head.format != FORMAT or head.source != self._source:
            return None
        names: list[str] = []
        columns: tuple[list[int], list[int], list[int]] = ([], [], [])
        for line in file:
            part = msgspec.json.decode(line, type=_Servers)
            names += part.names
            for whole, some in zip(columns, (part.rack, part.profile, part.state), strict=True):
                whole += some
        if {head.servers} != {len(names), *map(len, columns)}:
            raise ValueError("it is not whole")
        facts = Facts(
            "",
            head.time,
            tuple(names),
            tuple(head.racks),
            tuple(tuple(supports) for supports in head.profiles),
            np.array(columns[0], np.int32),
            np.array(columns[1], np.int32),
            np.array(columns[2], np.uint8),
        )
        return KeptFacts(head.region, head.time, facts)


class Keeping:
    """Keeps what is known every now and then: soon after it changed, and seldom while it does not."""

    def __init__(self, file: LastKnown | None) -> None:
        self._file = file
        self._kept: tuple[object, float] = (None, 0.0)
        """What was kept last, by revision, and of when it was."""

    async def recall(self) -> KeptFacts | None:
        """Give what was kept; None where there is nothing."""
        return None if self._file is None else await asyncio.to_thread(self._file.recall)

    async def look(self, region: str, state: State, heard: float, *, last: bool = False) -> None:
        """Keep a *state*, confirmed at *heard*, where the one kept is old by now; the *last* one in any case."""
        kept, since = self._kept
        pause = KEEP_EACH_S if kept != state.revision else AT_LEAST_EACH_S
        if self._file is None or heard == since or (heard - since < pause and not last):
            return
        self._kept = state.revision, heard
        # A copy, for facts go on arriving; the roster of a region is never changed.
        states = state.fleet.state.copy()
        await asyncio.to_thread(_keep, self._file, region, state.region, states, heard)


def _keep(file: LastKnown, id_of_region: str, region: Region, states: NDArray[np.uint8], heard: float) -> None:
    file.keep(KeptFacts(id_of_region, heard, known_of(region, states, heard)))


def known_of(region: Region, states: NDArray[np.uint8], time: float) -> Facts:
    """Give what is known of a region as its source would have listed it; servers that are gone are not in it."""
    roster, subsystems = region.roster, region.subsystems
    at = np.array([position for position, name in enumerate(roster.names) if name], np.int64)
    names = roster.names if len(at) == len(roster.names) else tuple(roster.names[one] for one in at.tolist())
    profiles = tuple(
        tuple((subsystems[number].match or subsystems[number].name, units) for number, units in profile)
        for profile in roster.profiles
    )
    return Facts("", time, names, roster.racks, profiles, roster.rack[at], roster.profile[at], states[at])


def nothing_known(time: float) -> Facts:
    """Give the facts of a fleet of which nothing is known."""
    none = np.zeros(0, np.int32)
    return Facts("", time, (), (), (), none, none, np.zeros(0, np.uint8))
