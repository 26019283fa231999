"""What became of each server of an execution, as far as the link's answers and the region's facts tell."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from topology.execution.progress import ServerOutcome, WaveResult
from topology.execution.under_way import FleetPositions, ServersUnderWay
from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.region.server_states import ServerState

_ALL = tuple(ServerOutcome)
_CODE = {outcome: code for code, outcome in enumerate(_ALL)}
OPEN = (ServerOutcome.SENT, ServerOutcome.UNKNOWN)
"""What is so of a server of which the link has not said what became of it."""
_COURSE: dict[str, tuple[frozenset[ServerState], frozenset[ServerState]]] = {
    "remove": (frozenset({ServerState.IN_SERVICE}), frozenset({ServerState.DRAINING})),
    "restore": (frozenset({ServerState.REMOVED, ServerState.DRAINING}), frozenset({ServerState.JOINING})),
}
"""By action: the states that a server may be in before the act, and those on the way."""


class Outcomes:
    """One outcome a server, in the plan's order. What is known of one is never lost for what is said of another.

    In columns, one entry a server: a step of a long execution looks at all of them.
    """

    def __init__(self, plan: Plan) -> None:
        self._leaves = plan.action == "remove"
        self._before, self._way = _COURSE[plan.action]
        self._names = tuple(dict.fromkeys(plan.servers))
        self._place = {name: place for place, name in enumerate(self._names)}
        self._codes = np.full(len(self._names), _CODE[ServerOutcome.LEFT], np.uint8)
        self._seen = np.zeros(len(self._names), np.bool_)
        """Whether a fact of the region shows that the act reached it."""
        self.moving = ServersUnderWay(self._names)
        """Servers that the act reached and that have not finished draining, or joining; only to be read."""
        self._positions = FleetPositions(self._names)
        self._changed = np.ones(len(self._names), np.bool_)
        """Whether anything of it changed since `changed` was asked."""

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> ServerOutcome:
        return _ALL[int(self._codes[self._place[name]])]

    def __contains__(self, name: str) -> bool:
        return name in self._place

    def named(self, *outcomes: ServerOutcome) -> tuple[str, ...]:
        """Give the servers with one of these outcomes, in the plan's order."""
        return self._some(self._are(*outcomes))

    def places(self, *outcomes: ServerOutcome) -> list[int]:
        """Give the places in the plan of those."""
        return np.flatnonzero(self._are(*outcomes)).tolist()

    def places_of(self, names: Iterable[str]) -> list[int]:
        """Give the places in the plan of servers."""
        return [self._place[name] for name in names]

    def counts(self) -> Counter[ServerOutcome]:
        """Count the servers by outcome."""
        counts = np.bincount(self._codes, minlength=len(_ALL)).tolist()
        return Counter({outcome: count for outcome, count in zip(_ALL, counts, strict=True) if count})

    def is_moving(self, name: str) -> bool:
        """Whether a server is still draining, or joining."""
        return bool(self.moving.is_so[self._place[name]])

    def changed(self) -> list[int]:
        """Give the places of servers of which something changed since this was asked last."""
        found: list[int] = np.flatnonzero(self._changed).tolist()
        self._changed[found] = False
        return found

    def sent(self, names: Iterable[str], now: float) -> None:
        """Take in that servers are sent to the link."""
        places = self._put(names, ServerOutcome.SENT)
        self.moving.sent_at[places] = now

    def take(self, result: WaveResult) -> None:
        """Take in an answer, server by server; it may be late, and then says nothing against what is known already."""
        # A stop may have been answered before the wave that it stopped; and what was done was done, however late one hears.
        settled = (ServerOutcome.RETURNED, ServerOutcome.DONE)
        done = self._put((name for name in result.done if self[name] not in settled), ServerOutcome.DONE)
        self.moving.is_so[done] = True
        for names, outcome in (
            (result.refused, ServerOutcome.REFUSED),
            (result.unknown, ServerOutcome.UNKNOWN),
            (result.too_soon, ServerOutcome.LEFT),
        ):
            self._put((name for name in names if self[name] in OPEN), outcome)
        self.returned(result.returned)

    def lost(self, names: Iterable[str]) -> None:
        """Take in that there is no answer about servers that were sent."""
        self._put((name for name in names if self[name] is ServerOutcome.SENT), ServerOutcome.UNKNOWN)

    def never_sent(self, names: Iterable[str]) -> None:
        """Take in that the region never got these, so that nothing happened to them."""
        self._put((name for name in names if self[name] in OPEN), ServerOutcome.LEFT)

    def returned(self, names: Iterable[str]) -> None:
        """Take in that servers went back into service."""
        self.moving.is_so[self._put(names, ServerOutcome.RETURNED)] = False

    def look(self, state: State) -> tuple[str, ...]:
        """See in the facts which servers were reached, and which finished; gives those that somebody else put back."""
        gone = np.flatnonzero(self._are(ServerOutcome.DONE) & self._seen & ~self.moving.is_so & self._leaves)
        moving = np.flatnonzero(self.moving.is_so)
        positions, found = self._positions.of(state, moving)
        before, way = np.isin(found, list(self._before)), np.isin(found, list(self._way))
        reached = self._seen[moving] | ~before
        if self._leaves:
            # A server that looks untouched may only not be told of yet.
            reached |= (positions >= 0) & (state.fleet.since[positions] > np.nan_to_num(self.moving.sent_at[moving]))
        self._seen[moving[reached]] = True
        over = moving[reached & ~before & ~way]
        self.moving.is_so[over] = False
        self._changed[over] = True
        back = np.union1d(moving[reached & before], gone[self._positions.of(state, gone)[1] == ServerState.IN_SERVICE])
        names = tuple(self._names[place] for place in back.tolist())
        self.returned(names)
        return names if self._leaves else ()

    def pending(self, state: State, *, to_come: bool) -> NDArray[np.int32]:
        """Give the positions of servers in service that are on their way out, or may be, without a fact that shows it yet.

        With *to_come* those that were not sent are among them.
        """
        coming = self._are(*OPEN, *((ServerOutcome.LEFT,) if to_come else ()))
        some = np.flatnonzero(coming | (self._are(ServerOutcome.DONE) & ~self._seen))
        positions, found = self._positions.of(state, some)
        serving: NDArray[np.int32] = positions[found == ServerState.IN_SERVICE]
        return serving

    def _put(self, names: Iterable[str], outcome: ServerOutcome) -> list[int]:
        places = self.places_of(names)
        self._codes[places] = _CODE[outcome]
        self._changed[places] = True
        return places

    def _are(self, *outcomes: ServerOutcome) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self._codes == _CODE[outcomes[0]]
        for outcome in outcomes[1:]:
            found |= self._codes == _CODE[outcome]
        return found

    def _some(self, which: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(self._names[place] for place in np.flatnonzero(which).tolist())
