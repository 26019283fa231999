"""A long array of JSON in parts that are short enough to be read without holding anything else up."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from topology.links.adapter.wire.messages import AdapterProtocolError
from topology.links.adapter.wire.text import as_text

_Part = TypeVar("_Part")
_A_PART = 32 * 1024
"""Bytes of a part, about: a millisecond's work."""


def parts_of(array: bytes, decoder: msgspec.json.Decoder[_Part], what: str) -> Iterator[_Part]:
    """Read an *array* of arrays, some of its elements at a time.

    Raises:
        AdapterProtocolError: it is none; the sentence begins with *what*.
    """
    text = array.strip()
    inner = text[1:-1].strip()
    if text[:1] != b"[" or text[-1:] != b"]":
        raise AdapterProtocolError(f"{what} are no array")
    begin = 0
    while begin < len(inner):
        # A name holds no bracket, so an element ends here; in what holds one, a part cannot be read, as it could not whole.
        end = inner.find(b"],", begin + _A_PART) + 1 or len(inner)
        yield _read(b"[" + inner[begin:end] + b"]", decoder, what)
        begin = end + 1


def _read(part: bytes, decoder: msgspec.json.Decoder[_Part], what: str) -> _Part:
    try:
        return decoder.decode(part)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        shown = as_text(part[:120].decode("utf-8", "backslashreplace"), 80)
        raise AdapterProtocolError(
            f"{what} cannot be read: {as_text(str(error))}; they begin with {shown!r}"
        ) from error
