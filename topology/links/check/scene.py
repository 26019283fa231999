"""What the check at the moment of action rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topology.approval.request import LivingApproval
from topology.fleet.lowered import LoweredGuard
from topology.fleet.reasons.doubting import WhyDoubted
from topology.links.ledger import Departed
from topology.refusals.refusal import Refusal
from topology.region.region import Region


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a judgement rests on, read in the same transaction as the act."""

    region: Region
    states: NDArray[np.uint8]
    position: Mapping[str, int]
    """Place of each server in the roster, by name."""
    time: float
    silence: WhyDoubted = ""
    """Why the facts may not be relied on, or empty."""
    unacknowledged: Sequence[LoweredGuard] = ()
    stopped: Collection[str] = ()
    departed: Sequence[Departed] = ()
    """What left by acts, at least in the last minute, oldest first."""
    taken: Mapping[str, int] = field(default_factory=dict)
    """Servers taken so far, by execution."""
    taken_names: Sequence[str] = ()
    """The servers that the execution of the wave took so far."""
    approvals: Sequence[LivingApproval] = ()
    """The approvals that the wave rests on; all of them live."""
    not_approved: Sequence[Refusal] = ()
    """Why approvals that it rests on do not hold."""
    lifts: Collection[str] = ()
    """What those that live lift."""
    moves_load: bool = False
    """What servers support changes by itself: they are judged by what they support now, whatever the plan saw."""
