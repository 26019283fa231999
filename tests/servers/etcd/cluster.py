"""Members of a real etcd on loopback: with TLS, users and roles; killed, frozen and started again by the tests."""

import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from tests.servers.etcd.certificates import Authority
from tests.servers.haproxy.rig import wait_until
from topology.etcd.client import EtcdClient
from topology.region.source import Tls

ROOT = Path(__file__).parents[3]
OLDEST = (3, 5, 16)
USERS = {"op1": "operator", "op2": "operator", "op3": "operator", "op4": "operator", "eve": "viewer", "nobody": ""}


@cache
def etcd_program() -> str | None:
    """Give the etcd to test against: of the environment, of packaging/servers.py, or on the path, if it is not too old."""
    places = (
        os.environ.get("ETCD_BIN"),
        str(ROOT / ".servers" / "etcd" / "usr" / "bin" / "etcd"),
        shutil.which("etcd"),
    )
    for place in places:
        if place and Path(place).is_file() and version_of(place) >= OLDEST:
            return place
    return None


def version_of(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"etcd Version: (\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def needs_etcd() -> pytest.MarkDecorator:
    """Skip where there is no etcd that is new enough, with the line that installs one."""
    oldest = ".".join(map(str, OLDEST))
    return pytest.mark.skipif(
        etcd_program() is None, reason=f"no etcd of {oldest} or newer; python3 packaging/servers.py installs one"
    )


class Cluster:
    """*count* members; with *secure*, TLS for clients and peers, and users whose names are those of their certificates."""

    def __init__(self, folder: Path, count: int = 3, *, secure: bool = True, options: tuple[str, ...] = ()) -> None:
        self.folder, self.count, self.secure, self.options = folder, count, secure, options
        self.authority = Authority(folder / "certificates")
        ports = free_ports(2 * count)
        self.clients, self.peers = ports[:count], ports[count:]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(f"127.0.0.1:{port}" for port in self.clients)

    def address(self, prefix: str) -> str:
        return f"etcd://{','.join(self.members)}{prefix}"

    def tls(self, user: str) -> Tls:
        return self.authority.issue(user) if self.secure else Tls()

    def client(self, user: str = "op1") -> EtcdClient:
        return EtcdClient(self.members, self.tls(user))

    def start(self) -> None:
        for at in range(self.count):
            self.start_member(at)
        wait_until(lambda: self.ctl("endpoint", "health", check=False) == 0, self.log, 40.0)
        if self.secure:
            self._guard()

    def start_member(self, at: int) -> None:
        with (self.folder / f"m{at}.log").open("ab") as log:
            self.processes[at] = subprocess.Popen(self._command(at), stdout=log, stderr=log)

    def kill(self, at: int) -> None:
        process = self.processes.pop(at, None)
        if process is not None:
            process.kill()
            process.wait()

    def freeze(self, at: int) -> None:
        self.processes[at].send_signal(signal.SIGSTOP)

    def thaw(self, at: int) -> None:
        self.processes[at].send_signal(signal.SIGCONT)

    def stop(self) -> None:
        for at in list(self.processes):
            with suppress(ProcessLookupError):
                self.thaw(at)
            self.kill(at)

    def ctl(self, *words: str, user: str = "root", check: bool = True) -> int:
        """Ask as an administrator would, by etcdctl."""
        program = Path(etcd_program() or "etcd").with_name("etcdctl")
        tls = self.tls(user)
        flags = ["--cacert", tls.ca, "--cert", tls.certificate, "--key", tls.key] if self.secure else []
        scheme = "https" if self.secure else "http"
        ends = ",".join(f"{scheme}://{member}" for member in self.members)
        done = subprocess.run(
            [str(program), "--endpoints", ends, "--command-timeout", "5s", *flags, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "ETCDCTL_API": "3"},
        )
        if check and done.returncode:
            pytest.fail(f"etcdctl {' '.join(words)}: {done.stderr}")
        return done.returncode

    def log(self) -> str:
        return "\n".join((self.folder / f"m{at}.log").read_text()[-1_500:] for at in range(self.count))

    def _guard(self) -> None:
        for name in ("root", *USERS):
            self.ctl("user", "add", name, "--no-password")
        self.ctl("user", "grant-role", "root", "root", check=False)
        for role, kind in (("operator", "readwrite"), ("viewer", "read")):
            self.ctl("role", "add", role)
            self.ctl("role", "grant-permission", role, kind, "/t/", "--prefix=true")
        for name, role in USERS.items():
            if role:
                self.ctl("user", "grant-role", name, role)
        self.ctl("auth", "enable")

    def _command(self, at: int) -> list[str]:
        scheme = "https" if self.secure else "http"
        client, peer = f"{scheme}://127.0.0.1:{self.clients[at]}", f"{scheme}://127.0.0.1:{self.peers[at]}"
        together = ",".join(f"m{one}={scheme}://127.0.0.1:{port}" for one, port in enumerate(self.peers))
        command = [etcd_program() or "etcd", "--name", f"m{at}", "--data-dir", str(self.folder / f"m{at}")]
        command += ["--listen-client-urls", client, "--advertise-client-urls", client]
        command += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
        command += ["--initial-cluster", together, "--initial-cluster-token", self.folder.name]
        command += ["--logger", "zap", "--log-level", "warn", *self.options]
        if self.secure:
            own = self.authority.issue("member")
            for kind in ("", "peer-"):
                command += [f"--{kind}cert-file", own.certificate, f"--{kind}key-file", own.key]
                command += [f"--{kind}trusted-ca-file", own.ca, f"--{kind}client-cert-auth"]
        return command


def free_ports(count: int) -> list[int]:
    """Give ports that nobody listens on, below those that the system gives out: a member keeps its ports over a restart."""
    found: list[int] = []
    at = 20_000 + os.getpid() * 37 % 10_000
    while len(found) < count:
        at += 1
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", at))
            found.append(at)
    return found
