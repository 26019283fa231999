"""What is still to happen on a branch, in order of time; of one instant, in the order in which it was put there."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from topology.incident.model import Event
from topology.region.server_states import ServerState


@dataclass(order=True, slots=True)
class Due:
    """Something that happens at *time*.

    *kind* is `server`, `held`, `rejoin`, `part`, `step`, `moved`, `restarted`, `recovered`, `way`, `cascade`, `said`,
    `event`.
    """

    time: float
    kind: str = field(compare=False)
    server: int = field(compare=False, default=-1)
    state: ServerState = field(compare=False, default=ServerState.IN_SERVICE)
    subsystem: str = field(compare=False, default="")
    event: Event | None = field(compare=False, default=None)
    servers: tuple[int, ...] = field(compare=False, default=())
    guarded: bool = field(compare=False, default=False)
    text: str = field(compare=False, default="")
    lost_s: float = field(compare=False, default=0.0)
    units: int = field(compare=False, default=0)
    """What of *subsystem* is asked of *text* from then on, where *kind* is `moved`."""
    number: int = 0
    """Its place among all that was put on the agenda."""


class Agenda:
    """Holds it. Of every server at most one change is expected: the last that was put here."""

    def __init__(self) -> None:
        self._due: list[Due] = []
        self._number = 0
        self._expected: dict[int, int] = {}

    def put(self, due: Due) -> None:
        """Let something happen."""
        self._number += 1
        due.number = self._number
        heapq.heappush(self._due, due)

    def expect(self, due: Due) -> None:
        """Let a server change, in place of what was expected of it."""
        self.put(due)
        self._expected[due.server] = due.number

    def forget(self, server: int) -> None:
        """Expect nothing of a server any more."""
        self._expected.pop(server, None)

    def expects(self, server: int) -> bool:
        """Whether something is expected of a server."""
        return server in self._expected

    def left_alone(self, servers: Iterable[int]) -> list[int]:
        """Give those of servers of which nothing is expected, in their order."""
        expected = self._expected
        return [server for server in servers if server not in expected]

    def arrives(self, due: Due) -> bool:
        """Whether a server's change still holds now that it is due; then it is expected no more."""
        if self._expected.get(due.server) != due.number:
            return False
        del self._expected[due.server]
        return True

    def first(self, until: float) -> float | None:
        """Give when the next thing happens, if that is not after a moment."""
        return self._due[0].time if self._due and self._due[0].time <= until else None

    def pop(self, until: float) -> Due | None:
        """Take the next thing, if that is not after a moment."""
        return heapq.heappop(self._due) if self._due and self._due[0].time <= until else None

    def drop_steps(self, of: str = "", but: str = "") -> int:
        """Let no further step happen, of one change or of all *but* one; gives the servers that they would have changed."""

        def goes(due: Due) -> bool:
            return due.kind in ("step", "moved") and of in ("", due.subsystem) and (not but or due.subsystem != but)

        steps = [due for due in self._due if goes(due)]
        self._due = [due for due in self._due if not goes(due)]
        heapq.heapify(self._due)
        return sum(len(due.servers) for due in steps)
