"""What the commands one slip away from a typed one would do, and whether the typed one looks like a slip itself.

Each is judged like a typed command, with the same counters and guards. Which slips there are is the command language's
business; when to look for them, and what to do with an outdated survey, the caller's.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from topology.command.grammar.syntax import Planned, Remove
from topology.command.slips import MOST_SLIPS, Slip, SlipKind
from topology.fleet.state import State
from topology.planning.ahead.making_room import MakingRoom, room_in_steps
from topology.planning.guards.guard import Guard
from topology.planning.guards.meaning.unusual import GUARD as UNUSUAL
from topology.planning.guards.meaning.unusual import FarFromUsual
from topology.planning.guards.table import put_in
from topology.planning.outlook import Outlook, Outlooks
from topology.planning.plan import Finding, Plan, ScopeVerdict, Verdict
from topology.planning.selection.select import Sequence
from topology.region.scope import Scope

MOST_WORST = 3
"""Neighbours that are named, the worst first."""
FAR_SMALLER = 5
"""A blocked command looks like a slip of one that takes at most one server for each of so many of its own."""

_KINDS = {kind: number for number, kind in enumerate(SlipKind)}
_VERDICTS = (Verdict.BLOCKED, Verdict.CAUTION, Verdict.CLEAR, Verdict.NOTHING)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A slip and what it would do; *subsystem*, *scope* and *headroom* are of the worst scope, None where none moves."""

    slip: Slip
    verdict: Verdict
    servers: int
    breaks: bool
    """Whether a floor would break."""
    subsystem: str | None = None
    scope: Scope | None = None
    headroom: int | None = None

    @property
    def command(self) -> str:
        """The command in its canonical spelling."""
        return str(self.slip.command)

    @property
    def kind(self) -> SlipKind:
        """The kind of slip."""
        return self.slip.kind


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How many valid commands are one slip away, how many of them would break a floor, and the worst.

    *looks_like* is the far smaller command that a blocked one is probably a slip of. *complete* is false where there
    may be more slips than were looked for.
    """

    count: int
    breaking: int
    worst: tuple[Neighbour, ...] = ()
    looks_like: Slip | None = None
    complete: bool = True
    room: MakingRoom | None = None
    """What would make room for a command that floors block."""

    def to_builtins(self) -> dict[str, object]:
        """Give it as `preview --json` writes it."""
        return {
            "count": self.count,
            "breaking": self.breaking,
            "worst": [
                {
                    "command": one.command,
                    "kind": one.kind.value,
                    "verdict": one.verdict.value,
                    "subsystem": one.subsystem,
                    "scope": None if one.scope is None else str(one.scope),
                    "headroom": one.headroom,
                }
                for one in self.worst
            ],
        }


def with_slip(plan: Plan, looks_like: Slip | None) -> Plan:
    """Give a blocked *plan* with the finding that it looks like a slip of a far smaller command; its verdict stays."""
    if looks_like is None or not plan.blocked:
        return plan
    known = next((one.facts for one in plan.findings if isinstance(one.facts, FarFromUsual)), None)
    facts = replace(known or FarFromUsual(plan.count), looks_like=str(looks_like.command))
    if facts == known:
        return plan
    others = tuple(one for one in plan.findings if one.code != UNUSUAL.code)
    found = Finding(UNUSUAL.code, UNUSUAL.worst, facts)
    return plan.told(put_in(others, (found,), UNUSUAL.order))


def neighbours(
    state: State,
    plan: Plan,
    command: Planned,
    slips: Iterable[Slip],
    order: Sequence | None = None,
    extra: tuple[Guard, ...] = (),
) -> Neighbourhood:
    """Judge all *slips* of *command*, whose own plan is *plan*, at once."""
    steps = survey(state, plan, command, slips, order, extra)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Neighbourhood = end.value  # the state cannot have moved on in between
            return found


def survey(
    state: State,
    plan: Plan,
    command: Planned,
    slips: Iterable[Slip],
    order: Sequence | None = None,
    extra: tuple[Guard, ...] = (),
) -> Generator[None, None, Neighbourhood | None]:
    """Judge the *slips* of *command* in steps, each of a millisecond or so, between which anything may happen.

    It ends early and gives None once the region has moved on: the rest would be judged by other counters. *slips* may
    be found as they are asked for. *order* is the order in which the servers of *command* leave, where a planner has
    it already. *extra* guards are asked besides those of the table.
    """
    outlooks = Outlooks(state, command if isinstance(command, Remove) else None, order, extra)
    revision = state.revision
    found = _Found(plan)
    for slip in slips:
        steps = outlooks.steps(slip.command)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found.add(slip, end.value)
                break
            yield
            if state.revision != revision:
                return None
        if found.count == MOST_SLIPS:
            break
        yield
        if state.revision != revision:
            return None
    room = room_in_steps(state, plan, command, extra)
    while True:
        try:
            next(room)
        except StopIteration as end:
            return found.neighbourhood(end.value)
        yield
        if state.revision != revision:
            return None


class _Found:
    """What has been found so far."""

    def __init__(self, plan: Plan) -> None:
        self.count = 0
        self._plan = plan
        self._breaking = 0
        self._worst: list[tuple[tuple[int, float, int], Neighbour]] = []
        self._alike: tuple[tuple[int, int, int], Slip] | None = None

    def add(self, slip: Slip, outlook: Outlook) -> None:
        worst = outlook.worst
        breaks = worst is not None and worst.verdict is ScopeVerdict.BREAKS
        place = (worst.subsystem, worst.scope, worst.headroom) if worst is not None else (None, None, None)
        neighbour = Neighbour(slip, outlook.verdict, outlook.servers, breaks, *place)
        share = (worst.headroom or 0) / max(worst.floor or 0, 1) if worst is not None else 0.0
        badness = -1 if breaks else _VERDICTS.index(outlook.verdict)
        self._worst.append(((badness, share, self.count), neighbour))
        self._worst = sorted(self._worst, key=lambda one: one[0])[:MOST_WORST]
        self._breaking += breaks
        if self._is_alike(outlook):
            likeness = (_VERDICTS.index(Verdict.CLEAR) - badness, _KINDS[slip.kind], -outlook.servers)
            if self._alike is None or likeness < self._alike[0]:
                self._alike = likeness, slip
        self.count += 1

    def neighbourhood(self, room: MakingRoom | None) -> Neighbourhood:
        """Sum it up."""
        alike = None if self._alike is None else self._alike[1]
        worst = tuple(neighbour for _, neighbour in self._worst)
        return Neighbourhood(self.count, self._breaking, worst, alike, self.count < MOST_SLIPS, room)

    def _is_alike(self, outlook: Outlook) -> bool:
        is_fine = outlook.verdict in (Verdict.CLEAR, Verdict.CAUTION)
        is_far_smaller = outlook.servers * FAR_SMALLER <= self._plan.count
        return self._plan.verdict is Verdict.BLOCKED and is_fine and is_far_smaller
