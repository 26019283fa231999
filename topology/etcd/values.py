"""What is asked of etcd and what it answers, as plain values. Keys are text here; values are bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key with its value; *created* and *modified* are revisions of the whole store, *lease* is 0 where it has none.

    *version* counts how often it was written since it was created, from 1.
    """

    key: str
    value: bytes
    created: int
    modified: int
    lease: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Get:
    """Read a key, or with *prefix* all keys that begin with it, in order; with *last*, only so many of the last, last first.

    With *after*, only those that were written after this revision.
    """

    key: str
    prefix: bool = False
    keys_only: bool = False
    last: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Put:
    """Write a key; with a *lease* it goes when that ends."""

    key: str
    value: bytes = b""
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a key, or with *prefix* all keys that begin with it."""

    key: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Compare: there is no such key."""

    key: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Compare: the key was last written at exactly this revision (0: it is not there)."""

    key: str
    modified: int


@dataclass(frozen=True, slots=True)
class Present:
    """Compare: there is such a key."""

    key: str


@dataclass(frozen=True, slots=True)
class VersionIs:
    """Compare: the key was written exactly so many times since it was created."""

    key: str
    version: int


@dataclass(frozen=True, slots=True)
class VersionAtMost:
    """Compare: the key was written at most so many times since it was created; never, it is not there."""

    key: str
    version: int


@dataclass(frozen=True, slots=True)
class CreatedAt:
    """Compare: the key was created at exactly this revision, however often it was written since."""

    key: str
    created: int


@dataclass(frozen=True, slots=True)
class NoneAfter:
    """Compare: no key (with *prefix*: none that begins with it) was written after this revision. It sees no deletions."""

    key: str
    revision: int
    prefix: bool = False


Comparison = Absent | Present | Unchanged | VersionIs | VersionAtMost | CreatedAt | NoneAfter
Operation = Get | Put | Delete


@dataclass(frozen=True, slots=True)
class TxnAnswer:
    """What a transaction did: whether its comparisons held, and what the gets of the branch that ran found, in their order.

    *revision* is that of the store at that moment.
    """

    held: bool
    revision: int
    found: tuple[tuple[StoredKey, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A key was written, or deleted (*gone*: then *entry* has no value)."""

    entry: StoredKey
    gone: bool


MOST_OPERATIONS = 128
"""More comparisons, or more operations, than this in one transaction etcd refuses, as it is set up by default."""


def end_of(prefix: str) -> bytes:
    """Give the end of the range of all keys that begin with *prefix*."""
    raw = prefix.encode().rstrip(b"\xff")
    return raw[:-1] + bytes((raw[-1] + 1,)) if raw else b"\0"
