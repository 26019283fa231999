"""Carries a confirmed plan out in waves: a state machine fed with facts and time, which acts on nothing itself.

`Execution.step` says what to do next; its owner does it, and tells what came of it. It touches only servers of its
plan, each at most once, in the plan's order. A region and a training are acted on by the same one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import NameRange, RemoveServers, RestoreServers
from topology.execution.outcomes import Outcomes
from topology.execution.progress import (
    Cancel,
    Ended,
    Phase,
    Progress,
    Query,
    Send,
    ServerOutcome,
    Step,
    Wait,
    WaveProgress,
    WaveResult,
    WaveState,
)
from topology.execution.sentences import counted, named, overdue_sentence, servers_text
from topology.execution.waves import clock, split, too_soon
from topology.fleet.state import State
from topology.planning.facts import Say, by_kind
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Plan, Severity
from topology.planning.preview import preview
from topology.region.server_states import ServerState

__all__ = ["Execution", "Phase", "Progress", "Rules", "WaveProgress", "WaveResult"]


class Rules:
    """What an execution keeps to between its waves: every guard, and every pace. A tool of another day keeps to less."""

    paced = True
    """Whether waves wait for the pace; without it the whole plan is one wave."""

    guards: tuple[Guard, ...] = ()
    """Guards of an organisation's own, asked besides ours."""

    say: Say = staticmethod(by_kind)
    """Puts in words what halts it."""

    def holds(self, finding: Finding) -> bool:
        """Whether a finding against the next wave halts it."""
        return finding.severity is Severity.BLOCK


