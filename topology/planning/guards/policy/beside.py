"""The guard `beside`: others hold credentials for a source that does not judge and act in one step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "beside"


@dataclass(frozen=True, slots=True)
class OthersHoldCredentials(FindingFacts):
    """The *source* that others can act on between the last look and the act."""

    kind: ClassVar[str] = CODE
    source: str


def _ask(case: Case) -> Iterator[Finding]:
    source = case.region.source
    # A source that judges the floors itself, in the step in which it acts, holds them against everybody.
    if source is None or not source.others_hold_credentials or case.state.promises.atomic:
        return
    if case.removes and len(case.choice.servers):
        yield Finding(CODE, Severity.CAUTION, OthersHoldCredentials(source.fleet))


GUARD = Guard(CODE, Severity.CAUTION, order=145, held_at_act=False, ask=_ask)
