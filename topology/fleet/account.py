"""What is known of a node besides its counters: what an account says that it serves, and how its restart stands."""

from dataclasses import dataclass
from typing import Literal

RestartPhase = Literal["stopped", "waiting", "checking", "rejoining", "recorded", "leaving"]


@dataclass(frozen=True, slots=True)
class RestartStanding:
    """How the restart of *subsystem* stands: its *phase*, what it *waits_for*, and what it has *left*, in servers.

    *until* is when the phase ends and *ends* when everything is back, both by the model, in seconds since 1970 UTC; None where
    nobody can know. `recorded` is one that an account tells of, or that began before the trainee took over.
    """

    subsystem: str
    phase: RestartPhase
    waits_for: tuple[str, ...] = ()
    left: int = 0
    until: float | None = None
    ends: float | None = None


@dataclass(frozen=True, slots=True)
class NodeAccount:
    """What somebody says of a node, in place of what floors and needs say.

    *standing* is empty where nothing is said: `partial` serves some operations, those in *serves* or all but the *lost* ones.
    *restart* is how its restart stands, None where there is none.
    """

    standing: Literal["", "holds", "partial", "impacted"] = ""
    serves: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    restart: RestartStanding | None = None
