"""What a plan is of besides its command: the step of a run, or what an undo gives back; and what its button says."""

from collections.abc import Iterable

from console.words import writing as words
from topology.execution.journal_entries import Entry
from topology.planning.plan import Plan
from topology.playbook.run import PlaybookRun


def about_plan(plan: Plan | None, step: PlaybookRun | None, entries: Iterable[Entry]) -> str:
    """Say which step of which run a plan is, or what of the journal's *entries* it undoes; of another plan, nothing."""
    if plan is None:
        return ""
    if step is not None and step.step is not None:
        return f"step {step.step.number} of {len(step.playbook.steps)} of {step.playbook.name}"
    if plan.undoes is None:
        return ""
    command = next((one.command for one in entries if one.number == plan.undoes), "")
    verb = "gives back what" if plan.action == "restore" else "takes again what"
    return f"{verb} entry {plan.undoes:,} {'took' if plan.action == 'restore' else 'gave'}" + (
        f": {command}" if command else ""
    )


def deed_on_button(plan: Plan) -> str:
    """Say what the button does: verb, number and object."""
    verb = "Remove" if plan.action == "remove" else "Restore"
    return f"{verb} {words.plural(plan.count, 'server')}"
