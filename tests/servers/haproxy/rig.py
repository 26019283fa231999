"""A real HAProxy in front of real nginx servers, on loopback, made for one test and ended with it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest

import resources
from tests.folders import ROOT

NEEDED = ("haproxy", "nginx")
LUA = "haproxy/underkeel.lua"
INSTALLED = ("haproxy",)
_UNPACKED = ROOT / ".servers" / "haproxy"
_LIBRARIES = _UNPACKED / "usr/lib/x86_64-linux-gnu"
NEWER = (
    *(str(_UNPACKED / "usr/lib64/ld-linux-x86-64.so.2"), "--library-path", str(_LIBRARIES)),
    str(_UNPACKED / "usr/sbin/haproxy"),
)
"""HAProxy 3.0 with the libraries it was built for, as packaging/servers.py unpacks it."""
VERSIONS = [
    pytest.param(INSTALLED, id="installed"),
    pytest.param(
        NEWER,
        id="3.0",
        marks=pytest.mark.skipif(
            not Path(NEWER[0]).exists(), reason="HAProxy 3.0 is not unpacked; python3 packaging/servers.py fetches it"
        ),
    ),
]


def needs_servers() -> pytest.MarkDecorator:
    """Skip where the servers are not installed, with the line that installs them."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    return pytest.mark.skipif(
        bool(missing), reason=f"{' and '.join(missing)} not installed; python3 packaging/servers.py installs them"
    )


def free_ports(count: int) -> list[int]:
    """Give ports that nobody listens on now."""
    taken = [socket.socket() for _ in range(count)]
    for one in taken:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


