"""What goes over the wire, as records. Unknown fields are skipped; a known one of another type is an error with its place.

What the texts and numbers mean, and whether they fit each other, is for `loading`, `roster` and `answers`.
"""

from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Raw, Struct

from topology.links.adapter.wire.text import as_text

PROTOCOLS = (1,)
"""The versions this program speaks."""
LARGEST_LINE = 16 * 1024 * 1024
"""Bytes of one message, its end of line left out."""

_Record = TypeVar("_Record")


class AdapterProtocolError(Exception):
    """An adapter broke the protocol: a sentence that says what came and what should have."""


class Failure(Struct):
    """An error answer of JSON-RPC."""

    code: int
    message: str = ""


class Envelope(Struct):
    """Any message of an adapter: an answer (with *id*) or a notification (with *method*)."""

    jsonrpc: Literal["2.0"]
    id: int | None = None
    method: str = ""
    params: Raw = Raw(b"{}")
    result: Raw = Raw(b"")
    error: Failure | None = None


class SaidAbilities(Struct):
    """What an adapter says it can; what it does not say, it cannot."""

    atomic_waves: bool = False
    restores_by_name: bool = False
    stops_mid_wave: bool = False
    returns_load: bool = False
    remembers_waves: bool = False
    others_act: str = ""


class Hello(Struct):
    """The answer to `hello`."""

    protocol: int
    name: str
    region: str
    identity: str = ""
    abilities: SaidAbilities = msgspec.field(default_factory=SaidAbilities)
    heartbeat_s: float = 2.0


class Head(Struct):
    """`load/head`: what the chunks that follow refer to, and how many servers they will have."""

    id: int
    racks: Raw
    """A list of [zone, cell, rack]; long, so it is read in parts."""
    profiles: Raw
    """A list of lists of what is supported; read in parts, too."""
    servers: int
    budgets: list[tuple[str, int, str]] = []


class Chunk(Struct):
    """`load/chunk`: some servers in columns, the first of them at position *at*."""

    id: int
    at: int
    names: list[str]
    rack: list[int]
    profile: list[int]
    state: str
    address: list[str] = []


class Loaded(Struct):
    """The answer to `load`: every chunk was sent."""

    revision: str
    time: float


class SaidServer(Struct):
    """A server that joined or moved."""

    name: str
    rack: tuple[str, str, str]
    supports: list[str]
    state: str
    address: str = ""


class Events(Struct):
    """`events`: facts from one revision to the next; none is a heartbeat."""

    previous: str
    revision: str
    time: float
    servers: list[str] = []
    states: str = ""
    joined: list[SaidServer] = []
    gone: list[str] = []
    moved: list[SaidServer] = []
    wave: str | None = None
    actor: str | None = None


class Reload(Struct):
    """`reload`: what was loaded holds no longer."""

    why: str = ""


class Answered(Struct):
    """The answer to `remove`, `restore` and `outcome`."""

    wave: str
    answers: list[tuple[str, str]]
    refusals: list[tuple[str, str]] = []
    retry_after_s: float | None = None


def read_envelope(line: bytes) -> Envelope:
    """Read one line.

    Raises:
        AdapterProtocolError: it is no message.
    """
    return read_record(line, Envelope, "a line")


def read_record(raw: bytes | Raw, kind: type[_Record], what: str) -> _Record:
    """Read a part of a message.

    Raises:
        AdapterProtocolError: it is not what it should be; the sentence begins with *what*.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        shown = as_text(bytes(raw[:120]).decode("utf-8", "backslashreplace"), 80)
        raise AdapterProtocolError(f"{what} cannot be read: {as_text(str(error))}; it begins with {shown!r}") from error


def request_line(number: int, method: str, params: dict[str, Any] | None = None) -> bytes:
    """Write a request."""
    message: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
    if params is not None:
        message["params"] = params
    return msgspec.json.encode(message) + b"\n"
