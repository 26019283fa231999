"""`underkeel plan`: saves a plan to a file for a review, and reads one, judged again. It acts on nothing."""

import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from console.operating.access import read_regular, write_whole
from console.operating.extensions.guards import own_guards
from console.operating.live.operators_name import operators_name
from console.operating.state_reading import read_state
from console.terminal.preview_command import EXIT, plan_table
from console.terminal.progress_line import ProgressLine
from console.words.findings.table import message
from console.words.plan_json import plan_builtins
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.confirmation import stale
from topology.planning.listed import digest_of
from topology.planning.plan import Finding, Plan
from topology.planning.preview import judge_again, preview
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.sentences.clock import moment_at

LARGEST = 512 * 1024 * 1024
"""Bytes of a saved plan that are read at most."""
STALE, UNREADABLE = 1, 2


class PlanFileError(Exception):
    """A plan cannot be saved or read; one sentence says what was tried, why not, and what to do."""


class SavedPlan(msgspec.Struct, forbid_unknown_fields=True):
    """What a file holds: the plan as JSON, of which region, and who saved it when (seconds since 1970 UTC)."""

    format: int
    region: str
    saved_by: str
    saved_at: float
    plan: msgspec.Raw


FORMAT = 1


def plan_command(chosen: Namespace, out: TextIO, err: TextIO) -> int:
    """Save or show a plan; gives the exit status."""
    progress = ProgressLine(err)
    try:
        if chosen.verb == "save":
            return _save(chosen.what, read_state(chosen.region, progress.show, live=chosen.live), chosen.out, out)
        saved, plan = read_plan(Path(chosen.what))
        state = read_state(chosen.region or saved.region, progress.show, live=chosen.live)
        progress.clear()
        return _show(saved, plan, state, chosen.json, out)
    except RegionError as error:
        progress.clear()
        err.write("\n".join(error.problems) + "\n")
    except (PlanFileError, LinkError) as error:
        progress.clear()
        err.write(f"{error}\n")
    finally:
        progress.clear()
    return UNREADABLE


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


def staleness(plan: Plan, judged: Plan, state: State) -> tuple[Finding, ...]:
    """Give what changed since a plan was saved, so that it does not hold any more."""
    return tuple(stale(state, plan, judged))


def _save(text: str, state: State, path: Path | None, out: TextIO) -> int:
    if path is None:
        raise PlanFileError("say where the plan goes: --out FILE")
    reading = parse(text, vocabulary_of(state))
    command = reading.command
    if not isinstance(command, Planned):
        why = reading.error.message if reading.error is not None else "it makes no plan, or is not finished"
        raise PlanFileError(f"{text}: {why}; write one such as remove 4 servers from billing")
    plan = preview(state, command, own_guards())
    body = msgspec.json.encode(plan_builtins(plan))
    saved = SavedPlan(FORMAT, state.region.name, operators_name(), time.time(), msgspec.Raw(body))
    if path.exists() or path.is_symlink():
        raise PlanFileError(f"{path}: is there already, and nothing was written; name a new file")
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(saved), indent=2) + b"\n")
    except OSError as error:
        raise PlanFileError(f"{path}: could not be written: {error.strerror}; name another place") from error
    out.write(f"Saved {plan.command}: {plan.verdict.value}, {plan.count:,} servers, digest {plan.digest}\n")
    return EXIT[plan.verdict]


def _show(saved: SavedPlan, plan: Plan, state: State, as_json: bool, out: TextIO) -> int:
    if state.region.name != saved.region:
        raise PlanFileError(
            f"the plan is of region {saved.region}, not of {state.region.name}; name that with --region"
        )
    command = parse(plan.command, vocabulary_of(state)).command
    if not isinstance(command, Planned):
        raise PlanFileError(f"{plan.command} means nothing in {state.region.name} any more; plan it again")
    judged = judge_again(state, plan, command, own_guards())
    changed = staleness(plan, judged, state)
    if as_json:
        body = {
            "format": FORMAT,
            "stale": [message(one) for one in changed],
            "saved": plan_builtins(plan),
            "now": plan_builtins(judged),
        }
        out.write(msgspec.json.format(msgspec.json.encode(body), indent=2).decode() + "\n")
    else:
        out.write("\n".join((*_head(saved, plan, changed), "", plan_table(judged))) + "\n")
    return STALE if changed else EXIT[judged.verdict]


def _head(saved: SavedPlan, plan: Plan, changed: tuple[Finding, ...]) -> Iterator[str]:
    when = moment_at(saved.saved_at).strftime("%Y-%m-%d %H:%M:%S UTC")
    yield f"Saved by {saved.saved_by} at {when}, {plan.verdict.value} then; judged again now:"
    if not changed:
        yield "It still holds."
    for one in changed:
        yield f"STALE: {message(one)}"
