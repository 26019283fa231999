"""Plans that were saved to a file for a review: read as they were saved, and judged by the region as it is now."""

from pathlib import Path

import msgspec

from console.operating.access import read_regular
from topology.command.grammar.syntax import Planned
from topology.command.grammar.tokens import LONGEST
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.unfinished import by_names
from topology.fleet.state import State
from topology.planning.confirmation import stale
from topology.planning.guards.guard import Guard
from topology.planning.listed import digest_of
from topology.planning.plan import Finding, Plan
from topology.planning.preview import judge_again, preview
from topology.region.errors import LinkError

LARGEST = 512 * 1024 * 1024
"""Bytes of a saved plan that are read at most."""
FORMAT = 1


class PlanFileError(Exception):
    """A plan cannot be saved or read; one sentence says what was tried, why not, and what to do."""


class SavedPlan(msgspec.Struct, forbid_unknown_fields=True):
    """What a file holds: the plan as JSON, of which region, and who saved it when (seconds since 1970 UTC)."""

    format: int
    region: str
    saved_by: str
    saved_at: float
    plan: msgspec.Raw


def read_plan(path: Path) -> tuple[SavedPlan, Plan]:
    """Read a saved plan, as it was saved.

    Raises:
        PlanFileError: it is none, of another format, or was changed.
    """
    try:
        data, _ = read_regular(path, str(path), LARGEST, "")
        saved = msgspec.json.decode(data, type=SavedPlan)
        plan = Plan.from_json(bytes(saved.plan))
    except LinkError as error:
        raise PlanFileError(f"{error}; give the path of a file that plan save wrote") from error
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise PlanFileError(f"{path}: is no saved plan ({error}); save it again") from error
    if saved.format != FORMAT:
        raise PlanFileError(f"{path}: has format {saved.format}; this version reads format {FORMAT}; save it again")
    if plan.digest != digest_of(saved.region, plan.command, plan.servers):
        raise PlanFileError(f"{path}: its servers are not those of its digest: it was changed since; save it again")
    return saved, plan


def judged_anew(
    saved: SavedPlan, plan: Plan, state: State, guards: tuple[Guard, ...]
) -> tuple[Plan, tuple[Finding, ...]]:
    """Give a saved plan as it is judged now, and what changed since, so that it does not hold any more.

    Raises:
        PlanFileError: it is of another region, or its command means nothing there.
    """
    command = _command(saved, plan, state)
    judged = judge_again(state, plan, command, guards)
    return judged, tuple(stale(state, plan, judged))


def text_of(saved: SavedPlan, plan: Plan, state: State, guards: tuple[Guard, ...]) -> str:
    """Give the command that plans exactly the servers of a saved plan now: as it was typed, or with their names.

    Raises:
        PlanFileError: it means nothing here, or the names are too many for one command.
    """
    command = _command(saved, plan, state)
    if preview(state, command, guards).servers == plan.servers:
        return plan.command
    text = by_names(command, plan.servers)
    if len(text) > LONGEST:
        what = f"its {plan.count:,} servers are others than {plan.command} takes now, and too many to be named"
        raise PlanFileError(f"{what}; plan it again")
    return text


def _command(saved: SavedPlan, plan: Plan, state: State) -> Planned:
    if state.region.name != saved.region:
        raise PlanFileError(
            f"the plan is of region {saved.region}, not of {state.region.name}; name that with --region"
        )
    command = parse(plan.command, vocabulary_of(state)).command
    if not isinstance(command, Planned):
        raise PlanFileError(f"{plan.command} means nothing in {state.region.name} any more; plan it again")
    return command
