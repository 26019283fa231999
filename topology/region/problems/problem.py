"""One thing that is wrong with a file, or worth a look: a sentence that knows where it belongs."""

import re

from topology.region.problems.positions import Path

_AT = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


class Problem(str):
    """`SOURCE: WHAT` as a text, with its parts; *line* and *column* are from 1 on, 0 where they are not known.

    *path* are the keys of the place that it is about, as `KeyPositions` has them; empty where it is about no key.
    """

    __slots__ = ("column", "line", "path", "source", "what")
    source: str
    what: str
    line: int
    column: int
    path: Path

    def __new__(cls, source: str, what: str, position: tuple[int, int] | None = None, path: Path = ()) -> "Problem":
        """Make it of a file's name and what is wrong with the file."""
        made = super().__new__(cls, f"{source}: {what}")
        made.source, made.what, made.path = source, what, path
        made.line, made.column = position or (0, 0)
        return made

    def __getnewargs__(self) -> tuple[str, str, tuple[int, int], Path]:  # type: ignore[override]
        """Give the parts, so that a copy in another process has them, too."""
        return self.source, self.what, (self.line, self.column), self.path

    @property
    def located(self) -> str:
        """The text as editors and compilers write it: `region.toml:12:1: policy.pace is ...`."""
        return f"{self.source}:{self.line}:{self.column}: {self.what}" if self.line else str(self)


def floor_path(subsystem: str) -> Path:
    """Give the keys of a subsystem's floor, as problems with it have them."""
    return "subsystem", subsystem, "floor"


def not_toml(source: str, error: Exception) -> Problem:
    """Say that a text is not TOML, where the decoder says so: it has the place in its words alone."""
    said = _AT.search(str(error))
    return Problem(source, f"is not TOML: {error}", (int(said[1]), int(said[2])) if said else None)
