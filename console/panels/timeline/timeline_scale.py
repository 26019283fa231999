"""Where a timeline has its moments, events and labels, for one incident in a width and a height."""

from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics

from console.kit.painting import elided, font_of
from topology.incident.model import Event, Incident
from topology.incident.times import clock_text

MARGIN = 24
MOST_LABEL = 190
NEAR = 6
"""Pixels from an event at which the pointer means it."""
LABELS = 2
"""Rows of labels under the axis."""
SMALL = 8.5
"""Size of all that is written on it, in points."""


@dataclass(frozen=True, slots=True)
class TimelineLabel:
    """Words under the axis: their left edge, their row and what they say."""

    x: int
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class TimelineScale:
    """An incident from end to end on *width* by *height* pixels."""

    incident: Incident
    width: int
    height: int

    def x_of(self, moment: float) -> float:
        """Give the place of a moment, seconds since 1970 UTC."""
        share = (moment - self.incident.starts) / max(1.0, self.incident.length_s)
        return MARGIN + share * (self.width - 2 * MARGIN)

    def moment_at(self, x: float) -> float:
        """Give the moment at a place, seconds since 1970 UTC."""
        share = (x - MARGIN) / max(1, self.width - 2 * MARGIN)
        return self.incident.starts + min(1.0, max(0.0, share)) * self.incident.length_s

    def axis_y(self) -> int:
        """Give the height of the axis: labels need their rows below it."""
        return self.height - 2 - LABELS * QFontMetrics(font_of(SMALL)).height() - 10

    def event_at(self, x: float) -> Event | None:
        """Give the event that the pointer means."""
        near = [event for event in self.incident.events if abs(self.x_of(event.time) - x) <= NEAR]
        return min(near, key=lambda event: abs(self.x_of(event.time) - x)) if near else None

    def labels(self, metrics: QFontMetrics) -> list[TimelineLabel]:
        """Place what fits: the clock and the first words of an event, in the first row with room for it."""
        ends = [-1000] * LABELS
        found: list[TimelineLabel] = []
        seen: set[int] = set()
        for event in self.incident.events:
            x = round(self.x_of(event.time))
            row = min(range(LABELS), key=lambda number: ends[number])
            if x in seen or (label := self._label(event, row, ends[row], metrics)) is None:
                continue
            found.append(label)
            ends[row] = label.x + metrics.horizontalAdvance(label.text)
            seen.add(x)
        return found

    def _label(self, event: Event, row: int, end: int, metrics: QFontMetrics) -> TimelineLabel | None:
        """Place the label of one event in a row that is taken up to *end*; None where it has no room."""
        clock = clock_text(event.time, self.incident.time_zone)[:5]
        left = max(2, round(self.x_of(event.time)) - 12)
        if left < end + 8:
            return None
        text = f"{clock} {_short(event)}"
        room = min(metrics.horizontalAdvance(text), MOST_LABEL)
        if left + room > self.width - 4:
            # At the right edge it ends with the line instead; where that place is taken, the clock alone is said.
            left = self.width - 4 - room
            if left < end + 8:
                room = metrics.horizontalAdvance(clock)
                left, text = self.width - 4 - room, clock
            if left < end + 8:
                return None
        return TimelineLabel(left, row, elided(text, font_of(SMALL), room))


def _short(event: Event) -> str:
    """Give the first words of an event, up to where its first part ends."""
    text = event.text
    for stop in (";", ".", ":", ","):
        head = text.split(stop, 1)[0]
        if 8 < len(head) < len(text):
            text = head
            break
    return text
