"""What a command would do at one revision, as a frozen value that survives JSON."""

from copy import copy
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Literal

import msgspec

from topology.planning.facts import FindingFacts, ToldFacts, facts_of
from topology.planning.listed import Listed, coming_late, held_by
from topology.planning.restart import RestartCost
from topology.planning.selection.left_out import LeftOut
from topology.planning.selection.stages import Staging
from topology.region.scope import Scope, decoded, plain

PLAN_FORMAT = 1


class Severity(StrEnum):
    """How much a finding weighs: `block` refuses, `caution` asks for more effort, `note` informs."""

    BLOCK = "block"
    CAUTION = "caution"
    NOTE = "note"


class Verdict(StrEnum):
    """A plan in one word; `nothing` when it selects no server."""

    NOTHING = "nothing"
    BLOCKED = "blocked"
    CAUTION = "caution"
    CLEAR = "clear"


class ScopeVerdict(StrEnum):
    """How a scope would end.

    `breaks`: ends below its floor and the plan takes from it; `below`: was already below and is not touched;
    `unknown`: it states no floor and must.
    """

    HOLDS = "holds"
    TIGHT = "tight"
    BREAKS = "breaks"
    BELOW = "below"
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing a guard has to say: a stable code, how much it weighs, and the facts that it rests on.

    *lifted_by* is what may lift it. The console makes sentences of the facts when somebody reads them.
    """

    code: str
    severity: Severity
    facts: FindingFacts
    subsystem: str | None = None
    scope: Scope | None = None
    lifted_by: str = "nothing"

    def to_builtins(self) -> dict[str, object]:
        """Give it as JSON has it, without the sentences that can be made of its facts."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subsystem": self.subsystem,
            "scope": None if self.scope is None else str(self.scope),
            "lifted_by": self.lifted_by,
            "facts": self.facts.to_builtins(),
        }

    @classmethod
    def of_builtins(cls, body: dict[str, Any]) -> "Finding":
        """Read what `to_builtins` gave, with or without sentences, or an earlier version, which wrote no facts.

        Raises:
            ValueError: it is not a finding.
        """
        scope = body.get("scope")
        return cls(
            str(body.get("code", "")),
            Severity(str(body.get("severity"))),
            facts_of(body),
            body.get("subsystem"),
            None if scope is None else Scope.read(scope),
            str(body.get("lifted_by", "nothing")),
        )


class Effect(msgspec.Struct, frozen=True, gc=False):
    """What a plan does to one (subsystem, scope), in units.

    *leaving* is what this plan takes (negative: gives back), *pending* what running executions will still take;
    *after* = in_service - pending - leaving. *floor* and *headroom* (after - floor) are None where no floor is stated.
    """

    subsystem: str
    scope: Scope
    in_service: int
    leaving: int
    after: int
    declared: int
    floor: int | None
    headroom: int | None
    verdict: ScopeVerdict
    named: bool
    pending: int = 0


class Impact(msgspec.Struct, frozen=True, gc=False):
    """A node that loses a hard need, with one shortest path to the reason.

    *because* starts at the node and ends at the subsystem below its floor. *operations* are those it can no longer
    serve, empty for all. *already* is true when the plan changes nothing about it.
    """

    subsystem: str
    because: tuple[str, ...]
    already: bool = False
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LargestSafe:
    """The largest count for which the same command has no block finding, and that command."""

    count: int
    command: str


@dataclass(frozen=True, slots=True)
class PaceUse:
    """How much of one pace is used: of everything (*subsystem* None), or of one subsystem.

    *most* servers may leave within any *seconds*, *used* left within the last ones by earlier acts, and the plan *takes*
    so many. *next_at* is the link's time from which one more may leave, None where that is now.
    """

    subsystem: str | None
    seconds: float
    most: int
    used: int
    takes: int
    next_at: float | None = None


