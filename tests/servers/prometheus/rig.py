"""A real Prometheus that scrapes a small exporter, both on loopback, made for one test and ended with it."""

import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

CALLS = "traces_service_graph_request_total"
Labels = tuple[tuple[str, str], ...]


def needs_prometheus() -> pytest.MarkDecorator:
    """Skip where it is not installed, with the line that installs it."""
    return pytest.mark.skipif(
        shutil.which("prometheus") is None,
        reason="prometheus is not installed; python3 packaging/servers.py installs it",
    )


def otel(caller: str, called: str) -> Labels:
    return (("client", caller), ("server", called), ("connection_type", ""))


class Exporter:
    """Serves counters that grow by so many calls in a second, each since it was first told of."""

    def __init__(self) -> None:
        self.rates: dict[tuple[str, Labels], float] = {}
        self.began = time.monotonic()
        self.ahead_ms: int | None = None
        """Where set, every sample carries a time so many milliseconds from now."""
        exporter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = exporter.text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def calls(self, rates: Mapping[Labels, float], metric: str = CALLS) -> None:
        self.rates = {(metric, labels): rate for labels, rate in rates.items()}

    def text(self) -> str:
        seconds = time.monotonic() - self.began
        stamp = "" if self.ahead_ms is None else f" {int(time.time() * 1000) + self.ahead_ms}"
        lines = []
        for (metric, labels), rate in list(self.rates.items()):
            inside = ",".join(f'{name}="{value}"' for name, value in labels)
            lines.append(f"{metric}{{{inside}}} {rate * seconds}{stamp}")
        return "\n".join(lines) + "\n"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class PrometheusRig:
    """One Prometheus in a folder, with its exporter."""

    def __init__(self, folder: Path, scrape_s: int = 1) -> None:
        self.folder, self.scrape_s = folder, scrape_s
        self.exporter = Exporter()
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        path = self.folder / "prometheus.yml"
        path.write_text(
            f"global: {{scrape_interval: {self.scrape_s}s, scrape_timeout: {self.scrape_s}s}}\n"
            "scrape_configs: [{job_name: graph, static_configs: "
            f"[{{targets: ['127.0.0.1:{self.exporter.port}']}}]}}]\n"
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={path}",
                    f"--storage.tsdb.path={self.folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                ],
                stdout=log,
                stderr=log,
            )
        self.wait(lambda: self._ready(), "Prometheus is not ready")

    def wait(self, is_so: Any, otherwise: str, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        pause = threading.Event()
        while not is_so():
            assert time.monotonic() < until, otherwise
            pause.wait(0.1)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        stat = Path(f"/proc/{self.process.pid}/stat")
        self.wait(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", "it is not frozen")

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
        self.kill()
        self.exporter.stop()
