"""What a ledger holds, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from topology.execution.journal_entries import JournalHead
from topology.fleet.lowered import GuardedBy, GuardNumber, LedgerDoubt, NumberLowered
from topology.records.ledger.colleagues import KeptApproval, Presence
from topology.region.errors import LinkError

__all__ = [
    "Commit",
    "CommitAnswer",
    "HeldFloors",
    "JournalHead",
    "KeptApproval",
    "KeptExecution",
    "KeptWave",
    "LeaseHeldError",
    "LedgerError",
    "LedgerLease",
    "LedgerState",
    "PaceEntry",
    "Presence",
    "Reservation",
    "ScopeUnits",
    "StopKey",
    "WaveKind",
    "merged",
]


class LedgerError(LinkError):
    """The ledger could not be read or written: one sentence with what was tried, why not, and what to do."""


class LeaseHeldError(LedgerError):
    """Somebody carries the execution out right now; the sentence names who."""


class WaveKind(StrEnum):
    """What a wave does."""

    TAKE = "take"
    GIVE_BACK = "give_back"


@dataclass(frozen=True, slots=True, order=True)
class ScopeUnits:
    """Units of a subsystem in a scope (`region`, `zone:az1`, `cell:az1/c1`)."""

    subsystem: str
    scope: str
    units: int


@dataclass(frozen=True, slots=True)
class Waived:
    """What operators acknowledged to be guarded by less: it stays so, though a description that is stricter is still in use.

    *floors* are those that were lowered, each by its number: one in between was stated by nobody then, and holds. *guards* name the
    descriptions (by their digests) in whose place another came.
    """

    floors: tuple[ScopeUnits, ...] = ()
    guards: tuple[str, ...] = ()


_MOST_WAIVED, _MOST_LOWERED = 20, 5_000


@dataclass(frozen=True, slots=True)
class HeldFloors:
    """The floors that hold for everybody who acts through this ledger, and what else the accepted description guards with.

    *revision* rises when they change. *guards* is for the one who opened it, the ledger only keeps it.
    """

    revision: int = 0
    floors: tuple[ScopeUnits, ...] = ()
    guards: bytes = b""
    waived: Waived = Waived()

    def raised_by(self, own: Sequence[ScopeUnits]) -> tuple[ScopeUnits, ...]:
        """Give the stricter of these and *own*; one that was acknowledged as too strict holds no more."""
        waived = set(self.waived.floors)
        return merged(self.floors, [floor for floor in own if floor not in waived])

    def waived_for(self, floors: Sequence[ScopeUnits], over: str) -> Waived:
        """Give what is waived once *floors* are acknowledged, in the place of the description with the digest *over*."""
        now = {(floor.subsystem, floor.scope): floor.units for floor in floors}
        before = dict.fromkeys((*self.waived.floors, *self.floors))
        above = tuple(floor for floor in before if floor.units > now.get((floor.subsystem, floor.scope), 0))
        guards = tuple(dict.fromkeys((*self.waived.guards, over))) if over else self.waived.guards
        return Waived(above[-_MOST_LOWERED:], guards[-_MOST_WAIVED:])

    def lowered_by(self, own: Sequence[ScopeUnits]) -> tuple[NumberLowered, ...]:
        """Give each floor that *own* floors guard less than: there these hold, until it is acknowledged."""
        stated = {(floor.subsystem, floor.scope): floor.units for floor in own}
        return tuple(
            NumberLowered(_floor(held), held.units, stated.get((held.subsystem, held.scope)))
            for held in self.floors
            if stated.get((held.subsystem, held.scope), 0) < held.units
        )


def _floor(held: ScopeUnits) -> GuardNumber:
    return GuardNumber(GuardedBy.FLOOR, held.subsystem, "" if held.scope == "region" else str(held.scope))


@dataclass(frozen=True, slots=True)
class KeptExecution:
    """An execution: the digest of its plan, the command, its number and who carries it out. *outcome* is empty while it runs."""

    id: str
    plan: str
    command: str
    number: int
    owner: str
    started: float = 0.0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLease:
    """The right to send waves of an execution. *token* is another for each holder: an older one is worth nothing."""

    execution: str
    owner: str
    token: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """Servers of a wave of which it is not known yet whether they left: their units count as gone already."""

    wave: str
    execution: str
    servers: tuple[str, ...]
    units: tuple[ScopeUnits, ...]


@dataclass(frozen=True, slots=True)
class PaceEntry:
    """Servers that left by one wave: an entry that lives for *window_s*, and for *remaining_s* still."""

    wave: str
    execution: str
    window_s: float
    servers: int
    by_subsystem: tuple[tuple[str, int], ...]
    remaining_s: float
    names: tuple[str, ...] = ()
    """Which servers, where the ledger keeps them with the entry; else the wave says it."""

    def of(self, subsystem: str) -> int:
        """Count the servers that supported a subsystem."""
        return dict(self.by_subsystem).get(subsystem, 0)


@dataclass(frozen=True, slots=True)
class KeptWave:
    """A wave as the ledger knows it. Without *answers* it is only intended: whether it was sent is not known.

    *answers* are (server, word), each word as the source gave it: done, refused, too_soon, unknown or returned. A *burnt*
    wave never happened and never will; a wave of which nothing was done may be sent again.
    """

    id: str
    execution: str
    kind: WaveKind
    operator: str
    servers: tuple[str, ...]
    time: float
    undo: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()
    burnt: bool = False

    @property
    def nothing_done(self) -> bool:
        """Whether every answer says that nothing happened."""
        return bool(self.answers) and all(word in _NOTHING for _, word in self.answers)


_NOTHING = ("refused", "too_soon")


@dataclass(frozen=True, slots=True)
class StopKey:
    """Nothing more of *execution* is sent by anyone."""

    execution: str
    operator: str
    time: float


@dataclass(frozen=True, slots=True)
class Commit:
    """A wave about to be sent, and what its judgement rested on.

    *reservations* and *floors* are the revisions read before the source was. *supports* names for
    each server, in order, the subsystems it supports; for each of *windows* (seconds) their leaving counts that long. A wave that
    gives back has no units and no windows. Without *supports* it rests on every reservation there is.
    """

    lease: LedgerLease
    wave: str
    kind: WaveKind
    operator: str
    servers: tuple[str, ...]
    reservations: int
    floors: int
    units: tuple[ScopeUnits, ...] = ()
    supports: tuple[tuple[str, ...], ...] = ()
    windows: tuple[float, ...] = ()
    undo: bool = False
    approvals: tuple[tuple[int, int], ...] = ()
    """The approvals that it rests on, (number, version): each must live, as it was judged, and be of this execution."""
    leaving: tuple[int, ...] = ()
    """As the `LedgerState` had it by which it was judged."""
    room: int | None = 0
    """So many more servers of others may leave without any window of the whole region being exceeded; None: none counts here."""
    judged: tuple[tuple[str, str], ...] = ()
    """What every server of the wave was told, (server, word), also those that are not sent; *refusals* say why those are not."""
    refusals: tuple[tuple[str, str], ...] = ()


class CommitAnswer(StrEnum):
    """Whether the wave may be sent now, or why not; only after `COMMITTED` is anything in the ledger."""

    COMMITTED = "committed"
    RESERVATIONS_CHANGED = "reservations_changed"
    """Others reserved or settled since: read again, judge again."""
    FLOORS_CHANGED = "floors_changed"
    STOPPED = "stopped"
    LEASE_LOST = "lease_lost"
    CLOCK_LEAPT = "clock_leapt"
    """Nothing leaves until somebody acknowledged it; giving back is not held up."""
    RESTORED = "restored"
    """The ledger was put back from a copy: nothing leaves until somebody acknowledged that."""
    APPROVAL_CHANGED = "approval_changed"
    """An approval was withdrawn, ran out or changed since it was read: nothing more leaves by it."""
    KNOWN = "known"
    """The id is in use: ask `wave` what became of it. Never send it again blindly."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """All that an act is judged by, read in one step."""

    region: str
    revision: int
    """Rises with every change."""
    reservations_revision: int
    floors: HeldFloors
    declared: tuple[ScopeUnits, ...]
    """The largest number listed for each scope since the last acknowledgement."""
    executions: tuple[KeptExecution, ...]
    """Those that have no outcome, oldest first."""
    leases: tuple[LedgerLease, ...]
    """Those that somebody holds right now."""
    stops: tuple[StopKey, ...]
    reservations: tuple[Reservation, ...]
    unanswered: tuple[KeptWave, ...]
    """Waves that are intended and have no answer, oldest first."""
    departures: tuple[PaceEntry, ...]
    """Living entries alone, oldest first."""
    time: float
    """The ledger's own, seconds since 1970 UTC; never runs backwards."""
    presences: tuple[Presence, ...] = ()
    """Who is there now, by the ledger's own expiry."""
    approvals: tuple[KeptApproval, ...] = ()
    """The last requests for an approval, oldest first, whatever became of them."""
    reserving: tuple[KeptWave | None, ...] = ()
    """The wave of each of the *reservations*, in their order."""
    leaving: tuple[int, ...] = ()
    """How many waves of each size were written so far, where the ledger counts that: see `Commit.leaving`."""
    doubts: tuple[LedgerDoubt, ...] = ()
    """Why nothing may be done until it is acknowledged."""

    def approval(self, number: int) -> KeptApproval | None:
        """Give a request by its number, if it is one of the last."""
        return next((one for one in self.approvals if one.number == number), None)

    def is_stopped(self, execution: str) -> bool:
        """Whether somebody stopped an execution."""
        return any(stop.execution == execution for stop in self.stops)


def merged(one: Sequence[ScopeUnits], other: Sequence[ScopeUnits]) -> tuple[ScopeUnits, ...]:
    """Give the larger of each scope of both, in order."""
    largest: dict[tuple[str, str], int] = {}
    for scope in (*one, *other):
        place = (scope.subsystem, scope.scope)
        largest[place] = max(scope.units, largest.get(place, scope.units))
    return tuple(ScopeUnits(*place, units) for place, units in sorted(largest.items()))
