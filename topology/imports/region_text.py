"""Writes a region's description as TOML text."""

from collections.abc import Iterable

from topology.imports.notes import plain

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def quoted(text: str) -> str:
    """Give *text* as a basic string of TOML, whatever is in it; halves of surrogate pairs become U+FFFD."""
    return '"' + "".join(_ESCAPES.get(mark) or _sign(mark) for mark in text) + '"'


def _sign(mark: str) -> str:
    number = ord(mark)
    if 0xD800 <= number <= 0xDFFF:
        return "\ufffd"  # TOML has no way to write it, nor has UTF-8
    if mark.isprintable():
        return mark
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def list_of(texts: Iterable[str]) -> str:
    """Give a list of strings on one line."""
    return f"[{', '.join(quoted(text) for text in texts)}]"


def comment(text: str) -> str:
    """Give one line of comment; what would end the line or hide in it is escaped."""
    return f"# {plain(text, 2000)}".rstrip()


def table(header: str, fields: Iterable[tuple[str, str]], remark: str = "") -> str:
    """Give a table: its header, an optional comment above it, and lines of key and value, the values already TOML."""
    lines = [comment(remark)] if remark else []
    lines.append(header)
    lines.extend(f"{key} = {value}" for key, value in fields)
    return "\n".join(lines) + "\n"
