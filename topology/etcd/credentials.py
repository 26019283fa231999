"""The files of certificates and keys that a description states for TLS."""

from pathlib import Path

from cryptography import x509

from topology.etcd.errors import EtcdError

LARGEST = 1024 * 1024
"""Bytes that one may have; bundles of every authority there is have a quarter of it."""


def read_certificates(path: str) -> bytes:
    """Read a file of certificates in PEM, one at least: what is none gRPC tells the terminal of in lines of its own.

    Raises:
        EtcdError: it cannot be read, or holds none.
    """
    data = read_stated(path)
    try:
        x509.load_pem_x509_certificates(data)
    except ValueError as error:
        if data.count(b"-----BEGIN ") < 2:  # of a bundle gRPC takes what it can read
            raise EtcdError(f"{path}: is no certificate in PEM: {error}") from error
    return data


def read_key(path: str) -> bytes:
    """Read the file of a private key in PEM that no passphrase is needed for.

    Raises:
        EtcdError: it cannot be read, or holds none.
    """
    data = read_stated(path)
    if b"PRIVATE KEY-----" not in data or b"ENCRYPTED" in data:
        raise EtcdError(f"{path}: is no private key in PEM without a passphrase; see what [source.tls] states")
    return data


def read_stated(path: str) -> bytes:
    """Read one; what is no regular file is not opened: nobody may ever write to a pipe, and a device has no end.

    Raises:
        EtcdError: it cannot be read, is no regular file, or is too large.
    """
    try:
        file = Path(path).expanduser()
        found = file.stat()
        if not file.is_file():
            raise EtcdError(f"{path}: is not a regular file; see what [source.tls] states")
        if found.st_size > LARGEST:
            raise EtcdError(f"{path}: has {found.st_size:,} bytes, more than {LARGEST:,}; see what [source.tls] states")
        return file.read_bytes()
    except OSError as error:
        raise EtcdError(
            f"{path}: could not be read: {error.strerror or error}; see what [source.tls] states"
        ) from error
    except (RuntimeError, ValueError) as error:  # a home that is not known, and a name that no file can have
        raise EtcdError(f"{path!r}: could not be read: {error}; see what [source.tls] states") from error
