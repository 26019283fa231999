"""The guard `too-large`: one command moves more servers than the policy allows for one; what comes back is only told so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "too-large"


@dataclass(frozen=True, slots=True)
class TooManyAtOnce(FindingFacts):
    """More servers *wanted* than the *limit* of one command; *share* is how the policy states it of those *listed*, if it does."""

    kind: ClassVar[str] = CODE
    wanted: int
    limit: int
    listed: int
    share: str | None


def _ask(case: Case) -> Iterator[Finding]:
    policy, listed = case.region.policy, case.region.roster.count
    limit, stated = policy.largest_count(listed), policy.largest_command
    if limit is None or stated is None or case.choice.wanted <= limit:
        return
    share = str(stated) if stated.percent else None
    yield Finding(CODE, case.weight, TooManyAtOnce(case.choice.wanted, limit, listed, share))


GUARD = Guard(CODE, Severity.BLOCK, order=50, held_at_act=True, ask=_ask)
