"""The steps of a playbook as text: what each does, what is expected of it, where one is, and what each did."""

from collections.abc import Iterator, Mapping

from console.words import writing as words
from topology.command.grammar.syntax import Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.playbook.binding import bind
from topology.playbook.model import Expects, Playbook, Step
from topology.playbook.templates import fill


def steps_text(
    playbook: Playbook, run: Run | None, vocabulary: Vocabulary, current: int | None, done: Mapping[int, str]
) -> str:
    """Write every step, filled in where *run* has the values; *done* has for a step what it did."""
    values = None if run is None else bind(playbook, run.arguments, vocabulary)
    model = " (model values)" if playbook.illustrative else ""
    lines = [f"{playbook.title}{model}", playbook.purpose, ""]
    if playbook.before is not None:
        lines += [f"Before: {'; '.join(expected(playbook.before))}", ""]
    for step in (*playbook.steps, *((playbook.undo,) if playbook.undo is not None else ())):
        command = step.command.text
        if values is not None and not values.refusals:
            filled = fill(step.command, values.values, vocabulary)
            command = filled.text if filled.command is not None else f"{command} ({filled.error})"
        lines.append(f"{_mark(step, current, done)} {command}")
        lines += [f"      {line}" for line in _details(step, done)]
    if playbook.after is not None:
        lines += ["", f"Afterwards: {'; '.join(expected(playbook.after))}"]
    return "\n".join(words.literal(line) for line in lines)


def expected(expects: Expects) -> Iterator[str]:
    """Say what is expected, a clause each."""
    if expects.servers is not None:
        yield f"at most {expects.servers} servers"
    if expects.subsystems is not None:
        yield f"only {', '.join(map(str, expects.subsystems))}"
    if expects.headroom is not None:
        yield f"keeps a headroom of {expects.headroom} or more"
    for name, amount in expects.headroom_of:
        yield f"keeps a headroom of {amount} or more in {name}"
    if expects.minutes is not None:
        yield f"takes at most {expects.minutes:g} min"


def _mark(step: Step, current: int | None, done: Mapping[int, str]) -> str:
    number = f"{step.number}." if step.number else "undo:"
    if step.number in done:
        return f"✓ {number}"
    return f"▶ {number}" if current is not None and step.number == current else f"   {number}"


def _details(step: Step, done: Mapping[int, str]) -> Iterator[str]:
    if step.explanation:
        yield step.explanation
    if step.expects is not None and not step.expects.says_nothing:
        yield f"expects {'; '.join(expected(step.expects))}"
    elif step.command.makes_plan:
        yield "expects nothing"
    if step.number in done:
        yield done[step.number]
