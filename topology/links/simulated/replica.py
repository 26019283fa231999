"""One program's view of a simulated region: the world, carried on by time and by the acts in the file.

Two programs that read the same acts with the same seed have the same view.
"""

from collections.abc import Sequence

from topology.links.acts import Act
from topology.links.history import BatchHistory
from topology.links.ledger import LedgerFold
from topology.links.protocol import Answer
from topology.region.naming.positions import positions_of
from topology.region.region import Region
from topology.region.server_states import ServerState
from topology.simulation.simulation import WARM_UP_S, Chance, World, step


class Replica:
    """Begins with the description and every act so far; what happens later goes to the history as batches."""

    def __init__(
        self, region: Region, acts: Sequence[Act], now: float, chance: Chance, churn: bool, history: BatchHistory
    ) -> None:
        self.region = region
        self.ledger = LedgerFold()
        self.position = positions_of(region.roster.names)
        self._chance = chance
        self._history = history
        self._taker: dict[int, str] = {}
        warm = now - WARM_UP_S
        self.world = World.of(region, min([warm, *(act.time for act in acts[:1])]), churn)
        # What failed by itself long ago is back by now: only the end of the story needs it.
        slots, self.world.slots = self.world.slots, 0
        self.fold([act for act in acts if act.time < warm])
        self.advance(warm)
        self.world.slots = slots
        self.fold([act for act in acts if act.time >= warm])
        self.advance(now)

    def advance(self, until: float) -> None:
        """Let time pass up to a moment."""
        for happening in step(self.world, until - self.world.time, self._chance):
            self._history.publish(happening.time, list(happening.changes))

    def fold(self, acts: Sequence[Act]) -> None:
        """Take in acts, in the order of the file."""
        for act in acts:
            self.advance(act.time)
            self.ledger.fold(act)
            changes = self._carry_out(act)
            if changes:
                self._history.publish(act.time, changes, act.operation or f"{act.execution}.stop", act.operator)

    def still_draining(self, execution: str) -> tuple[str, ...]:
        """Give the servers that an execution took and that still drain, in the roster's order."""
        return tuple(
            self.region.roster.names[server]
            for server, (_, state) in sorted(self.world.due.items())
            if state is ServerState.REMOVED and self._taker.get(server) == execution
        )

    def _carry_out(self, act: Act) -> list[tuple[int, ServerState]]:
        """Do to the world what an act says was done; a server that is described no more is passed over."""
        changes = []
        for name, answer in act.answers:
            server = self.position.get(name)
            if server is None or answer is Answer.REFUSED:
                continue
            if act.kind == "remove":
                self.world.drain(server, act.time + self._chance.drain_s(act.operation, name))
                self._taker[server] = act.execution
            elif act.kind == "stop" or self.world.states[server] == ServerState.DRAINING:
                self.world.put(server, ServerState.IN_SERVICE)
            else:
                self.world.join(server, act.time + self._chance.join_s(act.operation, name))
            changes.append((server, ServerState(self.world.states[server])))
        return changes
