"""One person in one incident: watches the record, takes over, acts, goes back. No window, and no way to a live region.

Every act is kept with its time, so that any moment of a run can be reached again by doing the same anew: the same seed and
the same acts give the same run, byte for byte, here and in `underkeel replay --acts`.
"""

import math
import threading
from dataclasses import dataclass

from console.operating.training.replay import Replay
from console.words.findings.table import sentence
from topology.fleet.fleet import Fleet
from topology.incident.branch.branch import Branch
from topology.incident.model import Decision, Era, Incident
from topology.incident.moment import SubsystemStanding, moment_of_fleet
from topology.incident.session.acts import Acts, TypedAct, written_acts
from topology.incident.session.outcome import Plain, outcome_of
from topology.incident.session.session import ActAnswer, TrainingSession, run_acts
from topology.planning.guards.guard import Guard


@dataclass(frozen=True, slots=True)
class SavedMoment:
    """A moment to come back to: of the record, or of a run (*branch* is then when it left the record)."""

    time: float
    era: Era
    branch: float | None = None
    acts: tuple[TypedAct, ...] = ()


class Training:
    """Holds the replay of an incident and, once somebody acted, the run. *era* is the tool that the next run gets.

    *guards* of an organisation's own hold as at a region, but not under a tool of the day.
    """

    def __init__(self, replay: Replay, guards: tuple[Guard, ...] = ()) -> None:
        if not isinstance(replay, Replay):
            raise TypeError(f"a training acts on a replay alone, not on {type(replay).__name__}")
        self.replay = replay
        self.guards = guards
        self.era = replay.incident.era("underkeel")
        self.seed = replay.incident.seed
        """What chance in a run depends on; another one varies what may vary."""
        self.trainee = ""
        """Whose runs these are, as they say themselves: it is no identity, and nothing is allowed by it."""
        self._scoring = threading.Lock()
        """Two runs are gone through one after the other: both walk along the same timeline."""
        self._fleet = Fleet(replay.incident.region)
        self.session: TrainingSession | None = None
        self.acts: list[TypedAct] = []
        self.left_at: float | None = None
        """When the run left the record; None while it is watched."""

    @property
    def incident(self) -> Incident:
        """What is replayed."""
        return self.replay.incident

    @property
    def is_run(self) -> bool:
        """Whether somebody took over: what is on show is theirs, not the record."""
        return self.session is not None

    def now(self) -> float:
        """The incident's time."""
        return self.replay.now()

    def go_to(self, time: float) -> None:
        """Move the clock; in a run a moment in the past is reached by doing the acts up to it anew."""
        time = min(max(time, self.incident.starts), self.incident.ends)
        if self.session is None:
            self.replay.go_to(time)
        elif time < self.now():
            self.back_to(time)
        else:
            self.session.advance(time)
            self.replay.go_to(time)

    def take_over(self) -> TrainingSession:
        """Leave the record now, with the tool of *era*."""
        self.replay.go_to(_whole(self.now()))
        return self._begin(self.now(), self.era, ())

    def act(self, text: str, by: str = "") -> ActAnswer:
        """Do what was typed, at the next whole second; the first act takes over. *by* is who, where it is not the trainee."""
        session = self.session or self.take_over()
        self.go_to(_whole(self.now()))
        act = TypedAct(self.now(), text, by=by)
        answer = session.act(act)
        self.acts.append(act)
        # Some acts take their time, such as trying a copy.
        self.replay.go_to(max(self.now(), session.branch.time))
        return answer

    def back_to(self, time: float) -> None:
        """Go back in a run: acts after *time* are forgotten; before the run began there is only the record."""
        if self.left_at is None or time < self.left_at:
            self.watch()
            self.replay.go_to(time)
            return
        self._begin(self.left_at, self.era_of_run, tuple(act for act in self.acts if act.time <= time))
        self.go_to(time)

    @property
    def era_of_run(self) -> Era:
        """The tool in force: that of the run, or that of the next one."""
        return self.session.branch.era if self.session is not None else self.era

    def not_begun(self) -> TrainingSession:
        """Give a run as it would begin now, to look at: it is not kept."""
        branch = Branch(self.incident, self.replay.timeline.states_at(self.now()), self.now(), self.era, self.seed)
        return TrainingSession(branch, sentence, self.guards)

    def watch(self) -> None:
        """Give the run up: from here on the record is on show again."""
        self.session, self.left_at = None, None
        self.acts.clear()
        self.replay.put_run(None)

    def asked(self) -> tuple[SubsystemStanding, ...]:
        """Give every subsystem of which it is known how much is asked now, as it stands."""
        if self.session is not None:
            branch = self.session.branch
            moment, demand = branch.moment(), set(branch.kept.demand)
        else:
            marks = self.replay.timeline.marks_at(self.now())
            demand = {name for name, mark in marks.items() if mark.demand is not None}
            if not demand:
                return ()
            # A fleet of its own: the timeline's is walked through beside the window while a run is scored.
            self._fleet.state = self.replay.timeline.states_at(self.now())
            self._fleet.recount()
            moment = moment_of_fleet(self._fleet, self.now(), marks)
        return tuple(one for one in moment.standings if one.subsystem in demand)

    def save(self) -> SavedMoment:
        """Keep this moment."""
        return SavedMoment(self.now(), self.era_of_run, self.left_at, tuple(self.acts))

    def load(self, moment: SavedMoment) -> None:
        """Come back to a kept moment."""
        self.era = moment.era
        if moment.branch is None:
            self.watch()
            self.replay.go_to(moment.time)
            return
        self._begin(moment.branch, moment.era, moment.acts)
        self.go_to(moment.time)

    def whole_run(self) -> Acts:
        """Give the run as it goes on to the end of the incident. Without a run it begins now, with no act."""
        left, era = self.left_at, self.era_of_run
        return Acts(
            _whole(self.now()) if left is None else left,
            self.incident.ends,
            era,
            self.seed,
            tuple(self.acts),
            self.trainee,
        )

    def outcome(self, acts: Acts | None = None) -> Plain:
        """Score this run, or *acts* of another one, beside what happened."""
        acts = acts or self.whole_run()
        with self._scoring:
            return outcome_of(self.replay.timeline, run_acts(self.replay.timeline, acts, sentence, self.guards))

    def acts_text(self) -> str:
        """Write the acts as the file that `underkeel replay --acts` reads."""
        left = self.now() if self.left_at is None else self.left_at
        acts = Acts(left, self.now(), self.era_of_run, self.seed, tuple(self.acts), self.trainee)
        return written_acts(acts, self.incident)

    def next_decision(self) -> Decision | None:
        """Give the first decision later than now."""
        return next((one for one in self.incident.decisions if one.time > self.now()), None)

    def decision(self) -> tuple[int, Decision] | None:
        """Give the decision that stands: the last one at or before now, with its number from 1."""
        passed = [pair for pair in enumerate(self.incident.decisions, 1) if pair[1].time <= self.now()]
        return passed[-1] if passed else None

    def _begin(self, left_at: float, era: Era, acts: tuple[TypedAct, ...]) -> TrainingSession:
        """Begin a run at a moment of the record, and do some acts of it."""
        branch = Branch(self.incident, self.replay.timeline.states_at(left_at), left_at, era, self.seed)
        self.session, self.left_at, self.acts = TrainingSession(branch, sentence, self.guards), left_at, list(acts)
        for act in acts:
            self.session.act(act)
        self.replay.put_run(branch)
        return self.session


def _whole(time: float) -> float:
    """Give the next whole second: what a file of acts can say."""
    return float(math.ceil(time))
