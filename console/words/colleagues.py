"""What is said of other operators: what they carry out and preview, and the approvals that are asked for and given."""

from collections.abc import Sequence

from console.words import writing as words
from topology.approval.policy import SHARE
from topology.approval.request import ApprovalRequest, ApprovalState, ApprovalWord
from topology.planning.plan import Plan


def needs(request: ApprovalRequest) -> str:
    """Say why a request needs a second person."""
    return ", ".join("its share of a scope" if need == SHARE else need for need in request.needs)


def asks(request: ApprovalRequest) -> str:
    """Say what somebody asks for."""
    why = f' because "{request.reason}"' if request.reason else ""
    lifted = f"; it would lift {', '.join(request.lifts)}" if request.lifts else ""
    count = words.plural(request.envelope.servers, "server")
    return f"{request.operator} asks for approval {request.number:,}: {request.command}{why} ({count}; {needs(request)}{lifted})."


def came_of(request: ApprovalRequest, state: ApprovalState, remaining_s: float | None) -> str:
    """Say what became of a request, in a sentence."""
    last = request.decisions[-1] if request.decisions else None
    name = f"request {request.number:,} ({request.command})"
    reason = f": {last.reason}" if last is not None and last.reason else ""
    who = "" if last is None else last.operator
    if state is ApprovalState.ASKED:
        return f"{name} waits for {' and '.join(request.missing())}."
    if state is ApprovalState.EXPIRED:
        return f"The approval of {name} ran out; ask again."
    if state is ApprovalState.DECLINED:
        return f"{who} declined {name}{reason}."
    if state is ApprovalState.WITHDRAWN:
        return f"{who} withdrew {name}{reason}."
    if state is ApprovalState.VOID:
        return f"The approval of {name} is void{reason}; ask again."
    if last is not None and last.word is ApprovalWord.BREAK_GLASS:
        return f"{who} broke glass for {name}{reason}."
    left = "" if remaining_s is None else f", for {max(1, round(remaining_s / 60))} min still"
    return f"{words.listed(request.approvers)} approved {name}{reason}{left}."


def changed_by(before: Plan, now: Plan, who: Sequence[str]) -> str:
    """Say what others changed of a plan on show; empty where they changed nothing of what it does in the whole region."""
    old = {(one.subsystem, one.scope): one for one in before.effects}
    moved = []
    for effect in now.effects:
        was = old.get((effect.subsystem, effect.scope))
        if was is None or str(effect.scope) != "region" or effect.leaving <= 0:
            continue
        if (was.in_service - was.pending, was.after) != (effect.in_service - effect.pending, effect.after):
            floor = "" if effect.floor is None else f", floor {words.number(effect.floor)}"
            moved.append(
                f"{effect.subsystem} would end at {words.number(was.after)} → {words.number(effect.after)}{floor}"
            )
    if not moved or not who:
        return ""
    return f"What {words.listed(tuple(who))} {words.verb(len(who), 'does', 'do')} changes what you preview: {'; '.join(moved[:3])}."