@dataclass(slots=True)
class _Wave:
    servers: tuple[str, ...]
    sent_at: float | None = None
    too_soon_since: float | None = None
    """From when on it might have been sent, by the region's first word that it was too soon."""


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
        rules: Rules | None = None,
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
        self._rules = rules or Rules()
        self._waves = [_Wave(servers) for servers in waves]
        self._outcomes = Outcomes(plan)
        self._sent_at: dict[str, float] = {}
        self._sent = 0
        self._not_before = float("-inf")
        self._paused_by = ""
        self._stopped_by = ""
        self._cancelled = False
        self._halted = ""
        self._is_let_go = False
        self._last: Step = Wait(None, "about to start")
        self._end_lead, self._end_words = "", ("", "")
        """What stands before and behind the counts in the sentence of the end."""

    @classmethod
    def of(
        cls,
        plan: Plan,
        execution: str,
        operator: str,
        state: State,
        own_pace: int | None = None,
        rules: Rules | None = None,
    ) -> "Execution":
        """Cut the servers of *plan* into waves; *own_pace* is the pace that the command states, if any."""
        whole = rules is not None and not rules.paced
        waves = (plan.servers,) if whole else split(state, plan.servers, own_pace)
        return cls(plan, execution, operator, waves, own_pace, state.time, rules)

    # ---- what its owner tells -----------------------------------------------------------------------------------------

    def step(self, now: float, state: State) -> Step:
        """Say what to do next. A `Send` counts as sent until `answered` or `lost` is told."""
        back = self._outcomes.look(state, self._sent_at)
        if back and not self._stopped_by:
            self.halt(f"{named(back)} {'is' if len(back) == 1 else 'are'} back in service by somebody else's doing")
        if not isinstance(self._last, Ended):
            self._last = self._next_step(now, state)
        return self._last

    def answered(self, number: int, result: WaveResult) -> None:
        """Take in what the link said of a wave, server by server: what is done stays done, what was too soon is sent again."""
        self._outcomes.take(result)
        if result.too_soon:
            self._send_again(number, result)
        if result.refused and not self.undo:
            whole = len(result.refused) == len(self._waves[number - 1].servers)
            what = f"wave {number:,}" if whole else f"{named(result.refused)} of wave {number:,}"
            why = "; ".join(result.reasons) or f"{named(result.refused)} could not be taken"
            self.halt(f"the region refused {what}: {why}")

    def lost(self, number: int, why: str) -> None:
        """Take in that the link gave no answer to a wave: it is unknown until the link says what became of it."""
        self._outcomes.lost(self._waves[number - 1].servers)
        self.halt(why)

    def never_heard_of(self, number: int) -> None:
        """Take in that the region never got a wave, so that it did not happen."""
        wave = self._waves[number - 1]
        wave.sent_at = None
        self._outcomes.never_sent(wave.servers)
        self._sent = number - 1

    def returned(self, names: tuple[str, ...]) -> None:
        """Take in that servers went back into service."""
        self._outcomes.returned(names)

    def cancelled(self, names: tuple[str, ...]) -> None:
        """Take in that the link was told of the stop, and which servers went back."""
        self._cancelled = True
        self.returned(tuple(name for name in names if name in self._outcomes))

    def stop(self, operator: str) -> None:
        """Send nothing more, from now on."""
        self._stopped_by = self._stopped_by or operator

    def halt(self, why: str) -> None:
        """Send nothing more, for a reason that nobody chose; the first reason stays."""
        self._halted = self._halted or why

    def let_go(self) -> None:
        """Wait for the link no longer: what it has not said by now is unknown, and the end does not wait for it."""
        for wave in self._waves:
            self._outcomes.lost(wave.servers)
        if not self._stopped_by:
            self.halt("the region does not answer")
        self._is_let_go = True

    def pause(self, operator: str) -> None:
        """Send nothing before `resume`."""
        self._paused_by = operator

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused_by = ""

    def cut_off(self) -> None:
        """Take in that nobody carries it out any more, without an end; one that has an end keeps it."""
        if not isinstance(self._last, Ended):
            self._end(Phase.HALTED, "cut off: ")

    def end_unwritten(self, why: str) -> None:
        """Take in that its end could not be written down."""
        if isinstance(self._last, Ended):
            self._end(Phase.HALTED, self._end_words[0], f"; {why}", self._end_lead)

    # ---- how far it is ------------------------------------------------------------------------------------------------

    def servers(self, *outcomes: ServerOutcome) -> tuple[str, ...]:
        """Give the servers with one of these outcomes, in the plan's order."""
        return self._outcomes.named(*outcomes)

    @property
    def sent(self) -> int:
        """Number of the last wave that was sent, from 1; 0 before the first."""
        return self._sent

    @property
    def has_more(self) -> bool:
        """Whether waves are still to be sent, if nothing ends it before."""
        return self._sent < len(self._waves)

    @property
    def open_waves(self) -> tuple[int, ...]:
        """Numbers of the waves of which the link has not said everything."""
        return tuple(
            number
            for number, wave in enumerate(self._waves, 1)
            if wave.sent_at and self._outcomes.is_open(wave.servers)
        )

    @property
    def is_moving(self) -> bool:
        """Whether servers are still draining, or joining."""
        return bool(self._outcomes.moving)

    @property
    def is_cancelled(self) -> bool:
        """Whether the link was told of a stop."""
        return self._cancelled

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it."""
        return bool(self._stopped_by)

    @property
    def phase(self) -> Phase:
        """Where it is."""
        if isinstance(self._last, Ended):
            return self._last.phase
        if self._stopped_by:
            return Phase.STOPPING
        if self._paused_by:
            return Phase.PAUSED
        return Phase.WAITING if isinstance(self._last, Wait) and not self.is_moving else Phase.RUNNING

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that it will still take, or may have taken without a fact that shows it yet."""
        if self.plan.action == "restore":
            return np.zeros(0, np.int32)
        return self._outcomes.pending(state, to_come=not (self.phase.is_end or self._stopped_by))

    def progress(self) -> Progress:
        """Say how far it is."""
        counts, moving = self._outcomes.counts(), len(self._outcomes.moving)
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
            total=len(self._outcomes),
            done=counts[ServerOutcome.DONE] - moving,
            moving=moving,
            left=counts[ServerOutcome.LEFT],
            returned=counts[ServerOutcome.RETURNED],
            refused=counts[ServerOutcome.REFUSED],
            unknown=counts[ServerOutcome.UNKNOWN],
            sentence=self._sentence(),
            started=self.started,
            next_at=self._last.until if isinstance(self._last, Wait) and not moving else None,
            reason=self._reason(),
            turn=self._last.turn if isinstance(self._last, Wait) else "",
        )

    # ---- what to do next ----------------------------------------------------------------------------------------------

    def _next_step(self, now: float, state: State) -> Step:
        if self._is_let_go:
            return self._early_end()
        if self.servers(ServerOutcome.SENT):
            return Wait(None, f"wave {self._sent:,} was sent; the region has not answered yet")
        if self._stopped_by and not self._cancelled:
            return Cancel()
        if open_waves := self.open_waves:
            return Query(open_waves[0])
        if self._stopped_by:
            return self._early_end()
        if overdue := self._overdue(now, state):
            self.halt(overdue)
        if self._halted:
            return self._early_end()
        return self._wait_for_moving(state) or self._wait_for_turn(now, state) or self._send(now, state)

    def _early_end(self) -> Ended:
        if self._stopped_by:
            return self._end(Phase.STOPPED, f"stopped by {self._stopped_by}: ")
        return self._end(Phase.HALTED, f"{self._halted}; ", lead="halted: ")

    def _end(self, phase: Phase, before: str, behind: str = "", lead: str = "") -> Ended:
        self._end_lead, self._end_words = lead, (before, behind)
        self._last = Ended(phase, f"{lead}{self._end_reason()}")
        return self._last

    def _wait_for_moving(self, state: State) -> Step | None:
        """Wait while a wave is under way; end after the last one. An undo does not wait for its own waves."""
        is_last, moving = self._sent == len(self._waves), self._outcomes.moving
        if is_last and not moving:
            return self._end(Phase.FINISHED, "", lead="finished: ")
        if not moving or (self.undo and not is_last):
            return None
        since = min(self._sent_at.get(name, 0.0) for name in moving)
        verb = "draining" if self.plan.action == "remove" else "joining"
        why = f"wave {self._sent:,} of {len(self._waves):,}: {servers_text(len(moving))} {verb}"
        return Wait(since + state.region.policy.drain_timeout_s, why)

    def _wait_for_turn(self, now: float, state: State) -> Step | None:
        if self._paused_by:
            return Wait(None, f"paused by {self._paused_by}: {self._counted()}")
        wave = self._waves[self._sent]
        if now < self._not_before:
            if self._is_too_soon_for_too_long(wave, now, state):
                return self._early_end()
            turn = clock(state, self._not_before)
            return Wait.for_turn(self._not_before, turn, "the region says that it is too soon")
        if self.undo or not self._rules.paced:
            return None
        own = [(one.sent_at, len(one.servers)) for one in self._waves if one.sent_at is not None]
        soon = too_soon(state, wave.servers, now, own, self.own_pace, leaving=self.plan.action == "remove")
        return None if soon is None else Wait.for_turn(soon.until, clock(state, soon.until), soon.why)

    def _is_too_soon_for_too_long(self, wave: _Wave, now: float, state: State) -> bool:
        """Halt when a wave might have been sent long ago by the region's own first word, and still may not."""
        timeout = state.region.policy.drain_timeout_s
        if self.undo or wave.too_soon_since is None or now < wave.too_soon_since + timeout:
            return False
        self.halt(f"the region has said for {timeout / 60:g} min that it is too soon for {named(wave.servers)}")
        return True

    def _send(self, now: float, state: State) -> Step:
        """Ask the guards once more, then send the next wave."""
        wave = self._waves[self._sent]
        if self.undo:
            self.returned(tuple(name for name in wave.servers if _state_of(state, name) == ServerState.IN_SERVICE))
        elif why := self._blocked(wave.servers, state):
            self.halt(f"before wave {self._sent + 1:,}, {why}")
            return self._next_step(now, state)
        self._sent += 1
        servers = tuple(name for name in wave.servers if self._outcomes[name] is ServerOutcome.LEFT)
        if not servers:
            return self._next_step(now, state)
        wave.sent_at = now
        self._outcomes.sent(servers)
        self._sent_at.update(dict.fromkeys(servers, now))
        return Send(self._sent, servers)

    def _send_again(self, number: int, result: WaveResult) -> None:
        """Put what was too soon in front of what is still to be sent: all of a wave anew, or the rest as a wave of its own."""
        self._not_before = max(self._not_before, result.not_before or self._not_before)
        wave = self._waves[number - 1]
        again = tuple(name for name in result.too_soon if self._outcomes[name] is ServerOutcome.LEFT)
        since = wave.too_soon_since if wave.too_soon_since is not None else result.not_before
        if set(again) == set(wave.servers):
            # Nothing was done under its id, so that the same id may be sent once more.
            self.never_heard_of(number)
            wave.too_soon_since = since
        elif again:
            wave.servers = tuple(name for name in wave.servers if name not in set(again))
            self._waves.insert(number, _Wave(again, too_soon_since=since))

    def _blocked(self, servers: tuple[str, ...], state: State) -> str:
        """Give what the guards have against the next wave, the rest of the plan still to come; empty for nothing."""
        own = [state.fleet.position[name] for name in servers if name in state.fleet.position]
        pending = np.concatenate((state.pending, self.pending(state)))
        # By name: what the command would choose by now is another question.
        kind = RemoveServers if self.plan.action == "remove" else RestoreServers
        command = kind(tuple(NameRange("", name) for name in servers))
        judged = preview(
            replace(state, pending=np.unique(pending[~np.isin(pending, own)])), command, self._rules.guards
        )
        return "; ".join(self._rules.say(one.facts) for one in judged.findings if self._rules.holds(one))

    def _overdue(self, now: float, state: State) -> str:
        """Name the servers that have been under way for too long; empty for none."""
        timeout = state.region.policy.drain_timeout_s
        late = tuple(sorted(name for name in self._outcomes.moving if now >= self._sent_at.get(name, now) + timeout))
        return overdue_sentence(late, self.plan.action, timeout) if late else ""

    # ---- words --------------------------------------------------------------------------------------------------------

    def _counted(self) -> str:
        return counted(self._outcomes.counts(), self.plan.action)

    def _end_reason(self) -> str:
        return f"{self._end_words[0]}{self._counted()}{self._end_words[1]}"

    def _reason(self) -> str:
        """Give the sentence without the word for the phase and without the time of the next wave."""
        if isinstance(self._last, Ended):
            return self._end_reason()
        return (isinstance(self._last, Wait) and self._last.reason) or self._sentence()

    def _sentence(self) -> str:
        match self._last:
            case Wait():
                return self._last.why
            case Ended():  # what was unknown at the end may have been settled since
                return f"{self._end_lead}{self._end_reason()}"
            case Send():
                return f"wave {self._sent:,} of {len(self._waves):,} is being sent"
            case Query():
                return f"asking the region what became of wave {self._last.number:,}"
            case Cancel():
                return f"stopped by {self._stopped_by}: telling the region"

    def _wave_progress(self, number: int) -> WaveProgress:
        wave = self._waves[number - 1]
        done = [name for name in wave.servers if self._outcomes[name] is ServerOutcome.DONE]
        moving = sum(name in self._outcomes.moving for name in done)
        if number > self._sent:
            return WaveProgress(number, len(wave.servers), 0, 0, "planned")
        kind: WaveState = "sent" if self._outcomes.is_open(wave.servers) else "moving" if moving else "done"
        return WaveProgress(number, len(wave.servers), len(done) - moving, moving, kind)


def _state_of(state: State, name: str) -> ServerState | None:
    position = state.fleet.position.get(name)
    return None if position is None else ServerState(state.fleet.state[position])