class Rig:
    """HAProxy and nginx in one folder. *backends* are the servers of each backend, by name; `=` ties one to another's."""

    def __init__(
        self,
        folder: Path,
        backends: dict[str, list[str]],
        *,
        lua: bool,
        check: str = "check inter 200ms",
        program: tuple[str, ...] = INSTALLED,
    ) -> None:
        self.folder, self.backends, self.lua, self.check, self.program = folder, backends, lua, check, program
        self.socket = folder / "admin.sock"
        owned = [(backend, name) for backend, names in backends.items() for name in names if "=" not in name]
        self.frontend, *ports = free_ports(len(owned) + 1)
        self.ports = dict(zip(owned, ports, strict=True))
        self.process: subprocess.Popen[bytes] | None = None
        self.nginx: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"unix:{self.socket}"

    def start(self) -> None:
        self._start_nginx()
        self.start_haproxy()

    def start_haproxy(self) -> None:
        """Start HAProxy anew; what it was told before is forgotten."""
        (self.folder / "haproxy.cfg").write_text(self._configuration())
        self.socket.unlink(missing_ok=True)
        command = [*self.program, "-db", "-f", str(self.folder / "haproxy.cfg")]
        with (self.folder / "haproxy.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: self.socket.exists() and "Pid" in self.ask("show info"), lambda: self.log())
        wait_until(
            lambda: self.serving() == sum(map(len, self.backends.values())), lambda: self.ask("show servers state")
        )

    def rewrite_and_reload(self) -> None:
        """Reload with the backends as they are in *backends* by now."""
        (self.folder / "haproxy.cfg").write_text(self._configuration())
        self.reload_haproxy()
        wait_until(lambda: self.serving() == sum(map(len, self.backends.values())), self.log)

    def reload_haproxy(self) -> None:
        """Let a new process take over from the one that runs, as a reload does: the old one ends when its sessions have."""
        old = self.process
        assert old is not None
        command = [*self.program, "-db", "-f", str(self.folder / "haproxy.cfg"), "-sf", str(old.pid)]
        with (self.folder / "haproxy.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: f"Pid: {self.process.pid}\n" in self.ask("show info"), self.log)  # type: ignore[union-attr]
        old.wait(20)

    def kill_haproxy(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        self.kill_haproxy()
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(10)

    def ask(self, request: str) -> str:
        """Ask HAProxy as an operator would who has a shell there."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.settimeout(10)
            one.connect(str(self.socket))
            one.sendall(request.encode() + b"\n")
            return b"".join(iter(lambda: one.recv(65_536), b"")).decode()
        return ""

    def admin(self) -> dict[str, int]:
        """Give the administrative state of each server, as HAProxy tells it: `backend/server`."""
        rows = [
            line.split() for line in self.ask("show servers state").splitlines() if line[:1].isdigit() and " " in line
        ]
        return {f"{row[1]}/{row[3]}": int(row[6]) for row in rows}

    def serving(self, backend: str | None = None) -> int:
        """Count the servers that serve, by HAProxy's own statistics."""
        rows = [line.split(",") for line in self.ask("show stat -1 4 -1").splitlines() if line and line[0] not in "#\n"]
        return sum(
            row[17].startswith("UP") or row[17] == "no check"
            for row in rows
            if len(row) > 17 and backend in (None, row[0])
        )

    def log(self) -> str:
        return (self.folder / "haproxy.log").read_text()

    def _start_nginx(self) -> None:
        listens = "".join(
            f"server {{ listen 127.0.0.1:{port}; location / {{ return 200 ok; }} location /slow/ {{ limit_rate 20k; "
            f"root {self.folder}; }} }}\n"
            for port in self.ports.values()
        )
        (self.folder / "slow").mkdir()
        (self.folder / "slow" / "file").write_bytes(b"x" * 60_000)
        (self.folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;\n"
            f"{'user root;' if _is_root() else ''}\n"
            f"events {{ worker_connections 1024; }}\nhttp {{ access_log off; client_body_temp_path {self.folder}/b; "
            f"proxy_temp_path {self.folder}/p; fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u; "
            f"scgi_temp_path {self.folder}/s;\n{listens}}}\n"
        )
        command = ["nginx", "-e", str(self.folder / "nginx.log"), "-c", str(self.folder / "nginx.conf")]
        self.nginx = subprocess.Popen(command)
        wait_until(lambda: all(map(_listens, self.ports.values())), lambda: (self.folder / "nginx.log").read_text())

    def _configuration(self) -> str:
        lua = f"lua-load {resources.path(LUA)}\n  tune.lua.forced-yield 1000000\n" if self.lua else ""
        backends = "".join(self._backend(name, servers) for name, servers in self.backends.items())
        first = next(iter(self.backends))
        return (
            f"global\n  stats socket {self.socket} level admin mode 600\n  stats timeout 1h\n  nbthread 2\n  {lua}"
            "  log ring@facts local0 notice\n"
            "ring facts\n  format rfc5424\n  maxlen 1200\n  size 65536\n"
            "defaults\n  mode http\n  log global\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s\n"
            f"frontend web\n  bind 127.0.0.1:{self.frontend}\n  default_backend {first}\n{backends}"
        )

    def _backend(self, backend: str, servers: list[str]) -> str:
        lines = [f"backend {backend}", "  balance roundrobin"]
        for text in servers:
            name, _, tied = text.partition("=")
            owner = (tied.split("/")[0], tied.split("/")[1]) if tied else (backend, name)
            lines.append(f"  server {name} 127.0.0.1:{self.ports[owner]} {f'track {tied}' if tied else self.check}")
        return "\n".join(lines) + "\n"


@contextmanager
def running(
    folder: Path,
    backends: dict[str, list[str]],
    *,
    lua: bool,
    check: str = "check inter 200ms",
    program: tuple[str, ...] = INSTALLED,
) -> Iterator[Rig]:
    rig = Rig(folder, backends, lua=lua, check=check, program=program)
    try:
        rig.start()
        yield rig
    finally:
        rig.stop()


def wait_until(is_true: Callable[[], bool], told: Callable[[], str], seconds: float = 20.0) -> None:
    """Wait for something outside of this process; say what was seen when it does not come."""
    deadline = time.monotonic() + seconds
    pause = Event()
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:g} s: {told()}")
        pause.wait(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _is_root() -> bool:
    return os.geteuid() == 0
