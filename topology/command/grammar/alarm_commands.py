"""What an operator can say to alarms: seen, put aside for a time, taken up again."""

from dataclasses import dataclass
from typing import ClassVar

from topology.command.grammar.syntax import Command


@dataclass(frozen=True, slots=True)
class AlarmCommand(Command):
    """A command about alarms: those about something by its name, or all of them (None)."""

    about: str | None

    def __str__(self) -> str:
        return f"{self.word} {'alarms' if self.about is None else f'alarm {self.about}'}"


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm(AlarmCommand):
    """Have seen alarms, which makes no one else's business of them."""

    word: ClassVar[str] = "acknowledge"


@dataclass(frozen=True, slots=True)
class UnshelveAlarm(AlarmCommand):
    """Take alarms up again before their time."""

    word: ClassVar[str] = "unshelve"


@dataclass(frozen=True, slots=True)
class ShelveAlarm(AlarmCommand):
    """Put alarms aside for so many minutes, for a reason."""

    word: ClassVar[str] = "shelve"
    minutes: int = 30
    because: str = ""

    def __str__(self) -> str:
        escaped = self.because.replace("\\", "\\\\").replace('"', '\\"')
        return f'{AlarmCommand.__str__(self)} for {self.minutes} min because "{escaped}"'
