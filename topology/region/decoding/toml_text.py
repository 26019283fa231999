"""Decodes TOML in a time that grows with its size alone, and finds what a list holds twice in the same way."""

import re
import tomllib
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

MOST_PARTS = 32
"""Parts of a key joined by dots: the decoder takes a time that grows with their square."""
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY = re.compile(rf"(?<![\w-]){_PART}(?:\.[ \t]*+{_PART}){{{MOST_PARTS}}}", re.ASCII)
_T = TypeVar("_T", bound=Hashable)


def decoded_toml(text: str) -> dict[str, Any]:
    """Decode TOML.

    Raises:
        ValueError: it is not TOML, or a key in it has more than `MOST_PARTS` parts; the text says where.
        RecursionError: it is nested too deeply.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") >= MOST_PARTS and _DEEP_KEY.search(line):
            raise ValueError(f"a key on line {number:,} has more than {MOST_PARTS} parts joined by dots")
    return tomllib.loads(text)


def first_twice(values: Iterable[_T]) -> _T | None:
    """Give the first value that was there before, or None."""
    seen: set[_T] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
