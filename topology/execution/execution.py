"""Carries a confirmed plan out in waves: a state machine fed with facts and time, which acts on nothing itself.

`Execution.step` says what to do next; its owner does it, and tells what came of it. It touches only servers of its
plan, each at most once, in the plan's order.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import NameRange, RemoveServers, RestoreServers
from topology.execution.progress import (
    Ask,
    Ended,
    Fate,
    Phase,
    Progress,
    Send,
    Step,
    TakeBack,
    Told,
    Wait,
    WaveProgress,
    WaveState,
)
from topology.execution.waves import clock, split, too_soon
from topology.fleet.state import State
from topology.planning.plan import Plan, Severity
from topology.planning.preview import preview
from topology.region.server_states import ServerState

__all__ = ["Execution", "Phase", "Progress", "Told", "WaveProgress"]

_MOST_NAMED = 3


@dataclass(slots=True)
class _Wave:
    servers: tuple[str, ...]
    sent_at: float | None = None


class Execution:
    """One plan being carried out. Its owner does each step before asking for the next."""

    def __init__(
        self,
        plan: Plan,
        execution: str,
        operator: str,
        waves: tuple[tuple[str, ...], ...],
        own_pace: int | None,
        started: float,
    ) -> None:
        self.plan = plan
        self.id = execution
        self.operator = operator
        self.own_pace = own_pace
        """The pace that the command states, servers per minute."""
        self.started = started
        self.entry: int | None = None
        """The journal's number of its intent, once it has one."""
        self.undo = plan.action == "restore" and plan.undoes is not None
        self._waves = [_Wave(servers) for servers in waves]
        self._wave_of = {server: wave for wave in self._waves for server in wave.servers}
        self._fates = dict.fromkeys(plan.servers, Fate.LEFT)
        self._seen: set[str] = set()
        """Servers of which a fact of the region shows that the act reached them."""
        self._moving: set[str] = set()
        """Servers that the act reached and that have not finished draining, or joining."""
        self._sent = 0
        self._not_before = float("-inf")
        self._paused_by = ""
        self._stopped_by = ""
        self._taken_back = False
        self._halted = ""
        self._last: Step = Wait(None, "about to start")

    @classmethod
    def of(cls, plan: Plan, execution: str, operator: str, state: State, own_pace: int | None = None) -> "Execution":
        """Cut the servers of *plan* into waves; *own_pace* is the pace that the command states, if any."""
        return cls(plan, execution, operator, split(state, plan.servers, own_pace), own_pace, state.time)

    def step(self, now: float, state: State) -> Step:
        """Say what to do next. A `Send` counts as sent until `answered` or `lost` is told."""
        self._look(state)
        if not isinstance(self._last, Ended):
            self._last = self._next_step(now, state)
        return self._last

    def answered(self, number: int, told: Told) -> None:
        """Take in what the link said of each server of a wave; what was only too soon is still to be sent."""
        for names, fate in ((told.done, Fate.DONE), (told.refused, Fate.REFUSED), (told.unknown, Fate.UNKNOWN)):
            for name in names:
                # A stop may have been answered before the wave that it stopped.
                if self._fates[name] is not Fate.RETURNED:
                    self._fates[name] = fate
                    self._moving |= {name} if fate is Fate.DONE else set()
        self.returned(told.returned)
        if told.not_before is not None:
            self._not_before = told.not_before
        if told.too_soon:
            self._send_again(number, told.too_soon)
        if told.refused and not self.undo:
            why = "; ".join(told.reasons) or f"{_named(told.refused)} could not be taken"
            self.halt(f"the region refused wave {number:,}: {why}")

    def _send_again(self, number: int, servers: tuple[str, ...]) -> None:
        """Put servers off: the whole wave as it is, for it was not done; the rest of one that was done as a wave of its own."""
        wave = self._waves[number - 1]
        if servers == wave.servers:
            self.never_heard_of(number)
            return
        rest = _Wave(servers)
        wave.servers = tuple(name for name in wave.servers if name not in servers)
        self._waves.insert(number, rest)
        self._wave_of.update(dict.fromkeys(servers, rest))
        self._fates.update(dict.fromkeys(servers, Fate.LEFT))

    def lost(self, number: int, why: str) -> None:
        """Take in that the link gave no answer to a wave: it is unknown until the link says what became of it."""
        for name in self._waves[number - 1].servers:
            if self._fates[name] is Fate.SENT:
                self._fates[name] = Fate.UNKNOWN
        self.halt(why)

    def never_heard_of(self, number: int) -> None:
        """Take in that the region never got a wave, so that it did not happen."""
        wave = self._waves[number - 1]
        wave.sent_at = None
        for name in wave.servers:
            if self._fates[name] in (Fate.SENT, Fate.UNKNOWN):
                self._fates[name] = Fate.LEFT
        self._sent = number - 1

    def returned(self, names: tuple[str, ...]) -> None:
        """Take in that servers went back into service."""
        for name in names:
            self._fates[name] = Fate.RETURNED
            self._moving.discard(name)

    def taken_back(self, names: tuple[str, ...]) -> None:
        """Take in that the link was told of the stop, and which servers went back."""
        self._taken_back = True
        self.returned(tuple(name for name in names if name in self._fates))

    def stop(self, operator: str) -> None:
        """Send nothing more, from now on."""
        self._stopped_by = self._stopped_by or operator

    def halt(self, why: str) -> None:
        """Send nothing more, for a reason that nobody chose; the first reason stays."""
        self._halted = self._halted or why

    def pause(self, operator: str) -> None:
        """Send nothing before `resume`."""
        self._paused_by = operator

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused_by = ""

    def servers(self, *fates: Fate) -> tuple[str, ...]:
        """Give the servers with one of these fates, in the plan's order."""
        return tuple(name for name, fate in self._fates.items() if fate in fates)

    def cut_off(self) -> None:
        """Take in that nobody carries it out any more, without an end; one that has an end keeps it."""
        if not isinstance(self._last, Ended):
            self._last = Ended(Phase.HALTED, f"cut off: {self._counted()}")

    def end_unwritten(self, why: str) -> None:
        """Take in that its end could not be written down."""
        if isinstance(self._last, Ended):
            self._last = Ended(Phase.HALTED, f"{self._last.why}; {why}")

    @property
    def sent(self) -> int:
        """Number of the last wave that was sent, from 1; 0 before the first."""
        return self._sent

    @property
    def is_moving(self) -> bool:
        """Whether servers are still draining, or joining."""
        return bool(self._moving)

    @property
    def is_taken_back(self) -> bool:
        """Whether the link was told of a stop."""
        return self._taken_back

    @property
    def phase(self) -> Phase:
        """Where it is."""
        if isinstance(self._last, Ended):
            return self._last.phase
        if self._stopped_by:
            return Phase.STOPPING
        if self._paused_by:
            return Phase.PAUSED
        return Phase.WAITING if isinstance(self._last, Wait) and not self._moving else Phase.RUNNING

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that it will still take, or may have taken without a fact that shows it yet."""
        if self.plan.action == "restore":
            return np.zeros(0, np.int32)
        coming = {Fate.SENT, Fate.UNKNOWN} | (set() if self.phase.is_end or self._stopped_by else {Fate.LEFT})
        position, states = state.fleet.position, state.fleet.state
        names = (
            name
            for name, fate in self._fates.items()
            if (fate in coming or (fate is Fate.DONE and name not in self._seen)) and name in position
        )
        return np.array(
            [position[name] for name in names if states[position[name]] == ServerState.IN_SERVICE], np.int32
        )

    def progress(self) -> Progress:
        """Say how far it is."""
        counts = Counter(self._fates.values())
        return Progress(
            self.id,
            self.entry,
            self.plan.command,
            self.operator,
            self.plan.action,
            self.undo,
            self.phase,
            self._sent,
            tuple(self._wave_progress(number) for number in range(1, len(self._waves) + 1)),
            total=len(self._fates),
            done=counts[Fate.DONE] - len(self._moving),
            moving=len(self._moving),
            left=counts[Fate.LEFT],
            returned=counts[Fate.RETURNED],
            refused=counts[Fate.REFUSED],
            unknown=counts[Fate.UNKNOWN],
            sentence=self._sentence(),
            started=self.started,
            next_at=self._last.until if isinstance(self._last, Wait) and not self._moving else None,
        )

    def _next_step(self, now: float, state: State) -> Step:
        if Fate.SENT in self._fates.values():
            return Wait(None, f"wave {self._sent:,} was sent; the region has not answered yet")
        if self._stopped_by and not self._taken_back:
            return TakeBack()
        unknown = self.servers(Fate.UNKNOWN)
        if unknown:
            return Ask(self._waves.index(self._wave_of[unknown[0]]) + 1)
        if self._stopped_by:
            return Ended(Phase.STOPPED, f"stopped by {self._stopped_by}: {self._counted()}")
        if overdue := self._overdue(now, state):
            self.halt(overdue)
        if self._halted:
            return Ended(Phase.HALTED, f"halted: {self._halted}; {self._counted()}")
        return self._wait_for_moving(state) or self._wait_for_turn(now, state) or self._send(now, state)

    def _wait_for_moving(self, state: State) -> Step | None:
        """Wait while a wave is under way; end after the last one. An undo does not wait for its own waves."""
        is_last = self._sent == len(self._waves)
        if is_last and not self._moving:
            return Ended(Phase.FINISHED, f"finished: {self._counted()}")
        if not self._moving or (self.undo and not is_last):
            return None
        since = min(self._wave_of[name].sent_at or 0.0 for name in self._moving)
        verb = "draining" if self.plan.action == "remove" else "joining"
        why = f"wave {self._sent:,} of {len(self._waves):,}: {_servers(len(self._moving))} {verb}"
        return Wait(since + state.region.policy.drain_timeout_s, why)

    def _wait_for_turn(self, now: float, state: State) -> Step | None:
        if self._paused_by:
            return Wait(None, f"paused by {self._paused_by}: {self._counted()}")
        if now < self._not_before:
            until = clock(state, self._not_before)
            return Wait(self._not_before, f"next wave at {until}: the region says that it is too soon")
        if self.undo:
            return None
        own = [(wave.sent_at, len(wave.servers)) for wave in self._waves if wave.sent_at is not None]
        leaving = self.plan.action == "remove"
        soon = too_soon(state, self._waves[self._sent].servers, now, own, self.own_pace, leaving=leaving)
        return None if soon is None else Wait(soon.until, f"next wave at {clock(state, soon.until)}: {soon.why}")

    def _send(self, now: float, state: State) -> Step:
        """Ask the guards once more, then send the next wave."""
        wave = self._waves[self._sent]
        if self.undo:
            self.returned(tuple(name for name in wave.servers if _state_of(state, name) == ServerState.IN_SERVICE))
        elif why := self._blocked(wave.servers, state):
            self.halt(f"before wave {self._sent + 1:,}, {why}")
            return self._next_step(now, state)
        self._sent += 1
        servers = tuple(name for name in wave.servers if self._fates[name] is Fate.LEFT)
        if not servers:
            return self._next_step(now, state)
        wave.sent_at = now
        self._fates.update(dict.fromkeys(servers, Fate.SENT))
        return Send(self._sent, servers)

    def _blocked(self, servers: tuple[str, ...], state: State) -> str:
        """Give what the guards have against the next wave, the rest of the plan still to come; empty for nothing."""
        own = [state.fleet.position[name] for name in servers if name in state.fleet.position]
        pending = self.pending(state)
        # By name: what the command would choose by now is another question.
        kind = RemoveServers if self.plan.action == "remove" else RestoreServers
        command = kind(tuple(NameRange("", name) for name in servers))
        judged = preview(replace(state, pending=pending[~np.isin(pending, own)]), command)
        return "; ".join(finding.message for finding in judged.findings if finding.severity is Severity.BLOCK)

    def _look(self, state: State) -> None:
        """See in the facts which servers were reached, which finished, and which somebody else put back or took."""
        for name in tuple(self._moving):
            position = state.fleet.position.get(name)
            found = None if position is None else ServerState(state.fleet.state[position])
            before, way = _COURSE[self.plan.action]
            if found in before and not self._was_reached(name, position, state):
                continue
            self._seen.add(name)
            if found in before:
                self.returned((name,))
            elif found not in way:
                self._moving.discard(name)

    def _was_reached(self, name: str, position: int | None, state: State) -> bool:
        """Say whether the facts are newer than the act; a server that looks untouched may only not be told of yet."""
        if name in self._seen or position is None or self.plan.action == "restore":
            return name in self._seen
        return bool(state.fleet.since[position] > (self._wave_of[name].sent_at or 0.0))

    def _overdue(self, now: float, state: State) -> str:
        """Name the servers that have been under way for too long; empty for none."""
        timeout = state.region.policy.drain_timeout_s
        late = tuple(name for name in self._moving if now > (self._wave_of[name].sent_at or now) + timeout)
        if not late:
            return ""
        verb = "draining" if self.plan.action == "remove" else "joining"
        many = "has" if len(late) == 1 else "have"
        return f"{_named(tuple(sorted(late)))} {many} been {verb} for more than {timeout / 60:g} min, the drain timeout"

    def _counted(self) -> str:
        out, total = len(self.servers(Fate.DONE)), len(self._fates)
        what = "left service" if self.plan.action == "remove" else "came back"
        parts = [f"{out:,} of {_servers(total)} {what}"]
        back = "went back" if self.plan.action == "remove" else "back already"
        for fate, said in ((Fate.RETURNED, back), (Fate.REFUSED, "could not"), (Fate.LEFT, "not touched")):
            if names := self.servers(fate):
                parts.append(f"{len(names):,} {said}")
        if unknown := self.servers(Fate.UNKNOWN, Fate.SENT):
            parts.append(f"of {len(unknown):,} the region has not said yet")
        return ", ".join(parts)

    def _sentence(self) -> str:
        match self._last:
            case Wait() | Ended():
                return self._last.why
            case Send():
                return f"wave {self._sent:,} of {len(self._waves):,} is being sent"
            case Ask():
                return f"asking the region what became of wave {self._last.number:,}"
            case TakeBack():
                return f"stopped by {self._stopped_by}: telling the region"

    def _wave_progress(self, number: int) -> WaveProgress:
        wave = self._waves[number - 1]
        done = [name for name in wave.servers if self._fates[name] is Fate.DONE]
        moving = sum(name in self._moving for name in done)
        if number > self._sent:
            return WaveProgress(number, len(wave.servers), 0, 0, "planned")
        waits = any(self._fates[name] in (Fate.SENT, Fate.UNKNOWN) for name in wave.servers)
        kind: WaveState = "sent" if waits else "moving" if moving else "done"
        return WaveProgress(number, len(wave.servers), len(done) - moving, moving, kind)


_COURSE: dict[str, tuple[frozenset[ServerState], frozenset[ServerState]]] = {
    "remove": (frozenset({ServerState.IN_SERVICE}), frozenset({ServerState.DRAINING})),
    "restore": (frozenset({ServerState.REMOVED, ServerState.DRAINING}), frozenset({ServerState.JOINING})),
}
"""By action: the states that a server may be in before the act, and those on the way."""


def _state_of(state: State, name: str) -> ServerState | None:
    position = state.fleet.position.get(name)
    return None if position is None else ServerState(state.fleet.state[position])


def _servers(count: int) -> str:
    return "1 server" if count == 1 else f"{count:,} servers"


def _named(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
