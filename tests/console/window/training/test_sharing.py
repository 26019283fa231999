"""A run that is shared: a second operator acts in it, an instructor directs it from another machine, and strangers get nothing."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.joining.joined_session import remote_station
from console.app.replay_session import ReplaySession
from console.kit.theme import load_theme
from console.operating.training.joined import JoinedTraining
from console.operating.training.replay import Replay
from console.window.main_window import MainWindow
from console.window.replay.station.joining import JoinedRun, JoiningError, check_part, check_same, reach
from console.window.replay.station.line_socket import LineSocket
from console.window.replay.station.sharing import INSTRUCTOR, OPERATOR
from tests.console.window.replay_window import replay
from tests.console.window.test_replay_window import HUGE, SMALL, confirmed
from tests.console.window.whole_window import until


class Guest(QObject):
    """What somebody who came in hears."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.heard: list[dict[str, Any]] = []
        socket = QLocalSocket()
        socket.connectToServer(address)
        assert socket.waitForConnected(5000)
        self.line = LineSocket(socket, self)
        self.line.heard.connect(self.heard.append)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.heard if one["type"] == kind]


def shared(session: ReplaySession) -> dict[str, str]:
    session.panels.choose("share")
    return session.panels.station.sharing.addresses


def mirror(session: ReplaySession, guest: Guest) -> JoinedTraining:
    training = JoinedTraining(Replay(session.training.incident))
    training.trainee = "Ben"
    run = JoinedRun(guest.line, training, guest)
    for values in guest.heard:
        run.hear(values)
    return training


def same(one: ReplaySession, other: JoinedTraining) -> Callable[[], bool]:
    return lambda: (
        (one.training.left_at, one.training.acts) == (other.left_at, other.acts) and one.training.now() == other.now()
    )


def test_that_a_second_operator_acts_in_the_same_run(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        guest = Guest(shared(session)[OPERATOR])
        await until(lambda: bool(guest.of("clock")))
        other = mirror(session, guest)
        session.panels.player.to_decision()
        await until(same(session, other))
        session.panels.station.directing.write("lie index 1234")
        await until(lambda: bool(guest.of("lies")) and guest.of("lies")[-1]["lies"] == {"index": 1234})
        other.act(SMALL)
        await until(lambda: bool(session.training.acts))
        assert session.training.acts[0].by == "Ben"
        await until(same(session, other))
        session.panels._scrub(session.training.now() + 1800)
        await until(same(session, other))
        await confirmed(session, "remove 3 servers from billing")
        await until(same(session, other))
        assert [act.by for act in other.acts] == ["Ben", ""]
        assert other.session is not None
        assert session.training.session is not None
        assert (other.session.branch.fleet.state == session.training.session.branch.fleet.state).all()
        outcome = session.training.outcome()
        assert outcome == {**other.outcome(), "trainee": session.training.trainee}
        assert 'by = "Ben"' in session.training.acts_text()

    replay(qapp, tmp_path, scenario)


def test_that_what_a_second_operator_may_not_do_is_told_and_not_done(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        guest = Guest(shared(session)[OPERATOR])
        for asked in (
            {"do": "act", "text": "inject lose az4"}, {"do": "cue", "text": "pause"}, {"do": "toggle"}, {"do": "act", "text": 3},
            {"do": "act", "text": "  inject\tlose az4"},
        ):  # fmt: skip
            guest.line.send(**asked)
        await until(lambda: len(guest.of("refused")) == 5)
        assert "instructor's to decide" in guest.of("refused")[0]["sentence"]
        assert "instructor's to decide" in guest.of("refused")[4]["sentence"]
        assert not guest.of("station")
        assert not session.training.is_run
        session.training.go_to(session.training.incident.decisions[0].time)
        guest.line.send(do="act", text=HUGE, by="Ben")
        await until(lambda: len(guest.of("refused")) == 6)
        assert "floor" in guest.of("refused")[5]["sentence"]

    replay(qapp, tmp_path, scenario)


def test_that_a_station_on_another_machine_shows_the_truth_and_directs(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        panels = session.panels
        addresses = shared(session)
        guest = Guest(addresses[INSTRUCTOR])
        await until(lambda: bool(guest.of("station")))
        hello = {**guest.heard[0], "more": guest.heard[1:]}
        check_same(hello, session.training.incident)
        station = remote_station(guest, load_theme("day"), session.training.incident, guest.line, hello)
        station.show()
        try:
            panels.choose("take_over")
            await until(lambda: "a run" in station.clock.text())

            def written(text: str) -> None:
                station.line.setText(text)
                QTest.keyClick(station.line, Qt.Key.Key_Return)

            written("inject fail 400 from index")
            await until(lambda: bool(session.training.acts))
            assert [act.text for act in session.training.acts] == ["inject fail 400 from index"]
            await until(lambda: "index: 0, floor 2,400" in station.truth.toPlainText())
            written("say Customer: Is it only us?")
            await until(lambda: "Is it only us?" in panels.station.channel.text.toPlainText())
            await until(lambda: "Is it only us?" in station.remarks.toPlainText())
            written("when quiet 60 min pause")
            await until(lambda: station.waiting.count() == 1)
            written("lie index 2600")
            await until(lambda: "shown 2,600" in station.truth.toPlainText())
            station.buttons["Play"].click()
            await until(lambda: panels.player.is_playing)
            station.buttons["Play"].click()
            await until(lambda: not panels.player.is_playing)
            written("dance")
            assert "nothing that can be done" in station.trouble.text()
            panels.station.sharing.close()
            await until(lambda: "The run is gone" in station.trouble.text())
        finally:
            station.close()
        assert window.isVisible()

    replay(qapp, tmp_path, scenario)


def test_that_an_address_is_this_accounts_alone_and_gone_with_the_run(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        assert session.panels.station.sharing.addresses == {}
        addresses = shared(session)
        assert shared(session) == addresses
        for address in map(Path, addresses.values()):
            assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
            assert stat.S_IMODE(address.stat().st_mode) & 0o077 == 0
        guest = Guest(addresses[OPERATOR])
        await until(lambda: bool(guest.of("hello")))
        with pytest.raises(JoiningError, match="use --join with it"):
            check_part(guest.heard[0], INSTRUCTOR, "x")
        with pytest.raises(JoiningError, match="another version"):
            check_same({**guest.heard[0], "digest": "other"}, session.training.incident)
        guest.line.socket.write(b"no message\n")
        await until(lambda: guest.line.socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
        session.panels.station.sharing.close()
        assert not Path(addresses[OPERATOR]).parent.exists()
        with pytest.raises(JoiningError, match="nobody answers"):
            reach(addresses[OPERATOR], session.panels)

    replay(qapp, tmp_path, scenario)


def test_that_a_moment_is_written_in_whole_seconds_and_read_again(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.choose("station")
        station = session.panels.station.station
        assert station is not None
        session.training.go_to(session.training.incident.starts + 100.4)
        station.save_moment(str(tmp_path / "moment.toml"))
        station.open_moment(str(tmp_path / "moment.toml"))
        assert station.trouble.text() == ""
        assert session.training.now() == session.training.incident.starts + 100

    replay(qapp, tmp_path, scenario)
