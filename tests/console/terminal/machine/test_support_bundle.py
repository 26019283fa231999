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
UNMARKED = [
    "auth hunter2",
    "auth: hunter2",
    "AUTH=hunter2",
    "--auth hunter2",
    "x-auth hunter2",
    "the password is hunter2",
    "password given: hunter2",
    "password => hunter2",
    "password -> hunter2",
    "password|hunter2",
    "<password>hunter2</password>",
    "<Token type='x'>hunter2</Token>",
    "password%3Dhunter2",
    "password\\u003dhunter2",
    "set_password('hunter2')",
    "token[hunter2]",
    'password = """hunter2"""',
    'password = """\nhunter2\n"""',
    "password: |\n  hunter2\n  hunter2b",
    "password: >-\n  hunter2",
    "password: !vault hunter2",
    "tokens: [a, hunter2]",
    "passwords: ['a', 'hunter2']",
    '{"tokens": ["a", "hunter2"]}',
    '{"password": {"value": "hunter2"}}',
    "password=hun;hunter2",
    "password=a&hunter2",
    "password=a'hunter2",
    "tokens:\n  - a\n  - hunter2",
    "curl -u op:hunter2 https://h",
    "['curl', '-u', 'op:hunter2']",
    "--user=op:hunter2",
    "mysql -phunter2",
    "sshpass -p hunter2 ssh h",
    "pass hunter2",
    "PGPASSFILE=/x pass=hunter2",
    "PHPSESSID=hunter2",
    "sid: hunter2",
    "otp=hunter2",
    "PIN hunter2",
    "psk=hunter2",
    "op/hunter2@db:1521",
    "op:hunter2@tcp(db:3306)/x",
    "machine h login op password hunter2",
    "{SSHA}hunter2",
    "op:$6$salt$hunter2abc:19000",
    "$2b$12$hunter2hunter2",
    "Passwort: hunter2",
    "contrase\xf1a: hunter2",
    "mot de passe : hunter2",
    "signing_key=hunter2",
    "account-key hunter2",
    "AccountKey=hunter2;x",
    "hmac key hunter2",
    "npm_hunter2hunter2",
    "hf_hunter2hunter2",
    "SG.hunter2.hunter2",
    "AIzahunter2hunter2hunter2",
    "glsa_hunter2hunter2",
    "rk_live_hunter2hunter2",
    "ya29.hunter2hunter2",
    "https://h/cb#access_token=hunter2",
    "https://h/cb#hunter2",
    "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 2\nhunter2\nhunter2",
    "Private-Lines: 2\nhunter2",
    "bearer=hunter2",
    '"bearer": "hunter2"',
    "Authorization Basic hunter2",
    "authorization,Bearer,hunter2",
    "WWW auth required, tried op:hunter2",
    "12345678:hunter2hunter2hunter2hunter2hunter2",
    "wJalrXhunter2EMI/K7MDENG/bPxRfiCYEXAMPLEK",
    "credential op hunter2",
    "secret 'two words' hunter2",
    "token\thunter2",
    "token\xa0hunter2",
    "api key is hunter2",
    "APIKEY hunter2",
    "passcode hunter2",
    "csrfid=hunter2",
    "JSESSIONID=hunter2",
    "password:\r\n  hunter2",
    "password:\r\nhunter2",
    "password\\n hunter2",
    "b'password hunter2'",
    "2026-11-30 06:00 INFO x: auth hunter2 was refused",
    "requirepass hunter2",
    "AUTH op hunter2 (redis)",
    "identified by 'hunter2'",
    "IDENTIFIED BY hunter2",
    "password:\n\n  hunter2",
    "password:\n# the one\nhunter2",
    "kubectl create secret generic x --from-literal=a=hunter2",
    'sasl.jaas.config=... username="op" password="hunter2";',
    "user=op pw=hunter2",
    "pw: hunter2",
    "passwd[hunter2]",
    "openssl -passin pass:hunter2",
    "-passin file hunter2",
    "key=hunter2",
    "etcdctl --user root:hunter2",
    "PRIVATE KEY hunter2",
    "access-key-id hunter2",
    "x-amz-security-token: hunter2",
    "Credential=hunter2/2026",
    "auth\thunter2",
    "Auth-Token hunter2",
    "basic-auth hunter2",
    "http_auth hunter2",
    "smtp auth plain hunter2",
    "redis://:hunter2@h/0",
    "amqp://guest:hunter2@h",
    "postgres://u:hunter2@h/db?x=1",
    "mongodb+srv://u:hunter2@h",
    "ldap bind dn cn=x password hunter2",
    "bindpw hunter2",
    "bind_pw=hunter2",
    "rootpw {SSHA}hunter2",
    "keystore_pass hunter2",
    "storepass:hunter2",
    "keypass hunter2",
    "truststorePassword=hunter2",
    "trust_store_pw hunter2",
    "PASSWD hunter2",
    "userPassword:: hunter2",
    "New-Password hunter2",
    "old password was hunter2 before",
    "wifi-psk hunter2",
    "wpa_passphrase hunter2",
    "encryption key: hunter2",
    "ENCRYPTION_KEY hunter2",
    "AES_KEY=hunter2",
    "DB_PASS hunter2",
    "DBPASS=hunter2",
    "MYSQL_PWD=hunter2",
    "x-vault-token hunter2",
    "Vault-Token: s.hunter2hunter2",
    "s.hunter2hunter2hunter2hunter2",
    "client_assertion=hunter2",
    "refresh_token hunter2",
    "id_token hunter2",
    "code_verifier hunter2",
    "SAMLResponse=hunter2",
    "otpauth://totp/x?secret=hunter2",
    "totp hunter2",
    "recovery code hunter2",
    "webhook_url https://h.example/hunter2",
    "https://discord.example/api/webhooks/1/hunter2",
    "sentry dsn https://hunter2@o1.example/2",
    "deploy key hunter2",
    "kubeconfig client-key-data: hunter2",
    "client-certificate-data hunter2",
    "ssh-key hunter2",
    "passkey hunter2",
    "cert pass hunter2",
    "PKCS12 password [hunter2]",
    "secret/hunter2",
    "mysecret hunter2",
    "salt hunter2",
    "oauth hunter2",
    "OAuth hunter2",
    "authtoken:hunter2",
    "//registry/:_authToken=hunter2",
    "_auth=hunter2",
    "auth = hunter2",
    "AUTH_hunter2",
]
"""A name and its secret without `:` or `=`, set off in other ways, over lines; forms that are secrets without a name."""
PLAIN = [
    "2026-11-30 06:00:00,000 INFO console.app.session: us-east-1 was read: 4,210 servers, 6 subsystems",
    '  File "/usr/lib/underkeel/console/app/session.py", line 79, in run_session',
    "RuntimeError: Event loop stopped before Future completed.",
    "https://etcd-1.example:2379/v3 does not answer",
    "s3-billing-az1-r04-017 was drained; floor of billing 60",
    '  File "/usr/lib/underkeel/topology/links/etcd/token_reader.py", line 79, in read_token',
    "the author took a bypass around the compass; 3 passed, the key of az1 is floor",
    "6fa459ea-ee8a-3ca4-894e-db77e160355e is a pod of node-7",
]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
        (tmp_path / name / "underkeel").mkdir(parents=True)
    (tmp_path / "STATE" / "underkeel" / "underkeel.log").write_text("all well\n" + "\n".join(SECRETS + UNMARKED))
    (tmp_path / "CONFIG" / "underkeel" / "underkeel.ini").write_text(
        '[General]\ntheme="\\"night\\""\nhistory="[\\"remove 4 servers from hunter2\\"]"\n'
    )
    (tmp_path / "STATE" / "underkeel" / "journal.db").write_text("hunter2")
    monkeypatch.setenv("HUNTER", "hunter2")
    return tmp_path


@pytest.mark.parametrize("text", SECRETS + UNMARKED)
def test_that_a_secret_is_replaced(text: str) -> None:
    assert "hunter2" not in scrubbed(text)
    assert "…" in scrubbed(text)


@pytest.mark.parametrize("text", PLAIN)
def test_that_what_helps_stays(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    "piece",
    ["a", "/", "a/", "a:", "token", "token\n", "token:\n ", "://", "=", "aB1", "-----BEGIN ", "x.", '"', "\\\\", "-u "],
)
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


def test_that_what_is_written_is_for_this_account_alone(used: Path) -> None:
    path = used / "help.zip"
    assert bundle(path, True, io.StringIO(), io.StringIO(), io.StringIO()) == 0
    assert path.stat().st_mode & 0o777 == 0o600
