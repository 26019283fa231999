"""The one protocol behind which a live region stands. Nothing above knows which link it has."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.fleet_source import Abilities, Answer, Identity, ResyncNeeded
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.protocol import Meeting
from topology.refusals.refusal import Refusal

__all__ = [
    "Abilities",
    "Answer",
    "CarriedOut",
    "Identity",
    "Leases",
    "OperationId",
    "PlannedWork",
    "Refusal",
    "RegionLink",
    "ResyncNeeded",
    "Wave",
    "WaveOutcome",
]

OperationId = str
"""Names one wave for good: `EXECUTION.NUMBER`. The same id is done once."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Some servers of a confirmed plan, to go (or come back) together.

    *execution* names the execution, *number* the wave in it, from 1. *servers* are names. *supports* are the supported
    subsystems of each server, in order, as the plan saw them: a server that supports another set now is refused.
    *pace_per_minute* is the command's own pace, or None.
    """

    execution: str
    number: int
    operator: str
    servers: tuple[str, ...]
    supports: tuple[tuple[str, ...], ...]
    pace_per_minute: int | None = None
    undo: bool = False
    """Whether this restore undoes a removal: then only a server that cannot come back is refused."""
    approvals: tuple[int, ...] = ()
    """The approvals that it rests on: each has to live, and to hold all that its execution does."""
    command: str = ""
    """What is being carried out, for others to read."""
    plan: str = ""
    """The digest of its plan."""
    total: int = 0
    """How many servers its execution is about."""
    planned: tuple[str, ...] = ()
    """All servers that its execution takes, where it takes any."""
    named: tuple[str, ...] = ()
    """The subsystems that its command names: what others lose by it is collateral."""

    @property
    def operation(self) -> OperationId:
        """The id under which the wave is done once."""
        return f"{self.execution}.{self.number}"


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """An execution that somebody carries out right now."""

    execution: str
    operator: str
    command: str


class Leases(Protocol):
    """Who carries which execution out on a region, as its ledger was last heard."""

    @property
    def elsewhere(self) -> tuple[CarriedOut, ...]:
        """What others carry out right now."""

    def is_carried_out(self, execution: str) -> bool:
        """Say whether somebody carries an execution out right now, or may. Never waits."""

    async def begin(self, execution: str, operator: str, *, plan: str, command: str, work: PlannedWork) -> None:
        """Take the lease of an execution, with the digest of its plan and its work, before anything of it is done."""

    async def take_over(self, execution: str, operator: str) -> bool:
        """Take the lease of an execution that nobody carries out any more; false where the ledger has its end already.

        Raises:
            LinkError: somebody holds it, or the ledger could not be told.
        """


@dataclass(frozen=True, slots=True)
class WaveOutcome:
    """What the link did. *answers* are (server, answer) in the wave's order, each for itself: what was done stays done.

    *not_before* belongs to the servers that are `TOO_SOON`, which is no refusal: the link's time from which they may be sent
    again. Where nothing else was answered the same wave may be; the rest of a wave that was done in part is another wave.
    """

    operation: OperationId
    answers: tuple[tuple[str, Answer], ...]
    refusals: tuple[Refusal, ...] = ()
    not_before: float | None = None

    def servers(self, answer: Answer) -> tuple[str, ...]:
        """Give the servers with this answer, in order."""
        return tuple(name for name, given in self.answers if given is answer)


class RegionLink(Protocol):
    """A live region. All methods may be slow or fail with `LinkError`; none may block the event loop."""

    name: str
    """How the region was addressed, such as `sim:s3-us-east-1`."""

    @property
    def abilities(self) -> Abilities:
        """What can be done, and in which way."""

    @property
    def only_looks(self) -> WhyLooks | None:
        """Why nothing can be done here by anyone; None where acts are possible."""

    @property
    def operator(self) -> str:
        """Who the region's ledger or its source takes us for, where one asks; else empty. Known before anything is loaded."""

    @property
    def meeting(self) -> Meeting:
        """Where the operators of this region meet; there once it is loaded."""

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
            ResyncNeeded: load again; its reason says why, or is None where there is nothing to say.
        """

    @property
    def leases(self) -> Leases | None:
        """The leases that its ledger keeps; None where a lock on this machine says who carries what out."""

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

    async def finish(self, execution: str, outcome: str) -> None:
        """Take in that nobody carries an execution out any more, and in a word how it ended."""

    async def acknowledge(
        self, operator: str, undecided: tuple[str, ...] = (), unheard: tuple[UnheardRack, ...] = ()
    ) -> None:
        """Accept a description that lowers a floor or a declared number, and that *undecided* servers did not leave.

        Racks that are *unheard* count as failed from then on, and no longer as unknown.
        """

    async def keep_head(self, head: JournalHead) -> None:
        """Keep the journal's head beside the region."""

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""

    async def aclose(self) -> None:
        """Let go of files and tasks."""
