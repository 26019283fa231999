"""Why a region was read anew, in a sentence for whoever follows it."""

from collections.abc import Callable
from typing import Any

from console.words.findings.lowered import doubt_sentence
from console.words.writing import plural
from topology.fleet.reasons import anew
from topology.region.region import shown

MOST_TOLD = 3
"""Changes of a cluster told at once."""
_ANEW = "the region was read anew."


def _told(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}; {_ANEW}"


def _calls(why: anew.CallsSeen) -> str:
    return _told("; ".join(f"the frontend {caller} sends to {called}" for caller, called in why.calls))


def _call(why: anew.CallObserved) -> str:
    more = f", and so were {plural(why.others, 'edge')} more" if why.others else ""
    return f"{why.caller} was seen calling {why.called} for the first time{more}."


def _cluster(why: anew.ClusterChanged) -> str:
    return _told("; ".join(_KUBERNETES[type(one)](one) for one in why.news[:MOST_TOLD]))


_KUBERNETES: dict[type[anew.WhyAnew], Callable[[Any], str]] = {
    anew.BudgetAsks: lambda why: f"the {why.budget} asks for {why.needed:,} healthy pods now",
    anew.BudgetCovers: lambda why: f"the {why.budget} is for {why.workload} too",
    anew.WorkloadWants: lambda why: f"{why.workload} wants {why.pods:,} pods now",
    anew.ObjectGone: lambda why: f"{why.name} is no more",
}


def _doubts(why: anew.LedgerInDoubt) -> str:
    said = "; ".join(map(doubt_sentence, why.doubts))
    return f"{said[:1].upper()}{said[1:]}."


SENTENCES: dict[type[anew.WhyAnew], Callable[[Any], str]] = {
    anew.SourceTold: lambda why: _told(why.text),
    anew.ReadSince: lambda _: "The region was read anew in the meantime.",
    anew.FactsForgotten: lambda why: _told(f"{why.system} has forgotten what changed since it was last heard"),
    anew.FactsNotKept: lambda why: _told(f"the facts since revision {why.revision} are not kept any more"),
    anew.FactsMissing: (lambda why: _told(f"facts are missing: revision {why.awaited} was awaited, {why.came} came")),
    anew.OtherServers: lambda _: "The fleet was read anew in the meantime, and has other servers now.",
    anew.NotLoaded: lambda _: _told("nothing was loaded yet"),
    anew.ReadAgainAsked: lambda _: _told("the adapter asked to be read again"),
    anew.RegionReplaced: lambda _: _told("another region was put in its place"),
    anew.ClusterChanged: _cluster,
    **{kind: (lambda why: _told(_KUBERNETES[type(why)](why))) for kind in _KUBERNETES},
    anew.ProxyRestarted: lambda _: _told("HAProxy was restarted: what it had drained before may serve again"),
    anew.CallsSeen: _calls,
    anew.FirstCallsObserved: (
        lambda why: f"{why.source} saw calls along {plural(why.edges, 'edge')}, drawn as observed."
    ),
    anew.CallObserved: _call,
    anew.UnlistedServer: lambda _: "The source spoke of a server that it had not listed, so it was read anew.",
    anew.UnknownServerState: lambda _: "The source spoke of a state that there is not, so it was read anew.",
    anew.NewSubsystem: lambda why: f"{why.subsystem} is new in the fleet, so the region was read anew.",
    anew.WrongServerName: (lambda why: f"The source spoke of a server called {shown(why.name)}, so it was read anew."),
    anew.ServerListedTwice: lambda why: f"The source listed {why.server} twice, so it was read anew.",
    anew.ManyServersGone: lambda _: "Many servers left the region, so it was read anew.",
    anew.WordBroken: lambda _: "The source broke its word, so the region was read anew.",
    anew.TooManyFacts: lambda _: "The region sent more facts than could be followed, so it was read anew.",
    anew.DescribedAnew: lambda _: "The description of the region was read anew.",
    anew.SourceAnswers: lambda _: "The source answers, so the region was read.",
    anew.LedgerUsable: lambda _: "The ledger can be used, so the region was read.",
    anew.GuardsAcknowledged: lambda _: "What the region guards with was acknowledged.",
    anew.GuardedMore: lambda _: "Another console guards the region more strictly than its description here does.",
    anew.LedgerInDoubt: _doubts,
    anew.AgentsLost: lambda _: "Agents of racks are gone, so how much their subsystems have is unknown.",
    anew.AgentsHeard: lambda _: "No rack is without its agent that was not acknowledged.",
    anew.ServersUndecided: lambda _: "Nobody can say of some servers whether they left.",
    anew.OwnClockLeapt: lambda _: (
        "The clock of this machine leapt ahead; nothing is removed until somebody acknowledges that it is right."
    ),
    anew.OwnClockAccepted: lambda _: "The clock of this machine is taken for right.",
}


def anew_sentence(why: anew.WhyAnew) -> str:
    """Say why a region was read anew, as a whole sentence."""
    return SENTENCES[type(why)](why)
