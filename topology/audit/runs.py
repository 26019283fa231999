"""Whole runs: every step of a playbook one after the other, since steps that hold alone may break a floor together."""

from collections import deque
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from topology.audit.inputs import Candidate, run_text
from topology.audit.judging import AuditGround, broken, expected, input_of
from topology.audit.report import Input
from topology.command.grammar.syntax import Planned
from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.playbook.expects import unmet
from topology.playbook.model import Playbook
from topology.playbook.templates import fill
from topology.region.server_states import ServerState

MOST_RUNS = 24
"""Whole runs of one playbook that are played through."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a run ended: with the step and input that break a floor, or well (None)."""

    step: int
    input: Input | None


def play(ground: AuditGround, playbook: Playbook, candidate: Candidate) -> Played:
    """Play every step on a copy of the region; it ends where a step breaks a floor or is refused."""
    state = ground.state
    for step in playbook.steps:
        if not step.command.makes_plan:
            continue
        command = fill(step.command, candidate.values, ground.vocabulary).command
        if not isinstance(command, Planned):
            continue
        plan = ground.planner.preview(state, command)
        expects = expected(step, candidate.values)
        if expects is not None and unmet(expects, plan):
            break
        if plan.action == "remove" and (effects := broken(plan)):
            return Played(step.number, input_of(playbook, candidate, plan, effects))
        state = moved(state, plan)
    return Played(0, None)


def some_runs(playbook: Playbook, inputs: Sequence[Candidate]) -> Iterator[Candidate]:
    """Choose among *inputs* those to play through, spread evenly, each run once."""
    stride = max(1, len(inputs) // MOST_RUNS)
    seen: set[str] = set()
    for candidate in inputs[::stride][:MOST_RUNS]:
        run = run_text(playbook, candidate.values)
        if run not in seen:
            seen.add(run)
            yield candidate


def moved(state: State, plan: Plan) -> State:
    """Give a copy of *state* in which *plan* has been carried out."""
    fleet = _copy(state.fleet)
    servers = np.array([fleet.position[name] for name in plan.servers], np.int32)
    target = ServerState.REMOVED if plan.action == "remove" else ServerState.IN_SERVICE
    states = np.full(len(servers), target, np.uint8)
    fleet.apply(EventBatch(state.revision + 1, state.time, servers, states, "audit", "audit"))
    return replace(state, fleet=fleet, revision=state.revision + 1)


def _copy(fleet: Fleet) -> Fleet:
    """Copy what events change; what the description lays out is shared."""
    other = copy(fleet)
    for name, value in vars(fleet).items():
        if isinstance(value, np.ndarray | deque):
            setattr(other, name, value.copy())
    return other
