"""Which part of an incident a timeline shows: zoomed about a moment, moved along, and following the clock. Values alone."""

from dataclasses import dataclass, replace

from topology.incident.model import Incident

STEP = 1.5
"""How much nearer one step of zooming is."""
CLOSEST_S = 120.0
"""Seconds that are on show at the closest."""
CROWDED = 0.25
"""Share of the incident within which decisions lie too close to each other to be told apart at first."""
AFTER_LAST = 2.0
"""How much longer than up to its last decision a crowded incident is shown at first."""
AHEAD = 0.1
"""Where the clock stands after the part on show has followed it, as a share of that part."""


@dataclass(frozen=True, slots=True)
class TimelineZoom:
    """The part from *first* to *last* of what goes from *starts* to *ends*; all are seconds since 1970 UTC."""

    starts: float
    ends: float
    first: float
    last: float

    @staticmethod
    def whole(incident: Incident) -> "TimelineZoom":
        """Show all of an incident."""
        return TimelineZoom(incident.starts, incident.ends, incident.starts, incident.ends)

    @staticmethod
    def at_first(incident: Incident) -> "TimelineZoom":
        """Show all of it; of one whose decisions all lie close to its start, what leads a little beyond them."""
        shown = TimelineZoom.whole(incident)
        latest = max((decision.time for decision in incident.decisions), default=incident.ends)
        length = (latest - incident.starts) * AFTER_LAST
        if not 0 < latest - incident.starts <= CROWDED * incident.length_s:
            return shown
        return replace(shown, last=incident.starts + max(length, min(CLOSEST_S, incident.length_s)))

    @property
    def is_whole(self) -> bool:
        """Whether everything is on show."""
        return self.first <= self.starts and self.last >= self.ends

    def nearer(self, steps: float, about: float) -> "TimelineZoom":
        """Zoom in by so many steps (negative: out), so that the moment *about* stays where it is."""
        length = self.last - self.first
        wanted = min(max(length / STEP**steps, min(CLOSEST_S, self.ends - self.starts)), self.ends - self.starts)
        share = (about - self.first) / length if length else 0.0
        return self._begun_at(about - share * wanted, wanted)

    def moved(self, share: float) -> "TimelineZoom":
        """Move along by a share of what is on show; positive is later."""
        length = self.last - self.first
        return self._begun_at(self.first + share * length, length)

    def following(self, now: float) -> "TimelineZoom":
        """Show the part with the moment *now*; the same while it is on show."""
        if self.first <= now <= self.last:
            return self
        length = self.last - self.first
        return self._begun_at(now - AHEAD * length, length)

    def _begun_at(self, first: float, length: float) -> "TimelineZoom":
        first = min(max(first, self.starts), self.ends - length)
        return replace(self, first=first, last=first + length)
