"""A training without a screen: acts meet the guards of an era, and what passes is carried out on a branch, in waves.

The same timeline, seed and acts give the same run, byte for byte. Of incidents only this part and `tools` know planning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from topology.command.grammar.syntax import Control, Planned, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.incident.branch.branch import Branch
from topology.incident.course import Course
from topology.incident.session.acts import Act, Acts
from topology.incident.session.orders import (
    Announce,
    Approve,
    Fail,
    FromCopy,
    Notice,
    Order,
    Override,
    Restart,
    Shift,
    Silence,
    is_order,
    order_of,
)
from topology.incident.session.requests import RefusedError, approve, recover, shift, try_copy
from topology.incident.session.tools import holds, meant_in
from topology.incident.timeline import Timeline
from topology.planning.plan import Plan, ScopeVerdict, Severity
from topology.planning.preview import judge, preview
from topology.region.server_states import ServerState


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one act: *kind* is `done`, `refused`, `shown` or `wrong` (no command, or nothing it could do)."""

    act: Act
    kind: str
    sentences: tuple[str, ...]
    servers: int = 0


@dataclass(slots=True)
class Leaving:
    """A removal that was confirmed: *waves* are still to leave, each at its time; *planned* are all of them.

    *ended* says why it went no further; empty where it did.
    """

    name: str
    meant: Planned
    waves: list[tuple[float, tuple[int, ...]]]
    command: str = ""
    taken: list[int] = field(default_factory=list)
    planned: tuple[tuple[float, tuple[int, ...]], ...] = ()
    ended: str = ""
    paused_at: float | None = None


