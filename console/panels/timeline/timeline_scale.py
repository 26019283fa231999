"""Where a timeline has its moments, events and labels, for the part of one incident that is on show in a width and a height."""

import math
import re
from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics

from console.kit.painting import elided, font_of
from topology.incident.model import Event, Incident
from topology.incident.times import clock_text

MARGIN = 24
LEAST_LABEL = 120
"""Pixels of a label for which it is worth a place; it takes all of the room that stays beside it."""
NEAR = 6
"""Pixels from an event at which the pointer means it."""
LABELS = 2
"""Rows of labels under the axis."""
SMALL = 8.5
"""Size of all that is written on it, in points."""
APART = 8
SHORTEST = 8
"""Letters of the shortest part of an event that says anything by itself."""
_PART = re.compile(r"[;.:,](?= )")
"""Where a part of an event ends."""


@dataclass(frozen=True, slots=True)
class TimelineLabel:
    """Words under the axis: their left edge, their row and what they say."""

    x: int
    row: int
    text: str


@dataclass(slots=True)
class _Place:
    """A label that has a place, before it is known how much room it has to its right."""

    event: Event
    left: int
    row: int
    least: int


@dataclass(frozen=True, slots=True)
class TimelineScale:
    """The part of an incident from *first* to *last* (default: all), seconds since 1970 UTC, on *width* by *height* pixels."""

    incident: Incident
    width: int
    height: int
    first: float | None = None
    last: float | None = None
    until: float = math.inf
    """Events later than this are not shown: nobody can know them yet."""

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that may be known."""
        return tuple(event for event in self.incident.events if event.time <= self.until)

    @property
    def start(self) -> float:
        """The moment at the left end."""
        return self.incident.starts if self.first is None else self.first

    @property
    def end(self) -> float:
        """The moment at the right end."""
        return self.incident.ends if self.last is None else self.last

    @property
    def is_whole(self) -> bool:
        """Whether all of the incident is on show."""
        return self.start <= self.incident.starts and self.end >= self.incident.ends

    def x_of(self, moment: float) -> float:
        """Give the place of a moment, seconds since 1970 UTC; one that is not on show lies beyond an end."""
        share = (moment - self.start) / max(1.0, self.end - self.start)
        return MARGIN + share * (self.width - 2 * MARGIN)

    def moment_at(self, x: float) -> float:
        """Give the moment at a place, seconds since 1970 UTC."""
        share = (x - MARGIN) / max(1, self.width - 2 * MARGIN)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def shows(self, moment: float) -> bool:
        """Whether a moment is on show."""
        return self.start <= moment <= self.end

    def axis_y(self) -> int:
        """Give the height of the axis: labels need their rows below it."""
        return self.height - 2 - LABELS * QFontMetrics(font_of(SMALL)).height() - 10

    def event_at(self, x: float) -> Event | None:
        """Give the event that the pointer means."""
        near = [event for event in self.events if self.shows(event.time) and abs(self.x_of(event.time) - x) <= NEAR]
        return min(near, key=lambda event: abs(self.x_of(event.time) - x)) if near else None

    def labels(self, metrics: QFontMetrics) -> list[TimelineLabel]:
        """Place what fits: the clock and the words of an event, in the row with most room, as far as the next label there."""
        found = self._places(metrics)
        labels = []
        for number, place in enumerate(found):
            later = [other.left for other in found[number + 1 :] if other.row == place.row]
            room = min([*later, self.width - 4 + APART]) - APART - place.left
            labels.append(TimelineLabel(place.left, place.row, self._words(place.event, room, metrics)))
        return labels

    def _places(self, metrics: QFontMetrics) -> list[_Place]:
        ends = [-1000] * LABELS
        found: list[_Place] = []
        seen: set[int] = set()
        for event in self.events:
            x = round(self.x_of(event.time))
            row = min(range(LABELS), key=lambda number: ends[number])
            if not self.shows(event.time) or x in seen:
                continue
            place = self._place(event, row, ends[row], metrics)
            if place is not None:
                found.append(place)
                ends[row] = place.left + place.least
                seen.add(x)
        return found

    def _place(self, event: Event, row: int, end: int, metrics: QFontMetrics) -> _Place | None:
        """Place the label of one event in a row that is taken up to *end*; None where it has no room."""
        left = max(2, round(self.x_of(event.time)) - 12)
        if left < end + APART:
            return None
        whole = metrics.horizontalAdvance(f"{self._clock(event)} {_short(event)}")
        if left + whole > self.width - 4:
            # At the right edge it ends with the line instead, or begins where the one before it ends.
            left = max(2, end + APART, self.width - 4 - whole)
        room = self.width - 4 - left
        if room < metrics.horizontalAdvance(self._clock(event)):
            return None
        return _Place(event, left, row, min(whole, LEAST_LABEL, room))

    def _words(self, event: Event, room: int, metrics: QFontMetrics) -> str:
        """Say an event in a room: all of it, else as many of its parts as fit, else a beginning; the clock is always said."""
        clock = self._clock(event)
        for text in (event.text, *_heads(event)):
            if metrics.horizontalAdvance(f"{clock} {text}") <= room:
                return f"{clock} {text}"
        if room < metrics.horizontalAdvance(f"{clock} mmm"):
            return clock
        return elided(f"{clock} {_short(event)}", font_of(SMALL), room)

    def _clock(self, event: Event) -> str:
        return clock_text(event.time, self.incident.time_zone)[:5]


def _heads(event: Event) -> list[str]:
    """Give the beginnings of what an event says that end with one of its parts, the longest first."""
    ends = [match.start() for match in _PART.finditer(event.text)]
    return [event.text[:end] for end in reversed(ends) if end > SHORTEST]


def _short(event: Event) -> str:
    """Give the first words of an event, up to where its first part ends."""
    text = event.text
    for stop in (";", ".", ":", ","):
        head = text.split(stop, 1)[0]
        if SHORTEST < len(head) < len(text):
            text = head
            break
    return text
