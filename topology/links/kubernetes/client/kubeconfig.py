"""Reads what kubectl is configured by: which cluster a context means, and as whom it is reached. Nothing is run or reached."""

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from topology.region.errors import LinkError

_LOOPBACK = ("127.", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """A program that gives credentials, as kubectl runs it."""

    command: str
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    version: str = "client.authentication.k8s.io/v1"
    gets_cluster: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """One context: where its cluster is, how it proves itself, and who we are there.

    *ca*, *certificate* and *key* are PEM; empty where none is stated (then the system's authorities hold).
    """

    context: str
    file: Path
    server: str
    ca: bytes = b""
    server_name: str = ""
    proxy: str = ""
    user: str = ""
    token: str = field(default="", repr=False)
    token_file: str = ""
    certificate: bytes = field(default=b"", repr=False)
    key: bytes = field(default=b"", repr=False)
    plugin: ExecPlugin | None = None
    headers: tuple[tuple[str, str], ...] = ()


def config_files(environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Give the files that kubectl would read, in its order."""
    names = (os.environ if environment is None else environment).get("KUBECONFIG", "")
    listed = tuple(Path(name) for name in names.split(os.pathsep) if name)
    return listed or (Path.home() / ".kube" / "config",)


def read_access(context: str, files: tuple[Path, ...] | None = None) -> Access:
    """Read one context.

    Raises:
        LinkError: there is none of this name, or it asks for what is not done; with the file and what to write there.
    """
    read = [(file, _read(file)) for file in files or config_files() if file.exists()]
    if not read:
        where = ", ".join(map(str, files or config_files()))
        raise LinkError(f"there is no kubeconfig at {where}; write one, or name yours in KUBECONFIG")
    file, entry = _entry(read, "contexts", context, "context")
    cluster_file, cluster = _entry(read, "clusters", _text(entry, "cluster", file), "cluster")
    user_name = str(entry.get("user") or "")
    user_file, user = _entry(read, "users", user_name, "user") if user_name else (file, {})
    server = _server(cluster, cluster_file)
    _refuse_what_is_unsafe(cluster, user, cluster_file, user_file)
    return Access(
        context,
        file,
        server,
        _pem(cluster, "certificate-authority", cluster_file),
        str(cluster.get("tls-server-name") or ""),
        str(cluster.get("proxy-url") or ""),
        user_name,
        str(user.get("token") or "").strip(),
        str(_beside(user_file, user.get("tokenFile")) or ""),
        _pem(user, "client-certificate", user_file),
        _pem(user, "client-key", user_file),
        _plugin(user, user_file),
        _headers(user),
    )


def contexts_of(files: tuple[Path, ...] | None = None) -> tuple[str, ...]:
    """Give the names of all contexts."""
    read = [_read(file) for file in files or config_files() if file.exists()]
    return tuple(dict.fromkeys(str(one.get("name")) for whole in read for one in _list(whole, "contexts")))


def _read(file: Path) -> dict[str, Any]:
    try:
        if os.name == "posix" and file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise LinkError(f"{file} may be written by others, who could send us anywhere; chmod go-w {file}")
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = " ".join((getattr(error, "strerror", None) or str(error)).split())
        raise LinkError(f"the kubeconfig {file} cannot be read: {why}; see that kubectl reads it") from error
    if not isinstance(found, dict):
        raise LinkError(f"the kubeconfig {file} is no mapping; see that kubectl reads it")
    return found


def _entry(read: list[tuple[Path, dict[str, Any]]], kind: str, name: str, inner: str) -> tuple[Path, dict[str, Any]]:
    for file, whole in read:
        for one in _list(whole, kind):
            if one.get("name") == name and isinstance(one.get(inner), dict):
                return file, one[inner]
    known = [str(one.get("name")) for _, whole in read for one in _list(whole, kind)]
    where = ", ".join(str(file) for file, _ in read)
    listed = f"it has {', '.join(known[:5])}" if known else "it has none"
    raise LinkError(f"the kubeconfig {where} has no {inner} called {name!r}; {listed}")


def _list(whole: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = whole.get(kind)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(entry: dict[str, Any], key: str, file: Path) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found:
        raise LinkError(f"the kubeconfig {file} states no {key} where one is needed; see that kubectl reads it")
    return found


def _server(cluster: dict[str, Any], file: Path) -> str:
    server = _text(cluster, "server", file).rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise LinkError(f"the kubeconfig {file} names the server {server!r}; write one as https://HOST:PORT")
    if parts.scheme == "http" and not parts.hostname.startswith(_LOOPBACK):
        raise LinkError(
            f"the kubeconfig {file} names the server {server}, which is a plain connection: whoever is on the way could read and "
            "change what is said; write https://"
        )
    return server


def _refuse_what_is_unsafe(cluster: dict[str, Any], user: dict[str, Any], file: Path, user_file: Path) -> None:
    if cluster.get("insecure-skip-tls-verify"):
        raise LinkError(
            f"the kubeconfig {file} turns the check of the server's certificate off (insecure-skip-tls-verify), so anybody on the "
            "way could answer for the cluster; write certificate-authority instead"
        )
    if user.get("auth-provider"):
        raise LinkError(
            f"the kubeconfig {user_file} logs in by auth-provider, which kubectl dropped; write exec instead"
        )
    if user.get("username") or user.get("password"):
        raise LinkError(f"the kubeconfig {user_file} logs in by a password, which Kubernetes dropped; write a token")


def _pem(entry: dict[str, Any], key: str, file: Path) -> bytes:
    data = entry.get(f"{key}-data")
    if data:
        try:
            return base64.b64decode(str(data), validate=True)
        except (binascii.Error, ValueError) as error:
            raise LinkError(f"the kubeconfig {file}: {key}-data is not base64 ({error})") from error
    path = _beside(file, entry.get(key))
    if path is None:
        return b""
    if path.exists() and not path.is_file():  # a pipe nobody may ever write to, and a device has no end
        raise LinkError(f"the kubeconfig {file} names {key} {path}, which is not a regular file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise LinkError(f"the kubeconfig {file} names {key} {path}, which cannot be read: {error.strerror}") from error


def _beside(file: Path, text: object) -> Path | None:
    return file.parent / str(text) if text else None


def _plugin(user: dict[str, Any], file: Path) -> ExecPlugin | None:
    found = user.get("exec")
    if not isinstance(found, dict):
        return None
    command = _text(found, "command", file)
    if found.get("interactiveMode") == "Always":
        raise LinkError(
            f"the kubeconfig {file}: {command} asks at a terminal (interactiveMode: Always), which is not there"
        )
    if "/" in command and not Path(command).is_absolute():
        command = str(file.parent / command)
    return ExecPlugin(
        command,
        tuple(map(str, found.get("args") or ())),
        tuple((str(one["name"]), str(one.get("value") or "")) for one in _list(found, "env") if one.get("name")),
        str(found.get("apiVersion") or "client.authentication.k8s.io/v1"),
        bool(found.get("provideClusterInfo")),
    )


def _headers(user: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    name, groups = user.get("as"), user.get("as-groups") or ()
    found = [("Impersonate-User", str(name))] if name else []
    return (*found, *(("Impersonate-Group", str(group)) for group in groups))
