"""Trust: a live region is opened only after this operator trusted this path with this source."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from console.operating.trusting.trust import Trust, TrustError, request_of
from topology.region.source import Source

RACKS = Source("exec:/usr/lib/racks/adapter --site eu", environment=("RACKS_TOKEN",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "shop.toml"
    found.write_text("format = 1\n")
    return found


def test_that_nothing_is_trusted_before_somebody_said_so(path: Path, tmp_path: Path) -> None:
    trust = Trust(tmp_path / "kept")
    assert not trust.holds(path, RACKS)
    trust.add(path, RACKS)
    assert Trust(tmp_path / "kept").holds(path, RACKS)


@pytest.mark.parametrize(
    "changed",
    [
        replace(RACKS, fleet="exec:/tmp/other"),
        replace(RACKS, read_only=False),
        replace(RACKS, environment=("RACKS_TOKEN", "AWS_SECRET")),
        replace(RACKS, ledger="etcd://h1/x/"),
    ],
)
def test_that_a_changed_source_is_asked_about_again(path: Path, tmp_path: Path, changed: Source) -> None:
    trust = Trust(tmp_path / "kept")
    trust.add(path, RACKS)
    assert not trust.holds(path, changed)


def test_that_another_path_is_asked_about_although_it_states_the_same(path: Path, tmp_path: Path) -> None:
    trust = Trust(tmp_path / "kept")
    trust.add(path, RACKS)
    copy = tmp_path / "copy.toml"
    copy.write_bytes(path.read_bytes())
    assert not trust.holds(copy, RACKS)


@pytest.mark.parametrize("damage", [b"", b"[" * 100_000, b"\xff", b'{"format":9,"trusted":{}}', b'{"format":1}'])
def test_that_what_cannot_be_read_trusts_nothing_and_is_not_written_over(
    path: Path, tmp_path: Path, damage: bytes
) -> None:
    trust = Trust(tmp_path)
    trust.path.write_bytes(damage)
    assert not trust.holds(path, RACKS)
    with pytest.raises(TrustError):
        trust.add(path, RACKS)
    assert trust.path.read_bytes() == damage


def test_that_the_question_shows_program_address_and_whose_file_it_is(path: Path) -> None:
    asked = request_of(path, RACKS)
    text = "\n".join(asked.facts)
    assert str(path.resolve()) in text
    assert "runs the program /usr/lib/racks/adapter with --site eu" in text
    assert "RACKS_TOKEN" in text
    assert "only looks" in text
    assert "It can remove servers" in "\n".join(request_of(path, replace(RACKS, read_only=False)).facts)


def test_that_a_file_that_others_may_write_is_a_caution(path: Path) -> None:
    assert not request_of(path, RACKS).cautions
    path.chmod(0o666)
    assert any("Anybody" in caution for caution in request_of(path, RACKS).cautions)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_that_somebody_elses_file_is_a_caution(path: Path) -> None:
    os.chown(path, 65534, 65534)
    assert any("not to you" in caution for caution in request_of(path, RACKS).cautions)


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("haproxy:tcp:10.0.0.1:9999", True),
        ("haproxy:tcp:127.0.0.1:9999", False),
        ("haproxy:unix:/run/haproxy/admin.sock", False),
        ("etcd://h1:2379,h2:2379,h3:2379/shop/fleet/", True),
        ("etcd://127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/shop/fleet/", False),
    ],
)
def test_that_a_plain_connection_off_this_machine_is_a_caution(path: Path, address: str, *, plain: bool) -> None:
    assert bool(request_of(path, Source(address)).cautions) is plain


def test_that_a_quote_that_is_not_closed_can_still_be_asked_about(path: Path) -> None:
    assert request_of(path, Source('exec:/bin/a "b')).facts


@pytest.mark.parametrize(
    ("fleet", "fact"),
    [
        ("haproxy:unix:/run/h.sock", "It reaches HAProxy by its runtime API at /run/h.sock."),
        (
            "simulated:/shop/servers.toml",
            "It simulates the servers that /shop/servers.toml lists; nothing real is touched.",
        ),
        ("nosuchkind:7", "It reaches the servers through nosuchkind:7."),
    ],
)
def test_that_what_is_reached_is_said_in_the_words_of_its_kind(path: Path, fleet: str, fact: str) -> None:
    assert fact in request_of(path, replace(RACKS, fleet=fleet)).facts
