"""The waves of an execution: what each takes, which of them were sent and when, and what must be sent again."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.execution.outcomes import OPEN, Outcomes
from topology.execution.progress import Send, ServerOutcome, WaveProgress, WaveResult, WaveState


@dataclass(slots=True)
class SentWave:
    """One wave; times are the link's."""

    servers: tuple[str, ...]
    sent_at: float | None = None
    too_soon_since: float | None = None
    """From when on it might have been sent, by the region's first word that it was too soon."""


class SentWaves:
    """Waves in their order, numbered from 1, of servers whose *outcomes* are kept beside them."""

    def __init__(self, waves: Iterable[tuple[str, ...]], outcomes: Outcomes) -> None:
        self.all = [SentWave(servers) for servers in waves]
        self.sent = 0
        """Number of the last wave that was sent; 0 before the first."""
        self.not_before = float("-inf")
        """Before this nothing is sent, by what the region said."""
        self._outcomes = outcomes
        self._whose = {place: wave for wave in self.all for place in outcomes.places_of(wave.servers)}
        """The wave of each server, by its place in the plan."""
        self._known: dict[int, WaveProgress] = {}
        """How far waves are, by number, as far as nothing changed since it was asked."""

    def __len__(self) -> int:
        return len(self.all)

    def of(self, number: int) -> SentWave:
        """Give a wave by its number."""
        return self.all[number - 1]

    @property
    def next(self) -> SentWave:
        """The wave that is sent next; there must be one."""
        return self.all[self.sent]

    @property
    def has_more(self) -> bool:
        """Whether waves are still to be sent, if nothing ends it before."""
        return self.sent < len(self.all)

    @property
    def open(self) -> tuple[int, ...]:
        """Numbers of the waves of which the link has not said everything."""
        places = self._outcomes.places(*OPEN)
        if not places:
            return ()
        some = {id(self._whose[place]) for place in places}
        return tuple(number for number, wave in enumerate(self.all, 1) if wave.sent_at and id(wave) in some)

    def send(self, now: float) -> Send | None:
        """Count the next wave as sent; None where nothing is left of it."""
        wave = self.next
        self.sent += 1
        self._known.pop(self.sent, None)
        servers = tuple(name for name in wave.servers if self._outcomes[name] is ServerOutcome.LEFT)
        if not servers:
            return None
        wave.sent_at = now
        self._outcomes.sent(servers, now)
        return Send(self.sent, servers)

    def send_again(self, number: int, result: WaveResult) -> None:
        """Put what was too soon in front of what is still to be sent: all of a wave anew, or the rest as a wave of its own."""
        self.not_before = max(self.not_before, result.not_before or self.not_before)
        wave = self.of(number)
        again = tuple(name for name in result.too_soon if self._outcomes[name] is ServerOutcome.LEFT)
        since = wave.too_soon_since if wave.too_soon_since is not None else result.not_before
        if set(again) == set(wave.servers):
            # Nothing was done under its id, so that the same id may be sent once more.
            self.never_heard_of(number)
            wave.too_soon_since = since
        elif again:
            wave.servers = tuple(name for name in wave.servers if name not in set(again))
            rest = SentWave(again, too_soon_since=since)
            self.all.insert(number, rest)
            for place in self._outcomes.places_of(again):
                self._whose[place] = rest
            self._known.clear()

    def never_heard_of(self, number: int) -> None:
        """Take in that the region never got a wave, so that it did not happen."""
        wave = self.of(number)
        wave.sent_at = None
        self._outcomes.never_sent(wave.servers)
        self.sent = number - 1
        self._known.clear()

    def progress(self) -> tuple[WaveProgress, ...]:
        """Say how far each is."""
        changed = {id(self._whose[place]) for place in self._outcomes.changed()}
        for number, wave in enumerate(self.all, 1):
            if number not in self._known or id(wave) in changed:
                self._known[number] = self._progress(number, wave)
        return tuple(self._known[number] for number in range(1, len(self.all) + 1))

    def _progress(self, number: int, wave: SentWave) -> WaveProgress:
        done = [name for name in wave.servers if self._outcomes[name] is ServerOutcome.DONE]
        moving = sum(self._outcomes.is_moving(name) for name in done)
        if number > self.sent:
            return WaveProgress(number, len(wave.servers), 0, 0, "planned")
        kind: WaveState = (
            "sent" if any(self._outcomes[name] in OPEN for name in wave.servers) else "moving" if moving else "done"
        )
        return WaveProgress(number, len(wave.servers), len(done) - moving, moving, kind)
