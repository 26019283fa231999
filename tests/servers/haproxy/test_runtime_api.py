"""Requests to a runtime API that answers and is gone at once, as HAProxy 3.0 does."""

import asyncio
import socket
import threading
from pathlib import Path

from topology.links.haproxy.runtime import RuntimeApi, SocketAddress


def test_that_an_answer_that_was_there_before_the_question_was_sent_off_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "quick.sock"

    async def ask() -> list[str]:
        api = RuntimeApi(SocketAddress.parse(f"unix:{path}"))
        return [await api.ask("show info") for _ in range(200)]

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def answer() -> None:
            for _ in range(200):
                taken, _ = listening.accept()
                with taken:
                    taken.sendall(b"Pid: 7\n")
                    taken.recv(100)

        thread = threading.Thread(target=answer)
        thread.start()
        assert set(asyncio.run(ask())) == {"Pid: 7\n"}
        thread.join()
