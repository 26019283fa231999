"""Command text with `{parameter}` in it: read once as a command with stand-ins, then filled with typed values.

A template is parsed with a stand-in for each parameter, and filling puts values where the stand-ins are in the parsed
command. So a value can only ever be what its place is for: no text of a value is read as part of the language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from topology.command.grammar.names import NAME
from topology.command.grammar.reading import Reading, listed
from topology.command.grammar.syntax import Command, Count, NameRange, Percent, Place, Undo
from topology.command.grammar.tokens import cut, shown
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.verbs import VERBS
from topology.playbook.stand_ins import occurrences, places_for, put, take
from topology.playbook.values import SubsystemValue, TextValue, Type, Value

PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_PIECE = re.compile(r'\{\{|\}\}|\{([^{}"]*)\}|[{}]|"|\\.')
_STAND_IN_SHARE = Percent(97)
_WORD_ENDS = ' ,()="'


@dataclass(frozen=True, slots=True)
class Template:
    """A command with places for parameters.

    *pattern* has a stand-in at each place. *marks* pairs each parameter with the word that stands for it inside a
    reason, and *stand_ins* with what stands for it anywhere else. *words* are the words of the text that are no
    placeholders.
    """

    text: str
    pattern: Command
    marks: tuple[tuple[str, str], ...] = ()
    stand_ins: tuple[tuple[str, Value], ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order in which they first come."""
        return tuple(name for name, _ in self.marks)

    @property
    def verb(self) -> str:
        """What it does, in one word."""
        return str(self.pattern).split(" ", 1)[0]

    @property
    def makes_plan(self) -> bool:
        """Whether it removes or restores, and can be judged beforehand; an undo depends on what was done."""
        return VERBS[self.verb].makes_plan and not isinstance(self.pattern, Undo)

    def put(self, values: Mapping[str, Value]) -> Command:
        """Give the command with *values* in their places; the names in it need not exist."""
        table: dict[object, object] = {}
        for name, stand_in in self.stand_ins:
            table.update(places_for(stand_in, values[name]))
        marks = {mark: str(values[name]) for name, mark in self.marks}
        return put(self.pattern, table, marks)  # type: ignore[no-any-return]

    def taken_from(self, command: Command) -> dict[str, Value] | None:
        """Give the values that make *command* of this template; None when it is no such command.

        Parameters that stand only inside a reason are not among them.
        """
        found: dict[str, Value] = {}
        stand_ins = {key: name for name, one in self.stand_ins for key in places_for(one, one)}
        return found if take(self.pattern, command, stand_ins, dict(self.stand_ins), found) else None


@dataclass(frozen=True, slots=True)
class Filled:
    """A step with its values: a command, or a sentence that says why there is none."""

    text: str
    command: Command | None
    error: str = ""


def fill(template: Template, values: Mapping[str, Value], vocabulary: Vocabulary) -> Filled:
    """Fill *template*, and read the result with the names of a region.

    The text must read as the very command that was put together; anything else is refused, and so is a value that is missing.
    """
    missing = next((name for name in template.parameters if name not in values), None)
    if missing is not None:
        return Filled(str(template.pattern), None, f"nothing is given for {missing}")
    command = template.put(values)
    text = str(command)
    reading = parse(text, vocabulary)
    if reading.command == command:
        return Filled(text, command)
    return Filled(text, None, _why_not(reading))


def _why_not(reading: Reading) -> str:
    if reading.error is not None:
        return reading.error.message
    if reading.command is None:
        return f"{shown(reading.text)} is unfinished: here could follow {listed(reading.expected)}"
    return f"{shown(reading.text)} would mean something else than the step says"


class BadTemplate(NamedTuple):
    """Why a text is no template: one sentence, and the column in it, counted from 1."""

    message: str
    column: int


class _Slot(NamedTuple):
    name: str
    start: int
    """Where it stands in the template's text."""
    quoted: bool


def read_template(text: str, types: Mapping[str, Type]) -> Template | BadTemplate:
    """Read *text*; *types* are those of the parameters."""
    slots = _slots(text)
    if isinstance(slots, BadTemplate):
        return slots
    for slot in slots:
        if slot.name not in types:
            known = f"there are {listed(tuple(types), 'and')}" if types else "the playbook has none"
            return BadTemplate(f"{{{shown(slot.name)}}} is no parameter: {known}", slot.start + 1)
        if not slot.quoted and (problem := _misplaced(text, slot, types[slot.name])):
            return problem
    names = tuple(dict.fromkeys(slot.name for slot in slots))
    marks = _marks(text, names)
    outside = tuple(dict.fromkeys(slot.name for slot in slots if not slot.quoted and types[slot.name] != "text"))
    stand_ins = {name: _stand_in(types[name], marks[name], number) for number, name in enumerate(outside)}
    filled, columns = _with_stand_ins(text, slots, marks, stand_ins)
    # The space behind it says that the last word is whole: nobody is still typing it.
    reading = parse(f"{filled} ", _own_words(filled, stand_ins))
    if reading.command is None:
        return _no_command(reading, slots, types, marks, stand_ins, columns)
    if isinstance(problem := _astray(reading.command, slots, types, stand_ins), BadTemplate):
        return problem
    return Template(text, reading.command, tuple(marks.items()), tuple(stand_ins.items()))


