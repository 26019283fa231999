"""Lets others into a run over local sockets: an instructor's station on a second machine, and a second operator.

Nothing listens until it is asked for. Each part has an address of its own, in a folder that this account alone may enter; from
another machine it is reached through ssh, which knows who comes. Nothing of it can reach a live region: what comes in is acts
and cues of a training.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer

from console.operating.training.moment_file import moment_text
from console.operating.training.training import Training
from console.panels.side_channel.side_channel import ChannelRemark
from console.panels.timeline.player import Player
from console.window.replay.station.directing import Directing
from console.window.replay.station.line_socket import LineSocket
from topology.incident.orders.orders import is_injection
from topology.incident.reading import IncidentError
from topology.incident.station.cues import CueError

FORMAT = 1
INSTRUCTOR, OPERATOR = "instructor", "operator"
CLOCK_EVERY_S = 0.1
LONGEST_NAME = 60


class NotSharedError(Exception):
    """Nobody can be let in; the sentence says why."""


class RunSharing(QObject):
    """The run's own end. What it does for others it does as its own window would."""

    def __init__(
        self,
        training: Training,
        player: Player,
        directing: Directing,
        acted: Callable[[], None],
        tell: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._training, self._player, self._directing = training, player, directing
        self._acted, self._tell = acted, tell
        self._servers: dict[str, QLocalServer] = {}
        self._guests: list[tuple[str, LineSocket]] = []
        self._folder: Path | None = None
        self._sent: object = None
        self._clock_sent = 0.0
        player.moved.connect(self.look)
        player.changed.connect(self._send_clock)
        directing.changed.connect(self._send_station)
        directing.remarked.connect(self._send_remark)

    @property
    def addresses(self) -> dict[str, str]:
        """Where each part is reached; nothing while nobody is let in."""
        return {part: server.fullServerName() for part, server in self._servers.items()}

    def open(self) -> dict[str, str]:
        """Listen, and give the addresses.

        Raises:
            NotSharedError: the system gives no address.
        """
        if self._servers:
            return self.addresses
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="underkeel-run-"))
        except OSError as error:
            raise NotSharedError(f"No folder for the addresses could be made: {error.strerror}.") from error
        for part in (INSTRUCTOR, OPERATOR):
            server = QLocalServer(self)
            server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            if not server.listen(str(self._folder / part)):
                self.close()
                raise NotSharedError(f"Nobody can be let in as {part}: {server.errorString()}.")
            server.newConnection.connect(_Lets(part, server, self))
            self._servers[part] = server
        return self.addresses

    def close(self) -> None:
        """Let nobody in any more, and end every connection."""
        for _, guest in self._guests:
            guest.end()
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def let_in(self, part: str, guest: LineSocket) -> None:
        """Show somebody who came the run as it is."""
        incident = self._training.incident
        self._guests.append((part, guest))
        guest.heard.connect(_Does(part, guest, self))
        guest.closed.connect(_Forgets(part, guest, self))
        guest.send(type="hello", format=FORMAT, part=part, incident=incident.name, digest=incident.digest)
        guest.send(type="run", moment=moment_text(self._training), is_run=self._training.is_run)
        guest.send(**self._clock())
        guest.send(**self._station() if part == INSTRUCTOR else {"type": "lies", "lies": self._directing.lies})
        self._tell(f"Somebody came in as {part}.")
        guest.look()

    def forget(self, part: str, guest: LineSocket) -> None:
        """Somebody went."""
        if (part, guest) in self._guests:
            self._guests.remove((part, guest))
            self._tell(f"The {part} who had come in is gone.")

    def do(self, part: str, guest: LineSocket, values: dict[str, Any]) -> None:
        """Do what somebody who came in asks for; what is not theirs, or no good, is said to them and not done."""
        deeds: dict[tuple[str, str], Callable[[str], object]] = {
            (OPERATOR, "act"): lambda text: self._act(guest, text, _name(values.get("by"))),
            (OPERATOR, "answer"): lambda text: self._directing.answer(text, _name(values.get("by"))),
            (INSTRUCTOR, "cue"): self._directing.write,
            (INSTRUCTOR, "plan"): lambda text: self._directing.open_plan(text, "the plan that was sent"),
            (INSTRUCTOR, "moment"): lambda text: self._directing.open_moment(text, "the moment that was sent"),
            (INSTRUCTOR, "take_back"): lambda text: self._directing.take_back(int(text)),
            (INSTRUCTOR, "toggle"): lambda _text: self._player.toggle(),
        }
        deed, text = deeds.get((part, str(values.get("do")))), values.get("text", "")
        if deed is None or not isinstance(text, str):
            guest.send(type="refused", sentence=f"{values.get('do')!r} is nothing that the {part} can ask for.")
            return
        try:
            deed(text)
        except (CueError, ValueError) as error:
            guest.send(type="refused", sentence=str(error))
        except IncidentError as error:
            guest.send(type="refused", sentence="\n".join(error.problems))

    def _act(self, guest: LineSocket, text: str, name: str) -> None:
        if is_injection(text):
            guest.send(type="refused", sentence="What goes wrong is the instructor's to decide: nothing is injected.")
            return
        answer = self._training.act(text, name)
        sentence = "; ".join(answer.sentences)
        self._tell(f"{name}: {text}: {sentence}")
        kind = "answer" if answer.kind == "done" else "refused"
        guest.send(type=kind, sentence=f"{text}: {sentence}")
        self._acted()

    def look(self) -> None:
        """Tell those who came in where the run is, if that changed."""
        if not self._guests:
            return
        training = self._training
        run = training.left_at, training.era_of_run.name, training.seed, tuple(training.acts)
        if run != self._sent:
            self._sent = run
            self._send(None, type="run", moment=moment_text(training), is_run=training.is_run)
            self._send_clock()
        elif not self._player.is_playing or time.monotonic() - self._clock_sent >= CLOCK_EVERY_S:
            self._send_clock()

    def _send_clock(self) -> None:
        self._clock_sent = time.monotonic()
        self._send(None, **self._clock())

    def _clock(self) -> dict[str, object]:
        player = self._player
        return {
            "type": "clock",
            "now": self._training.now(),
            "plays": player.is_playing,
            "speed": player.speed,
            "words": player.words(),
        }

    def _send_station(self) -> None:
        self._send(INSTRUCTOR, **self._station())
        # The gauges lie to both operators alike.
        self._send(OPERATOR, type="lies", lies=self._directing.lies)

    def _station(self) -> dict[str, object]:
        directing = self._directing
        return {
            "type": "station",
            "waiting": directing.waiting(),
            "log": directing.log,
            "remarks": [(one.clock, one.who, one.text) for one in directing.remarks],
            "notes": [(one.clock, one.who, one.text) for one in directing.notes],
            "lies": directing.lies,
        }

    def _send_remark(self, remark: ChannelRemark) -> None:
        self._send(OPERATOR, type="remark", clock=remark.clock, who=remark.who, text=remark.text)
        self._send_station()

    def _send(self, part: str | None, **values: object) -> None:
        for whose, guest in self._guests:
            if part in (None, whose):
                guest.send(**values)


class _Lets:
    """Lets everybody in who waits at one address."""

    def __init__(self, part: str, server: QLocalServer, sharing: RunSharing) -> None:
        self._part, self._server, self._sharing = part, server, sharing

    def __call__(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._sharing.let_in(self._part, LineSocket(socket, self._sharing))


class _Does:
    """Does what one of them asks for."""

    def __init__(self, part: str, guest: LineSocket, sharing: RunSharing) -> None:
        self._part, self._guest, self._sharing = part, guest, sharing

    def __call__(self, values: dict[str, Any]) -> None:
        self._sharing.do(self._part, self._guest, values)


class _Forgets:
    """Forgets one of them who went."""

    def __init__(self, part: str, guest: LineSocket, sharing: RunSharing) -> None:
        self._part, self._guest, self._sharing = part, guest, sharing

    def __call__(self) -> None:
        self._sharing.forget(self._part, self._guest)


def _name(said: object) -> str:
    """Give what somebody calls themselves, as far as it can be shown."""
    name = " ".join(str(said or "").split())[:LONGEST_NAME]
    return name if name and name.isprintable() else "the second operator"
