"""From a command to a plan: the one entrance to planning, for each keystroke and each change of the region.

Everything is pure: a state and a command give a plan, and nothing here can act. A `Planner` gives the same plans and
remembers the order in which servers leave, so that another number in the same command costs little.
"""

from collections.abc import Callable

import numpy as np

from topology.command.grammar.syntax import Condition, Place, Planned, Remove, Undo
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.planning.confirmation import is_worse, objections
from topology.planning.guards.guard import Guard
from topology.planning.judging import judge_choice
from topology.planning.listed import Listed
from topology.planning.plan import Confirmation, Finding, Plan
from topology.planning.selection.choice import (
    Choice,
    Counting,
    choose,
    choose_again,
    choose_listed_again,
    count_on,
    intent_of,
)
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.matching import matching, named_subsystems
from topology.planning.selection.select import Sequence, sequence_of
from topology.planning.undo import undo_plan, undo_restore_plan
from topology.region.region import Region

MOST_SEQUENCES = 32
"""Selections remembered at one revision: what an operator has in mind, and the commands a keystroke away from it."""

__all__ = [
    "Planner",
    "check_confirmation",
    "judge",
    "judge_again",
    "preview",
    "replan",
    "undo_plan",
    "undo_restore_plan",
]

_Order = Callable[[Remove], Sequence]


def preview(state: State, command: Planned, extra: tuple[Guard, ...] = ()) -> Plan:
    """Work out what *command* would do; *extra* guards, an organisation's own, may only add findings."""
    return judge_choice(state, intent_of(command), choose(state, command, _in_order(state)), extra)


def judge(state: State, command: Planned, servers: tuple[str, ...], extra: tuple[Guard, ...] = ()) -> Plan:
    """Judge the same *servers* for *command* at the state as it is now; one that it no longer means is a block."""
    return _judge(state, command, servers, choose(state, command, _in_order(state)), extra)


def replan(state: State, plan: Plan, command: Planned, extra: tuple[Guard, ...] = ()) -> Plan:
    """Give the plan to show for an unchanged *command* after the region changed.

    The servers on show are judged again. They are selected anew only when one of them is no longer meant, when the
    quantity comes to another number, when the verdict worsens, or when *plan* is blocked and another selection would
    not be.
    """
    return _replan(state, plan, command, _in_order(state), extra)


def check_confirmation(
    state: State, plan: Plan, command: Planned | Undo, confirmation: Confirmation, extra: tuple[Guard, ...] = ()
) -> tuple[Finding, ...]:
    """Say what keeps *plan*, as it was shown for *command*, from being carried out now; nothing means go."""
    return objections(state, plan, judge_again(state, plan, command, extra), confirmation)


class Planner:
    """Gives the same plans as the functions of this module, and remembers orders of leaving while nothing changes."""

    def __init__(self, region: Region, extra: tuple[Guard, ...] = ()) -> None:
        """Prepare; *extra* guards, an organisation's own, may only add findings."""
        self._region = region
        self._extra = extra
        self._stamp: tuple[Fleet, int, int, bytes] | None = None
        self._sequences: dict[tuple[tuple[str, ...], tuple[Place, ...], Condition | None], Sequence] = {}

    def prepare(self) -> None:
        """Make ready what every plan needs, so that the first keystroke need not wait for it."""
        graph_of(self._region)

    def count_on(self, state: State, command: Planned, steps: int) -> Counting | None:
        """Work on what a plan of *command* waits for, about *steps* servers far; None where it waits for nothing."""
        if not isinstance(command, Remove) or command.by is not None:
            return None
        return count_on(state, command, self._order(state)(command), steps)

    def preview(self, state: State, command: Planned, *, soon: bool = False) -> Plan:
        """Work out what *command* would do; *soon* leaves the largest safe command out where it takes long to count."""
        choice = choose(state, command, self._order(state), soon=soon)
        return judge_choice(state, intent_of(command), choice, self._extra)

    def judge(self, state: State, command: Planned, servers: tuple[str, ...]) -> Plan:
        """Judge the same *servers* for *command* at the state as it is now."""
        return _judge(state, command, servers, choose(state, command, self._order(state)), self._extra)

    def replan(self, state: State, plan: Plan, command: Planned, *, soon: bool = False) -> Plan:
        """Give the plan to show for an unchanged *command* after the region changed; *soon* as for `preview`."""
        return _replan(state, plan, command, self._order(state), self._extra, soon=soon)

    def _order(self, state: State) -> _Order:
        # The revision should do, but a fleet that moved on without its state must not be planned from memory.
        fleet = state.fleet
        stamp = (fleet, state.revision, int(fleet.rack_version.sum()), state.pending.tobytes())
        if self._stamp is None or self._stamp[0] is not fleet or self._stamp[1:] != stamp[1:]:
            self._stamp = stamp
            self._sequences.clear()
        make = _in_order(state)

        def remembered(command: Remove) -> Sequence:
            key = (command.subsystems, command.places, command.where)
            found = self._sequences.get(key)
            if found is None:
                if len(self._sequences) >= MOST_SEQUENCES:
                    self._sequences.clear()
                found = self._sequences[key] = make(command)
            return found

        return remembered


def _in_order(state: State) -> _Order:
    def order(command: Remove) -> Sequence:
        return sequence_of(
            state, headrooms_of(state), named_subsystems(state, command.subsystems), matching(state, command)
        )

    return order


def _judge(state: State, command: Planned, servers: tuple[str, ...], fresh: Choice, extra: tuple[Guard, ...]) -> Plan:
    return judge_choice(state, intent_of(command), choose_again(state, command, servers, fresh), extra)


def _replan(
    state: State, plan: Plan, command: Planned, order: _Order, extra: tuple[Guard, ...], *, soon: bool = False
) -> Plan:
    fresh = choose(state, command, order, soon=soon)
    intent = intent_of(command)
    on_show = plan.listed
    if on_show is not None and not on_show.is_of(state.region):
        on_show = None
    if len(fresh.servers) == plan.count and _is_fresh(state, plan, on_show, fresh):
        return judge_choice(state, intent, fresh, extra)
    if on_show is None:
        again = choose_again(state, command, plan.servers, fresh)
    else:
        again = choose_listed_again(state, command, on_show.positions, fresh)
    if plan.command != intent.text or len(again.servers) != plan.count or len(fresh.servers) != plan.count:
        return judge_choice(state, intent, fresh, extra)
    judged = judge_choice(state, intent, again, extra)
    if not judged.blocked and not is_worse(judged.verdict, plan.verdict):
        return judged
    anew = judge_choice(state, intent, fresh, extra)
    return judged if judged.verdict is anew.verdict and not is_worse(judged.verdict, plan.verdict) else anew


def _is_fresh(state: State, plan: Plan, on_show: Listed | None, fresh: Choice) -> bool:
    """Whether a fresh choice comes to the servers on show, in their order."""
    if on_show is not None:
        return np.array_equal(on_show.positions, fresh.servers)
    return Listed(state.region, fresh.servers).names == plan.servers


def judge_again(state: State, plan: Plan, command: Planned | Undo, extra: tuple[Guard, ...] = ()) -> Plan:
    """Judge the servers of *plan* again, in the way that the plan came about."""
    if plan.undoes is not None:
        named = tuple(dict.fromkeys(effect.subsystem for effect in plan.effects if effect.named))
        make = undo_plan if plan.action == "restore" else undo_restore_plan
        return make(state, plan.servers, plan.undoes, plan.command, named, extra)
    if isinstance(command, Undo):
        raise TypeError(f"{command} cannot have made a plan that undoes nothing")
    return judge(state, command, plan.servers, extra)
