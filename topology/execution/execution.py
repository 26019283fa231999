"""Carries a confirmed plan out in waves: a state machine fed with facts and time, which acts on nothing itself.

`Execution.step` says what to do next; its owner does it, and tells what came of it. It touches only servers of its
plan, each at most once, in the plan's order. A region and a training are acted on by the same one.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topology.execution.ending import CUT_OFF, Ending
from topology.execution.next_step import Deciding, Rules, pending_of
from topology.execution.orders import Orders
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
)
from topology.execution.sent_waves import SentWaves
from topology.execution.sentences import counted, named
from topology.execution.waves import split
from topology.fleet.state import State
from topology.planning.plan import Plan

__all__ = ["Execution", "Phase", "Progress", "Rules", "WaveProgress", "WaveResult"]


class Execution:
    """One plan being carried out. Its owner does each step before asking for the next.

    *outcomes*, *waves* and *orders* are to be read; what changes them are the methods here.
    """

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
        self.outcomes = Outcomes(plan)
        self.waves = SentWaves(waves, self.outcomes)
        self.orders = Orders()
        self._deciding = Deciding(plan, own_pace, rules or Rules(), self.waves, self.outcomes, self.orders)
        self.undo = self._deciding.undo
        self._last: Step = Wait(None, "about to start")
        self._ending: Ending | None = None

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
        back = self.outcomes.look(state)
        if back and not self.orders.is_stopped:
            self.halt(f"{named(back)} {'is' if len(back) == 1 else 'are'} back in service by somebody else's doing")
        if self._ending is None:
            step = self._deciding.next(now, state)
            self._last = self._end(step) if isinstance(step, Ending) else step
        return self._last

    def answered(self, number: int, result: WaveResult) -> None:
        """Take in what the link said of a wave, server by server: what is done stays done, what was too soon is sent again."""
        self.outcomes.take(result)
        if result.too_soon:
            self.waves.send_again(number, result)
        if result.refused and not self.undo:
            whole = len(result.refused) == len(self.waves.of(number).servers)
            what = f"wave {number:,}" if whole else f"{named(result.refused)} of wave {number:,}"
            why = "; ".join(result.reasons) or f"{named(result.refused)} could not be taken"
            self.halt(f"the region refused {what}: {why}")

    def lost(self, number: int, why: str) -> None:
        """Take in that the link gave no answer to a wave: it is unknown until the link says what became of it."""
        self.outcomes.lost(self.waves.of(number).servers)
        self.halt(why)

    def never_heard_of(self, number: int) -> None:
        """Take in that the region never got a wave, so that it did not happen."""
        self.waves.never_heard_of(number)

    def cancelled(self, names: tuple[str, ...]) -> None:
        """Take in that the link was told of the stop, and which servers went back."""
        self.orders.is_cancelled = True
        self.outcomes.returned(tuple(name for name in names if name in self.outcomes))

    def stop(self, operator: str) -> None:
        """Send nothing more, from now on."""
        self.orders.stop(operator)

    def halt(self, why: str) -> None:
        """Send nothing more, for a reason that nobody chose; the first reason stays."""
        self.orders.halt(why)

    def let_go(self) -> None:
        """Wait for the link no longer: what it has not said by now is unknown, and the end does not wait for it."""
        for wave in self.waves.all:
            self.outcomes.lost(wave.servers)
        if not self.orders.is_stopped:
            self.halt("the region does not answer")
        self.orders.is_let_go = True

    def pause(self, operator: str) -> None:
        """Send nothing before `resume`."""
        self.orders.paused_by = operator

    def resume(self) -> None:
        """Go on after a pause."""
        self.orders.paused_by = ""

    def cut_off(self) -> None:
        """Take in that nobody carries it out any more, without an end; one that has an end keeps it."""
        if self._ending is None:
            self._last = self._end(CUT_OFF)

    def end_unwritten(self, why: str) -> None:
        """Take in that its end could not be written down."""
        if self._ending is not None:
            self._last = self._end(replace(self._ending, phase=Phase.HALTED, behind=f"; {why}"))

    # ---- how far it is ------------------------------------------------------------------------------------------------

    def servers(self, *outcomes: ServerOutcome) -> tuple[str, ...]:
        """Give the servers with one of these outcomes, in the plan's order."""
        return self.outcomes.named(*outcomes)

    @property
    def phase(self) -> Phase:
        """Where it is."""
        if self._ending is not None:
            return self._ending.phase
        if self.orders.is_stopped:
            return Phase.STOPPING
        if self.orders.paused_by:
            return Phase.PAUSED
        return Phase.WAITING if isinstance(self._last, Wait) and not self.outcomes.moving else Phase.RUNNING

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that it will still take, or may have taken without a fact that shows it yet."""
        to_come = not (self.phase.is_end or self.orders.is_stopped)
        return pending_of(self.plan, self.outcomes, state, to_come=to_come)

    def progress(self) -> Progress:
        """Say how far it is."""
        counts, moving = self.outcomes.counts(), len(self.outcomes.moving)
        return Progress(
            self.id,
            self.entry,
            self.plan.command,
            self.operator,
            self.plan.action,
            self.undo,
            self.phase,
            self.waves.sent,
            self.waves.progress(),
            total=len(self.outcomes),
            done=counts[ServerOutcome.DONE] - moving,
            moving=moving,
            left=counts[ServerOutcome.LEFT],
            returned=counts[ServerOutcome.RETURNED],
            refused=counts[ServerOutcome.REFUSED],
            unknown=counts[ServerOutcome.UNKNOWN],
            sentence=_sentence(self, self._last, self._ending),
            started=self.started,
            next_at=self._last.until if isinstance(self._last, Wait) and not moving else None,
            reason=_reason(self, self._last, self._ending),
            turn=self._last.turn if isinstance(self._last, Wait) else "",
        )

    def _end(self, ending: Ending) -> Ended:
        self._ending = ending
        return Ended(ending.phase, ending.sentence(_counted(self)))


def _counted(execution: Execution) -> str:
    return counted(execution.outcomes.counts(), execution.plan.action)


def _reason(execution: Execution, last: Step, ending: Ending | None) -> str:
    """Give the sentence without the word for the phase and without the time of the next wave."""
    if ending is not None:
        return ending.reason(_counted(execution))
    return (isinstance(last, Wait) and last.reason) or _sentence(execution, last, ending)


def _sentence(execution: Execution, last: Step, ending: Ending | None) -> str:
    if ending is not None:  # what was unknown at the end may have been settled since
        return ending.sentence(_counted(execution))
    match last:
        case Wait() | Ended():
            return last.why
        case Send():
            return f"wave {execution.waves.sent:,} of {len(execution.waves):,} is being sent"
        case Query():
            return f"asking the region what became of wave {last.number:,}"
        case Cancel():
            return f"stopped by {execution.orders.stopped_by}: telling the region"
