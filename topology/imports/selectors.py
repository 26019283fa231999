"""Label selectors of Kubernetes: reading them, and finding what they select without trying every pair.

Source: k8s.io/apimachinery, LabelSelectorAsSelector: no selector selects nothing, an empty one everything; `NotIn` also
selects what does not have the label.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from topology.imports.shapes import DefectError, Steps, items_of, mapping_of, text_of, texts_of

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


def read_selector(raw: object, steps: Steps, place: str = "spec.selector") -> Selector:
    """Read a LabelSelector; what cannot be read of it is kept as its doubt, never dropped in silence."""
    if raw is None:
        return NOTHING
    requirements: list[Requirement] = []
    doubts: list[str] = []
    try:
        fields = mapping_of(raw, place, steps)
    except DefectError as defect:
        return Selector(doubt=str(defect))
    unknown = sorted(str(key) for key in fields if key not in ("matchLabels", "matchExpressions"))
    doubts += [f"{place} has {key!r}, which is not known" for key in unknown]
    try:
        for key, value in texts_of(fields.get("matchLabels"), f"{place}.matchLabels", steps).items():
            requirements.append(Requirement(key, "In", frozenset([value])))
    except DefectError as defect:
        doubts.append(str(defect))
    try:
        for expression in items_of(fields.get("matchExpressions"), f"{place}.matchExpressions", steps):
            try:
                requirements.append(_requirement(expression, steps, f"an entry of {place}.matchExpressions"))
            except DefectError as defect:
                doubts.append(str(defect))
    except DefectError as defect:
        doubts.append(str(defect))
    return Selector(tuple(sorted(requirements, key=lambda one: (one.key, one.operator))), doubt="; ".join(doubts))


def _requirement(raw: object, steps: Steps, place: str) -> Requirement:
    fields = mapping_of(raw, place, steps)
    key = text_of(fields.get("key"), f"key of {place}")
    values = [
        text_of(value, f"a value of {place}") for value in items_of(fields.get("values"), f"values of {place}", steps)
    ]
    operator = fields.get("operator")
    if operator in ("In", "NotIn"):
        if not values:
            raise DefectError(f"{place} says {operator} without values")
        return Requirement(key, "In" if operator == "In" else "NotIn", frozenset(values))
    if operator in ("Exists", "DoesNotExist"):
        if values:
            raise DefectError(f"{place} says {operator} with values")
        return Requirement(key, "Exists" if operator == "Exists" else "DoesNotExist")
    raise DefectError(f"{place} has the operator {operator!r}; known are In, NotIn, Exists and DoesNotExist")


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
