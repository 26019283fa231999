"""Shows a status page on loopback, made anew for every request: for a look, not for the public."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TextIO

from console.reports.status_page.bundle import INDEX, bundle, kind_of
from topology.region.description import RegionError
from topology.status_page.page import PublicPage

HOST = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost", "[::1]")


class PageServer(ThreadingHTTPServer):
    """Answers with the files of a page."""

    daemon_threads = True

    def __init__(self, page: Callable[[], PublicPage], port: int) -> None:
        super().__init__((HOST, port), _PageHandler)
        self.page = page

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_address[1]}/"


class _PageHandler(BaseHTTPRequestHandler):
    server: PageServer

    def log_message(self, *_: object) -> None:
        """Say nothing: whoever looks sees the page."""

    def do_GET(self) -> None:
        # A page of another name that leads here would be read by scripts of that name's owner.
        if self.headers.get("Host", "").rpartition(":")[0] not in _NAMES:
            self._answer(421, b"This is a page on loopback.\n", "text/plain")
            return
        path = self.path.partition("?")[0].lstrip("/") or INDEX
        try:
            found = bundle(self.server.page()).get(path)
        except RegionError as error:
            self._answer(503, "\n".join((*error.problems, "")).encode(), "text/plain; charset=utf-8")
            return
        self._answer(
            404 if found is None else 200, found or b"There is no such file.\n", kind_of(path if found else ".txt")
        )

    def _answer(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(data)


def serve(page: Callable[[], PublicPage], port: int, out: TextIO) -> int:
    """Serve until it is interrupted; gives 0, or 1 where the port is taken.

    Raises:
        RegionError: there is no page to show.
    """
    page()
    try:
        server = PageServer(page, port)
    except OSError as error:
        out.write(f"Port {port} on {HOST}: {error.strerror or error}; name another with --port.\n")
        return 1
    with server:
        out.write(f"{server.url} shows the page until you press Ctrl+C.\n")
        out.flush()
        server.serve_forever()
    return 0
