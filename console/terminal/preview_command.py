"""`underkeel preview`: a plan in the terminal, as a table or in the stable JSON format. It reads no acts and writes no file."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TextIO

import msgspec

from console.operating.extensions.guards import own_guards
from console.operating.procedures.playbooks import runnable_playbooks
from console.operating.state_reading import read_state
from console.terminal.colour import SEVERITY, VERDICT, Paint, Rendition, bare, paint_for
from console.terminal.program import own_command
from console.terminal.progress_line import ProgressLine
from console.words.finding_lines import finding_lines
from console.words.findings.table import sentence
from console.words.plan import largest_label
from console.words.plan_json import plan_builtins
from console.words.steps.making_room import room_lines
from console.words.steps.stages import stage_lines
from console.words.writing import plural
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Planned, Run, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse_whole
from topology.command.slips import Slip, slips_of
from topology.fleet.state import State
from topology.planning.neighbours import Neighbourhood, neighbours, with_slip
from topology.planning.plan import PLAN_FORMAT, Plan, ScopeVerdict, Verdict
from topology.planning.preview import Planner, preview
from topology.playbook.reading import PlaybookError
from topology.playbook.run import Done, PlaybookRun, begin, checked, words_of
from topology.region.description import RegionError

EXIT = {Verdict.CLEAR: 0, Verdict.CAUTION: 3, Verdict.BLOCKED: 1, Verdict.NOTHING: 1}
NOT_A_COMMAND = 2
WITH_A_PLAN = ("remove", "restore")
ANSWERS = ("explain", "headroom", "restart")
"""Verbs of the command line that are subcommands of their own here."""

MARKS = {
    ScopeVerdict.BREAKS: "▼ breaks",
    ScopeVerdict.BELOW: "▼ below",
    ScopeVerdict.UNKNOWN: "? unknown",
    ScopeVerdict.TIGHT: "◆ tight",
    ScopeVerdict.HOLDS: "holds",
}
TONES = {
    ScopeVerdict.BREAKS: Rendition.ALARM,
    ScopeVerdict.BELOW: Rendition.ALARM,
    ScopeVerdict.UNKNOWN: Rendition.CARE,
    ScopeVerdict.TIGHT: Rendition.CARE,
}


def preview_command(
    text: str,
    region: str | None,
    as_json: bool,
    out: TextIO,
    err: TextIO,
    step: int | None = None,
    *,
    live: bool = False,
) -> int:
    """Plan *text* on a region as described; gives the exit status.

    Of a run of a playbook, *step* is planned, or the first one that makes a plan, held to what it expects.
    """
    progress = ProgressLine(err)
    try:
        asked = _ask(text, read_state(region, progress.show, live=live), progress, step)
    except (RegionError, PlaybookError) as error:
        progress.clear()
        return _refuse("\n".join(error.problems), None, as_json, out, err)
    finally:
        progress.clear()
    if isinstance(asked, Reading):
        return _refuse(_why(asked), asked, as_json, out, err)
    plan, around = asked
    table = plan_table(plan, paint_for(out)) if not as_json else ""
    out.write(plan_json(plan, around) + "\n" if as_json else "\n".join((table, *_slip_lines(around))) + "\n")
    return EXIT[plan.verdict]


def _ask(text: str, state: State, progress: ProgressLine, step: int | None) -> Reading | tuple[Plan, Neighbourhood]:
    """Give the plan and what is one slip away, or only what was read where that makes no plan."""
    reading = parse_whole(text, vocabulary_of(state))
    if text.split()[:1] == ["run"]:
        return _ask_step(text, state, step)
    if step is not None:
        raise PlaybookError(("--step is for the run of a playbook, and this is none: leave it out",))
    command = reading.command
    if not isinstance(command, Planned):
        return reading
    progress.show(f"Planning on {len(state.region.roster):,} servers")
    guards = own_guards()
    plan = preview(state, command, guards)
    slips = _told(slips_of(reading, vocabulary_of(state)), progress)
    around = neighbours(state, plan, command, slips, extra=guards)
    return with_slip(plan, around.looks_like), around


def _ask_step(text: str, state: State, number: int | None) -> Reading | tuple[Plan, Neighbourhood]:
    """Give the plan of a step of a run, as if the steps before it had done nothing."""
    playbooks, _ = runnable_playbooks()
    vocabulary = vocabulary_of(state)
    vocabulary = vocabulary.with_playbooks(words_of(playbooks, vocabulary))
    reading = checked(parse_whole(text, vocabulary), playbooks, vocabulary)
    if not isinstance(reading.command, Run):
        return reading
    going = begin(reading.command, playbooks, vocabulary)
    if not isinstance(going, PlaybookRun):
        raise TypeError(f"{text!r} begins no run, as a run that was read has to")
    if reading.command.undo:
        return _planned(going, state, "its undo step"), Neighbourhood(0, 0)
    steps = going.playbook.steps
    planned = [one.number for one in steps if one.command.makes_plan]
    wanted = number if number is not None else next(iter(planned), 1)
    if wanted not in planned:
        made = f"those that do are {', '.join(map(str, planned))}" if planned else "none does"
        raise PlaybookError((f"step {wanted} of {going.playbook.name} makes no plan: {made}",))
    going = replace(going, done=tuple(Done(one.number, "", "") for one in steps[: wanted - 1]))
    return _planned(going, state, f"step {wanted}"), Neighbourhood(0, 0)


def _planned(going: PlaybookRun, state: State, what: str) -> Plan:
    command = going.command(vocabulary_of(state))
    if isinstance(command, Undo):
        raise PlaybookError((f"{what} of {going.playbook.name} gives back what was done, and here nothing was",))
    if not isinstance(command, Planned):
        raise PlaybookError((f"{what} of {going.playbook.name} makes no plan here: {command}",))
    return going.preview(Planner(state.region, own_guards()), state, command)


def _told(slips: Iterable[Slip], progress: ProgressLine) -> Iterator[Slip]:
    """Pass slips on, and say how many."""
    for number, slip in enumerate(slips, 1):
        progress.show(f"Judging commands that are one slip away: {number:,}")
        yield slip


def plan_json(plan: Plan, around: Neighbourhood) -> str:
    """Write a plan, and what is one slip away from its command, in the stable format of the manual."""
    room = None if around.room is None else {"restore": around.room.restore, "then": around.room.then}
    body = {**plan_builtins(plan), "makes_room": room, "slips": around.to_builtins()}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def _slip_lines(around: Neighbourhood) -> list[str]:
    """Say how many commands are one slip away, how many break a floor, and the worst."""
    lines = room_lines(around.room)
    if not around.count:
        return lines
    lines += [
        f"One slip away: {plural(around.count, 'other command')}, {around.breaking:,} of them would break a floor"
    ]
    for one in around.worst:
        if one.breaks and one.headroom is not None:
            where = "" if one.scope == "region" else f" in {one.scope}"
            lines.append(f"  {one.command}: {one.subsystem}{where} {-one.headroom:,} below its floor")
    if around.looks_like is not None:
        lines.append(f"It looks like a slip of: {around.looks_like.command}")
    return lines


def plan_table(plan: Plan, paint: Paint = bare) -> str:
    """Write a plan for people: verdict first, then subsystems worst first, impact, findings."""
    lines = [f"{paint(plan.verdict.value.upper(), VERDICT[plan.verdict])}: {plan.command}", ""]
    rows = [("", "subsystem", "scope", "in service", "leaves", "after", "floor", "headroom")]
    for effect in plan.effects:
        floor = "not stated" if effect.floor is None else f"{effect.floor:,}"
        room = "?" if effect.headroom is None else f"{effect.headroom:+,}"
        name = effect.subsystem + ("" if effect.named or not effect.leaving else " (shared)")
        leaving = f"{-effect.leaving:+,}" if effect.leaving else "0"
        rows.append((
            MARKS[effect.verdict], name, effect.scope, f"{effect.in_service:,}", leaving, f"{effect.after:,}", floor, room,
        ))  # fmt: skip
    head, *aligned = _aligned(rows)
    tones = (TONES.get(effect.verdict, Rendition.PLAIN) for effect in plan.effects)
    lines += [head, *(paint(line, tone) for line, tone in zip(aligned, tones, strict=True))]
    if plan.impacted:
        lines += ["", "Down the line:"]
        lines += [
            f"  {' needs '.join(impact.because)}{' (already)' if impact.already else ''}" for impact in plan.impacted
        ]
    if plan.findings:
        lines += ["", "Findings:"]
        lines += [
            f"  {paint(f'{one.severity.value:<8}', SEVERITY.get(one.severity, Rendition.PLAIN))} {one.code:<15} {one.sentence}"
            for one in finding_lines(plan.findings)
        ]
    if plan.staging is not None:
        lines += ["", *stage_lines(plan.staging)]
    if plan.largest_safe is not None:
        lines += ["", f"{largest_label(plan)} {plan.largest_safe.command}"]
    lines += [
        "",
        *(f"Not evaluated: {sentence(one)}" for one in plan.not_evaluated),
        f"{plural(plan.count, 'server')}, digest {plan.digest}",
    ]
    return "\n".join(lines)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _why(reading: Reading) -> str:
    if reading.error is not None:
        return reading.error.message
    if reading.command is None and reading.notes:
        return f"The run is not complete: {reading.notes[-1]}."
    if reading.command is not None:
        verb, *words = str(reading.command).split()
        asked = (
            f"; in the terminal it is asked as: {own_command()} {shlex.join((verb, *words))}" if verb in ANSWERS else ""
        )
        return f"{verb!r} makes no plan; preview takes remove and restore{asked}."
    if not reading.text.strip():
        return 'The command is empty: write one such as "remove 4 servers from billing".'
    return f"The command is not finished: here could follow {' or '.join(reading.expected[:3])}."


def _expected(reading: Reading | None) -> list[str]:
    """Say what could have stood at the column: for a verb without a plan, the verbs that have one."""
    if reading is None:
        return []
    return list(WITH_A_PLAN if reading.command is not None else reading.expected)


def _refuse(message: str, reading: Reading | None, as_json: bool, out: TextIO, err: TextIO) -> int:
    err.write(message + "\n")
    error = reading.error if reading else None
    if error is not None and error.suggestion:
        err.write(f"Did you mean: {error.suggestion}\n")
    if as_json:
        column = None if reading is None else error.column if error else 1 if reading.command else len(reading.text) + 1
        body = {
            "message": message,
            "column": column,
            "expected": _expected(reading),
            "suggestion": error.suggestion if error else None,
        }
        out.write(
            msgspec.json.format(msgspec.json.encode({"format": PLAN_FORMAT, "error": body}), indent=2).decode() + "\n"
        )
    return NOT_A_COMMAND
