"""`underkeel plan`: saves a plan to a file for a review, and reads one, judged again. It acts on nothing."""

import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from console.operating.access import write_whole
from console.operating.colleagues.saved_plans import FORMAT, PlanFileError, SavedPlan, judged_anew, read_plan
from console.operating.extensions.guards import own_guards
from console.operating.live.operators_name import operators_name
from console.operating.state_reading import read_state
from console.terminal.preview_command import EXIT, plan_table
from console.terminal.progress_line import ProgressLine
from console.terminal.streams.json_answer import write_json
from console.words.findings.table import message
from console.words.plan_json import plan_builtins
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Finding, Plan
from topology.planning.preview import preview
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.sentences.clock import moment_at

STALE, UNREADABLE = 1, 2


def plan_command(chosen: Namespace, out: TextIO, err: TextIO) -> int:
    """Save or show a plan; gives the exit status."""
    progress = ProgressLine(err)
    try:
        if chosen.verb == "save":
            return _save(
                chosen.what, read_state(chosen.region, progress.show, live=chosen.live), chosen.out, out, chosen.json
            )
        saved, plan = read_plan(Path(chosen.what))
        state = read_state(chosen.region, progress.show, live=chosen.live)
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


def _save(text: str, state: State, path: Path | None, out: TextIO, as_json: bool) -> int:
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
    if as_json:
        write_json({"format": FORMAT, "path": str(path), "saved": plan_builtins(plan)}, out)
    else:
        out.write(f"Saved {plan.command}: {plan.verdict.value}, {plan.count:,} servers, digest {plan.digest}\n")
    return EXIT[plan.verdict]


def _show(saved: SavedPlan, plan: Plan, state: State, as_json: bool, out: TextIO) -> int:
    judged, changed = judged_anew(saved, plan, state, own_guards())
    if as_json:
        body = {
            "format": FORMAT,
            "stale": [message(one) for one in changed],
            "saved": plan_builtins(plan),
            "now": plan_builtins(judged),
        }
        write_json(body, out)
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
