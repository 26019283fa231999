"""Seals what this account keeps for itself: a digest with a key that lies where only the account itself can read it."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from topology.machine.system import CLOSE_ON_EXEC
from topology.records.own_folders import state_folder

SEAL_BYTES = 32
_KEY = "seal.key"


def seal_of(data: bytes) -> bytes:
    """Give the seal of *data*; the key is made where there is none.

    Raises:
        OSError: the key can be neither read nor made.
    """
    return hashlib.blake2b(data, key=_key(state_folder() / _KEY), digest_size=SEAL_BYTES).digest()


def _key(path: Path) -> bytes:
    with suppress(FileNotFoundError):
        return _checked(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | CLOSE_ON_EXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SEAL_BYTES))
        # Another program may have made one just now: then that one is the key.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return _checked(path)


def _checked(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != SEAL_BYTES:
        raise OSError(f"the key {path} is damaged; delete it, and what was kept is made anew")
    return key
