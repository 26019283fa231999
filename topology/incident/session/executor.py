"""Carries plans out on a branch: the same `Execution` as at a live region, with a branch that answers at once.

What differs is said in one place: the guards and the pace are those of the era, and what comes back comes in one wave, since
servers of a stopped subsystem wait for its restart, which may take hours, and no wave should wait for that.
"""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import NameRange, RemoveServers
from topology.execution.execution import Execution, Rules
from topology.execution.progress import Ended, Phase, Send, ServerOutcome, Wait, WaveResult
from topology.fleet.state import State
from topology.incident.branch.branch import Branch
from topology.incident.model import Era
from topology.incident.session.tools import holds, own_in
from topology.planning.facts import Say
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Plan
from topology.planning.preview import preview, undo_plan
from topology.region.server_states import ServerState

WHO = "trainee"


class EraRules(Rules):
    """What an execution keeps to under the tool of an era."""

    def __init__(self, era: Era, say: Say, own: tuple[Guard, ...] = ()) -> None:
        self._era = era
        self.guards = own_in(era, own)
        self.say = say
        self.paced = era.paced

    def holds(self, finding: Finding) -> bool:
        """Whether a finding against the next wave halts it in this era."""
        return super().holds(finding) and holds(self._era, finding.code)


@dataclass(slots=True)
class Rolling:
    """A restart of servers of *subsystem* that work, one of its *stages* after the other; *execution* is of the last begun."""

    command: str
    subsystem: str
    rate: int | None
    pace: int | None
    stages: list[tuple[str, ...]]
    execution: Execution
    operation: str


