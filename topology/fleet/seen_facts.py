"""Whether two states rest on the same facts: what was worked out of the first holds for the second, whatever the clock says."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.fleet.account import NodeAccount
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.region.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class SeenFacts:
    """What counters, floors and their standing rest on. Time and age are no part of it, but whether the source is silent is."""

    region: Region
    fleet: Fleet
    version: int
    pending: NDArray[np.int32]
    is_silent: bool
    accounts: Mapping[str, NodeAccount]

    @classmethod
    def of(cls, state: State) -> "SeenFacts":
        """Note what *state* rests on."""
        region, fleet = state.region, state.fleet
        silent = state.freshness.is_silent(region.policy.stale_after_s)
        return cls(region, fleet, fleet.version, state.pending.copy(), silent, dict(state.accounts))

    def are_those_of(self, state: State) -> bool:
        """Say whether *state* rests on the same."""
        return (
            self.region is state.region
            and self.fleet is state.fleet
            and self.version == state.fleet.version
            and self.is_silent == state.freshness.is_silent(state.region.policy.stale_after_s)
            and np.array_equal(self.pending, state.pending)
            and self.accounts == state.accounts
        )
