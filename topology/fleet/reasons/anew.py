"""Why a region has to be read anew, as typed values: what its source, its ledger or this console found. Words are the console's."""

from dataclasses import dataclass

from topology.fleet.lowered import LedgerDoubt


class WhyAnew:
    """Why what was told of a region so far is not gone on with. Each kind is a frozen dataclass that inherits from this."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SourceTold(WhyAnew):
    """What a source gave as its reason, in its own words, or is known of its failure."""

    text: str


@dataclass(frozen=True, slots=True)
class ReadSince(WhyAnew):
    """It was read anew by somebody else in the meantime."""


@dataclass(frozen=True, slots=True)
class FactsForgotten(WhyAnew):
    """A *system* keeps what changed only for so long, and it was not heard for longer."""

    system: str


@dataclass(frozen=True, slots=True)
class FactsNotKept(WhyAnew):
    """What followed a *revision* of the source is not kept any more."""

    revision: str


@dataclass(frozen=True, slots=True)
class FactsMissing(WhyAnew):
    """Facts that follow one revision were awaited, and those that follow another came."""

    awaited: str
    came: str


@dataclass(frozen=True, slots=True)
class OtherServers(WhyAnew):
    """It was read anew in the meantime, and has other servers now."""


@dataclass(frozen=True, slots=True)
class NotLoaded(WhyAnew):
    """Nothing was read of the source yet."""


@dataclass(frozen=True, slots=True)
class ReadAgainAsked(WhyAnew):
    """The source asked for it, without a reason."""


@dataclass(frozen=True, slots=True)
class RegionReplaced(WhyAnew):
    """Another region was put in its place."""


@dataclass(frozen=True, slots=True)
class ProxyRestarted(WhyAnew):
    """HAProxy was restarted."""


@dataclass(frozen=True, slots=True)
class CallsSeen(WhyAnew):
    """Frontends of HAProxy were seen to send to backends for the first time: (caller, called)."""

    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FirstCallsObserved(WhyAnew):
    """A graph *source* saw its first calls, along so many edges."""

    source: str
    edges: int


@dataclass(frozen=True, slots=True)
class CallObserved(WhyAnew):
    """*caller* was seen calling *called* for the first time, and so many others with it."""

    caller: str
    called: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class UnlistedServer(WhyAnew):
    """The source spoke of a server that it had not listed."""


@dataclass(frozen=True, slots=True)
class UnknownServerState(WhyAnew):
    """The source spoke of a state that there is not."""


@dataclass(frozen=True, slots=True)
class NewSubsystem(WhyAnew):
    """The fleet has a subsystem that it had not."""

    subsystem: str


@dataclass(frozen=True, slots=True)
class WrongServerName(WhyAnew):
    """The source spoke of a server by what is no name."""

    name: str


@dataclass(frozen=True, slots=True)
class ServerListedTwice(WhyAnew):
    """The source listed a server twice."""

    server: str


@dataclass(frozen=True, slots=True)
class ManyServersGone(WhyAnew):
    """So many servers left that their empty positions are given up."""


@dataclass(frozen=True, slots=True)
class WordBroken(WhyAnew):
    """What the source said cannot be taken."""


@dataclass(frozen=True, slots=True)
class TooManyFacts(WhyAnew):
    """A reader was slower than the region."""


@dataclass(frozen=True, slots=True)
class DescribedAnew(WhyAnew):
    """The description of the region was changed."""


@dataclass(frozen=True, slots=True)
class SourceAnswers(WhyAnew):
    """The source answers, for the first time."""


@dataclass(frozen=True, slots=True)
class LedgerUsable(WhyAnew):
    """The ledger can be used, which it could not."""


@dataclass(frozen=True, slots=True)
class GuardsAcknowledged(WhyAnew):
    """An operator acknowledged what the region guards with, or a doubt of its ledger is over."""


@dataclass(frozen=True, slots=True)
class GuardedMore(WhyAnew):
    """Another console guards the region more strictly than its description here does."""


@dataclass(frozen=True, slots=True)
class LedgerInDoubt(WhyAnew):
    """The ledger doubts something."""

    doubts: tuple[LedgerDoubt, ...]


@dataclass(frozen=True, slots=True)
class AgentsLost(WhyAnew):
    """Agents of racks are gone."""


@dataclass(frozen=True, slots=True)
class AgentsHeard(WhyAnew):
    """Every rack has its agent, or somebody acknowledged that it has none."""


@dataclass(frozen=True, slots=True)
class ServersUndecided(WhyAnew):
    """Nobody can say of some servers whether they left."""


@dataclass(frozen=True, slots=True)
class OwnClockLeapt(WhyAnew):
    """The clock of this machine leapt ahead."""


@dataclass(frozen=True, slots=True)
class OwnClockAccepted(WhyAnew):
    """An operator took the clock of this machine for right."""


@dataclass(frozen=True, slots=True)
class BudgetAsks(WhyAnew):
    """A disruption budget asks for another number of healthy pods."""

    budget: str
    needed: int


@dataclass(frozen=True, slots=True)
class BudgetCovers(WhyAnew):
    """A disruption budget is for another workload, too."""

    budget: str
    workload: str


@dataclass(frozen=True, slots=True)
class WorkloadWants(WhyAnew):
    """A workload is meant to have another number of pods."""

    workload: str
    pods: int


@dataclass(frozen=True, slots=True)
class ObjectGone(WhyAnew):
    """A budget or a workload, by its name, is no more."""

    name: str


@dataclass(frozen=True, slots=True)
class ClusterChanged(WhyAnew):
    """Several things of a cluster at once."""

    news: tuple[WhyAnew, ...]
