"""The guard `too-large`: one command moves more servers than the policy allows for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import servers
from topology.planning.plan import Finding, Severity

CODE = "too-large"
WORDS = Words("more than one command may take", "more than one command may take")


@dataclass(frozen=True, slots=True)
class TooManyAtOnce(FindingFacts):
    """More servers *wanted* than the *limit* of one command; *share* is how the policy states it of those *listed*, if it does."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
    wanted: int
    limit: int
    listed: int
    share: str | None

    def sentence(self) -> str:
        """Say how many may, and by which rule."""
        rule = f"{self.share} of the {self.listed:,} listed" if self.share else "the policy"
        return f"{servers(self.wanted)} in one command; at most {self.limit:,} may move in one ({rule})"

    def protects(self) -> str:
        """Say what is at stake."""
        return "the region from one large step"

    def satisfied_by(self) -> str:
        """Say how many may."""
        return f"at most {servers(self.limit)} in one command"


def _ask(case: Case) -> Iterator[Finding]:
    policy, listed = case.region.policy, len(case.region.roster)
    limit, stated = policy.largest_count(listed), policy.largest_command
    if limit is None or stated is None or case.choice.wanted <= limit:
        return
    share = str(stated) if stated.percent else None
    yield Finding(CODE, Severity.BLOCK, TooManyAtOnce(case.choice.wanted, limit, listed, share))


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=50, held_at_act=True, ask=_ask)
