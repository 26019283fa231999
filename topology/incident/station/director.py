"""Which cues are due: each once, in the order of their writing; what was due while the clock leapt is due at once."""

from topology.incident.moment import Moment
from topology.incident.station.cues import Cue


class Director:
    """Keeps the cues that wait."""

    def __init__(self, cues: tuple[Cue, ...] = ()) -> None:
        self.waiting: list[Cue] = list(cues)

    def add(self, cue: Cue) -> None:
        """Let one more wait."""
        self.waiting.append(cue)

    def take_back(self, number: int) -> Cue | None:
        """Let one wait no more, by its number from 0; gives it."""
        return self.waiting.pop(number) if 0 <= number < len(self.waiting) else None

    def due(self, now: float, moment: Moment, last_act: float) -> tuple[Cue, ...]:
        """Take those that are due now; *last_act* is when the trainee acted last, seconds since 1970 UTC."""
        found = [cue for cue in self.waiting if _is_due(cue, now, moment, last_act)]
        self.waiting = [cue for cue in self.waiting if cue not in found]
        return tuple(found)


def _is_due(cue: Cue, now: float, moment: Moment, last_act: float) -> bool:
    if cue.at is not None:
        return now >= cue.at
    if cue.quiet_s is not None:
        return now - last_act >= cue.quiet_s
    if cue.when is not None:
        return cue.when.holds(moment.standing(cue.when.subsystem).in_service or 0)
    return True
