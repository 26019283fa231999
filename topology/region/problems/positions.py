"""Where in a TOML text a key stands: `tomllib` gives values without their places.

It follows headers and keys line by line, for texts that are TOML. A key inside an inline table counts as that table.
"""

import re

Path = tuple[str | int, ...]
"""Keys from the top on; in an array of tables, behind its key, the number of one from 1, or its name."""

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_VALUE = re.compile(rf"""\s*({_DOTTED})\s*=\s*(?:["']([^"'\n]*)["'])?""")
_LONG = re.compile(r'"""|' + r"'''")


class KeyPositions:
    """Lines and columns of the keys of one text, both from 1 on."""

    def __init__(self, text: str) -> None:
        self._found: dict[Path, tuple[int, int]] = {}
        self._counts: dict[Path, int] = {}
        """By array of tables, how many it has so far."""
        self._numbers: dict[Path, int] = {}
        """By array of tables and name, which of them has it first."""
        at: Path = ()
        quoted = ""
        for number, line in enumerate(text.splitlines(), 1):
            if quoted:
                quoted = "" if quoted in line else quoted
            elif header := _HEADER.match(line):
                at = self._header(_keys(header[2]), header[1] == "[[", (number, header.start(1) + 1))
            elif value := _VALUE.match(line):
                self._value(at, value, number)
                marks: list[str] = _LONG.findall(line)
                quoted = marks[-1] if len(marks) % 2 else ""

    def of(self, path: Path) -> tuple[int, int] | None:
        """Give line and column of a key, or of the table that should have it; None where nothing of it is there."""
        whole: Path = ()
        for key in path:
            named = self._numbers.get((*whole, key)) if whole in self._counts else None
            whole = (*whole, key if named is None else named)
        known = (whole[:length] for length in range(len(whole), 0, -1) if whole[:length] in self._found)
        return next((self._found[one] for one in known), None)

    def _header(self, keys: Path, is_array: bool, position: tuple[int, int]) -> Path:
        inside = self._inside(keys[:-1])
        path: Path = (*inside, keys[-1])
        if is_array:
            self._found.setdefault(path, position)
            self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, self._counts[path])
        self._found[path] = position
        return path

    def _inside(self, keys: Path) -> Path:
        """Give the table that a header's leading keys mean: of an array of tables the last one."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _value(self, at: Path, value: re.Match[str], line: int) -> None:
        self._found.setdefault((*at, *_keys(value[1])), (line, value.start(1) + 1))
        if value[1] == "name" and at and isinstance(at[-1], int) and value[2]:
            self._numbers.setdefault((*at[:-1], value[2]), at[-1])


def _keys(dotted: str) -> Path:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))
