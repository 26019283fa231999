"""What a plan does not judge, in whole sentences."""

from collections.abc import Sequence

from console.words.findings.wording import said
from topology.planning.guards.not_evaluated import (
    LargestNotCounted,
    LaterFailures,
    LoadMovedAway,
    LoadNotJudged,
    LoadStaysAway,
    ObservedNeeds,
    OnlyBudget,
    OnlyCounts,
    OthersAct,
    PlacesWithoutFloor,
    RestartsUnmodelled,
    SlipsOfRun,
    SoftNeeds,
)
from topology.region.sentences.counting import first_of

MOST_NAMED = 3
NOBODY_KNOWS = "somebody else may act beside this"


def _places(facts: PlacesWithoutFloor) -> str:
    return f"Single {facts.place}s: {_state(facts.subsystems)} no {facts.place} floor."


def _state(subsystems: Sequence[str]) -> str:
    return f"{first_of(subsystems, MOST_NAMED)} {'states' if len(subsystems) == 1 else 'state'}"


def _soft(facts: SoftNeeds) -> str:
    who = first_of(facts.dependents, MOST_NAMED)
    return f"Soft dependencies: {who} can do without what leaves, and how well is not judged."


def _observed(facts: ObservedNeeds) -> str:
    who = first_of(facts.dependents, MOST_NAMED)
    return f"Observed calls: {who} called what leaves, and nobody stated whether that can be done without; adopt states it."


def _only_budget(facts: OnlyBudget) -> str:
    who = first_of(facts.budgets, MOST_NAMED)
    return f"Who does not keep to a budget: the only floor here is the {who}, and {facts.who}; state a floor for what matters."


def _stays_away(facts: LoadStaysAway) -> str:
    who = first_of(facts.subsystems, MOST_NAMED)
    return f"What ran on these servers: the source gives back servers without it, so {who} count as +0."


WORDINGS = (
    said(LargestNotCounted, lambda _: "The largest safe command: it is still being counted."),
    said(LoadNotJudged, lambda _: "The load that subsystems carry: floors say how much capacity is enough."),
    said(PlacesWithoutFloor, _places),
    said(SoftNeeds, _soft),
    said(ObservedNeeds, _observed),
    said(LaterFailures, lambda _: "Failures while it runs: the region judges each wave again before it acts."),
    said(
        OthersAct,
        lambda facts: f"What happens between the last look and the act: {facts.others or NOBODY_KNOWS}.",
    ),
    said(OnlyBudget, _only_budget),
    said(
        LoadMovedAway,
        lambda _: "What ran on these servers: it went elsewhere when they left, and does not move back by itself.",
    ),
    said(LoadStaysAway, _stays_away),
    said(
        RestartsUnmodelled,
        lambda facts: f"What a full restart would cost: {_state(facts.subsystems)} no model of it.",
    ),
    said(SlipsOfRun, lambda _: "Slips in the arguments of the run: the audit of the playbook looks at those."),
    said(
        OnlyCounts,
        lambda facts: f"{facts.tool}: this tool says how many servers go, and nothing of what they carry",
    ),
)
