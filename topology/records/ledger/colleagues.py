"""What a ledger holds of the people at it: who is there and what they look at, and the approvals they ask for and give."""

from dataclasses import dataclass

from topology.approval.request import ApprovalRequest, ApprovalState, LivingApproval, living

PRESENCE_S = 5.0
"""Somebody of whom the ledger has not heard for so long is not there any more."""
KEEP_PRESENT_S = 1.5
"""How often whoever is there says so."""
MOST_APPROVALS = 100
"""So many of the last approvals are read with everything else; older ones stay in the ledger."""
LARGEST_PLAN = 1_000_000
"""Bytes of a plan that can be asked about."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One console at the ledger: its *session* (unique), who sits there, and what is previewed there, if that may be known.

    *command* is what would be done, to so many *servers* of these *subsystems*; empty while nothing is previewed.
    """

    session: str
    operator: str
    host: str = ""
    command: str = ""
    servers: int = 0
    subsystems: tuple[str, ...] = ()
    publishes: tuple[tuple[str, float], ...] = ()
    """The places of the status page that it can write, each with the ledger's time since when: the first publishes there."""


@dataclass(frozen=True, slots=True)
class KeptApproval:
    """A request as the ledger keeps it. *remaining_s* is how long its approval lives by the ledger's own time, None before."""

    request: ApprovalRequest
    remaining_s: float | None = None

    @property
    def number(self) -> int:
        """The number by which it is called."""
        return self.request.number

    @property
    def state(self) -> ApprovalState:
        """Where it is now."""
        found = self.request.state
        is_over = found is ApprovalState.APPROVED and (self.remaining_s is None or self.remaining_s <= 0)
        return ApprovalState.EXPIRED if is_over else found

    @property
    def living(self) -> LivingApproval | None:
        """What it is worth now."""
        return living(self.request, self.remaining_s)
