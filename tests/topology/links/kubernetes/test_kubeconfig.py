"""Kubeconfigs: what is read of one, what a plugin gives, and what is refused with a sentence."""

import asyncio
import base64
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from topology.links.kubernetes.client.credentials import Credentials
from topology.links.kubernetes.client.kubeconfig import contexts_of, read_access
from topology.links.registry import source_address
from topology.region.errors import LinkError


def written(folder: Path, cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None) -> Path:
    path = folder / "config"
    whole = {
        "contexts": [{"name": "shop", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://10.0.0.1:6443"} | (cluster or {})}],
        "users": [{"name": "u", "user": user or {}}],
    }
    path.write_text(yaml.safe_dump(whole))
    path.chmod(0o600)
    return path


def plugin(folder: Path, says: str, code: int = 0) -> dict[str, Any]:
    path = folder / "login"
    path.write_text(
        f"#!/bin/sh\necho called >> {folder}/calls\nprintf '%s' '{says}'\necho $KUBERNETES_EXEC_INFO >&2\nexit {code}\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"command": str(path), "args": ["token"], "apiVersion": "client.authentication.k8s.io/v1"}}


def test_that_a_context_is_read_with_its_server_its_authority_and_its_user(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_bytes(b"authority")
    key = base64.b64encode(b"key").decode()
    file = written(tmp_path, {"certificate-authority": "ca.crt"}, {"token": "t", "client-key-data": key})

    access = read_access("shop", (file,))

    assert (access.server, access.ca, access.token, access.key) == ("https://10.0.0.1:6443", b"authority", "t", b"key")
    assert "token='t'" not in repr(access)


def test_that_of_several_files_the_first_that_has_a_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = written(tmp_path / "a"), written(tmp_path / "b", {"server": "https://other:1"})
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, (one, other))))

    assert read_access("shop").server == "https://10.0.0.1:6443"
    assert contexts_of() == ("shop",)


@pytest.mark.parametrize(
    ("cluster", "user", "said"),
    [
        ({"insecure-skip-tls-verify": True}, {}, "turns the check of the server's certificate off"),
        ({"server": "http://10.0.0.1:8080"}, {}, "which is a plain connection"),
        ({"server": "10.0.0.1"}, {}, "write one as https://HOST:PORT"),
        ({"certificate-authority": "missing.crt"}, {}, "missing.crt, which cannot be read"),
        ({"certificate-authority-data": "?"}, {}, "certificate-authority-data is not base64"),
        ({}, {"auth-provider": {"name": "gcp"}}, "write exec instead"),
        ({}, {"username": "me", "password": "x"}, "write a token"),
        ({}, {"exec": {"command": "ask", "interactiveMode": "Always"}}, "asks at a terminal"),
    ],
)
def test_that_what_is_unsafe_or_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, cluster: dict[str, Any], user: dict[str, Any], said: str
) -> None:
    with pytest.raises(LinkError, match=said.replace("?", r"\?")):
        read_access("shop", (written(tmp_path, cluster, user),))


def test_that_a_plain_connection_to_this_machine_is_let_be(tmp_path: Path) -> None:
    assert (
        read_access("shop", (written(tmp_path, {"server": "http://127.0.0.1:8001"}),)).server == "http://127.0.0.1:8001"
    )


def test_that_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path)
    file.chmod(0o666)

    with pytest.raises(LinkError, match="may be written by others"):
        read_access("shop", (file,))


def test_that_a_context_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="has no context called 'shp'; it has shop"):
        read_access("shp", (written(tmp_path),))
    with pytest.raises(LinkError, match="there is no kubeconfig at"):
        read_access("shop", (tmp_path / "nowhere",))


def test_that_a_plugin_gives_a_token_once_for_as_long_as_it_holds(tmp_path: Path) -> None:
    says = '{"kind":"ExecCredential","status":{"token":"abc","expirationTimestamp":"2099-01-01T00:00:00Z"}}'
    credentials = Credentials(read_access("shop", (written(tmp_path, user=plugin(tmp_path, says)),)))

    async def ask() -> None:
        assert (await credentials.get()).token == "abc"
        assert (await credentials.get()).token == "abc"
        assert (tmp_path / "calls").read_text().count("called") == 1
        await credentials.get(anew=True)
        assert (tmp_path / "calls").read_text().count("called") == 2

    asyncio.run(ask())


def test_that_a_token_that_ended_is_asked_for_again(tmp_path: Path) -> None:
    says = '{"kind":"ExecCredential","status":{"token":"abc","expirationTimestamp":"2020-01-01T00:00:00Z"}}'
    credentials = Credentials(read_access("shop", (written(tmp_path, user=plugin(tmp_path, says)),)))

    async def ask() -> None:
        await credentials.get()
        await credentials.get()
        assert (tmp_path / "calls").read_text().count("called") == 2

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("says", "code", "said"),
    [
        ("", 3, "ended with 3"),
        ("hello", 0, "wrote no credentials"),
        ('{"status":{}}', 0, "gave neither a token nor a certificate"),
    ],
)
def test_that_a_plugin_that_fails_is_told_of(tmp_path: Path, says: str, code: int, said: str) -> None:
    credentials = Credentials(read_access("shop", (written(tmp_path, user=plugin(tmp_path, says, code)),)))

    with pytest.raises(LinkError, match=said):
        asyncio.run(credentials.get())


def test_that_the_question_of_trust_shows_the_server_and_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(written(tmp_path, user=plugin(tmp_path, "{}"))))

    meaning = source_address("kubernetes:shop").meaning

    assert meaning.startswith("reaches the API server https://10.0.0.1:6443 of the context shop in ")
    assert meaning.endswith(f"and runs {tmp_path}/login token to log in")


def test_that_an_address_without_a_context_is_told_with_those_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(written(tmp_path)))

    with pytest.raises(LinkError, match="it names no context; there are shop; write one as kubernetes:CONTEXT"):
        source_address("kubernetes:")


def test_that_a_pipe_is_no_certificate(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ca.crt")
    with pytest.raises(LinkError, match="which is not a regular file"):
        read_access("shop", (written(tmp_path, {"certificate-authority": "ca.crt"}),))
