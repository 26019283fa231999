"""The one protocol behind which a live region stands. Nothing above knows which link it has."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.state import Freshness, State

OperationId = str
"""Names one wave for good: `EXECUTION.NUMBER`. The same id is done once."""


class Answer(StrEnum):
    """What became of one server of a wave."""

    DONE = "done"
    """It left service (or came back); it may still be draining."""
    REFUSED = "refused"
    """Nothing happened to it."""
    UNKNOWN = "unknown"
    """The link cannot tell yet; ask `outcome`."""
    RETURNED = "returned"
    """It was draining when the execution was stopped, and went back into service."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Some servers of a confirmed plan, to go (or come back) together.

    *execution* names the execution, *number* the wave in it, from 1. *servers* are names. *supports* are the supported
    subsystems of each server, in order, as the plan saw them: a server that supports another set now is refused. *versions*
    are the rack versions the wave rests on, as (zone/cell/rack, version): for links that cannot judge and act in one step.
    *pace_per_minute* is the command's own pace, or None.
    """

    execution: str
    number: int
    operator: str
    servers: tuple[str, ...]
    supports: tuple[tuple[str, ...], ...]
    versions: tuple[tuple[str, int], ...] = ()
    pace_per_minute: int | None = None
    undo: bool = False
    """Whether this restore undoes a removal: then only a server that cannot come back is refused."""

    @property
    def operation(self) -> OperationId:
        """The id under which the wave is done once."""
        return f"{self.execution}.{self.number}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the link did not do it: the code of a finding, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class WaveOutcome:
    """What the link did. *answers* are (server, answer) in the wave's order.

    *not_before* is set when it is only too soon, which is not a refusal: the link's time from which the same wave may be
    sent again.
    """

    operation: OperationId
    answers: tuple[tuple[str, Answer], ...]
    refusals: tuple[Refusal, ...] = ()
    not_before: float | None = None

    def servers(self, answer: Answer) -> tuple[str, ...]:
        """Give the servers with this answer, in order."""
        return tuple(name for name, given in self.answers if given is answer)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a link can do: whole waves in one step, restores by name, giving back servers that are still draining.

    *simulated* is whether nothing real is behind it, *rewinds* whether its clock may be set back.
    """

    atomic_waves: bool = True
    restores_by_name: bool = True
    stops_mid_wave: bool = True
    simulated: bool = False
    rewinds: bool = False


class RegionLink(Protocol):
    """A live region. All methods may be slow or fail with `LinkError`; none may block the event loop."""

    name: str
    """How the region was addressed, such as `sim:s3-us-east-1`."""
    abilities: Abilities

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is."""

    def now(self) -> float:
        """The link's time, seconds since 1970 UTC; never runs backwards, unless the link *rewinds*."""

    async def load(self) -> State:
        """Read the whole region: a state of its own, for the caller to keep and to fold events into."""

    def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more.

        A batch with no servers says that the source is alive; it keeps the revision, for nothing changed.

        Raises:
            DescriptionChangedError: the region was described anew; load again.
        """

    async def remove(self, wave: Wave) -> WaveOutcome:
        """Judge the whole wave (floors, pace, freshness, membership) and take all of it out of service, or none."""

    async def restore(self, wave: Wave) -> WaveOutcome:
        """Judge the whole wave and put all of it back into service, or none; an undo leaves out only what cannot come back."""

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when the region never heard of it (then it did not happen)."""

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; those still draining go back. Gives the names that went back."""

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back (a pause ends)."""

    async def acknowledge(self, operator: str) -> None:
        """Accept a description that lowers a floor or a declared number."""

    async def keep_head(self, head: JournalHead) -> None:
        """Keep the journal's head beside the region."""

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""

    async def aclose(self) -> None:
        """Let go of files and tasks."""


class DescriptionChangedError(Exception):
    """The description was read anew: the caller loads again."""


class RewoundError(DescriptionChangedError):
    """The clock of a replay was set back, or another run begins: the caller loads again, and there is nothing to say."""
