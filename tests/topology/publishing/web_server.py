"""A small web server that takes PUT, keeps conditions, and can be made to misbehave in every way that a test asks for."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Rule = Callable[[str, str, int], int | str | None]
"""Gets method, path and how many requests came before; gives a status to answer with, `lose`, `hang`, `late` or None.

What is `late` is done, and never answered.
"""


class WebServer(ThreadingHTTPServer):
    """Its files are in memory."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.rule: Rule = lambda method, path, number: None
        self.heard: list[tuple[str, str, dict[str, str]]] = []
        self.let_go = threading.Event()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/page/"

    def paths(self, method: str) -> list[str]:
        """Give what was asked for by a method, in order."""
        return [path for one, path, _ in self.heard if one == method]


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if not self._misbehaves(b""):
            data = self.server.files.get(self.path)
            self._answer(404 if data is None else 200, data or b"")

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._misbehaves(data):
            return
        with self.server.lock:
            there = self.server.files.get(self.path)
            wanted = self.headers.get("If-Match")
            if (self.headers.get("If-None-Match") == "*" and there is not None) or (
                wanted is not None and (there is None or wanted != _tag(there))
            ):
                self._answer(412)
                return
            self.server.files[self.path] = data
        self._answer(201)

    def _misbehaves(self, data: bytes) -> bool:
        number = len(self.server.heard)
        self.server.heard.append((self.command, self.path, dict(self.headers)))
        found = self.server.rule(self.command, self.path, number)
        if found == "late":
            self.server.files[self.path] = data
        if found in ("hang", "late"):
            self.server.let_go.wait(20)
        elif found == "lose":
            self._answer(201)
        elif isinstance(found, int):
            self._answer(found)
        return found is not None

    def _answer(self, status: int, data: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        if data:
            self.send_header("ETag", _tag(data))
        self.end_headers()
        self.wfile.write(data)


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


@contextmanager
def web_server() -> Iterator[WebServer]:
    """Serve until the end of the block."""
    server = WebServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()
