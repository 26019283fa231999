"""One thing that is wrong with a file, or worth a look: a sentence that knows where it belongs."""

import re

_AT = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


class Problem(str):
    """`SOURCE: WHAT` as a text, with its parts; *line* and *column* are from 1 on, 0 where they are not known."""

    __slots__ = ("column", "line", "source", "what")
    source: str
    what: str
    line: int
    column: int

    def __new__(cls, source: str, what: str, position: tuple[int, int] | None = None) -> "Problem":
        """Make it of a file's name and what is wrong with the file."""
        made = super().__new__(cls, f"{source}: {what}")
        made.source, made.what = source, what
        made.line, made.column = position or (0, 0)
        return made

    def __getnewargs__(self) -> tuple[str, str, tuple[int, int]]:  # type: ignore[override]
        """Give the parts, so that a copy in another process has them, too."""
        return self.source, self.what, (self.line, self.column)

    @property
    def located(self) -> str:
        """The text as editors and compilers write it: `region.toml:12:1: policy.pace is ...`."""
        return f"{self.source}:{self.line}:{self.column}: {self.what}" if self.line else str(self)


def floor_place(subsystem: str) -> str:
    """Name the place of a subsystem's floor, as problems with it begin."""
    return f'subsystem "{subsystem}".floor'


def not_toml(source: str, error: Exception) -> Problem:
    """Say that a text is not TOML, where the decoder says so: it has the place in its words alone."""
    said = _AT.search(str(error))
    return Problem(source, f"is not TOML: {error}", (int(said[1]), int(said[2])) if said else None)
