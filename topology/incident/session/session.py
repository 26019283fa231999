"""A training without a screen: acts meet the guards of an era, and what passes is carried out on a branch, in waves.

The same timeline, seed and acts give the same run, byte for byte. Of incidents only this part and `tools` know planning.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topology.command.grammar.page_commands import AnnounceMaintenance, EndOverride, PageCommand
from topology.command.grammar.syntax import Control, Planned, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.execution import Execution
from topology.fleet.state import State
from topology.incident.branch.branch import Branch
from topology.incident.course import Course
from topology.incident.orders.orders import (
    Announce,
    Approve,
    Fail,
    FromCopy,
    Go,
    Injected,
    NoticeOrder,
    Order,
    Override,
    PlannedOrder,
    Restart,
    ShiftOrder,
    Silence,
    is_order,
    makes_order_plan,
    order_of,
)
from topology.incident.session.acts import Acts, TypedAct
from topology.incident.session.copies import data_gone
from topology.incident.session.executor import BranchExecutor
from topology.incident.session.order_acts import carry_order_out, checked, harms
from topology.incident.session.order_plans import plan_order
from topology.incident.session.requests import announced, go, try_copy
from topology.incident.session.tools import holds, meant_in, own_in
from topology.incident.timeline import Timeline
from topology.planning.facts import Say, by_kind
from topology.planning.guards.guard import Guard
from topology.planning.plan import Plan, ScopeVerdict, Severity
from topology.planning.preview import preview
from topology.region.public.policy import StatusPagePolicy
from topology.region.server_states import ServerState
from topology.status_page.board import AnnouncingError, StatusBoard
from topology.status_page.saying import steps_of
from topology.status_page.services import readings_of_services, services_of


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """What became of one act: *kind* is `done`, `refused`, `shown` or `wrong` (no command, or nothing it could do)."""

    act: TypedAct
    kind: str
    sentences: tuple[str, ...]
    servers: int = 0


class TrainingSession:
    """One trainee on one branch; *say* puts findings in words, *own* are guards of an organisation's own."""

    def __init__(self, branch: Branch, say: Say = by_kind, own: tuple[Guard, ...] = ()) -> None:
        self.branch = branch
        self.answers: list[ActAnswer] = []
        self._executor = BranchExecutor(branch, say, own)
        self._own = own_in(branch.era, own)
        self._say = say
        self._overrides = False
        self._wrong = False
        self._announces = False
        self._broke: tuple[str, ...] = ()
        """What the act under way leaves below its floor in the whole region."""
        region = branch.incident.region
        self._services = services_of(region)
        policy = region.status_page or StatusPagePolicy(f"TRAINING, nothing real: {region.title or region.name}")
        self.page = StatusBoard(policy, (service.name for service in self._services))
        """The console's own status page, which does not stand on the region."""
        self._position = {name: number for number, name in enumerate(branch.incident.region.roster.names)}

    def advance(self, until: float) -> None:
        """Let time pass up to a moment, and waves that are due leave."""
        while (due := self._executor.carry_on()) is not None:
            happens = self.branch.next_at(until)
            moment = due if happens is None else min(due, happens)
            if moment > until:
                break
            self.branch.advance(moment)
        self.branch.advance(until)
        self._executor.look()

    def state(self) -> State:
        """Give what planning reads, as it is now. It is good until time passes."""
        return self._executor.state()

    @property
    def executions(self) -> tuple[Execution, ...]:
        """Everything that was confirmed, oldest first; read it, and change nothing."""
        return tuple(self._executor.executions)

    def last_taken(self) -> tuple[int, Execution] | None:
        """Give the last removal that took something and is not undone, with its number from 1."""
        return self._executor.last_taken()

    def act(self, act: TypedAct) -> ActAnswer:
        """Do what was typed, at its time."""
        self.advance(act.time)
        self._announces, self._broke = False, ()
        answer = self._order(act) if is_order(act.text) else self._command(act)
        self.answers.append(answer)
        kind = {"done": "act", "refused": "refused", "shown": "looked", "wrong": "refused"}[answer.kind]
        wrong = answer.kind in ("done", "refused") and bool(self._wrong)
        announced = answer.kind == "done" and self._announces
        says = f": {answer.sentences[0]}" if answer.sentences else ""
        broke = self._broke if answer.kind == "done" else ()
        whose = f"{act.by}: " if act.by else ""
        said = f"{whose}{act.text}{says}"
        self.branch.tell(said, kind, noticed=True, announced=announced, wrong=wrong, broke=broke, command=act.text)
        return answer

    # ---- orders -----------------------------------------------------------------------------------------------------

    def _order(self, act: TypedAct) -> ActAnswer:
        self._wrong = False
        try:
            order = order_of(act.text, self.branch.incident.region)
            if makes_order_plan(order):
                return self._planned_order(act, order)
            if not act.confirmed:
                return ActAnswer(act, "shown", ())
            return ActAnswer(act, "done", (self._carry_out(order, act),))
        except ValueError as error:
            return ActAnswer(act, "wrong", (str(error),))

    def _planned_order(self, act: TypedAct, order: PlannedOrder) -> ActAnswer:
        """Judge an order by the guards of the era, like a removal, and carry it out where none is against it."""
        found = plan_order(order, self.branch, self.state(), self._own)
        plan = found.plan
        blocks = self._blocks(plan)
        if not act.confirmed:
            return ActAnswer(act, "shown", tuple(self._say(one.facts) for one in plan.findings), plan.count)
        self._wrong, self._broke = harms(order, plan), _broken_by(plan)
        if blocks or not plan.count:
            return ActAnswer(act, "refused", blocks or ("it means no server",), plan.count)
        says = carry_order_out(order, found, self.branch, self._executor)
        return ActAnswer(act, "done", (says,), plan.count)

    def plan_of(self, order: PlannedOrder) -> Plan:
        """Give what an order would do now, judged by every guard, whether the era's tool had it or not.

        Raises:
            ValueError: it means nothing that could be done.
        """
        return plan_order(order, self.branch, self.state(), self._own).plan

    def _blocks(self, plan: Plan) -> tuple[str, ...]:
        """Give what the tool of the era refuses a plan for: not what a bug of it lets pass, unless it is counted again."""
        era = self.branch.era
        blocks = [one for one in plan.findings if one.severity is Severity.BLOCK and holds(era, one.code)]
        missed = [one for one in blocks if era.lets_pass(one.code, plan.command)]
        if missed and not era.second_check:
            blocks = [one for one in blocks if one not in missed]
        again = ("the check at the act counts again, and refuses what the first one let pass",) if missed else ()
        return (*(again if era.second_check else ()), *(self._say(one.facts) for one in blocks))

    def _carry_out(self, order: Order, act: TypedAct) -> str:
        match order:
            case Injected(name):
                return self.branch.restart(name)
            case Announce(text, channel):
                says, self._announces = announced(self.branch, text, channel)
                return says
            case Go(way):
                return go(self.branch, way)
            case NoticeOrder():
                return "seen"
            case Fail(count, subsystem, place):
                servers = self._serving(subsystem, place)
                some = servers if count is None else servers[:count]
                self.branch.fail(some, f"inject-{act.time:.3f}-{len(self.answers)}")
                fewer = f", which is all there are of the {count:,} asked for" if count and count > len(some) else ""
                return f"{len(some):,} servers fail{fewer}"
            case Approve():
                return checked(order, self.branch, self.state(), self._say, self._own)
            case FromCopy(name):
                return try_copy(self.branch, name)
            case Override():
                if not self.branch.era.share_percent:
                    raise ValueError("this tool has no check of the share, so there is nothing to override")
                self._overrides = True
                return "the check of the share lets the next command pass"
            case Silence(name):
                self.branch.kept.silence(self.branch.time, name)
                return f"{name} is {'silent' if name in self.branch.kept.silenced else 'no longer silent'}"
            case Restart() | ShiftOrder():
                raise TypeError(f"{order} is planned")

    def _serving(self, subsystem: str, place: str) -> list[int]:
        fleet = self.branch.fleet
        number = fleet.region.index[subsystem] if subsystem else -1
        found = []
        for server in np.flatnonzero(fleet.state == ServerState.IN_SERVICE).tolist():
            zone, cell, rack = fleet.place_of(server)
            inside = not place or place in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}")
            if inside and (number < 0 or number in fleet.subsystems_of(server)):
                found.append(server)
        return found

    # ---- commands of the console ------------------------------------------------------------------------------------

    def _command(self, act: TypedAct) -> ActAnswer:
        self._wrong = False
        state = self.state()
        reading = parse(act.text, vocabulary_of(state))
        command = reading.command
        if reading.error is not None or command is None:
            why = reading.error.message if reading.error else "the command is not finished"
            return ActAnswer(act, "wrong", (why,))
        if isinstance(command, Control | Undo) and not act.confirmed:
            return ActAnswer(act, "shown", ())
        closed = self.branch.ways.all_closed(self.branch.moment()) if act.confirmed else ""
        if closed and isinstance(command, Control | Undo | Planned):
            return ActAnswer(act, "wrong", (closed,))
        if isinstance(command, Control) and command.verb == "stop":
            return self._stop(act)
        if isinstance(command, Control) and command.verb in ("pause", "resume"):
            return self._hold(act, pause=command.verb == "pause")
        if isinstance(command, Undo):
            return self._undo(act)
        if isinstance(command, PageCommand):
            return self._tell(act, command)
        if not isinstance(command, Planned):
            return ActAnswer(act, "shown", ())
        meant = meant_in(self.branch.era, state, command)
        return self._plan(act, preview(state, meant, self._own), meant)

    def _tell(self, act: TypedAct, command: PageCommand) -> ActAnswer:
        """Publish it on the page of the console: what customers can know from then on."""
        self.look_at_services()
        try:
            steps = steps_of(self.page, command, self.branch.time, lambda: f"{len(self.answers):08x}")
        except AnnouncingError as error:
            return ActAnswer(act, "wrong", (str(error),))
        if not act.confirmed:
            return ActAnswer(act, "shown", ())
        self.page.hear(steps)
        self._announces = not isinstance(command, AnnounceMaintenance | EndOverride)
        return ActAnswer(act, "done", ("published on the status page",))

    def look_at_services(self) -> None:
        """Let the page know how services are now."""
        self.page.judge(readings_of_services(self.state(), self._services), self.branch.time)

    def _plan(self, act: TypedAct, plan: Plan, command: Planned) -> ActAnswer:
        if plan.action == "restore" and (gone := data_gone(self.branch, plan.servers)):
            return ActAnswer(act, "wrong" if act.confirmed else "shown", (gone,), plan.count)
        era = self.branch.era
        blocks = self._blocks(plan)
        servers = [self._position[name] for name in plan.servers]
        blocks += self._share(servers)
        if not act.confirmed:
            return ActAnswer(act, "shown", tuple(self._say(one.facts) for one in plan.findings), plan.count)
        self._wrong = plan.action == "remove" and any(one.verdict is ScopeVerdict.BREAKS for one in plan.effects)
        self._broke = _broken_by(plan)
        if blocks or not plan.count:
            return ActAnswer(act, "refused", blocks or ("it matches no server",), plan.count)
        self._overrides = False
        self._executor.begin(plan, None if command.pace is None else command.pace.per_minute)
        if plan.action == "restore":
            return ActAnswer(act, "done", (f"{len(servers):,} servers come back",), len(servers))
        how = f"at {plan.pace_per_minute:,}/min" if era.paced and plan.pace_per_minute else "at once"
        return ActAnswer(act, "done", (f"{len(servers):,} servers leave {how}",), len(servers))

    def _share(self, servers: Sequence[int]) -> tuple[str, ...]:
        """Ask the check of the share, where the tool of the day had one: its base is what is in service at that moment."""
        era, fleet = self.branch.era, self.branch.fleet
        if not era.share_percent or not era.share_of or self._overrides:
            return ()
        number = fleet.region.index[era.share_of]
        changed = sum(number in fleet.subsystems_of(server) for server in servers)
        base = sum(
            number in fleet.subsystems_of(server)
            for server in np.flatnonzero(fleet.state == ServerState.IN_SERVICE).tolist()
        )
        if changed * 100 < era.share_percent * base or not changed:
            return ()
        share = f"{changed * 100 // base} %" if base else "all"
        return (
            f"{changed:,} servers are {share} of the {base:,} of {era.share_of}; the check lets less than "
            f"{era.share_percent} % change at once",
        )

    def _hold(self, act: TypedAct, *, pause: bool) -> ActAnswer:
        """Hold what runs before its next wave, or let it go on."""
        left = self._executor.hold(pause=pause)
        if left is None:
            return ActAnswer(act, "wrong", ("nothing runs" if pause else "nothing is paused",))
        self.advance(self.branch.time)
        return ActAnswer(act, "done", (f"{left:,} servers {'are held' if pause else 'go on leaving'}",), left)

    def _stop(self, act: TypedAct) -> ActAnswer:
        """Nothing more leaves, and what still drains goes back."""
        back = self.branch.by_itself.stop() + self._executor.stop()
        return ActAnswer(act, "done", (f"{back:,} servers stay",), back)

    def _undo(self, act: TypedAct) -> ActAnswer:
        """Give back what the last removal took; never refused."""
        count = self._executor.undo()
        if count is None:
            return ActAnswer(act, "wrong", ("there is nothing to undo",))
        return ActAnswer(act, "done", (f"{count:,} servers come back",), count)


def _broken_by(plan: Plan) -> tuple[str, ...]:
    """Name the subsystems that a removal leaves below their floor in the whole region."""
    effects = plan.effects if plan.action == "remove" else ()
    return tuple(one.subsystem for one in effects if one.verdict is ScopeVerdict.BREAKS and one.scope.kind == "region")


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A whole training: its acts, what became of each, and its course."""

    acts: Acts
    answers: tuple[ActAnswer, ...]
    course: Course


def run_acts(timeline: Timeline, acts: Acts, say: Say = by_kind, own: tuple[Guard, ...] = ()) -> TrainingRun:
    """Leave the timeline, do the acts, and go on until the end; *say* puts findings in words, *own* are guards of one's own."""
    branch = Branch(timeline.incident, timeline.states_at(acts.branch), acts.branch, acts.era, acts.seed)
    session = TrainingSession(branch, say, own)
    for act in acts.acts:
        session.act(act)
    session.advance(acts.until)
    return TrainingRun(acts, tuple(session.answers), branch.course(acts.until))
