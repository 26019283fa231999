"""A plan in brief: the verdict of a command and the worst scope it moves, for a fraction of the cost of the whole plan.

The same servers are chosen, the same guards are asked, and the verdict is made of what they say; tests compare it with
`preview`. What is left out cannot change a verdict: names and digests, scopes that the command does not move, all but
the worst of those that it does move inside a region, and whom a shortage reaches (only a broken floor makes one, and
that blocks).
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Condition, Place, Planned, Remove, RemoveServers, Restore, RestoreServers
from topology.fleet.fleet import NO_FLOOR, REGION
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.planning.effects import Shift, shift_of
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.table import GUARDS, in_order, verdict_of
from topology.planning.plan import Effect, Finding, Severity, Verdict
from topology.planning.selection.candidates import Lookups, Selection
from topology.planning.selection.choice import Choice, intent_of, resolved
from topology.planning.selection.headrooms import Headrooms, headrooms_of
from topology.planning.selection.left_out import LeftOut, Why
from topology.planning.selection.matching import named_subsystems
from topology.planning.selection.select import Sequence, sequence_of
from topology.planning.selection.staging import staged
from topology.planning.selection.worth import Worth
from topology.planning.standing import below_and_tight, scope_verdict
from topology.region.server_states import ServerState

Steps = Generator[None, None, Choice]
_Key = tuple[tuple[str, ...], tuple[Place, ...], Condition | None]

FEW_SERVERS = 200
"""Servers whose order is worked out in one step."""
EACH = 64
AHEAD = 40
"""Of each class so many servers are looked at, or so many times its share of the command; more when that is too few."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The verdict, how many servers move, and the worst of the scopes they move; None where no server does."""

    verdict: Verdict
    servers: int
    worst: Effect | None


class Outlooks:
    """Gives the outlook of many commands at one state, which must not change meanwhile, and remembers what they share."""

    def __init__(
        self,
        state: State,
        typed: Remove | None = None,
        order: Sequence | None = None,
        extra: tuple[Guard, ...] = (),
    ) -> None:
        """Prepare; *order* is the order of leaving of *typed* at this state, where a planner has it already.

        *extra* guards are asked besides those of the table.
        """
        self._state = state
        self._guards = in_order((*GUARDS, *extra))
        self._lookups = Lookups(state)
        self._now = headrooms_of(state)
        self._graph = graph_of(state.region)
        self._orders: dict[_Key, _Order] = {}
        if typed is not None and order is not None:
            self._orders[_key(typed)] = _Order(state, None, frozenset(), self._now, order)

    def of(self, command: Planned) -> Outlook:
        """Give the outlook of *command*."""
        steps = self.steps(command)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found: Outlook = end.value
                return found

    def steps(self, command: Planned) -> Generator[None, None, Outlook]:
        """Give the outlook of *command* in steps, each short enough for a window to do between two paintings."""
        match command:
            case RemoveServers() | RestoreServers():
                choice = yield from self._by_name(command)
            case Remove():
                choice = yield from self._removal(command)
            case Restore():
                choice = yield from self._restoral(command)
        return self._judge(command, choice)

    def _by_name(self, command: RemoveServers | RestoreServers) -> Steps:
        state = self._state
        parts = []
        for names in command.servers:
            part = yield from self._lookups.positions(names)
            parts.append(part)
        places = np.concatenate(parts)
        fit = places >= 0
        removes = isinstance(command, RemoveServers)
        fit[fit] = state.fleet.state[places[fit]] == (ServerState.IN_SERVICE if removes else ServerState.REMOVED)
        if removes and len(state.pending):
            fit &= ~np.isin(places, state.pending)
        servers = places[fit]
        missing = () if len(servers) == len(places) else (LeftOut("a server that is named", Why.CANNOT_BE_MOVED),)
        return Choice(servers, len(places), len(servers), missing)

    def _removal(self, command: Remove) -> Steps:
        if command.by is not None:
            found = staged(self._state, self._now, command)
            return Choice(found.first, len(found.first), found.matching)
        key = _key(command)
        order = self._orders.get(key)
        if order is None:
            selection = Selection(self._lookups, command)
            yield from selection.prepare()
            named = named_subsystems(self._state, command.subsystems)
            order = self._orders[key] = _Order(self._state, selection, named, self._now)
        wanted = resolved(command.quantity, order.total)
        taken = min(wanted, order.total)
        servers = yield from order.first(taken)
        return Choice(servers, wanted, order.total, worth=order.worth(taken))

    def _restoral(self, command: Restore) -> Steps:
        selection = Selection(self._lookups, command)
        yield from selection.prepare()
        servers = selection.all()
        wanted = resolved(command.quantity, len(servers))
        order = np.lexsort((self._now.classes.standing(servers), -self._state.fleet.left[servers]))
        return Choice(servers[order[:wanted]], wanted, len(servers))

    def _judge(self, command: Planned, choice: Choice) -> Outlook:
        intent = intent_of(command)
        named = named_subsystems(self._state, intent.named)
        shift = shift_of(self._state, self._now, choice, named, comes_back=intent.action == "restore")
        worst, effects = self._effects(shift, named)
        case = Case(self._state, intent, choice, named, shift, effects, (), self._graph)
        return Outlook(verdict_of(len(choice.servers), _findings(case, self._guards)), len(choice.servers), worst)

    def _effects(self, shift: Shift, named: frozenset[int]) -> tuple[Effect | None, tuple[Effect, ...]]:
        """Give the worst effect, and with it those on the region of every subsystem that is moved."""
        scopes = self._now.scopes
        touched = scopes.region_row[list(shift.servers)]
        show = shift.leaving != 0
        show[touched] = True
        rows = show.nonzero()[0]
        if len(rows) == 0:
            return None, ()
        leaving, floor, before = shift.leaving[rows], scopes.floor[rows], self._now.left[rows]
        after = before - leaving
        wide = scopes.kind[rows] == REGION
        stated = floor != NO_FLOOR
        # Units only leave, or only come back; a scope inside the region that gains is shown where it was below.
        shown = (leaving > 0) | ((leaving < 0) & (wide | (stated & (before < floor))))
        below, scarce = below_and_tight(after, floor, self._state.region.policy.tight_percent)
        for group in (below, ~stated, scarce, stated):
            worst = np.flatnonzero(group & shown)
            if len(worst):
                break
        share = np.where(stated[worst], (after[worst] - floor[worst]) / np.maximum(floor[worst], 1), 0.0)
        worst = worst[share == share.min(initial=np.inf)]
        effects = [
            self._effect(int(rows[place]), int(leaving[place]), named)
            for place in (*worst.tolist(), *np.flatnonzero(wide).tolist())
        ]
        return min(effects[: len(worst)], key=lambda effect: effect.subsystem, default=None), tuple(effects)

    def _effect(self, row: int, leaving: int, named: frozenset[int]) -> Effect:
        scopes, region = self._now.scopes, self._state.region
        serving, floor, pending = int(self._now.serving[row]), int(scopes.floor[row]), int(self._now.held[row])
        after, number = serving - pending - leaving, int(scopes.subsystem[row])
        stated = floor != NO_FLOOR
        return Effect(
            region.subsystems[number].name,
            scopes.names[row],
            serving,
            leaving,
            after,
            int(scopes.declared[row]),
            floor if stated else None,
            after - floor if stated else None,
            scope_verdict(after, floor, region.policy.tight_percent, leaving),
            number in named,
            pending,
        )


