"""What is sent to somebody who helps: shown first, without secrets, without what was typed."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from console.app.cli import main
from console.terminal.machine.scrubbing import scrubbed
from console.terminal.machine.support_bundle import bundle

SECRETS = [
    "https://pat:hunter2@etcd.example:2379/",
    "Authorization: Bearer hunter2",
    "password=hunter2",
    'token: "hunter2"',
    "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nhunter2",
    "hunter2\n-----END RSA PRIVATE KEY-----",
    r"'-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'",
    "https://hunter2@host/x",
    "http_proxy=http://op:hunter2@proxy:3128",
    "https://op:hun/hunter2@host/x",
    "GET http://h/x?access_token=hunter2&x=1",
    "PUT https://b.example/x?X-Amz-Signature=hunter2&X-Amz-Credential=AKIAhunter2",
    "PUT https://b.example/x?sv=1&sig=hunter2",
    "POST https://hooks.example/services/T000/B000/hunter2",
    "POST https://chat.example/webhook/hunter2",
    "{'Authorization': 'Bearer hunter2'}",
    "(b'authorization', b'Bearer hunter2')",
    "Authorization: Digest username=op, response=hunter2",
    "asked with Bearer hunter2 again",
    "Cookie: a=1; session=hunter2",
    "Set-Cookie: sid=hunter2; Path=/",
    "password     =     'two words hunter2'",
    'password = "a\\"hunter2"',
    r"{\"password\": \"two hunter2\"}",
    "{'password': 'two hunter2', 'x': 1}",
    "password:\n  hunter2",
    "AWS_SECRET_ACCESS_KEY=hunter2",
    "ETCD_PASSWORD=hunter2",
    "GITHUB_TOKEN: hunter2",
    "client_secret=hunter2",
    "passphrase: hunter2",
    "exec:/usr/lib/adapter --password hunter2",
    "['/usr/lib/adapter', '--token', 'hunter2']",
    "got eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2 back",
    "key AKIAHUNTERhunter2 used",
    "ghp_000000000000000000000000000hunter2",
    "/etc/underkeel/hunter2/op1.pem",
    "ca='/etc/hunter2.crt'",
]
PLAIN = [
    "2026-11-30 06:00:00,000 INFO console.app.session: us-east-1 was read: 4,210 servers, 6 subsystems",
    '  File "/usr/lib/underkeel/console/app/session.py", line 79, in run_session',
    "RuntimeError: Event loop stopped before Future completed.",
    "https://etcd-1.example:2379/v3 does not answer",
    "s3-billing-az1-r04-017 was drained; floor of billing 60",
]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
        (tmp_path / name / "underkeel").mkdir(parents=True)
    (tmp_path / "STATE" / "underkeel" / "underkeel.log").write_text("all well\n" + "\n".join(SECRETS))
    (tmp_path / "CONFIG" / "underkeel" / "underkeel.ini").write_text(
        '[General]\ntheme="\\"night\\""\nhistory="[\\"remove 4 servers from hunter2\\"]"\n'
    )
    (tmp_path / "STATE" / "underkeel" / "journal.db").write_text("hunter2")
    monkeypatch.setenv("HUNTER", "hunter2")
    return tmp_path


@pytest.mark.parametrize("text", SECRETS)
def test_that_a_secret_is_replaced(text: str) -> None:
    assert "hunter2" not in scrubbed(text)
    assert "…" in scrubbed(text)


@pytest.mark.parametrize("text", PLAIN)
def test_that_what_helps_stays(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize("piece", ["a", "/", "a/", "token", "://", "=", "aB1", "-----BEGIN ", "x.", '"', "\\\\"])
def test_that_a_long_line_costs_as_much_as_many_short_ones(piece: str) -> None:
    def cost(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        scrubbed(text)
        return time.process_time() - began

    assert cost(40_000) < 16 * cost(5_000) + 0.5


def test_that_every_line_is_shown_on_request_and_nothing_written(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["support-bundle", str(used / "help.zip"), "--show"]) == 0
    shown = capsys.readouterr().out
    assert "all well" in shown
    assert "hunter2" not in shown
    assert not (used / "help.zip").exists()


def test_that_nothing_secret_and_nothing_typed_goes_in(used: Path) -> None:
    out = io.StringIO()
    assert bundle(used / "help.zip", True, io.StringIO(), out, io.StringIO()) == 0

    with zipfile.ZipFile(used / "help.zip") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(parts) == {"about.txt", "underkeel.log", "settings.txt"}
    assert [name for name, text in parts.items() if "hunter2" in text] == []
    assert "all well" in parts["underkeel.log"]
    assert "night" in parts["settings.txt"]
    assert [name for name in parts if name not in out.getvalue()] == []


def test_that_without_a_yes_nothing_is_written(used: Path) -> None:
    assert bundle(used / "help.zip", False, io.StringIO(), io.StringIO(), io.StringIO()) == 1
    assert not (used / "help.zip").exists()


def test_that_a_file_that_is_there_stays(used: Path) -> None:
    (used / "help.zip").write_text("mine")
    err = io.StringIO()

    assert bundle(used / "help.zip", True, io.StringIO(), io.StringIO(), err) == 2
    assert (used / "help.zip").read_text() == "mine"
    assert "is there already" in err.getvalue()
