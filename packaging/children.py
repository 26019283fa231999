"""Starting other programs: what they inherit, and that none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# Seconds an interrupted program has for its own clean-up.
PATIENCE = 20


class SetupError(Exception):
    """Something only the person at the keyboard can put right; the message says what."""


def environment_for_children(**more: str) -> dict[str, str]:
    """Give our environment without what would let another Python's packages in, or send ours elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH", "PIP_USER")}
    return kept | more


def call(
    command: Sequence[object], *, cwd: Path | None = None, show: str = "all", env: Mapping[str, str] | None = None
) -> int:
    """Run *command* to its end and give its exit code; an interrupt reaches it before it reaches our caller.

    *show* is what is seen of what it says: "all", "errors" or "nothing".
    """
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        stdout=None if show == "all" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if show == "nothing" else None,
        env=dict(environment_for_children() if env is None else env),
    ) as child:
        try:
            return child.wait()
        except BaseException:
            end(child)
            raise


def end(child: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a child that was interrupted with us (Ctrl+C); where it was not, interrupt it."""
    for wake, seconds in ((None, 1), (child.send_signal, PATIENCE)):
        if wake:
            wake(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    child.kill()
