"""`underkeel preview`: a plan in the terminal, as a table or in the stable JSON format. It reads no acts and writes no file."""

import time
from collections.abc import Sequence
from typing import TextIO

import msgspec

from console.regions import address_of, read_address
from topology.command.parse import parse
from topology.command.reading import Reading
from topology.command.syntax import Planned
from topology.command.vocabulary import vocabulary_of
from topology.description import RegionError
from topology.fleet import Fleet
from topology.planning.plan import PLAN_FORMAT, Plan, ScopeVerdict, Verdict
from topology.planning.preview import preview
from topology.state import State

EXIT = {Verdict.CLEAR: 0, Verdict.CAUTION: 3, Verdict.BLOCKED: 1, Verdict.NOTHING: 1}
NOT_A_COMMAND = 2

MARKS = {
    ScopeVerdict.BREAKS: "▼ breaks",
    ScopeVerdict.BELOW: "▼ below",
    ScopeVerdict.UNKNOWN: "? unknown",
    ScopeVerdict.TIGHT: "◆ tight",
    ScopeVerdict.HOLDS: "holds",
}


def preview_command(text: str, region: str | None, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Plan *text* on a region as described; gives the exit status."""
    try:
        described = read_address(address_of(region))
    except RegionError as error:
        return _refuse("\n".join(error.problems), None, as_json, out, err)
    # A description has no clock of its own, and a change freeze needs one.
    state = State(described, Fleet(described), time=time.time())
    reading = parse(text, vocabulary_of(state))
    command = reading.command
    if not isinstance(command, Planned):
        return _refuse(_why(reading), reading, as_json, out, err)
    plan = preview(state, command)
    out.write(plan_json(plan) + "\n" if as_json else plan_table(plan) + "\n")
    return EXIT[plan.verdict]


def plan_json(plan: Plan) -> str:
    """Write a plan in the stable format of the manual."""
    return msgspec.json.format(plan.to_json(), indent=2).decode()


def plan_table(plan: Plan) -> str:
    """Write a plan for people: verdict first, then subsystems worst first, impact, findings."""
    lines = [f"{plan.verdict.value.upper()}: {plan.command}", ""]
    rows = [("", "subsystem", "scope", "in service", "leaves", "after", "floor", "headroom")]
    for effect in plan.effects:
        floor = "not stated" if effect.floor is None else f"{effect.floor:,}"
        room = "?" if effect.headroom is None else f"{effect.headroom:+,}"
        name = effect.subsystem + ("" if effect.named or not effect.leaving else " (shared)")
        leaving = f"{-effect.leaving:+,}" if effect.leaving else "0"
        rows.append((
            MARKS[effect.verdict], name, effect.scope, f"{effect.in_service:,}", leaving, f"{effect.after:,}", floor, room,
        ))  # fmt: skip
    lines += _aligned(rows)
    if plan.impacted:
        lines += ["", "Down the line:"]
        lines += [
            f"  {' needs '.join(impact.because)}{' (already)' if impact.already else ''}" for impact in plan.impacted
        ]
    if plan.findings:
        lines += ["", "Findings:"]
        lines += [f"  {finding.severity.value:<8} {finding.code:<15} {finding.message}" for finding in plan.findings]
    if plan.largest_safe is not None:
        lines += ["", f"Largest that keeps every floor: {plan.largest_safe.command}"]
    lines += [
        "",
        *(f"Not evaluated: {sentence}" for sentence in plan.not_evaluated),
        f"{len(plan.servers):,} servers, digest {plan.digest}",
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
    if reading.command is not None:
        return f"{str(reading.command).split()[0]!r} makes no plan; preview takes remove and restore."
    if not reading.text.strip():
        return 'The command is empty: write one such as "remove 4 servers from billing".'
    return f"The command is not finished: here could follow {' or '.join(reading.expected[:3])}."


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
            "expected": list(reading.expected if reading else ()),
            "suggestion": error.suggestion if error else None,
        }
        out.write(
            msgspec.json.format(msgspec.json.encode({"format": PLAN_FORMAT, "error": body}), indent=2).decode() + "\n"
        )
    return NOT_A_COMMAND
