"""What is stated as a certificate is read whole or is one sentence; what never ends is not begun."""

import os
from pathlib import Path

import pytest

from topology.etcd.channels import credentials_of
from topology.etcd.credentials import LARGEST, read_key, read_stated
from topology.etcd.errors import EtcdError
from topology.etcd.identity import common_name
from topology.region.source import Tls


def test_that_a_certificate_is_read_as_it_lies(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(b"authority\n")
    (tmp_path / "link.pem").symlink_to("ca.pem")  # as secrets are mounted
    assert read_stated(str(tmp_path / "link.pem")) == b"authority\n"


@pytest.mark.parametrize("read", [read_stated, common_name, lambda path: credentials_of(Tls(path, "", ""))])
def test_that_a_pipe_a_device_and_a_folder_are_not_opened(read, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(EtcdError, match=f"{path}: is not a regular file"):
            read(str(path))


def test_that_what_is_no_certificate_and_no_key_never_reaches_grpc(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    for data in (b"", b"text", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        wrong.write_bytes(data)
        for refused in (Tls(str(wrong), "", ""), Tls("", str(wrong), str(wrong))):
            with pytest.raises(EtcdError, match=f"{wrong}: is no certificate in PEM"):
                credentials_of(refused)
    for data in (b"text", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"):
        wrong.write_bytes(data)
        with pytest.raises(EtcdError, match=f"{wrong}: is no private key in PEM without a passphrase"):
            read_key(str(wrong))


def test_that_what_is_missing_too_large_or_no_name_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "large.pem").write_bytes(bytes(LARGEST + 1))
    for path, why in (
        (str(tmp_path / "none"), "could not be read: No such file"),
        (str(tmp_path / "large.pem"), "has 1,048,577 bytes, more than 1,048,576"),
        ("x\0y", "could not be read"),
        ("~nobody-of-that-name/ca.pem", "could not be read"),
    ):
        with pytest.raises(EtcdError, match=why):
            read_stated(path)
