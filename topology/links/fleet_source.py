"""A fleet source: which servers there are, where, in which state; and, for one that acts, taking them out and giving them back.

A live region is made of parts (description, fleet source, ledger, graph source); this is what each kind of fleet source
implements, and all that is known of it above. It holds no floor and no journal, and judges nothing but what it is given.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from topology.fleet.reasons.anew import WhyAnew
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import Freshness
from topology.fleet.unheard import UnheardRack
from topology.refusals.refusal import Refusal
from topology.region.learnt import Budget
from topology.region.region import Region

WaveId = str
"""Names one wave for good: `EXECUTION.NUMBER`. The same id is done once."""
Cursor = str
"""Opaque mark of a source's state, to go on from; what is shown to people is a count of our own."""
RackPlace = tuple[str, str, str]
"""Zone, cell and rack; an empty text where the source knows none."""
Supports = tuple[tuple[str, int], ...]
"""What a server supports, as (subsystem, units), in order of the subsystems' names."""


class Answer(StrEnum):
    """What became of one server of a wave."""

    DONE = "done"
    """It is accepted as leaving (or came back); it may still be draining."""
    REFUSED = "refused"
    """Nothing happened to it."""
    TOO_SOON = "too_soon"
    """Nothing happened to it; the same may be asked again later."""
    UNKNOWN = "unknown"
    """The source cannot tell yet; ask `found`."""
    RETURNED = "returned"
    """It was draining when the execution was stopped, and went back into service."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the system says we are; *authenticated* by *how* (a token, a certificate), or else only as named on this machine."""

    name: str
    how: str
    authenticated: bool = False


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a source can do. Each default is the careful value: what a source does not say, it cannot."""

    atomic_waves: bool = False
    """It judges the floors it is given and takes the whole wave, or none of it, in one step."""
    largest_wave: int = 0
    """It takes no more servers in one step; 0 where it says no number."""
    restores_by_name: bool = False
    stops_mid_wave: bool = False
    """What is still draining at a stop can be given back."""
    returns_load: bool = False
    """What ran on a server comes back with it."""
    moves_load: bool = False
    """What runs on a server goes to others by itself: what servers support changes all the time, and no plan rests on that."""
    remembers_waves: bool = False
    """`found` can tell what became of a wave, also after a restart of the source."""
    shows_within_s: float = 0.0
    """What it did shows in the states it gives so soon; 0 when that is not known. Longer, and it was never asked."""
    simulated: bool = False
    rewinds: bool = False
    """Its clock may be set back (a replay)."""
    only_looks: WhyLooks | None = None
    """Why who we are there may only look; None where we may act."""
    others_act: str = ""
    """Who can act beside us although no ledger of ours sees it, in words that end a sentence; empty for nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The whole fleet at one moment, in columns of N servers, in an order of the source's own.

    *rack* and *profile* are positions in *racks* and *profiles*; *states* are `ServerState`s. *time* is the source's own, in
    seconds since 1970 UTC. *budgets* are floors that the source itself states, by subsystem, with the name it gives them.
    """

    cursor: Cursor
    time: float
    names: Sequence[str]
    racks: tuple[RackPlace, ...]
    profiles: tuple[Supports, ...]
    rack: NDArray[np.int32]
    profile: NDArray[np.int32]
    states: NDArray[np.uint8]
    addresses: tuple[str, ...] = ()
    """Where each server can be reached, for places by address range; empty where the source knows none."""
    budgets: tuple[Budget, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    """Who was seen to send to which subsystem, in the source's words: shown, and never taken for a need of anybody's."""
    unheard: tuple[UnheardRack, ...] = ()
    """Racks whose agent is gone, which nobody acknowledged."""
    wanted: tuple[tuple[str, int], ...] = ()
    """Units that a subsystem is meant to have, where the source says so: then that is declared, and not what is listed."""
    region: Region | None = None
    """The region as it is described, where that description lists these very servers; then none is put together."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server as a fact: that it joined, or what it is now that it was moved or its set changed."""

    name: str
    place: RackPlace
    supports: Supports
    state: int
    address: str = ""


def _nobody() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


