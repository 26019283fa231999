"""What one kind of source has against a wave, in sentences."""

from collections.abc import Callable
from typing import Any

from topology.refusals import sources
from topology.refusals.base import RefusalFacts
from topology.region.sentences.counting import first_of

MOST_NAMED = 3


def _declined(facts: sources.ProxyDeclined) -> str:
    who = first_of(facts.servers)
    return f"HAProxy did not {f'give {who} back' if facts.back else f'drain {who}'}: {facts.said}"


def _untied(facts: sources.BackendsUntied) -> str:
    first, others = facts.backends[0], ", ".join(facts.backends[1:])
    return f"{first_of(facts.servers)} is in backends {first} and {others}, not tied by `track`"


def _racks(facts: sources.RacksUnheard) -> str:
    listed = first_of(facts.racks, MOST_NAMED)
    return f"how much of {facts.subsystem} is there is not known: the agent of {listed} is gone; acknowledge it"


def _budgets(facts: sources.SeveralBudgets) -> str:
    names = ", ".join(facts.budgets)
    return f"{first_of(facts.servers)}: {facts.pod} has several budgets ({names}), so Kubernetes evicts it never"


def _not_cordoned(facts: sources.CordonRefused) -> str:
    whose = f"for execution {facts.execution}" if facts.execution else "by somebody else"
    why = {
        "cordoned": f"it was cordoned {whose}",
        "gone": "the node is no more",
        "changed": "it changed since it was planned",
        "contended": "it is changed again and again",
        "said": facts.said,
    }[facts.found]
    return f"{first_of(facts.servers)} could not be cordoned: {why}; {facts.others:,} others were uncordoned again"


def _evicted(facts: sources.EvictionRefused) -> str:
    return f"{first_of(facts.servers)}{' is half emptied' if facts.half else ''}: {facts.said}"


SENTENCES: dict[type[RefusalFacts], Callable[[Any], str]] = {
    sources.RackAgentGone: (
        lambda facts: f"{first_of(facts.servers)} stands in rack {facts.rack}, whose agent is gone"
    ),
    sources.RacksUnheard: _racks,
    sources.NotCounted: (lambda facts: f"nothing counts {facts.subsystem} in {facts.scope}, so nothing may leave it"),
    sources.TooManyRacks: (
        lambda facts: f"the wave stands in {facts.racks:,} racks, too many for one step; write a smaller wave"
    ),
    sources.AdapterFault: lambda facts: f"{facts.address}: {facts.said or 'no answer'}",
    sources.SourceFailed: lambda facts: f"the source failed ({facts.error}); details are in the log",
    sources.NotSent: lambda facts: f"{facts.why}; nothing was sent",
    sources.OutcomeUntold: lambda facts: f"{facts.why}; no answer within {facts.seconds:g} s",
    sources.NeverHappened: lambda facts: f"{facts.why}; wave {facts.wave} never happened",
    sources.ProxyDeclined: _declined,
    sources.OtherBackends: (
        lambda facts: f"{first_of(facts.servers)} serves {', '.join(facts.backends)} now, not what was planned"
    ),
    sources.BackendsUntied: _untied,
    sources.HasAgentCheck: (
        lambda facts: f"{first_of(facts.servers)} has an agent check, which can take a drain back; disable it first"
    ),
    sources.ProxyRefused: lambda facts: f"HAProxy refused it: {facts.said}",
    sources.StillCordoned: (
        lambda facts: (
            f"the node {first_of(facts.servers)} was not uncordoned: {'it is no more' if facts.gone else facts.said}"
        )
    ),
    sources.CordonRefused: _not_cordoned,
    sources.CordonLost: (
        lambda facts: f"{first_of(facts.servers)} is not cordoned any more for execution {facts.execution}"
    ),
    sources.PodsUnowned: (
        lambda facts: (
            f"{first_of(facts.servers)}: nobody would make {first_of(facts.pods, MOST_NAMED)} anew; move or delete it first"
        )
    ),
    sources.SeveralBudgets: _budgets,
    sources.EvictionRefused: _evicted,
}
