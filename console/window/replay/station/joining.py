"""The other end of a run that is shared: a window of a second operator, or the station of an instructor, elsewhere."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalSocket

from console.operating.training.joined import JoinedTraining
from console.panels.side_channel.side_channel import ChannelRemark
from console.window.replay.station.line_socket import LineSocket
from console.window.replay.station.sharing import FORMAT, INSTRUCTOR
from topology.incident.model import Incident
from topology.incident.reading import IncidentError
from topology.incident.station.cues import read_cue
from topology.incident.station.plan import read_station_plan
from topology.incident.times import clock_text

WAIT_MS = 5000


class JoiningError(Exception):
    """The run cannot be joined; the sentence says why, and what to do."""


def reach(address: str, parent: QObject) -> tuple[LineSocket, dict[str, Any]]:
    """Connect to a run, and give the connection with what it said first: which part, and of which incident.

    Raises:
        JoiningError: nobody answers there, or not as a run does.
    """
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(WAIT_MS):
        raise JoiningError(
            f"{address}: nobody answers there ({socket.errorString()}); in the run, choose Instruct, Let others in, and give the "
            "address that it says."
        )
    while not socket.canReadLine():
        if not socket.waitForReadyRead(WAIT_MS):
            raise JoiningError(
                f"{address}: what answers there is no run of this console; give the address that a run says."
            )
    said: list[dict[str, Any]] = []
    line = LineSocket(socket, parent)
    line.heard.connect(said.append)
    line.look()
    line.heard.disconnect(said.append)
    if not said or said[0].get("type") != "hello" or said[0].get("format") != FORMAT:
        raise JoiningError(
            f"{address}: speaks another version than this one reads ({FORMAT}); use the same on both machines."
        )
    return line, {**said[0], "more": said[1:]}


def check_part(hello: dict[str, Any], part: str, address: str) -> None:
    """Hold the part that is played at an address against the one that is wanted.

    Raises:
        JoiningError: it is the other one.
    """
    if hello.get("part") != part:
        other = "--station" if hello.get("part") == INSTRUCTOR else "--join"
        raise JoiningError(f"{address}: is the address of the {hello.get('part')}; use {other} with it.")


def check_same(hello: dict[str, Any], incident: Incident) -> None:
    """Hold the incident here against the one of the run.

    Raises:
        JoiningError: it is another, or another version.
    """
    if (hello.get("incident"), hello.get("digest")) != (incident.name, incident.digest):
        raise JoiningError(
            f"The run is of {hello.get('incident')} in another version than is here; copy the incident's folder, and give its path."
        )


class JoinedClock(QObject):
    """The hands of a clock that runs elsewhere."""

    moved = Signal()
    changed = Signal()

    def __init__(self, ask: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._ask = ask
        self.is_playing = False
        self._words = "paused"

    def words(self) -> str:
        """Say how it runs."""
        return self._words

    def toggle(self) -> None:
        """Ask for it to be held, or let go on."""
        self._ask()

    def hear(self, values: dict[str, Any]) -> None:
        """Take in what the run says of it."""
        self.is_playing, self._words = bool(values.get("plays")), str(values.get("words"))
        self.changed.emit()


class JoinedRun(QObject):
    """Keeps a training here at what the run says."""

    begun = Signal()
    """It is about to be gone through anew."""
    moved = Signal()
    """It stands somewhere else, or is another."""
    told = Signal(str)
    refused = Signal(str)
    remarked = Signal(object)
    clock_heard = Signal(dict)
    station_heard = Signal(dict)
    lies_heard = Signal(dict)
    """What the gauges of some subsystems are to say, in units."""
    gone = Signal()

    def __init__(self, line: LineSocket, training: JoinedTraining, parent: QObject) -> None:
        super().__init__(parent)
        self.line, self.training = line, training
        training.send = self._send_act
        line.heard.connect(self.hear)
        line.closed.connect(self.gone)

    def begin(self, hello: dict[str, Any]) -> None:
        """Take in what was said with the first words."""
        for values in hello["more"]:
            self.hear(values)
        self.line.look()

    def say(self, text: str) -> None:
        """Answer in the channel."""
        self.line.send(do="answer", text=text, by=self.training.trainee)

    def hear(self, values: dict[str, Any]) -> None:
        """Take in one message; what is not known is left out, for the other end may be newer."""
        sentence = str(values.get("sentence", ""))
        deeds: dict[object, Callable[[], object]] = {
            "run": lambda: self._follow(str(values.get("moment", "")), bool(values.get("is_run"))),
            "clock": lambda: self._go_to(values),
            "station": lambda: self.station_heard.emit(values),
            "lies": lambda: self.lies_heard.emit(_lies(values)),
            "remark": lambda: self.remarked.emit(_remark([values.get(key) for key in ("clock", "who", "text")])),
            "answer": lambda: self.told.emit(sentence),
            "refused": lambda: self.refused.emit(sentence),
        }
        deed = deeds.get(values.get("type"))
        if deed is not None:
            deed()

    def _send_act(self, text: str) -> None:
        self.line.send(do="act", text=text, by=self.training.trainee)

    def _follow(self, moment: str, is_run: bool) -> None:
        self.begun.emit()
        try:
            self.training.follow(moment, is_run=is_run)
        except IncidentError as error:
            self.refused.emit(f"The run cannot be followed: {error.problems[0]}")
        else:
            self.moved.emit()

    def _go_to(self, values: dict[str, Any]) -> None:
        now = values.get("now")
        if isinstance(now, int | float) and now != self.training.now():
            self.training.go_to(float(now))
            self.moved.emit()
        self.clock_heard.emit(values)


class RemoteDirecting(QObject):
    """Directs a run that goes on elsewhere: the same words as where it is, and what it says of itself."""

    changed = Signal()
    injected = Signal()
    refused = Signal(str)

    def __init__(self, run: JoinedRun, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self._waiting: list[str] = []
        self.log: list[str] = []
        self.notes: list[ChannelRemark] = []
        self.remarks: list[ChannelRemark] = []
        self.lies: dict[str, int] = {}
        run.station_heard.connect(self._take)
        run.refused.connect(self.refused)

    def write(self, text: str) -> None:
        """Send what the instructor wrote.

        Raises:
            CueError: it is no cue; nothing was sent.
        """
        training = self._run.training
        read_cue(text, training.incident, training.now())
        self._run.line.send(do="cue", text=text)

    def waiting(self) -> list[str]:
        """Give the cues that wait at the run, as they were written."""
        return self._waiting

    def take_back(self, number: int) -> None:
        """Let a cue wait no more."""
        self._run.line.send(do="take_back", text=str(number))

    def open_plan(self, text: str, source: str) -> None:
        """Send what was prepared.

        Raises:
            IncidentError: with every problem found; nothing was sent.
        """
        read_station_plan(text, source, self._run.training.incident)
        self._run.line.send(do="plan", text=text)

    def open_moment(self, text: str, _source: str) -> None:
        """Send a moment to begin at; what is wrong with it is said from there."""
        self._run.line.send(do="moment", text=text)

    def toggle(self) -> None:
        """Ask for the clock to be held, or let go on."""
        self._run.line.send(do="toggle")

    def lost(self) -> None:
        """The run is gone."""
        zone = self._run.training.incident.time_zone
        self.refused.emit(
            f"The run is gone; what is on show is how it stood at {clock_text(self._run.training.now(), zone)}."
        )

    def _take(self, values: dict[str, Any]) -> None:
        self._waiting = [str(text) for text in values.get("waiting", ())]
        self.log = [str(line) for line in values.get("log", ())]
        self.remarks = [_remark(one) for one in values.get("remarks", ())]
        self.notes = [_remark(one) for one in values.get("notes", ())]
        self.lies = _lies(values)
        self.changed.emit()


def _lies(values: dict[str, Any]) -> dict[str, int]:
    return {str(name): int(units) for name, units in dict(values.get("lies", {})).items()}


def _remark(parts: list[object]) -> ChannelRemark:
    clock, who, text = (str(part) for part in parts)
    return ChannelRemark(clock, who, text)
