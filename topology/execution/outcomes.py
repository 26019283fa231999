"""What became of each server of an execution, as far as the link's answers and the region's facts tell."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from topology.execution.progress import ServerOutcome, WaveResult
from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.region.region import Roster
from topology.region.server_states import ServerState

_OPEN = (ServerOutcome.SENT, ServerOutcome.UNKNOWN)
_COURSE: dict[str, tuple[frozenset[ServerState], frozenset[ServerState]]] = {
    "remove": (frozenset({ServerState.IN_SERVICE}), frozenset({ServerState.DRAINING})),
    "restore": (frozenset({ServerState.REMOVED, ServerState.DRAINING}), frozenset({ServerState.JOINING})),
}
"""By action: the states that a server may be in before the act, and those on the way."""


class Outcomes:
    """One outcome a server, in the plan's order. What is known of one is never lost for what is said of another."""

    def __init__(self, plan: Plan) -> None:
        self._leaves = plan.action == "remove"
        self._before, self._way = _COURSE[plan.action]
        self._of = dict.fromkeys(plan.servers, ServerOutcome.LEFT)
        self._seen: set[str] = set()
        """Servers of which a fact of the region shows that the act reached them."""
        self._moving: set[str] = set()
        """Servers that the act reached and that have not finished draining, or joining."""
        self._gone: tuple[Roster, NDArray[np.int32], tuple[str, ...]] | None = None
        """The roster that positions are of, and positions and names of those that left for good."""

    def __len__(self) -> int:
        return len(self._of)

    def __getitem__(self, name: str) -> ServerOutcome:
        return self._of[name]

    def __contains__(self, name: str) -> bool:
        return name in self._of

    @property
    def moving(self) -> frozenset[str] | set[str]:
        """Servers that are still draining, or joining; only to be read."""
        return self._moving

    def named(self, *outcomes: ServerOutcome) -> tuple[str, ...]:
        """Give the servers with one of these outcomes, in the plan's order."""
        return tuple(name for name, outcome in self._of.items() if outcome in outcomes)

    def counts(self) -> Counter[ServerOutcome]:
        """Count the servers by outcome."""
        return Counter(self._of.values())

    def is_open(self, names: Iterable[str]) -> bool:
        """Whether the link has not said what became of one of these."""
        return any(self._of[name] in _OPEN for name in names)

    def sent(self, names: Iterable[str]) -> None:
        """Take in that servers are sent to the link."""
        self._of.update(dict.fromkeys(names, ServerOutcome.SENT))

    def take(self, result: WaveResult) -> None:
        """Take in an answer, server by server; it may be late, and then says nothing against what is known already."""
        for name in result.done:
            # A stop may have been answered before the wave that it stopped; and what was done was done, however late one hears.
            if self._of[name] not in (ServerOutcome.RETURNED, ServerOutcome.DONE):
                self._of[name] = ServerOutcome.DONE
                self._moving.add(name)
        for names, outcome in (
            (result.refused, ServerOutcome.REFUSED),
            (result.unknown, ServerOutcome.UNKNOWN),
            (result.too_soon, ServerOutcome.LEFT),
        ):
            self._of.update((name, outcome) for name in names if self._of[name] in _OPEN)
        self.returned(result.returned)

    def lost(self, names: Iterable[str]) -> None:
        """Take in that there is no answer about servers that were sent."""
        self._of.update((name, ServerOutcome.UNKNOWN) for name in names if self._of[name] is ServerOutcome.SENT)

    def never_sent(self, names: Iterable[str]) -> None:
        """Take in that the region never got these, so that nothing happened to them."""
        self._of.update((name, ServerOutcome.LEFT) for name in names if self._of[name] in _OPEN)

    def returned(self, names: Iterable[str]) -> None:
        """Take in that servers went back into service."""
        for name in names:
            self._of[name] = ServerOutcome.RETURNED
            self._moving.discard(name)
            self._gone = None

    def look(self, state: State, sent_at: Mapping[str, float]) -> tuple[str, ...]:
        """See in the facts which servers were reached, and which finished; gives those that somebody else put back."""
        back = list(self._back(state))
        for name in tuple(self._moving):
            position = state.fleet.position.get(name)
            found = None if position is None else ServerState(state.fleet.state[position])
            if found in self._before and not self._was_reached(name, position, state, sent_at.get(name, 0.0)):
                continue
            self._seen.add(name)
            if found in self._before:
                back.append(name)
            elif found not in self._way:
                self._moving.discard(name)
                self._gone = None
        self.returned(back)
        return tuple(name for name in self._of if name in set(back)) if self._leaves and back else ()

    def pending(self, state: State, *, to_come: bool) -> NDArray[np.int32]:
        """Give the positions of servers in service that are on their way out, or may be, without a fact that shows it yet.

        With *to_come* those that were not sent are among them.
        """
        coming = {*_OPEN, ServerOutcome.LEFT} if to_come else set(_OPEN)
        position, states = state.fleet.position, state.fleet.state
        names = (
            name
            for name, outcome in self._of.items()
            if (outcome in coming or (outcome is ServerOutcome.DONE and name not in self._seen)) and name in position
        )
        return np.array(
            [position[name] for name in names if states[position[name]] == ServerState.IN_SERVICE], np.int32
        )

    def _back(self, state: State) -> tuple[str, ...]:
        """Give the servers that had left for good, and are in service."""
        if not self._leaves or len(self._moving) == len(self._of):
            return ()
        roster = state.region.roster
        if self._gone is None or self._gone[0] is not roster:
            position = state.fleet.position
            names = tuple(name for name in self.named(ServerOutcome.DONE) if name in self._seen - self._moving)
            known = tuple(name for name in names if name in position)
            self._gone = roster, np.array([position[name] for name in known], np.int32), known
        _, positions, names = self._gone
        serving = np.flatnonzero(state.fleet.state[positions] == ServerState.IN_SERVICE)
        return tuple(names[place] for place in serving.tolist())

    def _was_reached(self, name: str, position: int | None, state: State, sent_at: float) -> bool:
        """Say whether the facts are newer than the act; a server that looks untouched may only not be told of yet."""
        if name in self._seen or position is None or not self._leaves:
            return name in self._seen
        return bool(state.fleet.since[position] > sent_at)
