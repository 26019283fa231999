"""Ways to log in to a real API server, as kubeconfigs have them, and what is said where one does not work."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.servers.etcd.certificates import Authority
from tests.servers.kubernetes.control_plane import base64_of, needs_control_plane
from tests.servers.kubernetes.shop import Shop
from tests.servers.kubernetes.sources import looking
from topology.region.errors import LinkError

pytestmark = needs_control_plane()


def configured(folder: Path, shop: Shop, user: dict[str, Any], cluster: dict[str, Any] | None = None) -> Path:
    whole = shop.plane.context("eve")
    whole["users"][0]["user"] = user
    whole["clusters"][0]["cluster"] |= cluster or {}
    path = folder / "config"
    path.write_text(yaml.safe_dump(whole))
    path.chmod(0o600)
    return path


def name_and_way() -> tuple[str, str]:
    async def look() -> tuple[str, str]:
        async with looking("eve") as source:
            await source.read()
            return source.identity.name, source.identity.how

    return asyncio.run(look())


def plugin(folder: Path, *tokens: str) -> dict[str, Any]:
    """Give a login by a program that gives one token after the other."""
    answers = [json.dumps({"kind": "ExecCredential", "status": {"token": token}}) for token in tokens]
    for number, answer in enumerate(answers):
        (folder / f"answer{number}").write_text(answer)
    path = folder / "login"
    last = len(answers) - 1
    lines = (
        "#!/bin/sh",
        f"cd {folder}",
        "at=$(cat at 2>/dev/null || echo 0)",
        "cat answer$at",
        f"[ $at -lt {last} ] && at=$((at+1))",
        "echo $at > at",
    )
    path.write_text("\n".join(lines) + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"command": str(path), "apiVersion": "client.authentication.k8s.io/v1"}}


def test_that_a_client_certificate_logs_in_by_its_name(
    tmp_path: Path, empty_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = empty_shop.plane.authority.issue("eve")
    user = {"client-certificate-data": base64_of(tls.certificate), "client-key": tls.key}
    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, user)))
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "eve-looks"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "underkeel-look"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "eve"}],
    }
    empty_shop.plane.status("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)

    assert name_and_way() == ("eve", "a certificate")


def test_that_a_plugin_logs_in_and_is_asked_again_when_its_token_is_refused(
    tmp_path: Path, empty_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, plugin(tmp_path, "old", "eve-token"))))

    assert name_and_way() == ("eve", "what login gives")


def test_that_a_token_of_a_file_logs_in(tmp_path: Path, empty_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("eve-token\n")
    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, {"tokenFile": "token"})))

    assert name_and_way() == ("eve", "a token")


def test_that_a_wrong_token_a_wrong_authority_and_too_few_rights_are_told_in_a_sentence(
    tmp_path: Path, empty_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, {"token": "wrong"})))
    with pytest.raises(LinkError, match="does not say which it is: Unauthorized"):
        name_and_way()

    other = {"certificate-authority": str(Authority(tmp_path / "other").ca)}
    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, {"token": "eve-token"}, other)))
    with pytest.raises(LinkError, match="could not prove that it is the cluster of eve"):
        name_and_way()

    monkeypatch.setenv("KUBECONFIG", str(configured(tmp_path, empty_shop, {"token": "nobody-token"})))
    with pytest.raises(LinkError, match=r"let this account get the namespace kube-system, as the manual says"):
        name_and_way()
