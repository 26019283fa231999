"""What is told to those outside, about which services, how far it is, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from topology.command.arguments.argument import MOST, Argument, Offer, Question
from topology.command.arguments.quantities import NumberOf
from topology.command.arguments.reason import REASON, Quoted
from topology.command.cursor import Cursor
from topology.command.grammar.page_commands import (
    AnnounceMaintenance,
    AnnounceTrouble,
    AnnounceUpdate,
    EndOverride,
    OverrideService,
    PageCommand,
)
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import standing

STATUSES = {
    "investigating": "something is wrong, and nobody knows why yet",
    "identified": "the cause is known",
    "monitoring": "it is repaired, and watched",
    "resolved": "it is over",
}
"""How far a trouble can be, each with a line of help."""
MAINTENANCE_STATUSES = {
    "scheduled": "maintenance that has not begun",
    "in-progress": "maintenance that goes on",
    "completed": "maintenance that is over",
}
STATES = {
    "available": "it works",
    "partial": "a part of it works",
    "unavailable": "it does not work",
    "unknown": "nobody knows",
}
"""How a service can be, each with a line of help."""
LONGEST_TEXT = 1_000
LONGEST_OVERRIDE_MIN = 24 * 60
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")


class _Choice(Argument):
    """One of a few words."""

    __slots__ = ("_help", "_noun")

    def __init__(self, noun: str, choices: dict[str, str]) -> None:
        super().__init__(noun)
        self._noun = noun
        self._help = choices

    def read(self, cursor: Cursor, verb: str) -> str:
        word = cursor.need(self)
        if word in self._help:
            cursor.take("value")
        else:
            unfinished = cursor.begins_a_keyword or any(one.startswith(word) for one in self._help)
            message = f"{shown(word)} is not {self._noun}: there are {', '.join(self._help)}"
            cursor.wrong(Wrong(message, unfinished=unfinished, near=tuple(self._help)), "value")
        return word

    def offers(self, asked: Question) -> Iterator[Offer]:
        for word, reason in self._help.items():
            if word.startswith(asked.typed):
                yield (word, "value", reason)


class _Service(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        word, names = cursor.need(self), cursor.vocabulary.services
        found = standing(word, names)
        if found == "name":
            cursor.take("subsystem")
        else:
            there = f"there are {', '.join(names[:6])}" if names else "no subsystem here states one"
            message = f"no service is called {shown(word)}: {there}"
            cursor.wrong(Wrong(message, unfinished=found == "beginning", near=names), "subsystem")
        return word

    def several(self, cursor: Cursor, verb: str) -> tuple[str, ...]:
        """Read one or more, separated by commas."""
        names = [self.read(cursor, verb)]
        while cursor.accept(",", "noise"):
            if cursor.word in names:
                cursor.wanted = [self]
                cursor.unexpected(f"{cursor.word} is named twice")
            names.append(self.read(cursor, verb))
        return tuple(names)

    def offers(self, asked: Question) -> Iterator[Offer]:
        used = asked.others("subsystem")
        for name in asked.names(asked.typed, asked.vocabulary.services, MOST + len(used)):
            if name not in used:
                yield (name, "subsystem", "a service on the status page")


class _Minutes(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> int:
        minutes = NUMBER.read(cursor, verb)
        if minutes > LONGEST_OVERRIDE_MIN:
            start, end = (cursor.taken_as("quantity")[-1])[:2]
            cursor.fail(f"a state is said for {LONGEST_OVERRIDE_MIN:,} min at most, which is a day", start, end)
        return minutes

    def offers(self, asked: Question) -> Iterator[Offer]:
        for minutes, reason in (("30", "half an hour"), ("60", "an hour"), ("480", "a shift of eight hours")):
            if minutes.startswith(asked.typed):
                yield (minutes, "quantity", reason)


class _Time(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        word = cursor.need(self)
        if _is_time(word):
            cursor.take("value")
        else:
            message = f"{shown(word)} is no time: write it in UTC, such as 2017-03-01T10:00Z"
            unfinished = len(word) < len("2017-03-01T10:00Z") and not set(word) - set("0123456789-T:Z")
            cursor.wrong(Wrong(message, unfinished=unfinished), "value")
        return word


def _is_time(word: str) -> bool:
    if not _TIME.fullmatch(word):
        return False
    try:
        datetime.fromisoformat(word)
    except ValueError:
        return False
    return True


TEXT = Quoted("the text", LONGEST_TEXT, "the text is empty: say what those outside should know")
SERVICE = _Service("a service")
NUMBER = NumberOf("a number of minutes")
ANNOUNCEMENT = NumberOf("the number of an announcement")
MINUTES = _Minutes("a number of minutes")
STATUS = _Choice("a status", STATUSES)
ANY_STATUS = _Choice("a status", {**STATUSES, **MAINTENANCE_STATUSES})
STATE = _Choice("a state", STATES)
TIME = _Time("a time in UTC")


@dataclass(frozen=True, slots=True)
class AnnouncePhrase:
    """A text for services with a status; an update of an announcement; or maintenance between two times."""

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read it."""
        if cursor.accept("update"):
            return self._update(cursor)
        maintenance = cursor.accept("maintenance")
        title = TEXT.read(cursor, "announce")
        cursor.require("for")
        services = SERVICE.several(cursor, "announce")
        if not maintenance:
            cursor.require("status")
            return AnnounceTrouble(title, services, STATUS.read(cursor, "announce"))
        cursor.require("from")
        starts = TIME.read(cursor, "announce")
        cursor.require("until")
        return AnnounceMaintenance(title, services, starts, TIME.read(cursor, "announce"))

    def _update(self, cursor: Cursor) -> PageCommand:
        number = ANNOUNCEMENT.read(cursor, "announce")
        text = TEXT.read(cursor, "announce")
        status = ANY_STATUS.read(cursor, "announce") if cursor.accept("status") else None
        return AnnounceUpdate(number, text, status)


@dataclass(frozen=True, slots=True)
class OverridePhrase:
    """A service, and how it is for a time and why; or that what is measured shows again."""

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read it."""
        service = SERVICE.read(cursor, "override")
        if cursor.accept("end"):
            return EndOverride(service)
        state = STATE.read(cursor, "override")
        cursor.require("for")
        minutes = MINUTES.read(cursor, "override")
        cursor.require("min")
        cursor.require("because")
        return OverrideService(service, state, minutes, REASON.read(cursor, "override"))
