"""What guards are asked about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

from topology.fleet.state import State
from topology.graph.graph import Graph
from topology.planning.effects import EffectColumns, Shift
from topology.planning.plan import Effect, Finding, Impact, ScopeVerdict, Severity
from topology.planning.selection.choice import Choice, Intent
from topology.region.region import Region

_T = TypeVar("_T")
_Tell = Callable[[list[Effect]], list[Finding]]


@dataclass(frozen=True, eq=False)
class Case:
    """One intent at one state, with everything that was worked out about it."""

    state: State
    intent: Intent
    choice: Choice
    named: frozenset[int]
    shift: Shift
    effects: tuple[Effect, ...]
    impacts: tuple[Impact, ...]
    graph: Graph
    columns: EffectColumns | None = None
    """The effects by the row of their scope; None where there are few, or only the worst of them."""
    answers: dict[object, Any] = field(default_factory=dict, init=False, repr=False)
    """What was worked out `once`, by what worked it out."""

    @property
    def region(self) -> Region:
        """The region as described."""
        return self.state.region

    @cached_property
    def whole(self) -> list[Effect]:
        """The effects on subsystems in the region as a whole, in their order."""
        if self.columns is not None:
            return self.columns.whole()
        return [effect for effect in self.effects if effect.scope.kind == "region"]

    @cached_property
    def touched(self) -> list[Effect]:
        """Those of them that lose something."""
        return [effect for effect in self.whole if effect.leaving > 0]

    def told(self, code: str, ends: ScopeVerdict, rests_on: object, tell: _Tell) -> list[Finding]:
        """Give what the guard *code* tells of each effect that loses something and *ends* with this verdict, in their order.

        A finding rests on its effect and on *rests_on* alone: it is kept for the next plan that comes to the same.
        """
        if self.columns is not None:
            return self.columns.told(code, rests_on, self.columns.losing(ends), tell)
        return tell([one for one in self.effects if one.verdict is ends and one.leaving > 0])

    @cached_property
    def scarce(self) -> frozenset[int]:
        """The subsystems that lose something and end tight, below a floor, or unknown, in any scope."""
        if self.columns is not None:
            return self.columns.scarce()
        holds, index = ScopeVerdict.HOLDS, self.region.index
        return frozenset(index[one.subsystem] for one in self.effects if one.leaving > 0 and one.verdict is not holds)

    @property
    def removes(self) -> bool:
        """Whether servers leave; else they come back."""
        return self.intent.action == "remove"

    @property
    def weight(self) -> Severity:
        """How much a guard of departures weighs: what gives capacity back is not refused by it."""
        return Severity.BLOCK if self.removes else Severity.CAUTION


def once(work: Callable[[Case], _T]) -> Callable[[Case], _T]:
    """Let what several ask of a case be worked out once."""

    @wraps(work)
    def asked(case: Case) -> _T:
        if work not in case.answers:
            case.answers[work] = work(case)
        return cast("_T", case.answers[work])

    return asked
