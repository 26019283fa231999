"""A place for files, as publishing sees it, and how long things there may take."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from topology.publishing.errors import PassingError

T = TypeVar("T")
PAUSES_S = (0.3, 1.0, 3.0)
"""How long to wait before each further try."""
REQUEST_S = 10.0
"""How long one answer may take."""
WHOLE_READ_S = 30.0
"""How long reading one file may take, as the public reads it."""
MOST_BYTES = 16 * 1024 * 1024
"""More is never read of one file."""


class Stored(NamedTuple):
    """A file as it lies there, and a *tag* that is another one after every change."""

    data: bytes
    tag: str


class Unconditional:
    """Says that a file is replaced whatever is there."""


ANY = Unconditional()
Expected = str | None | Unconditional
"""The tag of what is to be replaced; None: nothing must be there."""


class Storage(Protocol):
    """Where files go. Paths have `/` between folders; calls block, each within the deadline that it is given."""

    def read(self, path: str, deadline: "Deadline") -> Stored | None:
        """Give a file, or None where there is none.

        Raises:
            PublishError: it cannot be read; `PassingError` where another try may do.
        """

    def write(self, path: str, data: bytes, kind: str, expected: Expected, deadline: "Deadline") -> None:
        """Write a file, whole or not at all; *kind* is its media type.

        Raises:
            PublishError: it is not written; `ConflictError` where something else than *expected* is there.
        """


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time by which all of it must be done, by a clock that is never set."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "began", self.clock())

    @property
    def passed_s(self) -> float:
        """Give what is over of it."""
        return self.clock() - self.began

    @property
    def left_s(self) -> float:
        """Give what is left, at least 0."""
        return max(0.0, self.began + self.seconds - self.clock())

    def for_request(self) -> float:
        """Give how long the next answer may take.

        Raises:
            PassingError: the time is over.
        """
        left = min(REQUEST_S, self.left_s)
        if left <= 0:
            raise PassingError(f"was not done within {self.seconds:g} s")
        return left


def with_tries(work: Callable[[], T], deadline: Deadline, pauses: tuple[float, ...] = PAUSES_S) -> T:
    """Do *work* again after what may pass, with pauses in between, within the deadline.

    Raises:
        PublishError: of the last try.
    """
    for pause in pauses:
        try:
            return work()
        except PassingError:
            if pause >= deadline.left_s:
                raise
        threading.Event().wait(pause)
    return work()
