"""The alarms as a table model: causes, and below each what follows from it, folded away until it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from console.kit.lines.line_model import LineModel
from console.kit.theme import Theme
from console.words import writing as words
from console.words.alarms import MARKS, RULES, sentence, standing
from topology.alarms.values import Alarm, AlarmKey, Standing
from topology.region.alarming.policy import Priority
from topology.region.sentences.clock import moment_at

HEADS = ("since", "what, and what it means", "the act it asks for", "state")
SINCE, WHAT, ACT, STATE = range(len(HEADS))


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """A row: an alarm, how many follow from it, whether they are on show, and whether it is one of them."""

    alarm: Alarm
    follow: int = 0
    is_open: bool = False
    is_below: bool = False


class AlarmModel(LineModel[AlarmRow]):
    """Rows change in place while the same alarms stand, so that what is selected stays selected."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, HEADS, parent)
        self._zone: tzinfo = UTC
        self._alarms: tuple[Alarm, ...] = ()
        self._open: set[AlarmKey] = set()
        self._wanted: tuple[str, ...] = ()

    def show_alarms(self, alarms: tuple[Alarm, ...], zone: tzinfo) -> None:
        """Show the alarms that stand, causes before what follows from them, times in *zone*."""
        if alarms == self._alarms and zone == self._zone:
            return
        self._alarms, self._zone = alarms, zone
        self._choose()

    def filter(self, text: str) -> None:
        """Show only alarms that hold every word of *text*, what follows from a cause by itself."""
        self._wanted = tuple(text.lower().split())
        self._choose()

    def unfold(self, key: AlarmKey, is_open: bool) -> None:
        """Show what follows from an alarm, or fold it away."""
        (self._open.add if is_open else self._open.discard)(key)
        self._choose()

    def place_of(self, key: AlarmKey) -> int | None:
        """Give the row of an alarm; None where it is not on show."""
        return next((number for number, row in enumerate(self.rows) if row.alarm.key == key), None)

    def _choose(self) -> None:
        self.show_rows(self._found() if self._wanted else self._folded())

    def _folded(self) -> list[AlarmRow]:
        """Give causes with how many follow; those that follow come after a cause that is open."""
        rows: list[AlarmRow] = []
        for cause, below in _grouped(self._alarms):
            is_open = cause.key in self._open
            rows.append(AlarmRow(cause, len(below), is_open))
            if is_open:
                rows += [AlarmRow(one, is_below=True) for one in below]
        return rows

    def _found(self) -> list[AlarmRow]:
        return [AlarmRow(one) for one in self._alarms if all(word in self._searched(one) for word in self._wanted)]

    def _searched(self, alarm: Alarm) -> str:
        parts = (
            sentence(alarm),
            RULES[alarm.key.rule],
            alarm.key.rule,
            alarm.condition.act,
            standing(alarm, self._zone),
        )
        return " ".join(parts).lower()

    def says(self, row: AlarmRow, column: int) -> str:
        """Give the text of a cell."""
        return words.literal(self._text_of(row, column))

    def colour(self, theme: Theme, row: AlarmRow, column: int) -> QColor:
        """Give the colour of a cell."""
        alarm = row.alarm
        if column == ACT:
            return theme.plan
        if alarm.is_quiet or alarm.standing is Standing.RETURNED:
            return theme.text_soft
        if column in (WHAT, STATE):
            return {Priority.HIGH: theme.alarm, Priority.MEDIUM: theme.caution}.get(alarm.priority, theme.text)
        return theme.text

    def stay(self, rows: Sequence[AlarmRow]) -> bool:
        """Whether the same alarms stand."""
        return [row.alarm.key for row in rows] == [row.alarm.key for row in self.rows]

    def _text_of(self, row: AlarmRow, column: int) -> str:
        alarm = row.alarm
        if column == SINCE:
            return f"{moment_at(alarm.raised, self._zone):%H:%M:%S}"
        if column == ACT:
            return "" if alarm.standing is Standing.RETURNED else alarm.condition.act
        if column == STATE:
            return standing(alarm, self._zone)
        fold = "" if not row.follow else f"{'▾' if row.is_open else '▸'} "
        more = (
            f" · {words.number(row.follow)} more {words.verb(row.follow, 'follows', 'follow')} from it"
            if row.follow
            else ""
        )
        mark = "    ↳ " if row.is_below else f"{MARKS[alarm.priority]} "
        return f"{mark}{fold}{sentence(alarm)}{more}"


def _grouped(alarms: Sequence[Alarm]) -> list[tuple[Alarm, list[Alarm]]]:
    """Give alarms that stand for themselves, each with what follows from it; the board lists that, while quiet, right behind."""
    standing_keys = {one.key for one in alarms}
    found: list[tuple[Alarm, list[Alarm]]] = []
    for one in alarms:
        if one.is_quiet and one.condition.cause in standing_keys and found:
            found[-1][1].append(one)
        else:
            found.append((one, []))
    return found
