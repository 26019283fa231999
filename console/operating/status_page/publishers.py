"""Which console publishes where: of those that share a ledger and can write a place, one at a time; the others stand by.

Two consoles that see a region differently would show the public now one page, now another. The one that could first publishes; one
that fails goes to the end of the row. Where nothing was heard of the ledger for long everybody publishes: the page does not stand
on it, and what two write at once is settled at the place.
"""

import socket
import time
from collections.abc import Callable, Iterable

from topology.records.ledger.colleagues import PRESENCE_S, Presence
from topology.region.public.policy import PublishTarget, TargetKind

FIRST_S = 4.0
"""So long the first word of the ledger is waited for before anything is published."""


class Publishers:
    """The places that a console, *session*, can write, and who else can. *elapsed* gives seconds that go on evenly."""

    def __init__(self, session: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._elapsed = elapsed
        self._began = elapsed()
        self._heard: float | None = None
        self._now = 0.0
        self._own: dict[str, float] = {}
        self._others: tuple[Presence, ...] = ()
        self._wanted: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it may be said who publishes: something was heard, or nothing will be soon."""
        return self._heard is not None or self._elapsed() - self._began >= FIRST_S

    @property
    def own(self) -> tuple[tuple[str, float], ...]:
        """The places that this console can write, for the others to hear."""
        return tuple(sorted(self._own.items()))

    def follow(self, targets: Iterable[PublishTarget]) -> None:
        """Take in where this console publishes."""
        self._wanted = tuple(map(place_of, targets))
        self._own = {place: since for place, since in self._own.items() if place in self._wanted}
        self._enter()

    def hear(self, presences: Iterable[Presence], now: float) -> None:
        """Take in who is there at *now*, by the ledger's time."""
        self._others = tuple(one for one in presences if one.session != self._session)
        self._heard, self._now = self._elapsed(), now
        self._enter()

    def elsewhere(self, target: PublishTarget) -> str:
        """Say who publishes to a target in place of this console; empty where this one does."""
        if self._heard is None or self._elapsed() - self._heard > PRESENCE_S:
            return ""
        place = place_of(target)
        mine = self._own.get(place, float("inf")), self._session
        found = [
            (since, one.session, f"{one.operator} at {one.host}" if one.host else one.operator)
            for one in self._others
            for other, since in one.publishes
            if other == place and (since, one.session) < mine
        ]
        return min(found)[2] if found else ""

    def failed(self, target: PublishTarget) -> None:
        """Go to the end of the row: whoever else can write there does it now."""
        if place_of(target) in self._own:
            self._own[place_of(target)] = self._now

    def claim(self) -> None:
        """Go to the head of the row, everywhere: an operator wants to publish from here."""
        first = min((since for one in self._others for _, since in one.publishes), default=self._now)
        self._own = {place: min(since, first - 1.0) for place, since in self._own.items()}

    def _enter(self) -> None:
        if self._heard is not None:
            for place in self._wanted:
                self._own.setdefault(place, self._now)


def place_of(target: PublishTarget) -> str:
    """Give what a place is called among consoles: a folder is one of its machine."""
    where = f"{socket.gethostname()}:" if target.kind is TargetKind.FOLDER else ""
    return f"{target.kind}:{where}{target.address}"
