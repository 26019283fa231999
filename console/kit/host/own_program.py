"""How another process of this very program is started, whether it runs from a checkout, an installation or a frozen folder."""

import sys

AUDIT_CHILD = "--audit-child"
"""The word by which the program audits for another of itself; no person types it."""


def own_words(*words: str) -> list[str]:
    """Give the words that start this program with *words*: of a frozen one, its own file; else Python's, ours alone in its path."""
    own = [] if getattr(sys, "frozen", False) else ["-P", "-m", "console.app.cli"]
    return [sys.executable, *own, *words]
