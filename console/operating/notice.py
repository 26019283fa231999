"""A sentence that needs an act or a look, as a value: what it says, how much it weighs, and the commands it offers."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence with the commands it offers, as (text of the button, command text).

    A notice with the same *key* replaces the one on show. *lasting* ones cannot be dismissed: they go when they are no longer true.
    """

    key: str
    text: str
    kind: Literal["alarm", "caution", "note"] = "note"
    offers: tuple[tuple[str, str], ...] = ()
    lasting: bool = False