@coming_late("servers", "supports", "digest")
@dataclass(frozen=True)
class Plan:
    """What *command* would do at *revision*; the fields are those of the stable JSON format (see the manual).

    *servers*, *supports* and *digest* are made when they are first read, at a cost that grows with the number of servers:
    ask for `count`, `listed` or `is_like` while somebody types.
    """

    command: str
    action: Literal["remove", "restore"]
    revision: int
    verdict: Verdict
    servers: tuple[str, ...]
    """Exactly these servers, in the order in which they would go."""
    effects: tuple[Effect, ...]
    impacted: tuple[Impact, ...]
    findings: tuple[Finding, ...]
    largest_safe: LargestSafe | None
    not_evaluated: tuple[FindingFacts, ...]
    """What the judgement does not cover."""
    digest: str
    """SHA-256 of region, command and the sorted servers; not of the revision."""
    supports: tuple[tuple[str, ...], ...] = ()
    """The subsystems that each of the servers supports, in the order of *servers*, as the plan saw them."""
    pace_per_minute: int | None = None
    """Servers per minute at which it would be carried out; None where no pace holds it back."""
    minutes: float = 0.0
    """How long that takes at this pace."""
    shared: int = 0
    """How many of the servers also support subsystems that the command does not name."""
    undoes: int | None = None
    """The journal entry that this plan undoes."""
    left_out: tuple[LeftOut, ...] = ()
    """Servers of an undo that cannot come back, each with its state; `billing-0007 failed` in JSON."""
    pace: tuple[PaceUse, ...] = ()
    """How much of every pace that the removal is held to is used, the shortest window first; empty for a restore."""
    restart: tuple[RestartCost, ...] = ()
    """What a full restart of each subsystem that loses servers would take, in the order of the region's subsystems."""
    in_part: bool = False
    """Whether the source goes server by server, so that a refusal may leave part of a wave done."""
    lacks: tuple[str, ...] = ()
    """What the source cannot do that acts elsewhere can: `restores_by_name`, `stops_mid_wave`."""
    staging: Staging | None = None
    """The stages of a command that goes by places; the plan is the next one."""
    format: int = PLAN_FORMAT

    @property
    def blocked(self) -> bool:
        """Whether it cannot be confirmed."""
        return self.verdict in (Verdict.BLOCKED, Verdict.NOTHING)

    @property
    def count(self) -> int:
        """How many servers it lists."""
        found = self.listed
        return len(self.servers) if found is None else len(found)

    @property
    def listed(self) -> Listed | None:
        """The servers by position, as they were listed; None in a plan that was read, or whose servers were told by name."""
        return held_by(self, "servers")

    def first(self, most: int) -> tuple[str, ...]:
        """Give the names of the first *most* servers."""
        found = self.listed
        return self.servers[:most] if found is None else found.first(most)

    def is_like(self, other: "Plan | None") -> bool:
        """Whether *other* is the same command with the same servers, in this region: then the digest is the same too."""
        if other is None or self.command != other.command or self.count != other.count:
            return False
        mine, others = self.listed, other.listed
        if mine is None or others is None:
            return self.digest == other.digest
        return mine.is_same(others)

    def told(self, findings: tuple[Finding, ...], verdict: Verdict | None = None) -> "Plan":
        """Give it with other *findings*, and another *verdict*, without making what comes late."""
        found = copy(self)
        vars(found).update(findings=findings, verdict=self.verdict if verdict is None else verdict)
        return found

    def codes(self) -> tuple[str, ...]:
        """Give the codes of the findings, in order, each once."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    def to_builtins(self) -> dict[str, Any]:
        """Give it as JSON has it, without sentences: for another console, which makes its own."""
        mine = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _OF_THEIR_OWN}
        body: dict[str, Any] = msgspec.to_builtins(mine, enc_hook=plain)
        body["left_out"] = [str(one) for one in self.left_out]
        body["findings"] = [finding.to_builtins() for finding in self.findings]
        body["not_evaluated_facts"] = [one.to_builtins() for one in self.not_evaluated]
        return body

    def to_json(self) -> bytes:
        """Write the plan for another console; `console.words.plan_json` writes it for people, too."""
        return msgspec.json.encode(self.to_builtins())

    @classmethod
    def from_json(cls, data: bytes) -> "Plan":
        """Read what `to_json` wrote, with or without sentences.

        Raises:
            ValueError: it is not a plan of this format.
        """
        body = msgspec.json.decode(data, type=dict[str, Any])
        told = msgspec.convert(body.pop("findings", None), list[dict[str, Any]])
        left_out = tuple(map(LeftOut.read, msgspec.convert(body.pop("left_out", ()), list[str])))
        not_evaluated = _not_evaluated(body.pop("not_evaluated", ()), body.pop("not_evaluated_facts", None))
        plan = msgspec.convert({**body, "findings": [], "not_evaluated": []}, cls, dec_hook=decoded)
        findings = tuple(map(Finding.of_builtins, told))
        vars(plan).update(findings=findings, left_out=left_out, not_evaluated=not_evaluated)
        if plan.format != PLAN_FORMAT:
            raise ValueError(f"the plan has format {plan.format}; this version reads format {PLAN_FORMAT}")
        return plan


_OF_THEIR_OWN = ("findings", "left_out", "not_evaluated")
"""Fields that JSON has in another form."""


def _not_evaluated(told: object, facts: object) -> tuple[FindingFacts, ...]:
    """Read what is not evaluated: from its facts, or from the sentences that an earlier version wrote alone."""
    if facts is not None:
        return tuple(facts_of({"facts": one}) for one in msgspec.convert(facts, list[dict[str, Any]]))
    return tuple(ToldFacts(one) for one in msgspec.convert(told, list[str]))


class Effort(StrEnum):
    """What the operator did to confirm: one deliberate key, or typed the number of servers."""

    KEY = "key"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The operator's word on one plan, by its digest; *approvals* are for a second person."""

    digest: str
    effort: Effort
    approvals: tuple[str, ...] = ()
