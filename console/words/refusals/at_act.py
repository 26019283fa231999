"""What the check at the act, and every source that judges for itself, has against a wave, in sentences."""

from collections.abc import Callable
from typing import Any

from console.words.anew.looking import looks_sentence
from console.words.findings.lowered import not_acknowledged
from topology.fleet.reasons.doubting import FactsOld, WhyDoubted
from topology.refusals import at_act
from topology.refusals.base import RefusalFacts
from topology.region.scope import Scope
from topology.region.sentences.clock import moment_at
from topology.region.sentences.counting import first_of

MOST_NAMED = 5
"""Servers named in one sentence; more are counted."""
MINUTE_S = 60.0
_FOUND = {
    at_act.Misfit.TWICE: "listed twice",
    at_act.Misfit.OTHER_SET: "supporting other subsystems than the plan saw",
    at_act.Misfit.NOT_SERVING: "not in service any more",
    at_act.Misfit.NOT_OUT: "not out of service, or stands in a rack without its agent",
}


def place_of(subsystem: str, scope: str) -> str:
    """Name a scope of a subsystem: the region as a whole goes without saying."""
    return f"{subsystem} in {scope}" if Scope.read(scope).place else subsystem


def _floor(facts: at_act.BelowFloor) -> str:
    where = place_of(facts.subsystem, facts.scope)
    if facts.had is None:
        whose = f"{facts.server}: " if facts.server else ""
        return f"{whose}{where} would keep {facts.would_keep:,} of the {facts.limit:,} of its floor"
    by = f" by {facts.budget}" if facts.budget else ""
    below = facts.limit - facts.would_keep
    return f"{where} {facts.had:,} → {facts.would_keep:,}, floor {facts.limit:,}{by}: {below:,} below"


def _ceiling(facts: at_act.OverCeiling) -> str:
    where, above = place_of(facts.subsystem, facts.scope), facts.would_keep - facts.limit
    if facts.had is None:
        return f"{where} would have {facts.would_keep:,}, above its ceiling of {facts.limit:,}"
    return f"{where} {facts.had:,} → {facts.would_keep:,}, ceiling {facts.limit:,}: {above:,} above"


def _misfit(facts: at_act.ServersMisfit) -> str:
    count = len(facts.servers) + facts.more
    who, verb = first_of(facts.servers, MOST_NAMED, count=count), "is" if count == 1 else "are"
    if facts.found == at_act.Misfit.OTHER_LEDGER:
        them = "it is" if count == 1 else "they are"
        was = "was" if count == 1 else "were"
        return f"{who} {was} not taken out through this ledger, so {them} not given back from here"
    wanted = " or ".join(map(_state, facts.wanted))
    must = f"; every server of the wave must be {wanted} as planned" if wanted else ""
    return f"{who} {verb} {_found(facts.found, facts.where)}{must}"


def _cannot_come_back(facts: at_act.CannotComeBack) -> str:
    who = first_of(facts.servers, MOST_NAMED)
    if facts.found == at_act.Misfit.ABSENT:
        return f"{who} is not a server of {facts.where} any more and cannot come back"
    if facts.found == "failed":
        return f"{who} failed and cannot come back before it is repaired"
    return f"{who} is {_found(facts.found, facts.where)}{'' if facts.found in _FOUND else ' already'}"


def _found(found: str, where: str) -> str:
    if found == at_act.Misfit.ABSENT:
        return f"not a server of {where}" if where else "not there any more"
    known = _FOUND.get(at_act.Misfit(found)) if found in set(at_act.Misfit) else None
    return known or _state(found)


def _state(name: str) -> str:
    return name.replace("_", " ")


def _too_fast(facts: at_act.TooFast) -> str:
    time = "a minute" if facts.seconds == MINUTE_S else f"within {facts.seconds / 3600:g} h"
    what = f"the wave takes {facts.count:,} servers of {facts.whose or 'this execution'}"
    return f"{what}, where {facts.limit:,} {time} may leave; send waves of at most {facts.limit:,}"


def _too_many(facts: at_act.TooManyServers) -> str:
    what = f"this execution would take {facts.count:,} servers of {facts.listed:,} in all"
    return f"{what}; one command may take {facts.limit:,}: {facts.count - facts.limit:,} too many"


def _frozen(facts: at_act.RegionFrozen) -> str:
    until = moment_at(facts.until).strftime("%Y-%m-%d %H:%M UTC")
    reason = f" ({facts.reason})" if facts.reason else ""
    return f"{facts.region} is frozen until {until}{reason}; nothing is removed"


def _nobody_knows(facts: at_act.NobodyKnows) -> str:
    it = "it" if len(facts.servers) == 1 else "they"
    return f"{facts.operator} acknowledged that nobody can say whether {it} left: {first_of(facts.servers, MOST_NAMED)}"


def _doubt(why: WhyDoubted) -> str:
    return f"its newest fact is {why.age_s:,.0f} s old" if isinstance(why, FactsOld) else why


SENTENCES: dict[type[RefusalFacts], Callable[[Any], str]] = {
    at_act.ExecutionStopped: (
        lambda facts: f"execution {facts.execution} was stopped; nothing more of it is done until it is resumed"
    ),
    at_act.OnlyLookedAt: lambda facts: looks_sentence(facts.why),
    at_act.StateUnknown: lambda facts: f"the state of {facts.region} is not known for sure: {_doubt(facts.why)}",
    at_act.NotAcknowledged: lambda facts: not_acknowledged(facts.lowered),
    at_act.NoServers: lambda _: "the wave lists no server; nothing is done",
    at_act.SupportsMissing: (lambda facts: f"the wave lists {facts.listed:,} servers and what {facts.told:,} support"),
    at_act.RegionFrozen: _frozen,
    at_act.ServersMisfit: _misfit,
    at_act.CannotComeBack: _cannot_come_back,
    at_act.ServersProtected: (
        lambda facts: f"{first_of(facts.servers, MOST_NAMED)} may never be removed: protected by the description"
    ),
    at_act.LimitMissing: lambda facts: f"the policy states no {facts.limit}, so nothing may be removed",
    at_act.TooManyServers: _too_many,
    at_act.FloorMissing: (
        lambda facts: f"{facts.subsystem} states no floor, so nothing may leave it; 0 must be written"
    ),
    at_act.BelowFloor: _floor,
    at_act.OverCeiling: _ceiling,
    at_act.TooFast: _too_fast,
    at_act.DoneBefore: lambda facts: f"{facts.wave} was done already, with other servers; nothing is done",
    at_act.GivenUp: lambda facts: f"{facts.wave} was given up, and is not done any more",
    at_act.LeaseOver: lambda _: (
        "this console's lease of the execution is over, or was not renewed in time, so that another may carry it out; "
        "nothing of it is sent from here"
    ),
    at_act.ClockLeapt: lambda _: "the clock of this machine leapt ahead; see that it is right, then acknowledge",
    at_act.NobodyKnows: _nobody_knows,
    at_act.NoAnswer: lambda facts: f"no answer within {facts.seconds:g} s",
}
