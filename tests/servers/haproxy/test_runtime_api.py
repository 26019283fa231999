"""Requests to a runtime API that drops a connection, as HAProxy does when many are made at once."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from topology.links.haproxy.runtime import PAUSES_S, BrokenOffError, RuntimeApi, SocketAddress


@contextmanager
def dropping(path: Path, dropped: int) -> Iterator[RuntimeApi]:
    """Drop so many connections with their request unread, then answer one."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            for number in range(dropped + 1):
                try:
                    taken, _ = listening.accept()
                except OSError:
                    return  # nobody asked again
                with taken:
                    taken.recv(1)  # what is left unread breaks the connection off
                    if number == dropped:
                        taken.recv(100)
                        taken.sendall(b"Pid: 7\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield RuntimeApi(SocketAddress.parse(f"unix:{path}"))
        listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        thread.join(20)


@pytest.mark.parametrize("dropped", [1, len(PAUSES_S)])
def test_that_a_request_whose_connection_is_dropped_is_made_again(tmp_path: Path, dropped: int) -> None:
    with dropping(tmp_path / "api.sock", dropped) as api:
        assert asyncio.run(api.ask("show info")) == "Pid: 7\n"


def test_that_a_socket_that_goes_on_dropping_is_one_sentence(tmp_path: Path) -> None:
    with (
        dropping(tmp_path / "api.sock", len(PAUSES_S) + 1) as api,
        pytest.raises(BrokenOffError, match="broke the connection off: Connection reset by peer; see whether it runs"),
    ):
        asyncio.run(api.ask("show info"))
