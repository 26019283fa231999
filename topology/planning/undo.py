"""Plans that give back what an execution did: servers by name, judged like any other plan.

The undo of a removal is never blocked by a guard; the undo of a restore is a removal, with every guard.
"""

from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.judging import judge_choice
from topology.planning.plan import Plan
from topology.planning.selection.choice import Action, Choice, Intent
from topology.planning.selection.matching import sort_out
from topology.region.server_states import ServerState


def undo_plan(
    state: State,
    servers: tuple[str, ...],
    entry: int,
    command_text: str,
    named: tuple[str, ...] = (),
    extra: tuple[Guard, ...] = (),
) -> Plan:
    """Plan to put back the *servers* that the removal of journal entry *entry* took.

    Those that are not removed (failed, gone, back already) are left out, with their state. *named* are the subsystems
    that the removal named, to tell them from those that only share the servers; *extra* guards are asked besides ours.
    """
    return _undo(state, servers, "restore", Intent(command_text, "restore", named, undoes=entry), extra)


def undo_restore_plan(
    state: State,
    servers: tuple[str, ...],
    entry: int,
    command_text: str,
    named: tuple[str, ...] = (),
    extra: tuple[Guard, ...] = (),
) -> Plan:
    """Plan to take the *servers* out again that the restore of journal entry *entry* put back; every guard applies."""
    return _undo(state, servers, "remove", Intent(command_text, "remove", named, undoes=entry), extra)


def _undo(state: State, servers: tuple[str, ...], action: Action, intent: Intent, extra: tuple[Guard, ...]) -> Plan:
    wanted = ServerState.REMOVED if action == "restore" else ServerState.IN_SERVICE
    found, others = sort_out(state, dict.fromkeys(servers), wanted)
    return judge_choice(state, intent, Choice(found, len(found), len(found), others), extra)
