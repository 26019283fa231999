"""What an alarm is about, and for how long it is put aside."""

from collections.abc import Iterator
from dataclasses import dataclass

from topology.command.arguments.argument import MOST, Argument, Offer, Question
from topology.command.arguments.reason import REASON
from topology.command.cursor import Cursor
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, AlarmCommand, ShelveAlarm
from topology.command.grammar.quantities import Wrong, read_entry
from topology.command.grammar.syntax import Command, Control
from topology.command.grammar.tokens import shown

OTHERS = ("execution", "journal", "ledger", "source", "status-page")
"""What alarms are about besides subsystems."""
LONGEST_MIN = 24 * 60


class _About(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        names = (*cursor.vocabulary.subsystems, *OTHERS)
        word = cursor.need(self)
        if word in names:
            cursor.take("subsystem")
        else:
            unfinished = any(name.startswith(word) for name in names)
            message = f"no alarm can be about {shown(word)}: name a subsystem, {', '.join(OTHERS)}"
            cursor.wrong(Wrong(message, unfinished=unfinished, near=names), "subsystem")
        return word

    def offers(self, asked: Question) -> Iterator[Offer]:
        for name in asked.names(asked.typed, tuple(sorted((*asked.vocabulary.subsystems, *OTHERS))), MOST):
            yield (name, "keyword" if name in OTHERS else "subsystem", "alarms about it")


class _Minutes(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> int:
        found = read_entry(cursor.need(self))
        if isinstance(found, int) and found > LONGEST_MIN:
            found = Wrong(f"an alarm is put aside for {LONGEST_MIN:,} min at most, which is a day", str(LONGEST_MIN))
        if isinstance(found, Wrong):
            cursor.wrong(found, "quantity")
            return 1
        cursor.take("quantity")
        return found

    def offers(self, asked: Question) -> Iterator[Offer]:
        for minutes, reason in (("30", "half an hour"), ("60", "an hour"), ("480", "a shift of eight hours")):
            if minutes.startswith(asked.typed):
                yield (minutes, "quantity", reason)


ABOUT = _About("what an alarm is about")
MINUTES = _Minutes("a number of minutes")


@dataclass(frozen=True, slots=True)
class AlarmPhrase:
    """`alarm NAME` or `alarms`; where *may_lack* it, nothing as well, which is about the description."""

    make: type[AlarmCommand]
    may_lack: bool = False

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read it, with its time and its reason where it has them."""
        word = self.make.word
        if self.may_lack and not cursor.word:
            cursor.wanted.extend(("alarm", "alarms"))
            return Control("acknowledge")
        about = None
        if not cursor.accept("alarms"):
            cursor.require("alarm")
            about = ABOUT.read(cursor, word)
        if self.make is not ShelveAlarm:
            return self.make(about)
        cursor.require("for")
        minutes = MINUTES.read(cursor, word)
        cursor.require("min")
        cursor.require("because")
        return ShelveAlarm(about, minutes, REASON.read(cursor, word))


ACKNOWLEDGES = AlarmPhrase(AcknowledgeAlarm, may_lack=True)