def _slots(text: str) -> list[_Slot] | BadTemplate:
    slots: list[_Slot] = []
    quoted = False
    for piece in _PIECE.finditer(text):
        word = piece[0]
        if word == '"':
            quoted = not quoted
        elif word in ("{{", "}}") and not quoted:
            return BadTemplate(f"{word} is a brace in a reason, and cannot stand outside of quotes", piece.start() + 1)
        elif word in ("{", "}"):
            return BadTemplate(f"{word} stands alone: a parameter is written {{name}}", piece.start() + 1)
        elif piece[1] is not None:
            slots.append(_Slot(piece[1], piece.start(), quoted))
    return slots


def _misplaced(text: str, slot: _Slot, kind: Type) -> BadTemplate | None:
    """Refuse a placeholder that is part of a word; the number of a pace is the one exception."""
    end = slot.start + len(slot.name) + 2
    before, after = text[slot.start - 1 : slot.start], text[end:]
    if after.startswith("%") and kind in ("count", "percent"):
        return BadTemplate(f"{{{slot.name}}}% cannot be: a parameter of type percent brings its own %", slot.start + 1)
    if kind == "count" and after.startswith("/min"):
        after = after[4:]
    if (before and before not in _WORD_ENDS) or (after and after[0] not in _WORD_ENDS):
        return BadTemplate(
            f"{{{slot.name}}} is only part of a word: a parameter stands for a whole one", slot.start + 1
        )
    return None


def _marks(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """Give each parameter a word that is a name, and that the text does not have."""
    letter = "q"
    while f"z{letter}" in text:
        letter += "q"
    return {name: f"z{letter}{number}z" for number, name in enumerate(names)}


def _stand_in(kind: Type, mark: str, number: int) -> Value:
    match kind:
        case "count":
            return Count(900_000_001 + number)
        case "percent":
            return _STAND_IN_SHARE
        case "subsystem":
            return SubsystemValue(mark)
        case "zone":
            return Place(mark)
        case "cell":
            return Place(mark, mark)
        case "rack":
            return Place(mark, mark, mark)
        case "server":
            return NameRange("", mark)
        case "text":
            return TextValue(mark)


def _with_stand_ins(
    text: str, slots: list[_Slot], marks: dict[str, str], stand_ins: dict[str, Value]
) -> tuple[str, list[int]]:
    """Write the stand-ins into *text*; gives for each character of the result where it comes from."""
    pieces: list[str] = []
    columns: list[int] = []
    place = 0
    by_start = {slot.start: slot for slot in slots}
    while place < len(text):
        slot = by_start.get(place)
        if slot is None:
            step = 2 if text[place : place + 2] in ("{{", "}}") else 1
            written = text[place]
        else:
            step = len(slot.name) + 2
            mark = marks[slot.name]
            written = mark if slot.quoted else str(stand_ins[slot.name]) if slot.name in stand_ins else f'"{mark}"'
        pieces.append(written)
        columns += [place] * len(written)
        place += step
    return "".join(pieces), [*columns, len(text)]


def _own_words(text: str, stand_ins: dict[str, Value]) -> Vocabulary:
    """Give a vocabulary in which every word of *text* is a name of any kind, and a stand-in one of its own kind only."""
    special = {str(value): value for value in stand_ins.values()}
    words = [word for word in cut(text) if word not in special]
    names = {word for word in words if NAME.fullmatch(word)}
    zones, cells, racks = set(names), {Place("any", name) for name in names}, {name: {_rack(name)} for name in names}
    subsystems, servers = set(names), set(names)
    places = [Place(*word.split("/")) for word in words if word.count("/") in (1, 2)]
    for value in (*special.values(), *places):
        if isinstance(value, SubsystemValue):
            subsystems.add(value.name)
        elif isinstance(value, NameRange):
            servers.add(value.first)
        elif isinstance(value, Place):
            if value.cell is None:
                zones.add(value.zone)
            elif value.rack is None:
                cells.add(value)
            else:
                racks.setdefault(value.rack, set()).add(value)
    return Vocabulary(
        subsystems=tuple(sorted(subsystems)),
        zones=tuple(sorted(zones)),
        cells=tuple(sorted(cells)),
        racks={name: tuple(sorted(found)) for name, found in sorted(racks.items())},
        server_names=tuple(sorted(servers)),
    )


def _rack(name: str) -> Place:
    return Place("any", "any", name)


def _no_command(
    reading: Reading,
    slots: list[_Slot],
    types: Mapping[str, Type],
    marks: dict[str, str],
    stand_ins: dict[str, Value],
    columns: list[int],
) -> BadTemplate:
    error = reading.error
    if error is None:
        return BadTemplate(f"is unfinished: here could follow {listed(reading.expected)}", columns[-1] + 1)
    start = columns[min(error.start, len(columns) - 1)]
    slot = next((slot for slot in slots if slot.start == start and not slot.quoted), None)
    if slot is not None:
        wanted = f"; here stands {listed(error.expected)}" if error.expected else ""
        return BadTemplate(f"{{{slot.name}}} is a {types[slot.name]} and cannot stand here{wanted}", start + 1)
    message = error.message
    for name, value in stand_ins.items():
        message = message.replace(str(value), f"{{{name}}}")
    for name, mark in marks.items():
        message = message.replace(mark, f"{{{name}}}")
    return BadTemplate(message, start + 1)


def _astray(
    command: Command, slots: list[_Slot], types: Mapping[str, Type], stand_ins: dict[str, Value]
) -> BadTemplate | None:
    """Find a placeholder that was read as something else than its type, such as a count in a name pattern."""
    for name, value in stand_ins.items():
        own = [slot for slot in slots if slot.name == name and not slot.quoted]
        if occurrences(command, frozenset(places_for(value, value))) != len(own):
            return BadTemplate(f"{{{name}}} is a {types[name]} and cannot stand here", own[0].start + 1)
    return None