def _nothing() -> NDArray[np.uint8]:
    return np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Facts since a cursor, in the order they happened. Without any they only say that the source is alive.

    *servers* are positions: those of the last `Facts`, and after them every server that joined since, in order of joining;
    the position of one that is gone stays empty. *states* are their new states, the last word on a server wins. *wave* is the
    act that caused it, with its *actor*; an actor without a wave acted beside us.
    """

    cursor: Cursor
    time: float
    servers: NDArray[np.int32]
    states: NDArray[np.uint8]
    joined: tuple[Server, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[tuple[int, Server], ...] = ()
    wave: WaveId | None = None
    actor: str | None = None
    unheard: tuple[UnheardRack, ...] | None = None
    """All racks whose agent is gone, where that changed."""


@dataclass(frozen=True, slots=True)
class ScopeFloor:
    """A floor (or a ceiling) that a wave touches: subsystem, scope (`region`, `zone:az1`, `cell:az1/c1`), units."""

    subsystem: str
    scope: str
    units: int


@dataclass(frozen=True, slots=True)
class Floors:
    """What an act is judged by, for every scope it touches."""

    floors: tuple[ScopeFloor, ...] = ()
    ceilings: tuple[ScopeFloor, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceWave:
    """Some servers of a confirmed plan, to go (or come back) together. *supports* are in the order of *servers*, as planned."""

    id: WaveId
    execution: str
    operator: str
    servers: tuple[str, ...]
    supports: tuple[Supports, ...]
    deadline_s: float = 10.0
    undo: bool = False
    planned: tuple[str, ...] = ()
    """All servers that its execution takes, this wave's too, for a source that prepares them together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a source did. *answers* are (server, answer) in the wave's order; *retry_after_s* belongs to `TOO_SOON`."""

    wave: WaveId
    answers: tuple[tuple[str, Answer], ...]
    refusals: tuple[Refusal, ...] = ()
    retry_after_s: float | None = None

    def servers(self, answer: Answer) -> tuple[str, ...]:
        """Give the servers with this answer, in order."""
        return tuple(name for name, given in self.answers if given is answer)


class ResyncNeeded(Exception):  # noqa: N818 - not a failure: a fact about the stream
    """The stream of changes cannot be gone on with; read anew. *why* is None where there is nothing to say."""

    def __init__(self, why: WhyAnew | None) -> None:
        super().__init__(why)
        self.why = why


class FleetReader(Protocol):
    """A source that can be looked at. Every method may be slow, or fail with `LinkError`; none may block the event loop."""

    identity: Identity
    region: str
    """A stable id of what is operated: two descriptions of one source, or another source behind one address, are told by it."""
    abilities: Abilities
    heartbeat_s: float
    """At least this often `changes` gives something, if only that it is alive."""

    async def read(self) -> Facts:
        """Read the whole fleet."""

    def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Give what changed after a cursor, then wait for more.

        Raises:
            ResyncNeeded: read again.
        """

    async def aclose(self) -> None:
        """Let go of processes, sockets, files and tasks."""


class FleetActor(FleetReader, Protocol):
    """A source that acts. Only the operating desk of a live, trusted, writable region ever holds one."""

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Take a wave out of service; a source with `atomic_waves` judges *floors* again and does all of it or none."""

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Put a wave back into service."""

    async def stop(self, execution: str) -> Taken:
        """Let no further server of an execution leave; those still draining go back: answers are `RETURNED` or `UNKNOWN`."""

    async def resume(self, execution: str) -> None:
        """Take a stop back (a pause ends)."""

    async def found(self, wave: WaveId, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave; None when the source never heard of it. With *abandon* the id is burnt then."""


@runtime_checkable
class LetsGo(Protocol):
    """A source that prepares all servers of an execution before their turn, and has to hear of its end."""

    async def let_go(self, execution: str) -> None:
        """Give up what was prepared for an execution that is over, and never had its turn."""


@runtime_checkable
class GoesOn(Protocol):
    """A source that works on after its answer, in this program, and has to hear who carries an execution on."""

    async def go_on(self, execution: str) -> None:
        """Go on with what another program left undone of an execution."""


@runtime_checkable
class NearSource(Protocol):
    """A source that lives in this very program, by the region's own clock: what it knows is here at once, and its age is told.

    It tells whose act each change is, and where the act is nobody's.
    """

    async def catch_up(self, *, anew: bool) -> None:
        """Let the source take in what others did, up to now; *anew* looks at everything again, which makes it newer.

        Raises:
            LinkError: what others did cannot be read; with *anew* that shows as silence instead.
        """

    def since(self, after: Cursor) -> Sequence[Changes]:
        """Give every change after a cursor; never waits.

        Raises:
            ResyncNeeded: read again.
        """

    async def news(self) -> None:
        """Wait until something may have changed, for a heartbeat at most."""

    def freshness(self) -> Freshness:
        """Say how old the newest fact is; never waits."""
