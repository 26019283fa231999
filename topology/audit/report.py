"""What an audit found, as frozen values that are written as JSON (see the manual)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from topology.audit.kept_report import facts_or_scope, fields_of, report_builtins
from topology.planning.facts import FindingFacts
from topology.planning.plan import Effect

AUDIT_FORMAT = 1


class FoundKind(StrEnum):
    """What kind of thing was found; the order is that of the ranking, the worst first."""

    SLIP_BREAKS = "slip-breaks"
    """One slip of a usual value, which the playbook accepts, breaks a floor."""
    BREAKS = "breaks"
    """An input that the playbook accepts breaks a floor."""
    RUN_BREAKS = "run-breaks"
    """No step breaks a floor alone, but all of them one after the other do."""
    UNKNOWN = "unknown"
    """Something is missing or silent, so the region cannot be judged."""
    UNFIT = "unfit"
    """The playbook names what the region does not have."""
    LOOSE = "loose-expectation"
    """An expectation that never refuses anything."""
    NO_EXPECTS = "no-expectation"
    """A step that makes a plan and expects nothing of it."""
    NO_BOUND = "no-bound"
    """A number without a most."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input that breaks a floor. *origin* is how one comes to it, empty by the usual values; *effect* is the worst scope.

    *breaks* counts the scopes that end below their floors. *stopped_by* is what the expectation finds that would refuse it,
    None where nothing of the playbook does.
    """

    run: str
    command: str
    origin: tuple[FindingFacts, ...]
    is_slip: bool
    servers: int
    effect: Effect
    breaks: int
    impacted: tuple[str, ...]
    stopped_by: FindingFacts | None = None

    @property
    def weight(self) -> tuple[float, int, int, str]:
        """Order inputs, the worst first: by shortfall as a share of the floor, then scopes and nodes it reaches."""
        share = (self.effect.headroom or 0) / max(self.effect.floor or 0, 1)
        return share, -self.breaks, -len(self.impacted), self.run


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would make a step safe: TOML to write, and what that does."""

    place: str
    toml: str
    facts: FindingFacts


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. *step* is 0 where it is about the whole playbook, *playbook* empty where about the region.

    *command* is what a row of a table opens in the command line, empty where there is none. The console makes a sentence of the
    facts and the worst input when somebody reads it.
    """

    kind: FoundKind
    playbook: str
    step: int
    facts: FindingFacts
    inputs: tuple[Input, ...] = ()
    """The worst first, ten at most."""
    remedies: tuple[Remedy, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class StepAudit:
    """What was looked at in one step. Counts are of inputs.

    *evaluated* were planned; *breaking* of them break a floor, and of those *held* are refused by what the step expects.
    *refused* are slips that the bounds refuse, *unusable* inputs that make no command, *left_out* those beyond the limit.
    *most_servers* is the most that an accepted input takes. *worst* is the worst input, stopped or not.
    """

    number: int
    command: str
    makes_plan: bool
    has_expects: bool
    evaluated: int = 0
    slips: int = 0
    breaking: int = 0
    held: int = 0
    refused: int = 0
    unusable: int = 0
    left_out: int = 0
    most_servers: int = 0
    worst: Input | None = None


@dataclass(frozen=True, slots=True)
class PlaybookAudit:
    """One playbook and its steps. *runs* counts whole runs that were played through."""

    name: str
    title: str
    purpose: str
    steps: tuple[StepAudit, ...]
    runs: int = 0
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class AuditReport:
    """An audit of playbooks against a region at one revision. *found* is ranked, the worst first."""

    region: str
    title: str
    region_digest: str
    revision: int
    illustrative: bool
    layout: str
    playbooks: tuple[PlaybookAudit, ...]
    found: tuple[Found, ...]
    not_evaluated: tuple[FindingFacts, ...]
    evaluated: int
    format: int = AUDIT_FORMAT

    def to_json(self) -> bytes:
        """Write it; what people and scripts read has the sentences as well (`console/reports`)."""
        return msgspec.json.encode(report_builtins(self))

    @classmethod
    def from_json(cls, data: bytes) -> "AuditReport":
        """Read what `to_json` wrote, the console with sentences, or an earlier version, which had sentences alone.

        Raises:
            ValueError: it is not a report of this format.
        """
        body = fields_of(msgspec.json.decode(data, type=dict[str, Any]))
        report = msgspec.convert(body, cls, dec_hook=facts_or_scope)
        if report.format != AUDIT_FORMAT:
            raise ValueError(f"the audit has format {report.format}; this version reads format {AUDIT_FORMAT}")
        return report
