"""What a disruption budget asks for, and what that comes to for each of several workloads."""

import re
from dataclasses import dataclass

from topology.region.region import Amount


@dataclass(frozen=True, slots=True)
class Demand:
    """What a budget asks for: *amount* is minAvailable, or else maxUnavailable."""

    amount: Amount
    available: bool

    def least(self, expected: int) -> int:
        """Give the pods that must stay of *expected*, as the disruption controller does.

        Both percentages round up, so rounding up maxUnavailable lets one more go. minAvailable as a count is not cut
        down to *expected*: such a budget lets nothing go.

        Source: kubernetes, pkg/controller/disruption, getExpectedPodCount.
        """
        given = self.amount.of(expected)
        return given if self.available else max(0, expected - given)

    def floor(self, expected: int) -> Amount:
        """Give it as the floor of so many; maxUnavailable is an exact count."""
        return self.amount if self.available else Amount(self.least(expected))

    def __str__(self) -> str:
        return f"{'minAvailable' if self.available else 'maxUnavailable'} {self.amount}"


def demand_of(least: object, most: object) -> Demand:
    """Read minAvailable and maxUnavailable of a budget.

    Raises:
        ValueError: Kubernetes takes no such budget; the text says why.
    """
    if least is not None and most is not None:
        raise ValueError("minAvailable and maxUnavailable are both set; Kubernetes refuses that")
    if least is None and most is None:
        raise ValueError("neither minAvailable nor maxUnavailable is set, so it lets nothing go")
    name, raw = ("maxUnavailable", most) if least is None else ("minAvailable", least)
    text = re.sub("^0+(?=[0-9])", "", raw) if isinstance(raw, str) else raw  # Kubernetes takes "090%" too
    try:
        return Demand(Amount.parse(text), least is not None)
    except ValueError as error:
        raise ValueError(f"{name} is wrong: {error}") from error


def share_of(least: int, others: int) -> int:
    """Give what one workload must keep of what is asked of several, with all pods of the *others* there."""
    return max(0, least - others)
