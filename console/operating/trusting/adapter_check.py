"""Runs the conformance kit on an adapter, for whoever has no window."""

import asyncio
import os
import shlex
from collections.abc import Callable, Sequence

from topology.links.adapter.check.kit import KILLS, StepResult, check_adapter
from topology.links.adapter.check.rig import Rig
from topology.links.adapter.wire.program import ProgramLine

__all__ = ["KILLS", "StepResult", "run_adapter_check"]


def run_adapter_check(
    words: Sequence[str],
    environment: Sequence[str],
    told: Callable[[StepResult], None],
    log: Callable[[str], None],
    *,
    kills: int,
    seed: int,
) -> bool:
    """Run every step on the program that *words* name; gives whether none failed. *environment* names variables it is given.

    Raises:
        ValueError: the words are no program, in a sentence.
    """
    line = ProgramLine.parse(shlex.join(words))
    given = {name: os.environ[name] for name in environment if name in os.environ}
    return asyncio.run(check_adapter(Rig(line, given, log), told, kills=kills, seed=seed))
