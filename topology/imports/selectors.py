"""Reads label selectors of documents, whose shape may be any."""

from topology.imports.shapes import DefectError, Steps, items_of, mapping_of, text_of, texts_of
from topology.kubernetes.selectors import NOTHING, Requirement, Selector, exactly, requirement, selecting


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
        requirements += exactly(texts_of(fields.get("matchLabels"), f"{place}.matchLabels", steps)).requirements
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
    return selecting(requirements, doubts)


def _requirement(raw: object, steps: Steps, place: str) -> Requirement:
    fields = mapping_of(raw, place, steps)
    key = text_of(fields.get("key"), f"key of {place}")
    values = [
        text_of(value, f"a value of {place}") for value in items_of(fields.get("values"), f"values of {place}", steps)
    ]
    try:
        return requirement(key, fields.get("operator"), values)
    except ValueError as error:
        raise DefectError(f"{place} {error}") from error
