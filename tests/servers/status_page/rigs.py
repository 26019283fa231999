"""A real nginx that takes PUT over TLS, and a real S3 server that checks signatures, on loopback, each for one test."""

import os
import shutil
import subprocess
import urllib.parse
from pathlib import Path

import pytest

from tests.folders import ROOT
from tests.servers.etcd.certificates import Authority
from tests.servers.haproxy.rig import free_ports, wait_until
from topology.publishing.errors import PublishError
from topology.publishing.requests import Requests
from topology.publishing.storage import Deadline

MOTO = ROOT / ".servers" / "moto" / "bin" / "moto_server"
USER, PASSWORD = "writer", "secret"
needs_nginx = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is not installed; python3 packaging/servers.py installs it"
)
needs_moto = pytest.mark.skipif(
    not MOTO.exists(), reason="moto, an S3 server, is not there; python3 packaging/servers.py fetches it"
)


class Nginx:
    """Serves a folder to everybody, and takes files from who has the password."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.www = folder, folder / "www"
        (port,) = free_ports(1)
        self.url = f"https://127.0.0.1:{port}/page/"
        self._port = port
        authority = Authority(folder / "certificates")
        self._tls = authority.issue("nginx")
        self.ca = str(authority.ca)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.www.mkdir(exist_ok=True)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "nginx.conf").write_text(self._configuration())
        with (self.folder / "nginx.log").open("ab") as log:
            command = ["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._answers, lambda: (self.folder / "nginx.log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        try:
            return Requests(self.ca).ask("GET", self.url, Deadline(1.0)).status in (200, 403, 404)
        except PublishError:
            return False

    def _configuration(self) -> str:
        folder = self.folder
        return f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
{"user root;" if os.geteuid() == 0 else ""}
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 20m;
  proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2; uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  types {{ text/html html; application/json json; application/rss+xml rss; application/atom+xml atom; }}
  server {{
    listen 127.0.0.1:{self._port} ssl;
    ssl_certificate {self._tls.certificate}; ssl_certificate_key {self._tls.key};
    root {self.www}; charset utf-8;
    location / {{
      dav_methods PUT; create_full_put_path on; dav_access user:rw group:r all:r;
      limit_except GET {{ auth_basic "status"; auth_basic_user_file {folder}/users; }}
    }}
  }}
}}
"""


class Moto:
    """An S3 server with one bucket that one user may write to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (port,) = free_ports(1)
        self.host = f"http://127.0.0.1:{port}"
        self.url = f"{self.host}/status/page/"
        self.key, self.secret = "", ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = self.host.rpartition(":")[2]
        # After these calls, which make the user, everything is refused that is not signed with its key.
        variables = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "4"}
        with (self.folder / "moto.log").open("ab") as log:
            command = [str(MOTO), "-H", "127.0.0.1", "-p", port]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=variables)
        wait_until(self._listens, lambda: (self.folder / "moto.log").read_text())
        self._iam("CreateUser", UserName="writer")
        made = self._iam("CreateAccessKey", UserName="writer")
        self.key, self.secret = (_between(made, name) for name in ("AccessKeyId", "SecretAccessKey"))
        policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        self._iam("PutUserPolicy", UserName="writer", PolicyName="all", PolicyDocument=policy)
        assert Requests().ask("PUT", f"{self.host}/status", Deadline(10)).status == 200

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def _listens(self) -> bool:
        try:
            return Requests().ask("GET", f"{self.host}/moto-api/", Deadline(1.0)).status < 500
        except PublishError:
            return False

    def _iam(self, action: str, **values: str) -> str:
        body = urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", **values}).encode()
        credential = (
            "AWS4-HMAC-SHA256 Credential=first/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0"
        )
        headers = {"Authorization": credential, "Content-Type": "application/x-www-form-urlencoded"}
        answer = Requests().ask("POST", f"{self.host}/", Deadline(10), headers, body)
        assert answer.status == 200, answer.body
        return answer.body.decode()


def _between(text: str, name: str) -> str:
    return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
