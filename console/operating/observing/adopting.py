"""The answer to `adopt`: the lines that state an edge, for the operator to put into the description by hand."""

from dataclasses import dataclass

from console.words.observed import rate, sight
from topology.command.grammar.adoption import Adopt, dependency_lines
from topology.fleet.state import State
from topology.planning.answers import Section, TitledAnswer


@dataclass(frozen=True, slots=True)
class Adoption:
    """The *lines* for the description, empty where it states the edge already, and what is said of them."""

    lines: str
    answer: TitledAnswer


def adoption(state: State, command: Adopt) -> Adoption:
    """Give the lines of an edge, and what was seen of it."""
    pair = (command.dependent, command.needs)
    title = f"{command.dependent} needs {command.needs}"
    if command.dependent == command.needs:
        return Adoption("", TitledAnswer(title, (), ("Nothing needs itself, so there is nothing to state.",)))
    stated = [one.kind for one in state.region.dependencies if (one.dependent, one.needs) == pair and not one.observed]
    seen = _seen(state, command)
    if command.kind in stated:
        return Adoption("", TitledAnswer(title, seen, (f"The description states this already, as {command.kind}.",)))
    lines = dependency_lines(command)
    section = Section("Lines for the description", ("",), tuple((line,) for line in lines.splitlines()))
    remarks = [_outcome(command)]
    if stated:
        remarks.append(f"The description states it as {stated[0]}: change that line rather than add one.")
    outside = [name for name in pair if state.region.subsystem(name).external and name not in _described(state)]
    remarks += [
        f'{name} is not described: it wants [[subsystem]] name = "{name}", external = true, too.' for name in outside
    ]
    return Adoption(lines, TitledAnswer(title, (section, *seen), tuple(remarks)))


def _outcome(command: Adopt) -> str:
    counts = "counts in the guard impact" if command.kind == "hard" else "is drawn, and stands in the way of nothing"
    return f"They are on the clipboard, and in no file yet; once the description has them, the edge {counts}."


def _seen(state: State, command: Adopt) -> tuple[Section, ...]:
    if state.observed is None:
        return ()
    call = state.observed.edges(state.region).get((command.dependent, command.needs))
    return (Section("Seen", ("calls", "last"), ((rate(call), sight(call)),)),)


def _described(state: State) -> set[str]:
    """Give whatever an edge of the description, or anything but a call, brought into the region."""
    stated = {name for one in state.region.dependencies if not one.observed for name in (one.dependent, one.needs)}
    seen = {name for one in state.region.dependencies if one.observed for name in (one.dependent, one.needs)}
    return stated | ({one.name for one in state.region.subsystems} - seen)
