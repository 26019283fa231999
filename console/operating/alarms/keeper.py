"""Keeps the alarms of one console: judges the region each second, passes on what operators do, and says what is to be journaled.

Large regions are judged in a thread, on values taken beforehand, so that a burst never holds the window up. Everything else
happens in the order it was asked for.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from topology.alarms.board import AlarmBoard
from topology.alarms.conditions import conditions_of
from topology.alarms.load import AlarmLoad, load_of
from topology.alarms.readings import AlarmReadings
from topology.alarms.values import Alarm, AlarmKey, AlarmStep, StepKind
from topology.command.grammar.alarm_commands import AlarmCommand, ShelveAlarm, UnshelveAlarm
from topology.graph.graph import graph_of
from topology.region.alarming.policy import AlarmPolicy, AlarmRule
from topology.region.collecting import without_collection

AT_ONCE = 2_000
"""Scopes up to which a region is judged at once: it takes less than a millisecond."""
DAY_S = 24 * 3600.0
LOAD_EACH_S = 60.0
MOST_STEPS = 200_000
"""Steps remembered for the load of the last day."""
Keep = Callable[[Sequence[AlarmStep], str], Awaitable[None]]
"""Writes steps into the journal; the text is the command that made them, empty where the region did."""


@dataclass(frozen=True, slots=True, eq=False)
class AlarmReading:
    """The alarms as one frame shows them. *loud* are those that wait for somebody; *new* came with the last judgement."""

    alarms: tuple[Alarm, ...] = ()
    loud: int = 0
    new: tuple[Alarm, ...] = ()
    load: AlarmLoad | None = None
    """Of the last day, or since this console began to watch."""


class AlarmKeeper:
    """Holds the board of a region; *changed* hears when there is another reading."""

    def __init__(self, keep: Keep, changed: Callable[[], None], operator: str) -> None:
        self.reading = AlarmReading()
        self._keep = keep
        self._changed = changed
        self._operator = operator
        self._board = AlarmBoard(AlarmPolicy())
        self._steps: deque[AlarmStep] = deque(maxlen=MOST_STEPS)
        self._heard: list[AlarmStep] = []
        self._order = asyncio.Lock()
        self._began: float | None = None
        self._time = 0.0
        self._loaded: tuple[float, AlarmLoad] | None = None
        """When the load was counted last, and what it was."""
        self._seen_halts: set[str] = set()

    async def look(self, readings: AlarmReadings) -> None:
        """Judge a moment; one that is before the last one is another run of a replay, and begins anew."""
        async with self._order:
            if readings.time < self._time or self._began is None:
                self._begin(readings)
            self._time = readings.time
            self._board.policy = readings.region.alarms
            self._board.hear(self._heard)
            self._heard.clear()
            if len(readings.capacity) <= AT_ONCE:
                steps, reading = self._judged(readings)
            else:
                steps, reading = await asyncio.to_thread(self._judged, readings)
            await self._show(steps, reading, "")

    async def act(self, command: AlarmCommand) -> str:
        """Do what an operator says to alarms, and give a sentence about what was done."""
        async with self._order:
            keys = self._meant(command)
            if not keys:
                return _nothing(command)
            board, now = self._board, self._time
            if isinstance(command, ShelveAlarm):
                steps = board.shelve(keys, self._operator, command.minutes * 60.0, command.because, now)
            elif isinstance(command, UnshelveAlarm):
                steps = board.unshelve(keys, self._operator, now)
            else:
                steps = board.acknowledge(keys, self._operator, now)
                self._seen_halts |= {key.scope for key in keys if key.rule is AlarmRule.HALTED}
            if not steps:
                return _nothing(command)
            await self._show(steps, self._reading(steps), str(command))
            return f"{len(steps):,} {'alarm' if len(steps) == 1 else 'alarms'} {_DONE[type(command).__name__]}."

    def hear(self, steps: Sequence[AlarmStep]) -> None:
        """Take in with the next judgement what others did, or this operator in an earlier session."""
        self._heard.extend(steps)

    def _begin(self, readings: AlarmReadings) -> None:
        self._board = AlarmBoard(readings.region.alarms)
        self._steps.clear()
        self._loaded = None
        self._began = readings.time

    def _judged(self, readings: AlarmReadings) -> tuple[tuple[AlarmStep, ...], AlarmReading]:
        """Judge a moment; of a large region this is a thread's work, the whole of it."""
        unseen = tuple(one for one in readings.halted if one[0] not in self._seen_halts)
        # What a burst makes stays for long, and looking through all of it again and again would take the most time.
        with without_collection():
            found = conditions_of(replace(readings, halted=unseen), graph_of(readings.region), readings.region.alarms)
            steps = self._board.step(found, readings.time)
            return steps, self._reading(steps)

    def _reading(self, steps: Sequence[AlarmStep]) -> AlarmReading:
        self._steps.extend(steps)
        raised = {step.key for step in steps if step.kind is StepKind.RAISED and step.cause is None}
        alarms = self._board.alarms
        loud = [one for one in alarms if not one.is_quiet]
        new = tuple(one for one in loud if one.condition.key in raised) if raised else ()
        return AlarmReading(alarms, len(loud), new, self._load(bool(steps)))

    def _load(self, has_news: bool) -> AlarmLoad:
        """Give the load of the last day: counted again when something happened, else once a minute, since a day may hold many."""
        began = self._time if self._began is None else self._began
        if has_news or self._loaded is None or not 0 <= self._time - self._loaded[0] < LOAD_EACH_S:
            self._loaded = self._time, load_of(self._steps, max(began, self._time - DAY_S), self._time)
        return self._loaded[1]

    async def _show(self, steps: Sequence[AlarmStep], reading: AlarmReading, command: str) -> None:
        """Show what came of it, then have it written."""
        before, self.reading = self.reading, reading
        if steps or reading.alarms != before.alarms:
            self._changed()
        if steps:
            await self._keep(steps, command)

    def _meant(self, command: AlarmCommand) -> tuple[AlarmKey, ...]:
        alarms = self._board.alarms
        if command.about is not None:
            alarms = tuple(one for one in alarms if one.key.about == command.about)
        return tuple(one.key for one in alarms)


_DONE = {"AcknowledgeAlarm": "acknowledged", "ShelveAlarm": "shelved", "UnshelveAlarm": "taken from the shelf"}


def _nothing(command: AlarmCommand) -> str:
    about = "" if command.about is None else f" about {command.about}"
    what = {"AcknowledgeAlarm": "waits to be seen", "ShelveAlarm": "stands", "UnshelveAlarm": "is on the shelf"}
    return f"No alarm{about} {what[type(command).__name__]}, so nothing was done."
