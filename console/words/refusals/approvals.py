"""What stands against a wave for want of a second person, in sentences."""

from collections.abc import Callable
from typing import Any

from topology.refusals import approvals
from topology.refusals.base import RefusalFacts
from topology.region.scope import Scope
from topology.region.sentences.counting import first_of

MOST_NAMED = 5
"""Subsystems named in one sentence."""
_NOBODY = "which wants a second person, and nobody has approved that"


def _where(facts: Any) -> str:
    place = Scope.read(facts.scope).place
    return f"{facts.subsystem} in {place}" if place else str(facts.subsystem)


def _invalid(facts: approvals.ApprovalInvalid) -> str:
    name = f"approval {facts.number:,}"
    said = {
        "absent": f"there is no {name} in the ledger",
        "withdrawn": f"{name} was withdrawn by {facts.by}: {facts.reason or 'no reason given'}",
        "expired": f"{name} ran out; ask again",
        "void": f"{name} is void: {facts.reason}; ask again",
        "other": f"{name} is of another execution",
    }
    return said.get(facts.state) or f"request {facts.number:,} is {facts.state}, not approved"


def _share(facts: approvals.ShareUnapproved) -> str:
    said = f"{facts.units:,} of {facts.listed:,} units leave {_where(facts)}, more than {facts.permille / 10:g} % of it"
    return f"{said}, and nobody has approved that"


def _units(facts: approvals.BeyondUnits) -> str:
    limit = "none" if facts.limit is None else f"{facts.limit:,}"
    return f"{_outside(facts)}{facts.units:,} units leave {_where(facts)} in all, approved are {limit}"


def _headroom(facts: approvals.BeyondHeadroom) -> str:
    ends = f"{_where(facts)} ends with headroom {facts.headroom:,}"
    return f"{_outside(facts)}{ends}, approved was {facts.limit:,} or more"


def _caution(facts: approvals.CautionUnapproved) -> str:
    where = _where(facts)
    if facts.code == "impact":
        return f"{where} ends at its floor, {facts.floor:,}, and {facts.other} needs it (impact), {_NOBODY}"
    ends = f"{where} ends with headroom {facts.headroom:,} over {facts.floor:,}"
    if facts.code == "self":
        return f"{ends}, and {_observer(facts)} stands on it (self), {_NOBODY}"
    return f"{ends} ({facts.code}), {_NOBODY}"


def _observer(facts: approvals.CautionUnapproved) -> str:
    return {
        approvals.Observer.SUBSYSTEM: facts.other,
        approvals.Observer.CONSOLE: "this console",
        approvals.Observer.TARGET: f"target {facts.other} of the status page",
    }[facts.observer]


def _collateral(facts: approvals.CollateralUnapproved) -> str:
    leave = first_of(facts.subsystems, MOST_NAMED)
    return f"servers leave {leave}, which the command does not name (collateral), {_NOBODY}"


def _outside(facts: Any) -> str:
    return f"outside of approval {facts.number:,}: "


SENTENCES: dict[type[RefusalFacts], Callable[[Any], str]] = {
    approvals.ApprovalInvalid: _invalid,
    approvals.ShareUnapproved: _share,
    approvals.BeyondServers: (
        lambda facts: f"{_outside(facts)}{facts.count:,} servers leave in all, approved are {facts.limit:,}"
    ),
    approvals.BeyondUnits: _units,
    approvals.BeyondHeadroom: _headroom,
    approvals.CautionUnapproved: _caution,
    approvals.CollateralUnapproved: _collateral,
}
