"""Guards of knowledge: what must be known to judge, and whether the command means any server at all."""

from collections.abc import Iterator

from topology.command.grammar.syntax import Percent
from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.planning.guards.case import Case, block, servers, some
from topology.planning.plan import Finding, Severity
from topology.planning.selection.choice import Intent


def unknown(case: Case) -> Iterator[Finding]:
    """Something needed to judge is missing, or the source is silent."""
    yield from unconditional(case.state, case.intent, case.named)
    for number in sorted(case.shift.servers.keys() - case.named):
        yield from _missing_floor(case.state, number)


def unconditional(state: State, intent: Intent, named: frozenset[int]) -> Iterator[Finding]:
    """Give what is not known whichever servers are taken."""
    region = state.region
    for name in intent.named:
        if name not in region.index:
            yield _unknown(f"{name} is not a subsystem of {region.name} (any more)", "a name that the description has")
    for number in sorted(named):
        yield from _missing_floor(state, number)
    policy = region.policy
    if intent.action == "remove" and policy.pace_per_minute is None:
        yield _unknown("the policy states no pace, so nothing can be removed", 'pace = "20/min" in the description')
    if intent.action == "remove" and policy.largest_command is None:
        yield _unknown(
            "the policy states no largest_command, so nothing can be removed",
            'largest_command = "5%" in the description',
        )
    freshness = state.freshness
    if not freshness.connected:
        reason = f": {freshness.reason}" if freshness.reason else ""
        yield _unknown(f"{region.name} does not answer{reason}", "a source that answers")
    elif freshness.is_silent(policy.stale_after_s):
        limit = f"after {policy.stale_after_s:,.0f} s the source counts as silent"
        message = f"the newest fact is {freshness.age_s:,.0f} s old; {limit}"
        yield _unknown(message, "a newer fact")
    for change in state.unacknowledged:
        yield _unknown(f"the description lowers a guard: {change}; acknowledge it first", "acknowledge")


def _missing_floor(state: State, number: int) -> Iterator[Finding]:
    subsystem, scopes = state.region.subsystems[number], state.fleet.scopes
    row = int(scopes.region_row[number])
    if row >= 0 and scopes.floor[row] == NO_FLOOR:
        message = f"{subsystem.name} states no floor, so no plan that touches it can be judged; 0 must be written"
        yield _unknown(message, "a floor in the description", subsystem.name)


def _unknown(message: str, satisfied_by: str, subsystem: str | None = None) -> Finding:
    return block("unknown", message, protects="the judgement itself", satisfied_by=satisfied_by, subsystem=subsystem)


def nothing_matches(case: Case) -> Iterator[Finding]:
    """No server at all is meant: never taken for all of them."""
    selection, choice = case.intent.selection, case.choice
    if selection is not None and choice.matching == 0:
        kind = "server in service" if case.removes else "removed server"
        where = f" in {' '.join(map(str, selection.places))}" if selection.places else ""
        where += f" where {selection.where}" if selection.where is not None else ""
        yield _matches("nothing-matches", f"no {kind} matches {', '.join(selection.subsystems)}{where}")
    elif case.intent.undoes is not None and choice.matching == 0:
        verb = "come back" if not case.removes else "leave again"
        yield _matches(
            "nothing-matches", f"no server of entry {case.intent.undoes:,} can {verb}: {some(choice.missing)}"
        )


def too_few_match(case: Case) -> Iterator[Finding]:
    """The command asks for more than there is, or names servers that cannot be moved."""
    selection, choice = case.intent.selection, case.choice
    verb = "removed" if case.removes else "put back"
    if selection is not None and isinstance(selection.quantity, Percent) and choice.matching and not choice.wanted:
        yield _matches("too-few-match", f"{selection.quantity} of {servers(choice.matching)} is less than one server")
    elif selection is not None and choice.matching and choice.wanted > choice.matching:
        verb_matches = "matches" if choice.matching == 1 else "match"
        yield _matches("too-few-match", f"{servers(choice.wanted)} asked for, {choice.matching:,} {verb_matches}")
    if choice.missing and case.intent.undoes is None:
        count = len(choice.missing)
        yield _matches("too-few-match", f"{servers(count)} cannot be {verb}: {some(choice.missing)}")
    elif choice.missing and choice.matching:
        which = f"{servers(len(choice.missing))} of entry {case.intent.undoes:,}"
        message = f"{which} cannot be {verb} and are left out: {some(choice.missing)}"
        yield Finding("too-few-match", Severity.CAUTION, message, protects="what was meant", satisfied_by="")


def _matches(code: str, message: str) -> Finding:
    return block(code, message, protects="what was meant", satisfied_by="servers that match")
