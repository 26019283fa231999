"""A real control plane on loopback: etcd, kube-apiserver and kube-controller-manager, with TLS, tokens and roles.

There are no nodes behind it: nodes are objects, and a stand-in does for their kubelets.
"""

import base64
import contextlib
import json
import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.servers.etcd.certificates import Authority
from tests.servers.etcd.cluster import etcd_program, free_ports
from tests.servers.haproxy.rig import wait_until

ROOT = Path(__file__).parents[3]
PROGRAMS = ("kube-apiserver", "kube-controller-manager")
CONTROLLERS = "deployment-controller,replicaset-controller,statefulset-controller,disruption-controller"
TOKENS = {"admin": "system:masters", "op1": "operators", "op2": "operators", "eve": "viewers", "nobody": "nobodies"}
MANUAL = ROOT / "resources" / "manual" / "kubernetes.md"


@cache
def program(name: str) -> str | None:
    """Give a program of the control plane: of the environment's folder, of packaging/servers.py, or on the path."""
    folders = (os.environ.get("KUBEBUILDER_ASSETS"), str(ROOT / ".servers" / "kubernetes"))
    found = (str(Path(folder) / name) for folder in folders if folder and (Path(folder) / name).is_file())
    return next(found, shutil.which(name))


def needs_control_plane() -> pytest.MarkDecorator:
    """Skip where there is none, with the line that makes one."""
    missing = [name for name in PROGRAMS if program(name) is None] + ([] if etcd_program() else ["etcd"])
    return pytest.mark.skipif(
        bool(missing),
        reason=f"no {' and no '.join(missing)}; python3 packaging/servers.py builds them with Go 1.26, or KUBEBUILDER_ASSETS "
        "names a folder that has them",
    )


