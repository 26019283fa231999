"""The files of certificates and keys that a description states for TLS."""

from pathlib import Path

from topology.etcd.errors import EtcdError

LARGEST = 1024 * 1024
"""Bytes that one may have; bundles of every authority there is have a quarter of it."""


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
