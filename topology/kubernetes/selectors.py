"""Label selectors of Kubernetes: what they mean, and finding what they select without trying every pair.

Source: k8s.io/apimachinery, LabelSelectorAsSelector: no selector selects nothing, an empty one everything; `NotIn` also
selects what does not have the label.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from topology.kubernetes.objects import LabelSelector

Operator = Literal["In", "NotIn", "Exists", "DoesNotExist"]
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one label of a selected pod has to be."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, labels: Labels) -> bool:
        """Say whether *labels* meet this."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold; *nothing* selects nothing, whatever the requirements."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False
    doubt: str = ""
    """What of the selector could not be read; it then selects *at most* what the requirements say."""

    def holds(self, labels: Labels) -> bool:
        """Say whether *labels* are selected."""
        return not self.nothing and all(requirement.holds(labels) for requirement in self.requirements)


NOTHING = Selector(nothing=True)


def exactly(labels: Mapping[str, str]) -> Selector:
    """Select what has all of *labels*, as a Service does; no labels select nothing."""
    if not labels:
        return NOTHING
    return Selector(tuple(Requirement(key, "In", frozenset([value])) for key, value in sorted(labels.items())))


def requirement(key: str, operator: object, values: Collection[str]) -> Requirement:
    """Give what an expression asks for.

    Raises:
        ValueError: Kubernetes takes no such expression; the text says why, without naming where it stands.
    """
    match operator:
        case "In" | "NotIn":
            if not values:
                raise ValueError(f"says {operator} without values")
            return Requirement(key, operator, frozenset(values))
        case "Exists" | "DoesNotExist":
            if values:
                raise ValueError(f"says {operator} with values")
            return Requirement(key, operator)
        case _:
            raise ValueError(f"has the operator {operator!r}; known are In, NotIn, Exists and DoesNotExist")


def selecting(requirements: Iterable[Requirement], doubts: Iterable[str] = ()) -> Selector:
    """Select what meets all requirements; the order in which they are stated is no difference."""
    ordered = sorted(requirements, key=lambda one: (one.key, one.operator, sorted(one.values)))
    return Selector(tuple(ordered), doubt="; ".join(doubts))


def selector_of(stated: LabelSelector | None) -> Selector:
    """Give what a selector means; what of it is not understood is its doubt, for guarding too much harms nobody."""
    if stated is None:
        return NOTHING
    found, doubts = list(exactly(stated.labels).requirements), []
    for one in stated.expressions:
        try:
            found.append(requirement(one.key, one.operator, one.values))
        except ValueError as error:
            doubts.append(f"an expression {error}")
    return selecting(found, doubts)


class LabelIndex:
    """Finds the labelled things of a namespace that a selector selects, by the rarest label it asks for."""

    def __init__(self, labelled: Iterable[tuple[str, Labels]]) -> None:
        """Index pairs of namespace and labels; what is found is their position."""
        self._labels: list[Labels] = []
        self._namespaces: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str, str], list[int]] = {}
        for number, (namespace, labels) in enumerate(labelled):
            self._labels.append(labels)
            self._namespaces.setdefault(namespace, []).append(number)
            for key, value in labels.items():
                self._pairs.setdefault((namespace, key, value), []).append(number)

    def find(self, namespace: str, selector: Selector) -> list[int]:
        """Give the positions of what *selector* selects in *namespace*, ascending."""
        if selector.nothing:
            return []
        candidates = self._namespaces.get(namespace, [])
        for requirement in selector.requirements:
            if requirement.operator == "In":
                lists = [self._pairs.get((namespace, requirement.key, value), []) for value in requirement.values]
                if sum(map(len, lists)) < len(candidates):
                    candidates = sorted(number for found in lists for number in found)
        return [number for number in candidates if selector.holds(self._labels[number])]
