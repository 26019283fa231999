"""Directs a run as its instructor wants it: cues that are due are done, gauges lie, others ask, and notes are kept."""

from PySide6.QtCore import QObject, Signal

from console.operating.training.looking_back import moment_now
from console.operating.training.moment_file import moment_of_text
from console.operating.training.training import Training
from console.panels.side_channel.side_channel import YOU, ChannelRemark
from console.panels.timeline.player import Player
from topology.incident.station.cues import Cue, CueError, read_cue
from topology.incident.station.deeds import (
    InjectDeed,
    LieDeed,
    MarkDeed,
    NoteDeed,
    PauseDeed,
    RoleDeed,
    SayDeed,
    TruthDeed,
)
from topology.incident.station.director import Director
from topology.incident.station.plan import StationPlan, read_station_plan
from topology.incident.times import clock_text


class Directing(QObject):
    """Knows what waits, what was done, who said what, and which gauges lie. It acts on nothing but the run."""

    changed = Signal()
    """Something of it is another."""
    remarked = Signal(object)
    """A `ChannelRemark` for the trainee to see."""
    injected = Signal()
    """Something was done in the run."""
    marked = Signal(str)
    """The instructor marks the open answer before the debrief: one of `MARKS`."""
    refused = Signal(str)

    def __init__(self, training: Training, player: Player, lies: dict[str, int], parent: QObject) -> None:
        super().__init__(parent)
        self._training, self._player = training, player
        self.director = Director()
        self.roles: dict[str, str] = {}
        self.log: list[str] = []
        """What was done, each with its clock."""
        self.notes: list[ChannelRemark] = []
        self.remarks: list[ChannelRemark] = []
        self.lies = lies
        player.moved.connect(self.look)

    def take_plan(self, plan: StationPlan) -> None:
        """Take what was prepared, besides what waits already."""
        for cue in plan.cues:
            self.director.add(cue)
        self.roles.update({role.name: role.card for role in plan.roles})
        if plan.seed is not None:
            self._training.seed = plan.seed
        self._log(f"a plan of {len(plan.cues)} cues and {len(plan.roles)} roles")
        self.look()

    def write(self, text: str) -> None:
        """Take what the instructor wrote: it is done now, or waits.

        Raises:
            CueError: it is no cue; nothing was done.
        """
        cue = read_cue(text, self._training.incident, self._training.now())
        if cue.is_at_once:
            self._do(cue)
        else:
            self.director.add(cue)
            self.look()
        self.changed.emit()

    def waiting(self) -> list[str]:
        """Give the cues that wait, as they were written."""
        return [cue.text for cue in self.director.waiting]

    def take_back(self, number: int) -> None:
        """Let a cue wait no more."""
        if self.director.take_back(number) is not None:
            self.changed.emit()

    def look(self) -> None:
        """Do what is due, and what is due by that."""
        done = False
        while due := self._due():
            done = True
            for cue in due:
                self._do(cue)
        if done:
            self.changed.emit()

    def _due(self) -> tuple[Cue, ...]:
        """Take what is due now; each cue is taken once, so that this ends."""
        if not self.director.waiting:
            return ()
        training = self._training
        acts = [act for act in training.acts if not act.is_injection]
        began = training.incident.starts if training.left_at is None else training.left_at
        return self.director.due(training.now(), moment_now(training), acts[-1].time if acts else began)

    def open_plan(self, text: str, source: str) -> None:
        """Take a file that was prepared.

        Raises:
            IncidentError: with every problem found; nothing was taken.
        """
        self.take_plan(read_station_plan(text, source, self._training.incident))

    def open_moment(self, text: str, source: str) -> None:
        """Begin at a moment that was handed out.

        Raises:
            IncidentError: with every problem found; the clock stands where it stood.
        """
        moment, seed = moment_of_text(text, source, self._training.incident)
        self._player.pause()
        self._training.seed = seed
        self._training.load(moment)
        self.injected.emit()

    def answer(self, text: str, who: str = YOU) -> None:
        """Take what the trainee says, or another operator of the run."""
        self._remark(who, text)
        self.changed.emit()

    def _do(self, cue: Cue) -> None:
        match cue.done:
            case InjectDeed():
                self._inject(str(cue.done))
            case SayDeed(who, text):
                self._remark(who, text)
            case LieDeed(subsystem, units):
                self.lies[subsystem] = units
            case TruthDeed(subsystem):
                self.lies.pop(subsystem, None)
            case NoteDeed(text):
                self.notes.append(ChannelRemark(self._clock(), "note", text))
            case RoleDeed(name):
                self._hand_out(name)
            case MarkDeed(mark):
                self.marked.emit(mark)
            case PauseDeed():
                self._player.pause()
        if not isinstance(cue.done, InjectDeed) or not cue.is_at_once:
            self._log(cue.text)
        if isinstance(cue.done, LieDeed | TruthDeed):
            self.injected.emit()

    def _inject(self, text: str) -> None:
        if not self._training.is_run:
            self._log(f"not done, nobody has taken over: {text}")
            self.refused.emit(f"Nobody has taken over, so nothing is injected: {text}")
            return
        answer = self._training.act(text)
        self._log(f"{text}: {'; '.join(answer.sentences)}")
        self.injected.emit()

    def _hand_out(self, name: str) -> None:
        if name not in self.roles:
            known = ", ".join(self.roles) or "none; open a plan with a [[role]]"
            self.refused.emit(f"There is no role {name}; there is {known}.")
            return
        self._remark(f"role {name}", self.roles[name])

    def _remark(self, who: str, text: str) -> None:
        remark = ChannelRemark(self._clock(), who, text)
        self.remarks.append(remark)
        self.remarked.emit(remark)

    def _log(self, text: str) -> None:
        self.log.append(f"{self._clock()}  {text}")

    def _clock(self) -> str:
        return clock_text(self._training.now(), self._training.incident.time_zone)[:5]


__all__ = ["CueError", "Directing"]
