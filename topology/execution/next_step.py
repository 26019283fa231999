"""What an execution does next: wait, ask, send the next wave, or end; decided anew from what is known by now."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import NameRange, RemoveServers, RestoreServers
from topology.execution.ending import FINISHED, Ending, early
from topology.execution.orders import Orders
from topology.execution.outcomes import Outcomes
from topology.execution.progress import Cancel, Query, Send, ServerOutcome, Wait
from topology.execution.sent_waves import SentWave, SentWaves
from topology.execution.sentences import counted, named, overdue_sentence, servers_text
from topology.execution.waves import clock, too_soon
from topology.fleet.state import State
from topology.planning.facts import Say, by_kind
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Plan, Severity
from topology.planning.preview import preview
from topology.region.server_states import ServerState

Next = Send | Query | Cancel | Wait | Ending


class Rules:
    """What an execution keeps to between its waves: every guard, and every pace. A tool of another day keeps to less."""

    paced = True
    """Whether waves wait for the pace; without it the whole plan is one wave."""

    waits = True
    """Whether its waves wait until the pace has room for them; not where an approval lifts that."""

    guards: tuple[Guard, ...] = ()
    """Guards of an organisation's own, asked besides ours."""

    say: Say = staticmethod(by_kind)
    """Puts in words what halts it."""

    def holds(self, finding: Finding) -> bool:
        """Whether a finding against the next wave halts it."""
        return finding.severity is Severity.BLOCK


@dataclass(frozen=True, slots=True)
class Deciding:
    """Everything that the next step is decided from; what is in it changes, what it is does not."""

    plan: Plan
    own_pace: int | None
    """The pace that the command states, servers per minute."""
    rules: Rules
    waves: SentWaves
    outcomes: Outcomes
    orders: Orders

    @property
    def undo(self) -> bool:
        """Whether it gives back what a removal took, which waits for nothing and is halted by no guard."""
        return self.plan.action == "restore" and self.plan.undoes is not None

    def next(self, now: float, state: State) -> Next:
        """Decide; a `Send` counts as sent at once."""
        if self.orders.is_let_go:
            return early(self.orders)
        if self.outcomes.places(ServerOutcome.SENT):
            return Wait(None, f"wave {self.waves.sent:,} was sent; the region has not answered yet")
        if self.orders.is_stopped and not self.orders.is_cancelled:
            return Cancel()
        if open_waves := self.waves.open:
            return Query(open_waves[0])
        if not self.orders.is_stopped and (overdue := self._overdue(now, state)):
            self.orders.halt(overdue)
        if self.orders.is_stopped or self.orders.halted:
            return early(self.orders)
        return self._wait_for_moving(state) or self._wait_for_turn(now, state) or self._send(now, state)

    def _overdue(self, now: float, state: State) -> str:
        """Name the servers that have been under way for too long; empty for none."""
        timeout = state.region.policy.drain_timeout_s
        late = tuple(sorted(self.outcomes.moving.late(now, timeout)))
        return overdue_sentence(late, self.plan.action, timeout) if late else ""

    def _wait_for_moving(self, state: State) -> Wait | Ending | None:
        """Wait while a wave is under way; end after the last one. An undo does not wait for its own waves."""
        moving, sent = len(self.outcomes.moving), self.waves.sent
        if not self.waves.has_more and not moving:
            return FINISHED
        if not moving or (self.undo and self.waves.has_more):
            return None
        since = self.outcomes.moving.since
        verb = "draining" if self.plan.action == "remove" else "joining"
        why = f"wave {sent:,} of {len(self.waves):,}: {servers_text(moving)} {verb}"
        return Wait(since + state.region.policy.drain_timeout_s, why)

    def _wait_for_turn(self, now: float, state: State) -> Wait | Ending | None:
        if self.orders.paused_by:
            return Wait(None, f"paused by {self.orders.paused_by}: {counted(self.outcomes.counts(), self.plan.action)}")
        wave, not_before = self.waves.next, self.waves.not_before
        if now < not_before:
            if self._is_too_soon_for_too_long(wave, now, state):
                return early(self.orders)
            return Wait.for_turn(not_before, clock(state, not_before), "the region says that it is too soon")
        if self.undo or not self.rules.paced or not self.rules.waits:
            return None
        paced = self.waves.all if self.own_pace is not None else ()
        own = [(one.sent_at, len(one.servers)) for one in paced if one.sent_at is not None]
        soon = too_soon(state, wave.servers, now, own, self.own_pace, leaving=self.plan.action == "remove")
        return None if soon is None else Wait.for_turn(soon.until, clock(state, soon.until), soon.why)

    def _is_too_soon_for_too_long(self, wave: SentWave, now: float, state: State) -> bool:
        """Halt when a wave might have been sent long ago by the region's own first word, and still may not."""
        timeout = state.region.policy.drain_timeout_s
        if self.undo or wave.too_soon_since is None or now < wave.too_soon_since + timeout:
            return False
        self.orders.halt(f"the region has said for {timeout / 60:g} min that it is too soon for {named(wave.servers)}")
        return True

    def _send(self, now: float, state: State) -> Next:
        """Ask the guards once more, then send the next wave."""
        wave = self.waves.next
        if self.undo:
            here = (name for name in wave.servers if _state_of(state, name) == ServerState.IN_SERVICE)
            self.outcomes.returned(tuple(here))
        elif why := self._blocked(wave.servers, state):
            self.orders.halt(f"before wave {self.waves.sent + 1:,}, {why}")
            return self.next(now, state)
        return self.waves.send(now) or self.next(now, state)

    def _blocked(self, servers: tuple[str, ...], state: State) -> str:
        """Give what the guards have against the next wave, the rest of the plan still to come; empty for nothing."""
        own = [state.fleet.position[name] for name in servers if name in state.fleet.position]
        pending = np.concatenate((state.pending, pending_of(self.plan, self.outcomes, state, to_come=True)))
        # By name: what the command would choose by now is another question.
        kind = RemoveServers if self.plan.action == "remove" else RestoreServers
        command = kind(tuple(NameRange("", name) for name in servers))
        seen = replace(state, pending=np.unique(pending[~np.isin(pending, own)]))
        judged = preview(seen, command, self.rules.guards)
        return "; ".join(self.rules.say(one.facts) for one in judged.findings if self.rules.holds(one))


def pending_of(plan: Plan, outcomes: Outcomes, state: State, *, to_come: bool) -> NDArray[np.int32]:
    """Give the positions of servers that a plan will still take (*to_come*), or may have taken without a fact that shows it."""
    if plan.action == "restore":
        return np.zeros(0, np.int32)
    return outcomes.pending(state, to_come=to_come)


def _state_of(state: State, name: str) -> ServerState | None:
    position = state.fleet.position.get(name)
    return None if position is None else ServerState(state.fleet.state[position])
