"""What a command comes down to: how many servers it asks for, how many match, and which are chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import (
    All,
    Count,
    Percent,
    Planned,
    Quantity,
    Remove,
    RemoveServers,
    Restore,
    RestoreServers,
)
from topology.fleet.state import State
from topology.planning.selection.classes import classes_of
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.left_out import LeftOut, Why
from topology.planning.selection.matching import matching, sort_out, sort_out_listed, spelled
from topology.planning.selection.select import Sequence
from topology.planning.selection.stages import Staging
from topology.planning.selection.staging import staged
from topology.planning.selection.worth import Worth
from topology.region.server_states import ServerState

Action = Literal["remove", "restore"]
MOST_SPELLED = 200_000
"""Names of one command that are looked up; a command cannot spell more, and no more are ever needed to refuse it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants, as far as planning needs it: from a command, or from an undo.

    *selection* is the command where it selects by subsystem; *undoes* the journal entry of an undo.
    """

    text: str
    action: Action
    named: tuple[str, ...] = ()
    pace: int | None = None
    selection: Remove | Restore | None = None
    undoes: int | None = None

    @property
    def is_lifted(self) -> bool:
        """Whether it undoes a removal, which no guard may block."""
        return self.undoes is not None and self.action == "restore"


def intent_of(command: Planned) -> Intent:
    """Read the intent of a command."""
    action: Action = "remove" if isinstance(command, Remove | RemoveServers) else "restore"
    pace = command.pace.per_minute if command.pace else None
    if isinstance(command, RemoveServers | RestoreServers):
        return Intent(str(command), action, pace=pace)
    return Intent(str(command), action, command.subsystems, pace, command)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Servers to take or put back.

    *missing* are named servers that cannot be, each with its state. *safe* is how many could leave, in the rule's
    order, with every floor kept: counted no further than anybody may ask; None where the command does not leave the
    choice to the rule, or where that is not *is_counted* yet. *worth* is what they count for, where that is
    known already. *staging* tells of the stages of which this is the next.
    """

    servers: NDArray[np.int32]
    wanted: int
    matching: int
    missing: tuple[LeftOut, ...] = ()
    safe: int | None = None
    worth: Worth | None = None
    staging: Staging | None = None
    is_counted: bool = True

    @property
    def kept(self) -> int:
        """How many of the first servers are known to keep every floor and to be protected by nothing: those of the rule."""
        return self.safe or 0 if self.worth is not None else 0


@dataclass(frozen=True, slots=True)
class Counting:
    """How far it is *known* which servers leave, of the *most* that must be: first those that are asked for, then the others."""

    known: int
    most: int
    is_enough: bool
    """Whether those that are asked for are known: then there is a plan, of which only the largest safe command is missing."""


def count_on(state: State, command: Remove, order: Sequence, steps: int) -> Counting | None:
    """Work on the *order* in which a removal takes servers; None once a plan of it has nothing to wait for."""
    taken, most = _needed(state, command, order)
    if not order.is_counted(taken):
        order.count_on(taken, steps)
        return Counting(order.known, taken, is_enough=order.is_counted(taken))
    return None if order.count_on(most, steps) else Counting(order.known, most, is_enough=True)


def _needed(state: State, command: Remove, order: Sequence) -> tuple[int, int]:
    """Give how many servers are asked for, and how many must be counted to know the largest safe command."""
    count = len(order.matching)
    wanted = resolved(command.quantity, count)
    limit = state.region.policy.largest_count(state.region.roster.count) or 0
    return min(wanted, count), min(max(wanted, limit), count)


def choose(state: State, command: Planned, sequence: Callable[[Remove], Sequence], *, soon: bool = False) -> Choice:
    """Work out what *command* comes down to; *sequence* gives the order in which servers of a removal leave.

    *soon* does not wait for the largest safe count where that is not known yet.
    """
    match command:
        case RemoveServers() | RestoreServers():
            return _by_name(state, command)
        case Remove() if command.by is not None:
            found = staged(state, headrooms_of(state), command)
            return Choice(found.first, len(found.first), found.matching, staging=found.staging)
        case Remove():
            order = sequence(command)
            count = len(order.matching)
            taken, most = _needed(state, command, order)
            servers = order.first(taken)
            is_counted = not soon or order.is_counted(most)
            safe = order.safe(most) if is_counted else None
            wanted = resolved(command.quantity, count)
            return Choice(servers, wanted, count, safe=safe, worth=order.worth(taken), is_counted=is_counted)
        case Restore():
            servers = matching(state, command)
            servers = servers[np.lexsort((classes_of(state.fleet).standing(servers), -state.fleet.left[servers]))]
            wanted = resolved(command.quantity, len(servers))
            return Choice(servers[:wanted], wanted, len(servers))


def choose_again(state: State, command: Planned, names: tuple[str, ...], fresh: Choice) -> Choice:
    """Give the choice of exactly *names* for *command*; those that it no longer means are missing."""
    wanted_state = ServerState.IN_SERVICE if isinstance(command, Remove | RemoveServers) else ServerState.REMOVED
    servers, missing = sort_out(state, names, wanted_state)
    return _still_meant(state, command, servers, missing, fresh)


def choose_listed_again(state: State, command: Planned, servers: NDArray[np.int32], fresh: Choice) -> Choice:
    """Give the choice of exactly *servers*, by position, for *command*; those that it no longer means are missing."""
    wanted_state = ServerState.IN_SERVICE if isinstance(command, Remove | RemoveServers) else ServerState.REMOVED
    fit, missing = sort_out_listed(state, servers, wanted_state)
    return _still_meant(state, command, fit, missing, fresh)


def _still_meant(
    state: State, command: Planned, servers: NDArray[np.int32], missing: tuple[LeftOut, ...], fresh: Choice
) -> Choice:
    if isinstance(command, Remove | Restore):
        meant = np.isin(servers, matching(state, command))
        roster = state.region.roster
        missing += tuple(LeftOut(roster.names[server], Why.NO_LONGER_MATCHES) for server in servers[~meant].tolist())
        servers = servers[meant]
    # A server that the command names, and that cannot be moved by now, is found by both looks.
    known = {one.server for one in fresh.missing}
    missing = (*fresh.missing, *(one for one in missing if one.server not in known))
    return Choice(
        servers, fresh.wanted, fresh.matching, missing, fresh.safe, staging=fresh.staging, is_counted=fresh.is_counted
    )


def _by_name(state: State, command: RemoveServers | RestoreServers) -> Choice:
    names = spelled(command.servers, MOST_SPELLED)
    wanted_state = ServerState.IN_SERVICE if isinstance(command, RemoveServers) else ServerState.REMOVED
    servers, missing = sort_out(state, names, wanted_state)
    return Choice(servers, len(names), len(servers), missing)


def resolved(quantity: Quantity, matching_count: int) -> int:
    """Give how many servers a quantity means of those that match; a percentage rounds down."""
    match quantity:
        case Count(value):
            return value
        case Percent(value):
            return value * matching_count // 100
        case All():
            return matching_count
