"""What would make a step safe, computed: the largest bound, the names to leave out, the expectation that refuses the rest."""

from collections.abc import Iterator

from topology.audit.facts import NamesLeftOut, RefusesRest, SafestMost
from topology.audit.inputs import Candidate, at_number, is_number
from topology.audit.judging import AuditGround, Judged, broken, expected
from topology.audit.report import Remedy
from topology.command.grammar.syntax import Planned
from topology.playbook.binding import bounds_of
from topology.playbook.expects import unmet
from topology.playbook.model import Parameter, Reference, number_of
from topology.playbook.templates import fill
from topology.playbook.values import NAMES, Value

MOST_NAMES = 12
"""Names written out."""
MOST_LEFT_OUT = 8
"""Names listed of those left out."""


def remedies_of(ground: AuditGround, judged: Judged) -> tuple[Remedy, ...]:
    """Give what would stop every input that breaks a floor and that nothing stops now."""
    if not judged.open:
        return ()
    bounds = tuple(_bounds(ground, judged))
    names = () if bounds else tuple(_names(judged))
    return (*bounds, *names, _expectation(judged))


def _bounds(ground: AuditGround, judged: Judged) -> Iterator[Remedy]:
    """Give, for each number that is a quantity, the largest that is safe whatever the other parameters are."""
    for parameter in judged.playbook.parameters:
        inputs = [one for _, one in judged.open if is_number(one.values.get(parameter.name, parameter))]  # type: ignore[arg-type]
        if parameter.name not in judged.step.command.parameters or not inputs:
            continue
        if isinstance(parameter.most, Reference):
            continue
        safe = _largest_safe(ground, judged, parameter, inputs)
        least = max(bounds_of(parameter, inputs[0].values)[0] or 1, 1)
        if safe is None or safe < least:
            continue
        percent = parameter.type == "percent"
        usual = [
            number_of(one) for one in (parameter.default, *parameter.usual) if one and not isinstance(one, Reference)
        ]
        above = max((number for number in usual if number > safe), default=None)
        facts = SafestMost(parameter.name, percent, parameter.most, above)
        yield Remedy(_place(parameter), _most(safe, percent), facts)


def _largest_safe(ground: AuditGround, judged: Judged, parameter: Parameter, inputs: list[Candidate]) -> int | None:
    """Halve down to the largest number that no input breaks with; None where the parameter has no say in it.

    An input is asked only whether it holds at the best so far, so most cost one plan.
    """
    numbers = [number_of(one.values[parameter.name]) for one in inputs]
    best = max(numbers)
    for candidate in inputs:
        if not _breaks(ground, judged, candidate, parameter, best):
            continue
        low, high = 0, best - 1
        while low < high:
            middle = (low + high + 1) // 2
            if _breaks(ground, judged, candidate, parameter, middle):
                high = middle - 1
            else:
                low = middle
        best = low
        if best == 0:
            return None
    return best if best < max(numbers) else None


def _breaks(ground: AuditGround, judged: Judged, candidate: Candidate, parameter: Parameter, number: int) -> bool:
    values: dict[str, Value] = {**candidate.values, parameter.name: at_number(candidate.values[parameter.name], number)}
    command = fill(judged.step.command, values, ground.vocabulary).command
    if not isinstance(command, Planned):
        return False
    plan = ground.planner.preview(ground.state, command)
    expects = expected(judged.step, values)
    return bool(broken(plan)) and not (expects is not None and unmet(expects, plan))


def _names(judged: Judged) -> Iterator[Remedy]:
    """Give, for a name, those with which nothing breaks, where that is some but not all."""
    for parameter in judged.playbook.parameters:
        if parameter.type not in NAMES or parameter.name not in judged.step.command.parameters:
            continue
        bad = {str(one.values[parameter.name]) for _, one in judged.open}
        seen = {str(one) for one in judged.names.get(parameter.name, ())}
        good = sorted(seen - bad)
        if not good or not bad:
            continue
        yield Remedy(_place(parameter), _among(good), NamesLeftOut(tuple(sorted(bad)[:MOST_LEFT_OUT]), len(bad)))


def _expectation(judged: Judged) -> Remedy:
    stated = judged.step.expects is not None
    return Remedy(_place_of_step(judged, stated), _at_least_nothing(stated), RefusesRest())


# What is written into the playbook, and where: TOML, and no words for people.


def _place(parameter: Parameter) -> str:
    return f'parameter "{parameter.name}"'


def _place_of_step(judged: Judged, stated: bool) -> str:
    place = f"step {judged.step.number}" if judged.step.number else "undo"
    return f"{place}.expects" if stated else place


def _most(safe: int, percent: bool) -> str:
    return f'most = "{safe}%"' if percent else f"most = {safe}"


def _among(names: list[str]) -> str:
    written = ", ".join(f'"{name}"' for name in names[:MOST_NAMES])
    rest = f"]  # and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else "]"
    return f"among = [{written}{rest}"


def _at_least_nothing(stated: bool) -> str:
    return "headroom_at_least = 0" if stated else "expects = { headroom_at_least = 0 }"
