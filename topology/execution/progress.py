"""The words between an execution and its owner: what to do next, what came of it, and how far it is."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Phase(StrEnum):
    """Where an execution is; the last three are ends."""

    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    HALTED = "halted"
    FINISHED = "finished"

    @property
    def is_end(self) -> bool:
        """Whether nothing more will be sent."""
        return self in (Phase.STOPPED, Phase.HALTED, Phase.FINISHED)


class ServerOutcome(StrEnum):
    """What became of one server of the plan, as far as is known."""

    LEFT = "left"
    """Not sent."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Sent, and the link did not say."""
    DONE = "done"
    """The link did it; it may still be draining, or joining."""
    REFUSED = "refused"
    RETURNED = "returned"
    """It left and went back, or an undo found it in service already."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a wave to the link now."""

    number: int
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Query the link what became of a wave."""

    number: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Tell the link that the execution was stopped, so that what is draining goes back."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing before there are new facts, or it is *until* (the link's time).

    *turn* is that time of day as text where the next wave goes then, and *reason* what is the matter without it.
    """

    until: float | None
    why: str
    turn: str = field(default="", compare=False)
    reason: str = field(default="", compare=False)

    @classmethod
    def for_turn(cls, until: float, turn: str, reason: str) -> "Wait":
        """Wait for the turn of the next wave."""
        return cls(until, f"next wave at {turn}: {reason}", turn, reason)


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over, for the reason *why*."""

    phase: Phase
    why: str


Step = Send | Query | Cancel | Wait | Ended
WaveState = Literal["planned", "sent", "moving", "done"]


@dataclass(frozen=True, slots=True)
class WaveResult:
    """What the link said of a wave, server by server, with sentences for refusals.

    Those that were *too_soon* may be sent again from *not_before* on, the link's time.
    """

    done: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    too_soon: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    not_before: float | None = None


@dataclass(frozen=True, slots=True)
class WaveProgress:
    """One wave: *moving* servers are draining, or joining in a restore."""

    number: int
    total: int
    done: int
    moving: int
    state: WaveState


@dataclass(frozen=True, slots=True)
class Progress:
    """An execution as a screen shows it. Counts are servers; times are the link's, in seconds since 1970 UTC."""

    execution: str
    entry: int | None
    """The journal's number of the intent."""
    command: str
    operator: str
    action: Literal["remove", "restore"]
    undo: bool
    phase: Phase
    wave: int
    """The last wave sent, from 1; 0 before the first."""
    waves: tuple[WaveProgress, ...]
    total: int
    done: int
    """Finished: removed, or back in service."""
    moving: int
    left: int
    """Never sent."""
    returned: int
    refused: int
    unknown: int
    sentence: str
    """Why it waits, or how it ended."""
    started: float
    next_at: float | None
    reason: str = ""
    """*sentence* without the word for its phase and the time of the next wave, for a screen that says them itself."""
    turn: str = ""
    """The time of day of the next wave, where it waits for that; else empty."""

    @property
    def servers_out(self) -> int:
        """Servers that left service by it (or came back by a restore)."""
        return self.done + self.moving