class BranchExecutor:
    """Every execution of one run, oldest first. Several may be under way, as under the tools of the day."""

    def __init__(self, branch: Branch, say: Say, own: tuple[Guard, ...] = ()) -> None:
        self.executions: list[Execution] = []
        self._branch = branch
        self._own = own_in(branch.era, own)
        self._rules = EraRules(branch.era, say, own)
        self._rolling: dict[str, Rolling] = {}
        """By execution, the restart that it is a stage of."""
        self._position = {name: number for number, name in enumerate(branch.incident.region.roster.names)}
        self._operations: dict[str, str] = {}
        """By execution, under which name its acts are done: chance depends on it."""
        self._undone: set[str] = set()

    def state(self, without: Execution | None = None) -> State:
        """Give what planning reads, as it is now; it is good until time passes. *without* does not count as leaving."""
        branch = self._branch
        state = State(branch.incident.region, branch.fleet, time=branch.time)
        return replace(state, pending=self._pending(state, without))

    def begin(self, plan: Plan, own_pace: int | None) -> None:
        """Begin to carry a plan out; what is due now is done now."""
        operation = f"run-{len(self._removals()) + 1}"
        if plan.action == "remove":
            self._begin(Execution.of(plan, operation, WHO, self.state(), own_pace, self._rules), operation)
        else:
            name = f"{operation}.restore-{len(self.executions) + 1}"
            self._begin(self._whole(plan, name), operation)

    def begin_restart(
        self, command: str, subsystem: str, stages: Sequence[tuple[str, ...]], rate: int | None, pace: int | None
    ) -> None:
        """Begin to restart servers of a subsystem that works, stage by stage; the first of them leave now."""
        self._begin_stage(command, subsystem, list(stages), rate, pace)

    def _begin_stage(
        self, command: str, subsystem: str, stages: list[tuple[str, ...]], rate: int | None, pace: int | None
    ) -> None:
        names, state = stages.pop(0), self.state()
        plan = copy(preview(state, RemoveServers(tuple(NameRange("", name) for name in names)), self._own))
        vars(plan).update(command=command)
        operation = f"restart-{len(self._rolling) + 1}"
        execution = Execution.of(plan, operation, WHO, state, pace, self._rules)
        self._rolling[operation] = Rolling(command, subsystem, rate, pace, stages, execution, operation)
        self._begin(execution, operation)
        self._roll(self._rolling[operation])

    def _roll(self, rolling: Rolling) -> float | None:
        """Have a stage checked once the last of it has left, and begin the next when it is back; None where none is to come."""
        parts = self._branch.restarts.parts.of
        if _has_more(rolling.execution):
            return math.inf
        self._branch.restarts.parts.close(rolling.operation, self._branch.time)
        if not rolling.stages:
            return None
        if rolling.execution.phase in (Phase.HALTED, Phase.STOPPED):
            rolling.stages.clear()
            return None
        if rolling.operation in parts:
            return math.inf
        stages, rolling.stages = rolling.stages, []
        if why := self._against(stages[0]):
            self._branch.tell(f"{rolling.command} is halted before its next stage: {why}", "event")
            return None
        self._begin_stage(rolling.command, rolling.subsystem, stages, rolling.rate, rolling.pace)
        return math.inf

    def _against(self, names: tuple[str, ...]) -> str:
        """Give what the guards of the era have against a stage; empty for nothing."""
        judged = preview(self.state(), RemoveServers(tuple(NameRange("", name) for name in names)), self._own)
        return "; ".join(self._rules.say(one.facts) for one in judged.findings if self._rules.holds(one))

    def carry_on(self) -> float | None:
        """Do what is due now; gives the moment at which more may be due, infinity where facts decide that, None for never."""
        moments = [self._carry_on(one) for one in self.executions if _has_more(one)]
        moments += [self._roll(one) for one in tuple(self._rolling.values())]
        waiting = [moment for moment in moments if moment is not None]
        return min(waiting) if waiting else None

    def look(self) -> None:
        """See how those fare of which everything was sent."""
        for one in self.executions:
            if not _has_more(one) and (one.outcomes.moving or not one.phase.is_end):
                one.step(self._branch.time, self.state(one))

    def stop(self) -> int:
        """Let nothing more leave, and take back what still drains; gives how many stay by this."""
        stay = sum(len(stage) for rolling in self._rolling.values() for stage in rolling.stages)
        for rolling in self._rolling.values():
            rolling.stages.clear()
        for one in self.executions:
            left = len(one.servers(ServerOutcome.LEFT)) if _has_more(one) else 0
            returned = self._stop(one, "stop") if one.plan.action == "remove" or left else 0
            stay += left + returned
        return stay

    def hold(self, *, pause: bool) -> int | None:
        """Hold everything before its next wave, or let it go on; gives how many servers that means, None for nothing."""
        some = [one for one in self.executions if _has_more(one) and (one.phase is Phase.PAUSED) != pause]
        for one in some:
            if pause:
                one.pause(WHO)
            else:
                one.resume()
        return sum(len(one.servers(ServerOutcome.LEFT)) for one in some) if some else None

    def last_taken(self) -> tuple[int, Execution] | None:
        """Give the last removal that took something and is not undone, with its number from 1."""
        pairs = reversed(list(enumerate(self._removals(), 1)))
        return next(
            (pair for pair in pairs if pair[1].id not in self._undone and pair[1].servers(ServerOutcome.DONE)), None
        )

    def undo(self) -> int | None:
        """Give back what the last removal took; never refused. Gives how many come back, None where there is nothing."""
        found = self.last_taken()
        if found is None:
            return None
        number, taken = found
        self._undone.add(taken.id)
        returned = self._stop(taken, "undo")
        states = self._branch.fleet.state
        gone = [
            name for name in taken.servers(ServerOutcome.DONE) if states[self._position[name]] == ServerState.REMOVED
        ]
        if gone:
            name = f"{taken.id}.undo"
            self._begin(
                self._whole(undo_plan(self.state(), tuple(gone), number, "undo", extra=self._rules.guards), name), name
            )
        return returned + len(gone)

    def _removals(self) -> list[Execution]:
        """Give what took servers for good, oldest first: not the restarts, whose servers come back."""
        return [one for one in self.executions if one.plan.action == "remove" and one.id not in self._rolling]

    def _whole(self, plan: Plan, name: str) -> Execution:
        """Make an execution of one wave."""
        return Execution(plan, name, WHO, (plan.servers,), None, self._branch.time, self._rules)

    def _begin(self, execution: Execution, operation: str) -> None:
        self.executions.append(execution)
        self._operations[execution.id] = operation
        self._carry_on(execution)

    def _carry_on(self, execution: Execution) -> float | None:
        """Do what is due of one execution now; gives when more may be due."""
        while True:
            match execution.step(self._branch.time, self.state(execution)):
                case Send() as step:
                    execution.answered(step.number, self._act(execution, step))
                case Wait(until):
                    return math.inf if until is None or until <= self._branch.time else until
                case Ended(phase, why):
                    if phase is Phase.HALTED and execution.servers(ServerOutcome.LEFT):
                        self._branch.tell(f"{execution.id} is {why}", "event")
                    return None
                case _:
                    return None

    def _act(self, execution: Execution, step: Send) -> WaveResult:
        """Do a wave in the branch, which answers for every server."""
        removes = execution.plan.action == "remove"
        able = ServerState.IN_SERVICE if removes else ServerState.REMOVED
        states, operation = self._branch.fleet.state, self._operations[execution.id]
        done = tuple(name for name in step.servers if states[self._position[name]] == able)
        refused = tuple(name for name in step.servers if name not in set(done))
        servers = [self._position[name] for name in done]
        rolling = self._rolling.get(execution.id)
        if rolling is not None:
            self._branch.take_to_restart(rolling.subsystem, servers, rolling.rate, operation)
        elif removes:
            self._branch.remove(servers, operation)
        else:
            self._branch.restore(servers, operation)
        return WaveResult(done, refused)

    def _stop(self, execution: Execution, why: str) -> int:
        """End an execution here, and take back what still drains of it; gives how many that are."""
        names = execution.servers(ServerOutcome.DONE)
        if not execution.phase.is_end:
            execution.stop(WHO)
        if not names and execution.phase.is_end:
            return 0
        back = self._branch.take_back([self._position[name] for name in names], f"{execution.id}.{why}")
        roster = self._branch.incident.region.roster.names
        execution.cancelled(tuple(roster[server] for server in back))
        execution.step(self._branch.time, self.state(execution))
        return len(back)

    def _pending(self, state: State, without: Execution | None) -> NDArray[np.int32]:
        found = [one.pending(state) for one in self.executions if one is not without and not one.phase.is_end]
        return np.concatenate(found) if found else np.zeros(0, np.int32)


def _has_more(execution: Execution) -> bool:
    """Whether some of it is still to be sent."""
    return not execution.phase.is_end and execution.waves.has_more
