"""Runs the kit: every step in its order, and what came of each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from topology.fleet.reasons.anew import WhyAnew
from topology.links.adapter.check import hardships, steps
from topology.links.adapter.check.rig import CheckFailedError, NotJudgedError, Rig
from topology.links.adapter.wire.session import AdapterFailedError, SessionEndedError
from topology.links.fleet_source import ResyncNeeded
from topology.region.errors import LinkError

KILLS = 20
_STEP_S = 120.0


class StepVerdict(StrEnum):
    """What came of a step."""

    GOOD = "good"
    FAILED = "FAILED"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step with its verdict, and a few words or a sentence on it."""

    step: str
    verdict: StepVerdict
    text: str
    anew: WhyAnew | None = None
    """Why the fleet had to be read anew, where the step failed by that."""


def steps_of(kill_count: int, seed: int) -> tuple[tuple[str, Callable[[Rig], Awaitable[str]]], ...]:
    """Give the steps in their order, by name."""
    return (
        ("hello", steps.hello),
        ("load", steps.load),
        ("heartbeat", steps.heartbeat),
        ("remove and restore", steps.remove_and_restore),
        ("same id twice", steps.same_id_twice),
        ("unknown id", steps.unknown_id),
        ("abandoned id", steps.abandoned_id),
        ("wrong name", steps.wrong_name),
        ("unknown must", steps.unknown_must),
        ("unknown method", steps.unknown_method),
        ("floor", steps.floor),
        ("stop within a wave", steps.stop),
        ("garbage line", hardships.garbage_line),
        ("slow reader", hardships.slow_reader),
        ("end of stdin", hardships.ends),
        ("killed at random moments", hardships.kills(kill_count, seed)),
        ("floor race of two", hardships.floor_race),
    )


async def check_adapter(rig: Rig, told: Callable[[StepResult], None], *, kills: int = KILLS, seed: int = 1) -> bool:
    """Run every step; gives whether none failed. *told* hears each result as it comes."""
    good = True
    for name, step in steps_of(kills, seed):
        result = await _result(name, step, rig)
        told(result)
        good = good and result.verdict is not StepVerdict.FAILED
        if name == "hello" and not good:
            break  # Without it nothing else can be tried.
    return good


async def _result(name: str, step: Callable[[Rig], Awaitable[str]], rig: Rig) -> StepResult:
    try:
        async with asyncio.timeout(_STEP_S):
            return StepResult(name, StepVerdict.GOOD, await step(rig))
    except NotJudgedError as error:
        return StepResult(name, StepVerdict.NOT_JUDGED, str(error))
    except (CheckFailedError, LinkError, SessionEndedError, AdapterFailedError) as error:
        return StepResult(name, StepVerdict.FAILED, str(error))
    except ResyncNeeded as fact:
        return StepResult(name, StepVerdict.FAILED, "", fact.why)
    except TimeoutError:
        return StepResult(name, StepVerdict.FAILED, f"did not end within {_STEP_S:g} s")
