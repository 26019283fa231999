"""A stream to a terminal that shows what others wrote, and obeys none of it: names of files may hold what moves a cursor."""

import re
from collections.abc import Iterable
from typing import Any, TextIO, cast

_OURS = r"\x1b\[(?:1;31|33|32|0)m|\r\x1b\[K"
"""What `colour` and `ProgressLine` write themselves; whoever else writes it colours a word, and no more."""
_OBEYED = re.compile(rf"({_OURS})|([\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069])")


class PlainStream:
    """Everything of the stream it stands for, but what a terminal would obey is written as `U+001B`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what can be shown."""
        return self._stream.write(shown(text))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write line by line."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def plain(stream: TextIO) -> TextIO:
    """Give a stream that shows what is written to *stream*; one that does so already stays."""
    return stream if isinstance(stream, PlainStream) else cast("TextIO", PlainStream(stream))


def shown(text: str) -> str:
    """Give *text* with every sign that a terminal would obey, or that turns a line around, by its number."""
    if text.isprintable():
        return text
    return _OBEYED.sub(lambda found: found[1] or f"U+{ord(found[2]):04X}", text)