class ControlPlane:
    """One cluster without nodes. *folder* gets all it keeps, also the kubeconfig with a context for each of TOKENS."""

    def __init__(self, folder: Path, *, options: tuple[str, ...] = ()) -> None:
        self.folder, self.options = folder, options
        self.authority = Authority(folder / "certificates")
        self.port, *self._etcd_ports = free_ports(3)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.kubeconfig = folder / "kubeconfig"

    @property
    def server(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def etcd(self) -> str:
        """Where its etcd answers clients, as `host:port`."""
        return f"127.0.0.1:{self._etcd_ports[0]}"

    def start(self) -> None:
        self._write_files()
        self._start_etcd()
        self.start_api_server()
        self._start("kube-controller-manager", *self._controller_options())
        wait_until(lambda: self.status("GET", "/api/v1/namespaces/default") == 200, self.log, 60.0)
        wait_until(lambda: self.status("GET", "/api/v1/namespaces/kube-system") == 200, self.log, 60.0)
        self._give_rights()

    def start_api_server(self) -> None:
        self._start("kube-apiserver", *self._api_options())
        wait_until(lambda: self.status("GET", "/readyz") == 200, self.log, 60.0)

    def kill_api_server(self) -> None:
        process = self.processes.pop("kube-apiserver")
        process.kill()
        process.wait()

    def forget_history(self) -> None:
        """Compact etcd, so that no watch can go on from before."""
        ctl = [str(Path(etcd_program() or "etcd").with_name("etcdctl")), f"--endpoints=127.0.0.1:{self._etcd_ports[0]}"]
        said = subprocess.run([*ctl, "get", "x", "-w", "json"], capture_output=True, check=True).stdout
        subprocess.run([*ctl, "compact", str(json.loads(said)["header"]["revision"])], check=True, capture_output=True)

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()
        self.processes.clear()

    def call(
        self, method: str, path: str, body: object = None, *, kind: str = "application/json", user: str = "admin"
    ) -> Any:
        """Make a request as a user, and give the answer; what is refused raises `HTTPError`."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {user}-token", "Content-Type": kind}
        request = urllib.request.Request(self.server + path, data, headers, method=method)
        context = ssl.create_default_context(cafile=str(self.authority.ca))
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:
            return (
                json.loads(answer.read() or b"{}")
                if "json" in answer.headers.get("Content-Type", "")
                else answer.read()
            )

    def patch(self, path: str, body: object) -> Any:
        return self.call("PATCH", path, body, kind="application/merge-patch+json")

    def status(self, method: str, path: str, body: object = None, user: str = "admin") -> int:
        try:
            self.call(method, path, body, user=user)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
        return 200

    def log(self) -> str:
        return "\n".join(file.read_text(errors="replace")[-1500:] for file in sorted(self.folder.glob("*.log")))

    def context(self, user: str) -> dict[str, Any]:
        """Give the kubeconfig with one more user, as a mapping to be changed and written elsewhere."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": user,
            "clusters": [
                {"name": "test", "cluster": {"server": self.server, "certificate-authority": str(self.authority.ca)}}
            ],
            "users": [{"name": user, "user": {"token": f"{user}-token"}}],
            "contexts": [{"name": user, "context": {"cluster": "test", "user": user}}],
        }

    def _write_files(self) -> None:
        tokens = [f'{name}-token,{name},{name},"{group}"' for name, group in TOKENS.items()]
        (self.folder / "tokens.csv").write_text("\n".join(tokens) + "\n")
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        (self.folder / "accounts.key").write_bytes(pem)
        whole = self.context("admin")
        for user in list(TOKENS)[1:]:
            one = self.context(user)
            whole["users"] += one["users"]
            whole["contexts"] += one["contexts"]
        self.kubeconfig.write_text(yaml.safe_dump(whole))
        self.kubeconfig.chmod(0o600)

    def _give_rights(self) -> None:
        """Give viewers and operators what the manual says, word for word."""
        blocks = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
        for one in (document for block in blocks for document in yaml.safe_load_all(block)):
            space = one["metadata"].get("namespace")
            where = f"namespaces/{space}/" if space else ""
            path = f"/apis/{one['apiVersion']}/{where}{one['kind'].lower()}s"
            self.call("POST", path, one)

    def _start_etcd(self) -> None:
        client, peer = (f"http://127.0.0.1:{port}" for port in self._etcd_ports)
        self._start(
            "etcd",
            *("--data-dir", str(self.folder / "etcd"), "--unsafe-no-fsync", "--name", "one"),
            *("--listen-client-urls", client, "--advertise-client-urls", client),
            *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}"),
            of=etcd_program(),
        )

    def _api_options(self) -> list[str]:
        tls, accounts = self.authority.issue("kube-apiserver"), str(self.folder / "accounts.key")
        given = {
            "etcd-servers": f"http://127.0.0.1:{self._etcd_ports[0]}",
            "secure-port": str(self.port),
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "cert-dir": str(self.folder),
            "tls-cert-file": tls.certificate,
            "tls-private-key-file": tls.key,
            "client-ca-file": str(self.authority.ca),
            "token-auth-file": str(self.folder / "tokens.csv"),
            "authorization-mode": "RBAC",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": accounts,
            "service-account-signing-key-file": accounts,
            "service-cluster-ip-range": "10.0.0.0/24",
            "disable-admission-plugins": "ServiceAccount,TaintNodesByCondition",
            "endpoint-reconciler-type": "none",
        }
        return [*(f"--{name}={value}" for name, value in given.items()), *self.options]

    def _controller_options(self) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig}",
            f"--controllers={CONTROLLERS}",
            "--leader-elect=false",
            f"--secure-port={free_ports(1)[0]}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={self.folder}",
        ]

    def _start(self, name: str, *options: str, of: str | None = None) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [of or program(name) or name, *options]
            self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def base64_of(path: str) -> str:
    """Give a file as kubeconfigs hold it."""
    return base64.b64encode(Path(path).read_bytes()).decode()


@contextlib.contextmanager
def kubeconfig_of(monkeypatch: pytest.MonkeyPatch, path: Path) -> Any:
    """Let a kubeconfig be the one that is read."""
    monkeypatch.setenv("KUBECONFIG", str(path))
    yield path
