"""One line in the terminal that says how far long work is, and is written over."""

import os
import time
from typing import TextIO

FIRST_S = 1.0
"""How long work takes before anything is said of it."""
EVERY_S = 0.1


class ProgressLine:
    """Writes only on a terminal that can take a line back; anything else would have all of its states one after the other."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._on = stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"  # which cannot take a line back
        self._next = time.monotonic() + FIRST_S
        self._shown = False

    def show(self, text: str) -> None:
        """Say how far the work is, if it is time to."""
        if self._on and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_S
            self._shown = True
            self._stream.write(f"\r\x1b[K{text} …")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._shown = False
            self._stream.write("\r\x1b[K")
            self._stream.flush()
