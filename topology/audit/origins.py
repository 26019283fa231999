"""How one comes to an input that an audit looks at, as typed values: a usual value, an edge of the bounds, a slip."""

from dataclasses import dataclass
from typing import ClassVar

from topology.command.slips.edits import SlipKind
from topology.planning.facts import FindingFacts


@dataclass(frozen=True, slots=True)
class UsualValue(FindingFacts):
    """The parameters have the values that they usually have."""

    kind: ClassVar[str] = "audit-usual-value"


@dataclass(frozen=True, slots=True)
class AtEdge(FindingFacts):
    """A *parameter* at its *most*, or else at its least."""

    kind: ClassVar[str] = "audit-at-edge"
    parameter: str
    most: bool


@dataclass(frozen=True, slots=True)
class OneOfMany(FindingFacts):
    """A *parameter* with one *value* of the many that it may have, none of which is more usual than others."""

    kind: ClassVar[str] = "audit-one-of-many"
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class SlipOf(FindingFacts):
    """A *parameter* with a *value* in place of the one *meant*, by one slip of the keys."""

    kind: ClassVar[str] = "audit-slip-of"
    parameter: str
    value: str
    meant: str
    slip: SlipKind


USUAL = UsualValue()
