"""A plan, or the headroom of a region, as lines of text: for the clipboard and for paper."""

from collections.abc import Iterable

from console.words.findings.table import message, sentence
from console.words.plan import headline, impact_lines, largest_label, row_sentence, time_needed
from console.words.plan_rows import HeadroomRow, calm_rows, plan_rows
from topology.planning.plan import Plan, Severity

MARKS = {Severity.BLOCK: "▼", Severity.CAUTION: "◆", Severity.NOTE: "·"}


def plan_lines(plan: Plan) -> tuple[str, ...]:
    """Say what a plan does: the command, its verdict, each subsystem, what is lost, and every finding."""
    verdict = headline(plan)
    lines = [plan.command, f"{verdict.title}", verdict.below, time_needed(plan), ""]
    lines += [row_sentence(row) for row in plan_rows(plan)]
    lost = [line for line, _ in impact_lines(plan, {})]
    lines += ["", "Down the line:", *(f"· {line}" for line in lost)] if lost else []
    lines += ["", *(f"{MARKS[one.severity]} {message(one)}" for one in plan.findings)] if plan.findings else []
    if plan.not_evaluated:
        lines += ["", "Not evaluated:", *(f"· {sentence(one)}" for one in plan.not_evaluated)]
    if plan.blocked and plan.largest_safe is not None:
        lines += ["", f"{largest_label(plan)} {plan.largest_safe.command}"]
    return _without_doubles(lines)


def headroom_lines(rows: Iterable[HeadroomRow]) -> tuple[str, ...]:
    """Say what every subsystem has and may lose, smallest headroom first."""
    return tuple(row_sentence(row) for row in calm_rows(rows))


def _without_doubles(lines: list[str]) -> tuple[str, ...]:
    """Leave out empty lines that follow another, or that begin or end the text."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return tuple(kept if kept and kept[-1] else kept[:-1])
