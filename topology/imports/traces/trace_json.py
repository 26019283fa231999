"""Decodes the JSON of tracing tools: entries are cut out of it, and each is decoded by itself, as far as it is wanted."""

import re
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from topology.imports.notes import UnreadableError, plain

_Wanted = TypeVar("_Wanted")
ENTRIES = msgspec.json.Decoder(list[Raw])
_TYPES = {
    "str": "text", "int": "a number", "float": "a number", "object": "a mapping", "array": "a list", "null": "null",
    "bool": "true or false",
}  # fmt: skip


class WrongTypeError(ValueError):
    """An entry is not what it should be; the text is a sentence's end."""


class Top(Struct, gc=False):
    """What an entry, or a file as a whole, may be; UNSET is what it does not hold."""

    data: Raw | UnsetType = UNSET
    dependencies: Raw | UnsetType = UNSET
    spans: Raw | UnsetType = UNSET
    parent: Raw | UnsetType = UNSET
    child: Raw | UnsetType = UNSET
    trace_zipkin: Raw | UnsetType = msgspec.field(default=UNSET, name="traceId")
    trace_jaeger: Raw | UnsetType = msgspec.field(default=UNSET, name="traceID")


_TOP = msgspec.json.Decoder(Top)


def top_of(raw: Raw) -> Top:
    """Say what an entry holds.

    Raises:
        WrongTypeError: it is no mapping.
    """
    return decoded(raw, _TOP)


def decoded(raw: Raw, decoder: "msgspec.json.Decoder[_Wanted]") -> _Wanted:
    """Decode an entry.

    Raises:
        WrongTypeError: it is something else than the decoder wants.
    """
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise WrongTypeError(_in_words(str(error))) from error
    except msgspec.DecodeError as error:
        raise WrongTypeError("holds a value that cannot be read") from error
    except RecursionError as error:
        raise WrongTypeError("is nested too deeply") from error


def is_list(raw: Raw) -> bool:
    """Whether an entry is a list."""
    return bytes(memoryview(raw)[:1]) == b"["


def _in_words(message: str) -> str:
    """Say in our words what msgspec says, such as "Expected `str`, got `int` - at `$.id`"."""
    at = re.search(r" - at `\$\.?(.*)`$", message)
    part = f"{at[1]} " if at and at[1] else ""
    found = re.match(r"Expected `([a-z]+)(?: \| null)?`, got `([a-z]+)`", message)
    if found:
        return f"{part}is {_TYPES.get(found[2], found[2])}, not {_TYPES.get(found[1], found[1])}"
    missing = re.match(r"Object missing required field `(.+?)`", message)
    return f"{missing[1]} is missing" if missing else f"{part}cannot be read: {plain(message, 200)}"


def entries_of(data: bytes) -> list[Raw]:
    """Cut the entries out of a file.

    Raises:
        UnreadableError: it is not JSON, or not to the end.
    """
    start = data[:1000].lstrip()[:1]
    try:
        if start == b"[":
            return ENTRIES.decode(data)
        if start == b"{":
            return _entries_in(data)
    except RecursionError as error:
        raise UnreadableError("is nested too deeply to be traces") from error
    except msgspec.DecodeError as error:
        raise _unreadable(error, data) from error
    if not data.strip():
        raise UnreadableError("is empty")
    raise UnreadableError("is not JSON of a tracing tool: it begins with neither { nor [")


def objects_of(data: bytes) -> list[Raw]:
    """Cut a file into its objects: one, a list of them, or one on each line.

    Raises:
        UnreadableError: it is not JSON, or not to the end.
    """
    start = data[:1000].lstrip()[:1]
    if not data.strip():
        raise UnreadableError("is empty")
    try:
        if start == b"[":
            return ENTRIES.decode(data)
        try:
            return [msgspec.json.Decoder(Raw).decode(data)]
        except msgspec.DecodeError as error:
            if start != b"{" or "trailing characters" not in str(error):
                raise
            return msgspec.json.Decoder(Raw).decode_lines(data)
    except RecursionError as error:
        raise UnreadableError("is nested too deeply to be traces") from error
    except msgspec.DecodeError as error:
        raise _unreadable(error, data) from error


def _entries_in(data: bytes) -> list[Raw]:
    """Give the entries of one object, or of one object on each line."""
    try:
        top = _TOP.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        if "trailing characters" not in str(error):
            raise
        return msgspec.json.Decoder(Raw).decode_lines(data)
    for held in (top.data, top.dependencies):
        if held is not UNSET:
            try:
                return ENTRIES.decode(held)
            except msgspec.ValidationError as error:
                raise UnreadableError("holds no list of entries under data or dependencies") from error
    return [Raw(data.strip())]


def _unreadable(error: msgspec.DecodeError, data: bytes) -> UnreadableError:
    text = str(error)
    if "truncated" in text:
        return UnreadableError(f"ends in the middle, after {len(data):,} bytes: it was cut")
    at = re.search(r"\(byte (\d+)\)", text)
    place = int(at[1]) if at else 0
    line = data.count(b"\n", 0, place) + 1
    why = plain(re.sub(r"^JSON is malformed: | ?\(byte \d+\)", "", text), 200)
    return UnreadableError(f"is not JSON: {why}", f"line {line:,}, byte {place:,}")
