"""An adapter that listens at a Unix socket, as one behind inetd or systemd does: each connection is a process of its own."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.topology.links.adapter.adapters import RACKS, floor, inventory, opened, run, states, until, wave
from tests.topology.links.adapter.test_misbehaving_adapters import became
from topology.links.fleet_source import Answer
from topology.links.registry import source_address
from topology.region.errors import LinkError
from topology.region.server_states import ServerState


class Listening:
    """Hands each connection to an adapter over the inventory, as its stdin and stdout."""

    def __init__(self, folder: Path) -> None:
        self.path, self.store = folder / "adapter.sock", inventory(folder / "inventory.db")
        self.adapters: list[subprocess.Popen[bytes]] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path))
        self._socket.listen()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        for adapter in self.adapters:
            adapter.kill()
            adapter.wait()

    def _accept(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            with taken:
                command = [sys.executable, str(RACKS), str(self.store), "--drain-s", "0.2"]
                self.adapters.append(subprocess.Popen(command, stdin=taken, stdout=taken))


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    found = Listening(tmp_path)
    yield found
    found.close()


def test_that_a_fleet_behind_a_socket_is_read_and_acted_on(listening: Listening, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(f"unix:{listening.path}", tmp_path) as source:
            facts = await source.read()
            assert len(facts.names) == 40
            taken = await source.take(wave(1, "n001", "n003"), floor(10))
            assert taken.servers(Answer.DONE) == ("n001", "n003")
            await until(source, facts.cursor, lambda found: ServerState.REMOVED in found.states.tolist())
            assert states(listening.store)["n001"] == "r"
            back = await source.give_back(wave(2, "n001", "n003", undo=True), floor(0))
            assert back.servers(Answer.DONE) == ("n001", "n003")

    run(work())


def test_that_a_lost_connection_is_made_again_and_its_waves_are_known(listening: Listening, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(f"unix:{listening.path}", tmp_path) as source:
            await source.read()
            await source.take(wave(1, "n001"), floor(10))
            for _ in range(4):  # one that listens is tried for ever: it is not ours to give up
                before = source.session
                listening.adapters[-1].kill()
                await became(lambda old=before: source.session not in (None, old))  # type: ignore[misc]
            found = await source.found("E.1")
            assert found is not None
            assert found.servers(Answer.DONE) == ("n001",)
            again = await source.take(wave(1, "n001"), floor(10))
            assert again.servers(Answer.DONE) == ("n001",)

    run(work())


def test_that_closing_ends_the_connection_and_nothing_else(listening: Listening, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(f"unix:{listening.path}", tmp_path) as source:
            await source.read()
        await became(lambda: listening.adapters[0].poll() is not None)
        async with opened(f"unix:{listening.path}", tmp_path) as source:
            await source.read()

    run(work())


def refusal(path: Path) -> str:
    async def work() -> None:
        async with opened(f"unix:{path}", path.parent):
            pass

    with pytest.raises(LinkError) as told:
        asyncio.run(work())
    return str(told.value)


def test_that_a_socket_that_cannot_be_used_is_one_sentence(listening: Listening, tmp_path: Path) -> None:
    assert "is not there: No such file or directory; start the adapter" in refusal(tmp_path / "none.sock")
    assert "is no socket; give the path" in refusal(listening.store)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left.sock"))
    assert "nobody answers: Connection refused; start the adapter" in refusal(tmp_path / "left.sock")


def test_that_a_socket_that_anybody_could_replace_is_not_used(listening: Listening, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert f"because anybody may write {tmp_path} and put another there" in refusal(listening.path)


@pytest.mark.parametrize("target", ["", "relative.sock", "/run/\x1b.sock"])
def test_that_a_path_that_cannot_be_is_refused_before_anything_is_reached(target: str) -> None:
    with pytest.raises(LinkError, match="is no address of an adapter that listens at a socket"):
        source_address(f"unix:{target}")
