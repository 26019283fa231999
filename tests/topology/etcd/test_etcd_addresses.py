"""Addresses and certificates of an etcd: what is read of them, and the sentence where they are wrong."""

from pathlib import Path

import pytest

from topology.etcd.address import EtcdAddress, parse_address
from topology.etcd.errors import EtcdError
from topology.etcd.identity import common_name
from topology.etcd.values import end_of


def test_that_an_address_is_members_and_a_prefix_and_is_written_as_it_was_read():
    found = parse_address("//h1:2379,10.0.0.2:2379,[::1]:2379/shop-eu/ledger")
    assert found == EtcdAddress(("h1:2379", "10.0.0.2:2379", "[::1]:2379"), "/shop-eu/ledger/")
    assert parse_address(str(found)) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("h1:2379/a/", "two slashes must follow"),
        ("///a/", "names no member"),
        ("//h1/a/", "'h1' is no member; each is HOST:PORT"),
        ("//h1:0/a/", "'h1:0' is no member"),
        ("//h1:1,h1:1/a/", "names a member twice"),
        ("//h1:1,/a/", "'' is no member"),
        ("//h1:1", "the prefix / is none"),
        ("//h1:1//", "the prefix // is none"),
        ("//h1:1/a b/", "is none; it is words with slashes between"),
    ],
)
def test_that_a_wrong_address_is_a_sentence(text: str, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        parse_address(text)


def test_that_only_members_of_this_machine_are_loopback():
    assert parse_address("//127.0.0.1:1,localhost:2,[::1]:3/a/").only_loopback
    assert not parse_address("//127.0.0.1:1,h1:2/a/").only_loopback


def test_that_the_end_of_a_prefix_is_beyond_all_its_keys_and_no_others():
    assert end_of("/a/") == b"/a0"
    assert b"/a/" < b"/a/\xf4\x8f\xbf\xbf" < end_of("/a/") <= b"/a0"


def test_that_what_is_no_certificate_is_said(tmp_path: Path):
    with pytest.raises(EtcdError, match="could not be read"):
        common_name(str(tmp_path / "none.crt"))
    (tmp_path / "some.crt").write_text("Dear diary,")
    with pytest.raises(EtcdError, match="is no certificate in PEM"):
        common_name(str(tmp_path / "some.crt"))
