"""What is said of a second person: why one is needed, who agreed, and by what a plan lies outside of that."""

from console.words.findings.wording import said
from topology.approval.envelope import Exceeded
from topology.approval.policy import SHARE
from topology.planning.guards.policy.second_person import Approved, NeedsApproval, NotNamed
from topology.region.sentences.counting import first_of

ALONE = "what one operator alone may not do"
MOST_NAMED = 3


def whom(facts: NeedsApproval) -> str:
    """Say whose approval is wanted."""
    if facts.groups:
        return " and ".join(f"{count} of {name}" for name, count in facts.groups)
    return "another operator" if facts.count == 1 else f"{facts.count} other operators"


def _needed(facts: NeedsApproval) -> str:
    share = f"more than {facts.permille / 10:g} % of a scope leaves"
    why = ", ".join(share if need == SHARE else need for need in facts.needs)
    text = f"{whom(facts)} has to approve this ({why})"
    if facts.near is None:
        return text
    return f"{text}; approval {facts.near:,} does not cover it: {first_of(_outside(facts), MOST_NAMED)}"


def exceeded_line(exceeded: Exceeded | str) -> str:
    """Say in what a plan lies outside of what was approved; what an earlier version kept is said as it is."""
    if isinstance(exceeded, str):
        return exceeded
    number, approved = exceeded.number, exceeded.approved
    where = exceeded.subsystem if exceeded.scope == "region" else f"{exceeded.subsystem} in {exceeded.scope}"
    if exceeded.what == "servers":
        return f"it takes {number:,} servers, approved are {approved:,}"
    if exceeded.what == "headroom":
        left = "no floor" if number is None else f"headroom {number:,}"
        return f"{where} ends with {left}, approved was {approved:,} or more"
    rest = "which is not approved" if approved is None else f"approved are {approved:,}"
    return f"it takes {number:,} units of {where}, {rest}"


def _outside(facts: NeedsApproval) -> tuple[str, ...]:
    return (
        *map(exceeded_line, facts.outside),
        *(f"it now also needs one for {need}" for need in facts.new),
        *(f"it does not lift {code}" for code in facts.unlifted),
    )


def why_void(facts: NeedsApproval) -> str:
    """Say by what a plan lies outside of its approval, as it is written into the ledger."""
    return "; ".join(
        (
            *map(exceeded_line, facts.outside[:MOST_NAMED]),
            *(f"{one} was not asked for" for one in facts.new),
            *(f"{one} is not lifted" for one in facts.unlifted),
        )
    )


def _how(facts: NeedsApproval) -> str:
    alone = '; in an emergency: break-glass because "..."' if facts.may_break_glass else ""
    return f'request approval because "..."{alone}'


def _approved(facts: Approved) -> str:
    lifted = f", which lifts {', '.join(facts.lifts)}" if facts.lifts else ""
    who = f"{first_of(facts.by)} alone broke glass" if facts.alone else f"{first_of(facts.by)} approved it"
    return f"{who} (request {facts.number:,}){lifted}"


WORDINGS = (
    said(NeedsApproval, _needed, ALONE, _how),
    said(Approved, _approved, ALONE),
    said(
        NotNamed,
        lambda facts: f"what was confirmed was not the plan that approval {facts.number:,} covers: look at it again",
        ALONE,
    ),
)
