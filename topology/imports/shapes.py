"""Narrowing of decoded documents to the shapes that are wanted, with a sentence for what is not.

Decoded YAML shares the objects its aliases stand for, so a small document can look huge to whoever walks it. Every
entry looked at is therefore counted, and the count has an end.
"""

from collections.abc import Mapping

from topology.imports.notes import ImportRefusedError, plain

MOST_STEPS = 10_000_000
"""Entries looked at in one import. 5,000 workloads with 100 variables each need about 1,000,000."""


class DefectError(ValueError):
    """A document does not have the shape its kind asks for; the text says which part is what."""


class Steps:
    """Counts the entries looked at, and refuses to go on for ever."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._most = self._left = most

    def take(self, count: int) -> None:
        """Note that *count* more entries are about to be looked at.

        Raises:
            ImportRefusedError: that is more than any honest input has.
        """
        self._left -= count + 1
        if self._left < 0:
            raise ImportRefusedError(
                f"The documents hold more than {self._most:,} entries once their aliases are followed; "
                "import fewer at a time."
            )


def described(value: object) -> str:
    """Name a value that is not what was wanted, briefly."""
    if value is None:
        return "missing"
    if isinstance(value, str):
        return plain(repr(value[:60]), 60)
    if isinstance(value, int | float):
        return repr(value) if abs(value) < 1e30 else "a number out of all bounds"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "not text"


def mapping_of(value: object, place: str, steps: Steps) -> Mapping[object, object]:
    """Give *value* as a mapping; empty when there is none.

    Raises:
        DefectError: it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DefectError(f"{place} is {described(value)}, not a mapping")
    steps.take(len(value))
    return value


def items_of(value: object, place: str, steps: Steps) -> list[object]:
    """Give *value* as a list; empty when there is none.

    Raises:
        DefectError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise DefectError(f"{place} is {described(value)}, not a list")
    steps.take(len(value))
    return value


def text_of(value: object, place: str) -> str:
    """Give *value* as text that is not empty.

    Raises:
        DefectError: it is missing, empty or something else.
    """
    if not isinstance(value, str):
        raise DefectError(f"{place} is {described(value)}" + ("" if value is None else ", not text"))
    if not value:
        raise DefectError(f"{place} is empty")
    return value


def texts_of(value: object, place: str, steps: Steps) -> dict[str, str]:
    """Give *value* as a mapping from text to text; empty when there is none.

    Raises:
        DefectError: it, a key or a value is something else. Kubernetes refuses `version: 1.0` without quotes, too.
    """
    fields = mapping_of(value, place, steps)
    for key, entry in fields.items():
        if not isinstance(key, str) or not isinstance(entry, str):
            raise DefectError(f"{place} has {described(key)}: {described(entry)}; both sides must be text")
    return {str(key): str(entry) for key, entry in fields.items()}