class _Order:
    """The order in which the servers of one selection leave: a known one, or one of as few of them as it takes."""

    def __init__(
        self,
        state: State,
        selection: Selection | None,
        named: frozenset[int],
        now: Headrooms,
        sequence: Sequence | None = None,
    ) -> None:
        """Prepare; *sequence* is the whole order, where it is known, and takes the place of a *selection*."""
        self._state = state
        self._selection = selection
        self._named = named
        self._now = now
        self._sequence = sequence
        self._each = 0
        self._worth: Worth | None = None
        self._given = sequence.matching if sequence is not None else np.zeros(0, np.int32)
        self.total = len(self._given) if selection is None else selection.total

    def first(self, count: int) -> Generator[None, None, NDArray[np.int32]]:
        """Give the first *count* servers to leave; in any order where all of them do."""
        self._worth = None
        if count == 0:
            return np.zeros(0, np.int32)
        if count == self.total:
            return self._given if self._selection is None else self._selection.all()
        if (number := self._one_class(count)) is not None and self._selection is not None:
            profile = int(self._state.fleet.class_profile[number])
            self._worth = Worth.of_one(self._now.classes, number, profile, count)
            return self._selection.first_of(number, count)
        while True:
            sequence = self._sequence or self._begin(count)
            while not sequence.count_on(count, FEW_SERVERS):
                yield
            chosen = sequence.first(count)
            if self._selection is None or self._each >= count:
                return chosen
            if not self._selection.is_cut_short(self._given, chosen):
                return chosen
            self._sequence = None
            yield

    def worth(self, count: int) -> Worth | None:
        """Give what the first *count* are worth, where that is known once they were given; else None."""
        return self._sequence.worth(count) if self._selection is None and self._sequence is not None else self._worth

    def _one_class(self, count: int) -> int | None:
        """Give the class that goes before all others, where no others do and the first *count* of it keep every floor."""
        selection, fleet, now = self._selection, self._state.fleet, self._now
        if selection is None or not selection.is_counted or now.classes.rank is not None:
            return None
        profiles = fleet.class_profile[selection.classes]
        may = (fleet.class_in_service[selection.classes] > 0) & ~now.classes.barred[profiles]
        besides = now.classes.besides(self._named)[profiles]
        first = np.flatnonzero(may & (besides == besides[may].min(initial=len(now.classes.name_order))))
        if len(first) != 1:
            return None
        number = selection.classes.item(first.item())
        wide, local = now.classes.terms(number)
        fits = all(now.room.item(row) >= units * count for row, units, _ in (*wide, *local))
        return number if fits and count <= fleet.class_in_service.item(number) else None

    def _begin(self, count: int) -> Sequence:
        if self._selection is None:
            raise RuntimeError("there is no selection here, as there has to be")
        share = count // len(self._selection.classes)
        self._each = max(8 * self._each, min(count, max(EACH, AHEAD * share)))
        self._given = self._selection.first(self._each)
        self._sequence = sequence_of(self._state, self._now, self._named, self._given)
        return self._sequence


def _key(command: Remove) -> _Key:
    return command.subsystems, command.places, command.where


def _findings(case: Case, guards: tuple[Guard, ...]) -> tuple[Finding, ...]:
    """Ask the guards in their order for as long as what they say can change the verdict."""
    found: list[Finding] = []
    cautioned = False
    for guard in guards:
        if guard.ask is None or guard.worst is Severity.NOTE:
            continue
        # One caution is as good as many.
        if cautioned and not guard.may_block:
            continue
        for finding in guard.ask(case):
            found.append(finding)
            if finding.severity is Severity.BLOCK:
                return tuple(found)
            cautioned = cautioned or finding.severity is Severity.CAUTION
            if cautioned and not guard.may_block:
                break
    return tuple(found)
