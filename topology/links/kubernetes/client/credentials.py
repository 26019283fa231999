"""Who we are at a Kubernetes API server: a token, a certificate, or what a program of the kubeconfig gives, kept while it holds."""

import asyncio
import json
import os
import ssl
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from topology.links.kubernetes.client.kubeconfig import Access, ExecPlugin
from topology.region.errors import LinkError

PLUGIN_S = 30.0
EARLY = timedelta(seconds=30)
"""Credentials are asked for anew so long before they end."""


class Given(msgspec.Struct, frozen=True):
    """What a plugin gives."""

    token: str = ""
    certificate: str = msgspec.field(name="clientCertificateData", default="")
    key: str = msgspec.field(name="clientKeyData", default="")
    until: datetime | None = msgspec.field(name="expirationTimestamp", default=None)


class Credential(msgspec.Struct, frozen=True):
    """A plugin's whole answer."""

    status: Given | None = None


@dataclass(frozen=True, slots=True)
class Presented:
    """What is presented to the API server."""

    token: str = field(default="", repr=False)
    certificate: bytes = field(default=b"", repr=False)
    key: bytes = field(default=b"", repr=False)
    until: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it may still be used; by our clock, and early."""
        return self.until is None or datetime.now(UTC) < self.until - EARLY


class Credentials:
    """What one context presents, asked for when it is needed."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._kept: Presented | None = None
        self._turn = asyncio.Lock()

    async def get(self, *, anew: bool = False) -> Presented:
        """Give what to present; with *anew* the API server did not take what was given last.

        Raises:
            LinkError: the plugin or the token's file gives nothing.
        """
        async with self._turn:
            if self._kept is None or anew or not self._kept.holds:
                self._kept = await asyncio.to_thread(self._ask)
            return self._kept

    @property
    def how(self) -> str:
        """Say how we show who we are."""
        if self.access.plugin is not None:
            return f"what {Path(self.access.plugin.command).name} gives"
        return "a certificate" if self.access.certificate else "a token" if self._has_token else "nothing"

    @property
    def _has_token(self) -> bool:
        return bool(self.access.token or self.access.token_file)

    def _ask(self) -> Presented:
        access = self.access
        if access.plugin is not None:
            return _run(access.plugin, access)
        if not access.token and access.token_file:
            try:
                token = Path(access.token_file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise LinkError(f"the token {access.token_file} cannot be read: {error.strerror}") from error
            soon = datetime.now(UTC) + timedelta(minutes=1) + EARLY
            return Presented(token, access.certificate, access.key, soon)  # tokens in files are renewed under us
        return Presented(access.token, access.certificate, access.key)


def tls_context(access: Access, presented: Presented) -> ssl.SSLContext:
    """Make the settings for TLS.

    Raises:
        LinkError: a certificate or key cannot be read.
    """
    try:
        context = ssl.create_default_context(cadata=access.ca.decode("ascii") if access.ca else None)
        if presented.certificate:
            _load_chain(context, presented)
    except (ssl.SSLError, UnicodeDecodeError, ValueError) as error:
        raise LinkError(f"a certificate of the context {access.context} in {access.file} is none: {error}") from error
    return context


def _load_chain(context: ssl.SSLContext, presented: Presented) -> None:
    """Load a certificate and its key, for which Python wants a file: ours alone, and only for this moment."""
    handle, name = tempfile.mkstemp(prefix="underkeel-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(presented.certificate + b"\n" + presented.key)
        context.load_cert_chain(name)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _run(plugin: ExecPlugin, access: Access) -> Presented:
    spec: dict[str, object] = {"interactive": False}
    if plugin.gets_cluster:
        spec["cluster"] = {"server": access.server}
    info = {"apiVersion": plugin.version, "kind": "ExecCredential", "spec": spec}
    environment = {**os.environ, **dict(plugin.environment), "KUBERNETES_EXEC_INFO": json.dumps(info)}
    try:
        ran = subprocess.run(
            [plugin.command, *plugin.arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLUGIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = f"it did not answer within {PLUGIN_S:g} s" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise LinkError(f"{plugin.command}, which gives the credentials of {access.context}, failed: {why}") from error
    if ran.returncode:
        said = " ".join(ran.stderr.decode("utf-8", "replace").split())[-200:]
        raise LinkError(
            f"{plugin.command}, which gives the credentials of {access.context}, ended with {ran.returncode}: {said}; see that "
            "kubectl can log in"
        )
    return _given(ran.stdout, plugin, access)


def _given(said: bytes, plugin: ExecPlugin, access: Access) -> Presented:
    try:
        given = msgspec.json.decode(said, type=Credential).status
    except msgspec.DecodeError as error:
        raise LinkError(f"{plugin.command} wrote no credentials: {error}; see that kubectl can log in") from error
    if given is None or not (given.token or given.certificate):
        raise LinkError(f"{plugin.command} gave neither a token nor a certificate for {access.context}")
    until = given.until if given.until is None or given.until.tzinfo else given.until.replace(tzinfo=UTC)
    return Presented(given.token, given.certificate.encode(), given.key.encode(), until)
