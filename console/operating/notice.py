"""A sentence that needs an act or a look, as a value: what it says, how much it weighs, and the commands it offers."""

from dataclasses import dataclass
from typing import Literal

from topology.fleet.state import State


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


def source_notices(state: State, source: str) -> tuple[Notice, ...]:
    """Say why *source*, by its name, is silent, and what its description guards less; an empty text where that is not so."""
    freshness, reason = state.freshness, state.freshness.reason
    silent = freshness.is_silent(state.region.policy.stale_after_s)
    text = ""
    if silent:
        text = f"{source} is silent, so nothing can be confirmed: {reason or 'no news arrives'}."
    elif reason:
        text = f"The description cannot be read any more, so the last good one stays for now: {reason}."
    less = "; ".join(state.unacknowledged)
    lowered = f"The description was read anew and guards less, so nothing is removed: {less}." if less else ""
    return (
        Notice("source", text, "alarm" if silent else "caution", lasting=True),
        Notice("description", lowered, "caution", (("Acknowledge …", "acknowledge"),), lasting=True),
    )