class Session:
    """One trainee on one branch."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.answers: list[Answer] = []
        self._executions: list[Leaving] = []
        self._overrides = False
        self._wrong = False
        self._position = {name: number for number, name in enumerate(branch.incident.region.roster.names)}

    def advance(self, until: float) -> None:
        """Let time pass up to a moment, and waves that are due leave."""
        while True:
            due = [
                (one.waves[0][0], number)
                for number, one in enumerate(self._executions)
                if one.waves and one.paused_at is None
            ]
            if not due or min(due)[0] > until:
                break
            time, number = min(due)
            self.branch.advance(time)
            self._leave(self._executions[number])
        self.branch.advance(until)

    def state(self) -> State:
        """Give what planning reads, as it is now. It is good until time passes."""
        pending = [server for one in self._executions for _, wave in one.waves for server in wave]
        branch = self.branch
        return State(branch.incident.region, branch.fleet, time=branch.time, pending=np.array(pending, np.int32))

    @property
    def executions(self) -> tuple[Leaving, ...]:
        """Every removal that was confirmed, oldest first; read it, and change nothing."""
        return tuple(self._executions)

    def act(self, act: Act) -> Answer:
        """Do what was typed, at its time."""
        self.advance(act.time)
        answer = self._order(act) if is_order(act.text) else self._command(act)
        self.answers.append(answer)
        kind = {"done": "act", "refused": "refused", "shown": "looked", "wrong": "refused"}[answer.kind]
        wrong = answer.kind in ("done", "refused") and bool(self._wrong)
        announced = answer.kind == "done" and act.text.startswith("announce")
        says = f": {answer.sentences[0]}" if answer.sentences else ""
        self.branch.tell(f"{act.text}{says}", kind, noticed=True, announced=announced, wrong=wrong)
        return answer

    # ---- orders -----------------------------------------------------------------------------------------------------

    def _order(self, act: Act) -> Answer:
        self._wrong = False
        try:
            order = order_of(act.text, self.branch.incident.region)
            return Answer(act, "done", (self._carry_out(order, act),))
        except RefusedError as error:
            self._wrong = act.confirmed and error.wrong
            return Answer(act, "refused" if act.confirmed else "shown", (str(error),))
        except ValueError as error:
            return Answer(act, "wrong", (str(error),))

    def _carry_out(self, order: Order, act: Act) -> str:
        match order:
            case Restart(name):
                return self.branch.restart(name)
            case Announce(_, channel):
                if channel or self.branch.can_report():
                    return f"told by {channel or 'the status board'}"
                raise ValueError(
                    "the status board needs what is down and cannot be updated; name another channel: by banner"
                )
            case Notice():
                return "seen"
            case Fail(count, subsystem, place):
                servers = self._serving(subsystem, place)
                some = servers if count is None else servers[:count]
                self.branch.fail(some, f"inject-{act.time:.3f}-{len(self.answers)}")
                return f"{len(some):,} servers fail"
            case Approve(name, place, meant):
                says, self._wrong = approve(self.branch, name, place, meant=meant and act.confirmed)
                return says
            case FromCopy(name, meant):
                return recover(self.branch, name) if meant else try_copy(self.branch, name)
            case Shift(name, to):
                return shift(self.branch, name, to)
            case Override():
                self._overrides = True
                return "the check of the share lets the next command pass"
            case Silence(name):
                self.branch.silence(name)
                return f"{name} is {'silent' if name in self.branch.silenced else 'no longer silent'}"

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

    def _command(self, act: Act) -> Answer:
        self._wrong = False
        state = self.state()
        reading = parse(act.text, vocabulary_of(state))
        command = reading.command
        if reading.error is not None or command is None:
            why = reading.error.message if reading.error else "the command is not finished"
            return Answer(act, "wrong", (why,))
        if isinstance(command, Control) and command.verb == "stop":
            return self._stop(act)
        if isinstance(command, Control) and command.verb in ("pause", "resume"):
            return self._hold(act, pause=command.verb == "pause")
        if isinstance(command, Undo):
            return self._undo(act)
        if not isinstance(command, Planned):
            return Answer(act, "shown", ())
        meant = meant_in(self.branch.era, state, command)
        return self._plan(act, preview(state, meant), meant)

    def _plan(self, act: Act, plan: Plan, command: Planned) -> Answer:
        era = self.branch.era
        blocks = tuple(one.message for one in plan.findings if one.severity is Severity.BLOCK and holds(era, one.code))
        servers = [self._position[name] for name in plan.servers]
        blocks += self._share(servers)
        if not act.confirmed:
            return Answer(act, "shown", tuple(one.message for one in plan.findings), len(plan.servers))
        self._wrong = plan.action == "remove" and any(one.verdict is ScopeVerdict.BREAKS for one in plan.effects)
        if blocks or not plan.servers:
            return Answer(act, "refused", blocks or ("it matches no server",), len(plan.servers))
        self._overrides = False
        name = f"run-{len(self._executions) + 1}"
        if plan.action == "restore":
            self.branch.restore(servers, name)
            return Answer(act, "done", (f"{len(servers):,} servers come back",), len(servers))
        waves = self._waves(servers, plan)
        self._executions.append(Leaving(name, command, waves, plan.command, planned=tuple(waves)))
        self.advance(self.branch.time)
        how = f"at {plan.pace_per_minute:,}/min" if era.paced and plan.pace_per_minute else "at once"
        return Answer(act, "done", (f"{len(servers):,} servers leave {how}",), len(servers))

    def _waves(self, servers: list[int], plan: Plan) -> list[tuple[float, tuple[int, ...]]]:
        now, pace = self.branch.time, plan.pace_per_minute
        if not self.branch.era.paced or not pace:
            return [(now, tuple(servers))]
        size = min(self.branch.incident.region.policy.wave, pace)
        return [
            (now + start * 60 / pace, tuple(servers[start : start + size])) for start in range(0, len(servers), size)
        ]

    def _leave(self, execution: Leaving) -> None:
        """Let the next wave leave, unless a guard that holds in this era refuses it now: then the rest stays."""
        _, wave = execution.waves.pop(0)
        serving = [server for server in wave if self.branch.fleet.state[server] == ServerState.IN_SERVICE]
        objection = self._objection(execution, serving)
        if objection:
            execution.waves.clear()
            execution.ended = f"halted before its next wave: {objection}"
            self.branch.tell(f"{execution.name} is {execution.ended}", "event")
            return
        execution.taken += serving
        self.branch.remove(serving, execution.name)

    def _objection(self, execution: Leaving, wave: Sequence[int]) -> str:
        """Ask every guard again for the next wave, as the region does; gives the first that holds in this era and refuses."""
        if not wave:
            return ""
        names = tuple(self.branch.incident.region.roster.names[server] for server in wave)
        own = {server for _, rest in execution.waves for server in rest} | set(wave)
        state = self.state()
        state.pending = np.array([server for server in state.pending.tolist() if server not in own], np.int32)
        plan = judge(state, execution.meant, names)
        held = (one for one in plan.findings if one.severity is Severity.BLOCK and holds(self.branch.era, one.code))
        return next((one.message for one in held), "")

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

    def _hold(self, act: Act, *, pause: bool) -> Answer:
        """Hold what runs before its next wave, or let it go on after as long as it was held."""
        now = self.branch.time
        some = [one for one in self._executions if one.waves and (one.paused_at is None) == pause]
        if not some:
            return Answer(act, "wrong", ("nothing runs" if pause else "nothing is paused",))
        for one in some:
            if pause:
                one.paused_at = now
            else:
                held = now - (one.paused_at if one.paused_at is not None else now)
                one.waves = [(time + held, wave) for time, wave in one.waves]
                one.paused_at = None
        left = sum(len(wave) for one in some for _, wave in one.waves)
        return Answer(act, "done", (f"{left:,} servers {'are held' if pause else 'go on leaving'}",), left)

    def _stop(self, act: Act) -> Answer:
        """Nothing more leaves, and what still drains goes back."""
        running = [one for one in self._executions if one.taken or one.waves]
        back = self.branch.stop_going_on()
        for one in running:
            left = sum(len(wave) for _, wave in one.waves)
            one.ended = one.ended or ("stopped" if one.waves else "")
            one.waves.clear()
            returned = self.branch.take_back(one.taken, f"{one.name}.stop")
            one.taken = [server for server in one.taken if server not in set(returned)]
            back += left + len(returned)
        return Answer(act, "done", (f"{back:,} servers stay",), back)

    def _undo(self, act: Act) -> Answer:
        """Give back what the last execution took; never refused."""
        taken = next((one for one in reversed(self._executions) if one.taken), None)
        if taken is None:
            return Answer(act, "wrong", ("there is nothing to undo",))
        taken.ended = taken.ended or ("stopped" if taken.waves else "")
        taken.waves.clear()
        self.branch.take_back(taken.taken, f"{taken.name}.undo")
        gone = [server for server in taken.taken if self.branch.fleet.state[server] == ServerState.REMOVED]
        self.branch.restore(gone, f"{taken.name}.undo")
        count, taken.taken = len(taken.taken), []
        return Answer(act, "done", (f"{count:,} servers come back",), count)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole training: its acts, what became of each, and its course."""

    acts: Acts
    answers: tuple[Answer, ...]
    course: Course


def run_acts(timeline: Timeline, acts: Acts) -> Run:
    """Leave the timeline, do the acts, and go on until the end."""
    branch = Branch(timeline.incident, timeline.states_at(acts.branch), acts.branch, acts.era, acts.seed)
    session = Session(branch)
    for act in acts.acts:
        session.act(act)
    session.advance(acts.until)
    return Run(acts, tuple(session.answers), branch.course(acts.until))
