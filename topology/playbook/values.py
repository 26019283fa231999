"""The values that parameters take: typed, checked on their own, and never pasted into a command as text."""

from dataclasses import dataclass
from typing import Literal, get_args

from topology.command.grammar.names import NAME
from topology.command.grammar.quantities import Wrong, read_quantity
from topology.command.grammar.syntax import Count, NameRange, Percent, Place
from topology.command.grammar.tokens import character_name, shown
from topology.command.grammar.vocabulary import Vocabulary, standing

Type = Literal["count", "percent", "subsystem", "zone", "cell", "rack", "server", "text"]
TYPES: tuple[Type, ...] = get_args(Type)
NUMBERS: tuple[Type, ...] = ("count", "percent")
PLACES: tuple[Type, ...] = ("zone", "cell", "rack")
NAMES: tuple[Type, ...] = ("subsystem", *PLACES, "server")
LONGEST_TEXT = 200
"""Characters of a text, which ends up in a reason."""

_LOOKS = {"zone": "az4", "cell": "az4/c1", "rack": "az4/c1/r12"}


@dataclass(frozen=True, slots=True)
class SubsystemValue:
    """The name of a subsystem."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class TextValue:
    """Words for a reason; they can be nothing else."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = Count | Percent | SubsystemValue | Place | NameRange | TextValue
"""A server's value is a `NameRange` of one name."""


def read_value(kind: Type, text: str) -> Value | Wrong:
    """Read the whole of *text* as one value; whether a name exists is not asked here."""
    match kind:
        case "count" | "percent":
            return _number(kind, text)
        case "text":
            return _text(text)
        case "subsystem" | "server":
            if not NAME.fullmatch(text):
                return Wrong(f"{shown(text)} is not the name of a {kind}: names have a-z, 0-9, - and .")
            return SubsystemValue(text) if kind == "subsystem" else NameRange("", text)
        case "zone" | "cell" | "rack":
            parts = text.split("/")
            if len(parts) != PLACES.index(kind) + 1 or not all(NAME.fullmatch(part) for part in parts):
                return Wrong(f"{shown(text)} is not a {kind}: write one such as {_LOOKS[kind]}")
            return Place(*parts)


def type_of(value: Value) -> Type:
    """Give the type that *value* is of."""
    match value:
        case Count():
            return "count"
        case Percent():
            return "percent"
        case SubsystemValue():
            return "subsystem"
        case Place(_, cell, rack):
            return "zone" if cell is None else "cell" if rack is None else "rack"
        case NameRange():
            return "server"
        case TextValue():
            return "text"


def missing(value: Value, vocabulary: Vocabulary) -> str | None:
    """Say that the region has nothing of the name *value*; None when it has, and for what is no name."""
    match value:
        case SubsystemValue(name):
            if standing(name, vocabulary.externals) == "name":
                return f"{name} is external: it has no servers here"
            known = standing(name, vocabulary.subsystems) == "name"
        case Place(zone, cell, rack):
            known = zone in vocabulary.inside.get("", ())
            known &= cell is None or cell in vocabulary.inside.get(zone, ())
            known &= rack is None or rack in vocabulary.inside.get(f"{zone}/{cell}", ())
        case NameRange(_, name):
            known = standing(name, vocabulary.server_names) == "name"
        case _:
            return None
    return None if known else f"there is no {type_of(value)} {shown(str(value))} here"


def _number(kind: Type, text: str) -> Count | Percent | Wrong:
    quantity = read_quantity(text, "do") if text else Wrong(f"a {kind} is missing")
    if isinstance(quantity, Wrong):
        return quantity
    if isinstance(quantity, Percent) and kind == "percent":
        return quantity
    if isinstance(quantity, Count) and kind == "count":
        return quantity
    looks = "a plain count such as 4" if kind == "count" else "a percentage such as 10%"
    return Wrong(f"{shown(text)} is no {kind}: write {looks}")


def _text(text: str) -> TextValue | Wrong:
    if not text.strip():
        return Wrong("the text is empty")
    hidden = next((mark for mark in text if not mark.isprintable()), None)
    if hidden is not None:
        return Wrong(f"{character_name(hidden)} cannot be part of a text")
    if len(text) > LONGEST_TEXT:
        return Wrong(f"a text has at most {LONGEST_TEXT} characters, this one has {len(text):,}")
    return TextValue(text)
