"""What the guards of those who need what leaves say: lost needs, observers, and what coming back would take."""

from console.words.findings.wording import said
from console.words.restarts import restart_sentence
from topology.planning.guards.dependents.impact import NeedLost, NoHeadroomLeft
from topology.planning.guards.dependents.restart import RestartTakes
from topology.planning.guards.dependents.self_observation import ObserverTouched, PublisherTouched
from topology.region.sentences.changes import change
from topology.region.sentences.counting import first_of

NEEDED = ("those who depend on it", "fewer servers")


def _need_lost(facts: NeedLost) -> str:
    lost = f" for {' and '.join(facts.operations)}" if facts.operations else ""
    return f"{facts.subsystem} can no longer be served{lost}: {_reason(facts.because)}"


def _no_headroom_left(facts: NoHeadroomLeft) -> str:
    need = "needs" if len(facts.dependents) == 1 else "need"
    return (
        f"{first_of(facts.dependents, 10)} {need} {facts.subsystem}, "
        f"which ends with no headroom: {change(facts)}, floor {facts.floor:,}"
    )


def _observer_touched(facts: ObserverTouched) -> str:
    if len(facts.because) == 1:
        return f"{facts.observer} is an observer, and loses servers itself"
    return f"{facts.observer} is an observer and depends on what is being removed: {_reason(facts.because)}"


def _publisher_touched(facts: PublisherTouched) -> str:
    who = f"the status page's target {facts.target}" if facts.target else "this console"
    return f"{who} stands on what is being removed: it needs {', which needs '.join(facts.because)}"


def _reason(path: tuple[str, ...]) -> str:
    """Say a path of needs: `web needs index, which needs placement`."""
    first, *rest = path
    return f"{first} needs " + ", which needs ".join(rest)


WORDINGS = (
    said(NeedLost, _need_lost, *NEEDED),
    said(NoHeadroomLeft, _no_headroom_left, *NEEDED),
    said(ObserverTouched, _observer_touched, *NEEDED),
    said(
        PublisherTouched, _publisher_touched, "those outside, who would not be told", "fewer servers, or another target"
    ),
    said(RestartTakes, lambda facts: restart_sentence(facts.cost), "who waits for it to come back"),
)
