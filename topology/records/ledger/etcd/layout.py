"""How a ledger lies in etcd: its keys, all under one prefix, and what their values hold.

Everything that an act is judged by is small and read in one transaction; what only grows (waves that were answered, executions
that ended) lies under keys of its own. A value is JSON, packed where it may be big.
"""

import zlib
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from topology.records.ledger.values import KeptExecution, KeptWave, LedgerError, Reservation, ScopeUnits, Waived

FORMAT = 1
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """The keys of who is there and of approvals, under a *prefix* that ends with a slash."""

    prefix: str

    def session(self, session: str = "") -> str:
        """A console that has the ledger open; it goes when the console does."""
        return f"{self.prefix}sessions/{session}"

    def presence(self, session: str = "") -> str:
        """Who sits at a console and what is previewed there."""
        return f"{self.prefix}presences/{session}"

    def word(self, mark: str = "") -> str:
        """What a console told the others."""
        return f"{self.prefix}words/{mark}"

    @property
    def approvals_made(self) -> str:
        """How many approvals were asked for so far."""
        return f"{self.prefix}approvals-made"

    def approval(self, number: int | None = None) -> str:
        """A request for an approval; how often it was written is its version."""
        return f"{self.prefix}approvals/" + ("" if number is None else f"{number:010}")

    def approval_plan(self, number: int | None = None) -> str:
        """The plan that a request is about."""
        return f"{self.prefix}approval-plans/" + ("" if number is None else f"{number:010}")

    def approval_life(self, number: int | None = None) -> str:
        """Is there for as long as an approval lives."""
        return f"{self.prefix}approval-lives/" + ("" if number is None else f"{number:010}")


@dataclass(frozen=True, slots=True)
class LedgerKeys(PeopleKeys):
    """All keys."""

    @property
    def meta(self) -> str:
        """Format and region."""
        return f"{self.prefix}meta"

    @property
    def floors(self) -> str:
        """The floors that hold; when this was last written is their revision."""
        return f"{self.prefix}floors"

    @property
    def guards(self) -> str:
        """What else the accepted description guards with, as whoever opened the ledger wrote it."""
        return f"{self.prefix}guards"

    @property
    def declared(self) -> str:
        """The largest numbers listed."""
        return f"{self.prefix}declared"

    def turn(self, subsystem: str = "") -> str:
        """Written with every wave that touches a subsystem: who judged one of it before it was written judges again."""
        return f"{self.prefix}turns/{subsystem}"

    def leaving(self, size: int | None = None) -> str:
        """Written with every wave of a size: see `pace_room`."""
        return f"{self.prefix}leaving/" + ("" if size is None else f"{size:02}")

    @property
    def time(self) -> str:
        """How late it is, as some console wrote down a moment ago."""
        return f"{self.prefix}time"

    @property
    def doubt(self) -> str:
        """Why nothing may leave until somebody acknowledged it; an administrator writes it who put a snapshot back."""
        return f"{self.prefix}doubt"

    def running(self, execution: str = "") -> str:
        """An execution without an end."""
        return f"{self.prefix}running/{execution}"

    def ended(self, execution: str) -> str:
        """An execution that ended."""
        return f"{self.prefix}ended/{execution}"

    def planned(self, execution: str, part: int | None = None) -> str:
        """What an execution is about, in as many parts as it takes: a value may not be bigger than a request."""
        return f"{self.prefix}planned/{execution}/" + ("" if part is None else f"{part:04}")

    def lease(self, execution: str = "") -> str:
        """Who carries an execution out; it goes when their console does."""
        return f"{self.prefix}leases/{execution}"

    def stop(self, execution: str = "") -> str:
        """That an execution was stopped."""
        return f"{self.prefix}stops/{execution}"

    def wave(self, wave: str = "") -> str:
        """A wave, from its intent on."""
        return f"{self.prefix}waves/{wave}"

    def unanswered(self, wave: str = "") -> str:
        """A wave without an answer, once more."""
        return f"{self.prefix}unanswered/{wave}"

    def reservation(self, wave: str = "") -> str:
        """Servers of which it is not known yet whether they left."""
        return f"{self.prefix}reservations/{wave}"

    def departures(self, wave: str = "") -> str:
        """What a wave counts for the pace, a key for each window; with its answer it gets a lease of the window's length."""
        return f"{self.prefix}departures/{wave}/" if wave else f"{self.prefix}departures/"

    def taken(self, wave: str = "") -> str:
        """The servers that a wave took and that were not given back."""
        return f"{self.prefix}taken/{wave}"

    def acknowledgement(self, seen: int | None = None) -> str:
        """That the floors of a revision were replaced, by whom and by which."""
        return f"{self.prefix}acknowledgements/" + ("" if seen is None else f"{seen:020}")

    def head(self, journal: str) -> str:
        """The head of a journal."""
        return f"{self.prefix}heads/{journal}"


@dataclass(frozen=True, slots=True)
class Meta:
    """Whose ledger it is."""

    format: int
    region: str


@dataclass(frozen=True, slots=True)
class StoredLease:
    """Who carries an execution out. *mark* is another for each attempt to write it, so that one's own is known again."""

    owner: str
    mark: str


@dataclass(frozen=True, slots=True)
class StoredExecution:
    """An execution, with the mark of the attempt that wrote it, and when it *ended* by the ledger's time; 0 while it runs."""

    execution: KeptExecution
    mark: str
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredWave:
    """A wave, what each of its servers supported, and the mark of the attempt that wrote it."""

    wave: KeptWave
    supports: tuple[tuple[str, ...], ...]
    mark: str


@dataclass(frozen=True, slots=True)
class StoredFloors:
    """The floors that hold, and what was waived for them."""

    floors: tuple[ScopeUnits, ...]
    waived: Waived


@dataclass(frozen=True, slots=True)
class StoredReservation:
    """A reservation, with its wave as it was written last."""

    reservation: Reservation
    wave: KeptWave


@dataclass(frozen=True, slots=True)
class StoredDeparture:
    """Servers that leave by a wave, or left, as they count in one window."""

    wave: str
    execution: str
    window_s: float
    servers: tuple[str, ...]
    by_subsystem: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StoredAcknowledgement:
    """Who let which floors and declared numbers hold, and when."""

    time: float
    operator: str
    floors: tuple[ScopeUnits, ...]
    declared: tuple[ScopeUnits, ...]
    mark: str


def packed(value: object) -> bytes:
    """Write a value; what may be big is made small."""
    data = msgspec.json.encode(value)
    return data if len(data) < 1_000 else zlib.compress(data, 1)


def unpacked(data: bytes, kind: type[_Value], key: str) -> _Value:
    """Read a value.

    Raises:
        LedgerError: it is not what this version writes there.
    """
    try:
        return msgspec.json.decode(zlib.decompress(data) if data[:1] == b"\x78" else data, type=kind)
    except (msgspec.MsgspecError, zlib.error) as error:
        raise LedgerError(
            f"the ledger's key {key} holds what no ledger writes ({error}); nothing was done; put a snapshot back"
        ) from error
