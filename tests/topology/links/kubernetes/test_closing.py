"""A connection to an API server that stalls is closed when it is let go: nothing waits for the server's goodbye."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.servers.etcd.certificates import Authority
from topology.links.kubernetes.client.api import KubernetesApi
from topology.links.kubernetes.client.kubeconfig import Access

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def stalling(tmp_path: Path) -> Iterator[Access]:
    """Give access to a server that answers with one line of a watch, and reads nothing more until the test is over."""
    authority, ended = Authority(tmp_path), threading.Event()
    tls = authority.issue("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) as client:
            client.recv(65536)
            client.sendall(HEAD + b"3\r\n{}\n\r\n")
            ended.wait(60)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    server = f"https://127.0.0.1:{listener.getsockname()[1]}"
    yield Access("test", tmp_path / "config", server, authority.ca.read_bytes())
    ended.set()
    thread.join(20)
    listener.close()


def test_that_a_watch_of_a_server_that_stalls_is_broken_off_at_once(stalling: Access) -> None:
    async def work() -> None:
        api = KubernetesApi(stalling)
        try:
            async with aclosing(api.lines("/api/v1/nodes", silence_s=30.0)) as lines:
                assert await anext(lines) == b"{}"
            (closing,) = api._closing
            await closing
        finally:
            await api.aclose()

    asyncio.run(asyncio.wait_for(work(), 20.0))
