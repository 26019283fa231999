"""The executions of one console: the one that runs or ran last, and earlier ones of which something is still unknown."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from console.operating.live.executing.executor import Executor, current
from console.operating.live.holding import Holding
from console.operating.live.other_sessions import OtherSessions
from console.operating.refusal import refused
from topology.approval.request import LivingApproval
from topology.execution.execution import Execution
from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.links.protocol import RegionLink


class LiveExecutions:
    """One runs at a time. What any of them may still take counts as leaving."""

    def __init__(self, link: RegionLink, others: OtherSessions, holding: Holding) -> None:
        self.latest: Executor | None = None
        self._link = link
        self._others = others
        self._holding = holding
        self._state: State | None = None
        self._unsettled: list[Executor] = []
        """Earlier ones of which the region has still to say something; what they may have taken counts as leaving."""
        self.approvals: Callable[[], tuple[LivingApproval, ...]] = tuple
        """Gives the approvals of this operator that live."""

    @property
    def carrying_out(self) -> Executor | None:
        """What carries out an execution right now, if anything does."""
        return None if self.latest is None or self.latest.ended.is_set() else self.latest

    @property
    def running(self) -> Execution | None:
        """The execution that is under way, if any."""
        return None if self.carrying_out is None else self.carrying_out.execution

    @property
    def running_id(self) -> str | None:
        """The name of the execution that is under way, if any."""
        return None if self.running is None else self.running.id

    @property
    def unsettled(self) -> tuple[Executor, ...]:
        """Earlier ones that the region has not said everything of."""
        return tuple(self._unsettled)

    def follow(self, state: State) -> None:
        """Take *state*, which its owner keeps current, as the region's from now on."""
        self._state = state
        self.facts_changed()

    def facts_changed(self) -> None:
        """There are new facts in the state."""
        self._unsettled = [one for one in self._unsettled if one.is_unsettled]
        if self.latest is not None and self._state is not None:
            self.latest.wake()
            self.latest.look_after_end(self._state)

    def heard(self, batch: EventBatch) -> None:
        """Take in that *batch* was folded into the state; one that tells of a stop by somebody else stops here too."""
        executor = self.carrying_out
        if executor is not None and batch.operation == f"{executor.execution.id}.stop":
            executor.stop(batch.actor or "another console")
        self.facts_changed()

    def now(self) -> State:
        """Give the state as it is at this moment, for an act.

        Raises:
            RefusedError: there is none yet.
        """
        if self._state is None:
            raise refused("the region is not loaded yet")
        # The running one counts its own servers.
        pending = self._pending_of_others(self._state)
        return replace(current(self._state, self._link), pending=pending, approvals=self.approvals())

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that any execution will still take, or may have taken unheard."""
        own = [] if self.latest is None else [self.latest.execution.pending(state)]
        return np.unique(np.concatenate((*own, self._pending_of_others(state))))

    def _pending_of_others(self, state: State) -> NDArray[np.int32]:
        """Give what other sessions will still take, and what ended executions of this one may have taken."""
        ended = [*self._unsettled, *([self.latest] if self.latest is not None and self.running is None else [])]
        found = [one.execution.pending(state) for one in ended]
        return np.unique(np.concatenate((*found, self._others.pending(state))))

    def see_approvals(self, withdrawn: Callable[[tuple[int, ...]], str]) -> None:
        """Halt what runs by an approval that is over, before its next wave would be refused; *withdrawn* says why."""
        executor = self.carrying_out
        if executor is not None and executor.approvals and (why := withdrawn(executor.approvals)):
            executor.execution.halt(why)
            executor.wake()

    def begin(self, executor: Executor) -> None:
        """Take another one."""
        if self.latest is not None and self.latest.is_unsettled:
            self._unsettled.append(self.latest)
        self.latest = executor

    def stop(self, operator: str) -> None:
        """Let no further server leave, from this moment on."""
        if self.carrying_out is not None:
            self.carrying_out.stop(operator)

    async def run(self) -> None:
        """Carry the latest one out to its end."""
        executor = self.carrying_out
        if executor is None:
            return
        try:
            await executor.run()
        finally:
            self._holding.let_go()

    async def ended(self, within_s: float) -> None:
        """Wait for the end of what was begun, and until the link has heard of it, but for neither for ever."""
        executor = self.latest
        if executor is None or not executor.is_started:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await executor.ended.wait()
        if executor.letting_go is not None:
            await asyncio.wait({executor.letting_go}, timeout=within_s)
