"""A region's state at one revision: the fleet, and what else a judgement rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topology.approval.request import LivingApproval
from topology.fleet.account import NodeAccount
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.fleet import Fleet
from topology.fleet.loads import Load
from topology.fleet.lowered import LoweredGuard
from topology.fleet.observed import Observed
from topology.fleet.obstacles import Obstacles
from topology.fleet.promises import Promises
from topology.fleet.unheard import UnheardRack
from topology.fleet.usual import UsualCounts
from topology.region.region import Region


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the facts are, in seconds of the link's own clock, and whether the source answers.

    *reason* says why it does not answer; empty while it does. *outdated* says why the description is not read any more, so
    that the last good one stays for now; empty while it is read.
    """

    age_s: float = 0.0
    connected: bool = True
    reason: str = ""
    outdated: str = ""

    def is_silent(self, stale_after_s: float) -> bool:
        """Say whether no judgement may rest on it."""
        return not self.connected or self.age_s > stale_after_s


def _no_servers() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(slots=True, eq=False)
class State:
    """What planning reads. Its owner changes it between plannings, never during one.

    *time* is the link's, in seconds since 1970 UTC. *pending* are positions of servers that running executions will still take.
    *unacknowledged* are changes of the description that lower a guard, which no operator has acknowledged.
    *undecided* are servers of which nobody can say any more whether an act took them: they count as leaving until acknowledged.
    *unheard* are racks whose agent is gone, which no operator has acknowledged: their subsystems are not known.
    *usual* are earlier removals, as far as they are known. *promises* are those of the source behind it.
    """

    region: Region
    fleet: Fleet
    revision: Revision = 0
    time: float = 0.0
    freshness: Freshness = field(default_factory=Freshness)
    pending: NDArray[np.int32] = field(default_factory=_no_servers)
    unacknowledged: tuple[LoweredGuard, ...] = ()
    undecided: tuple[str, ...] = ()
    unheard: tuple[UnheardRack, ...] = ()
    usual: UsualCounts = field(default_factory=UsualCounts)
    promises: Promises = field(default_factory=Promises)
    approvals: tuple[LivingApproval, ...] = ()
    """Approvals that hold now, of the operator for whom it is planned."""
    loads: Mapping[str, Load] = field(default_factory=dict)
    """What subsystems carry, where the source tells."""
    obstacles: Obstacles = field(default_factory=dict)
    """What stands in the way of taking a server out, where the source tells; who tells it goes on adding to it."""
    accounts: Mapping[str, NodeAccount] = field(default_factory=dict)
    """What is said of nodes besides their counters, where somebody says anything: in a replay."""
    observed: Observed | None = None
    """Who was seen to call whom, where the description names a graph source."""

    def fold(self, batch: EventBatch) -> None:
        """Take in a batch of facts; where it changes the roster, the region is another value from then on."""
        self.fleet.apply(batch)
        self.region = self.fleet.region
        self.revision = batch.revision
        self.time = max(self.time, batch.time)
