"""Zones, cells and racks: as a place that a command is in, and as a value that a field is compared with."""

from collections.abc import Iterator

from topology.command.arguments.argument import MOST, Argument, Offer, Question
from topology.command.cursor import Cursor
from topology.command.grammar.places import overlap, read_place
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.suggestions import closest
from topology.command.grammar.syntax import LEVELS, Level, Place
from topology.command.grammar.vocabulary import paths_within, standing
from topology.command.words import CLAUSES


class _Place(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> Place:
        return self._one(cursor, {})

    def several(self, cursor: Cursor, later: tuple[str, ...]) -> tuple[Place, ...]:
        """Read one or more, separated by spaces; *later* are the clauses that may follow them."""
        seen: dict[str, Place] = {}
        places = [self._one(cursor, seen)]
        while _is_place(cursor):
            cursor.wanted = list(later)
            places.append(self._one(cursor, seen))
        cursor.wanted.append(self)
        if cursor.word == ",":
            suggestion = cursor.instead("" if cursor.text[cursor.here.end :].startswith(" ") else " ")
            cursor.unexpected("places are separated by spaces, without commas", suggestion)
        return tuple(places)

    def _one(self, cursor: Cursor, seen: dict[str, Place]) -> Place:
        word = cursor.need(self)
        place = read_place(word, cursor.vocabulary)
        if isinstance(place, Wrong):
            cursor.wrong(place, "place")
            return Place(word)
        if clash := overlap(place, seen, cursor.vocabulary):
            cursor.wrong(clash, "place")
        else:
            cursor.take("place")
        return place

    def offers(self, asked: Question) -> Iterator[Offer]:
        used = asked.others("place")
        for name, reason in _paths(asked):
            if not any(name == other or name.startswith(f"{other}/") for other in used):
                yield (name, "place", reason)


class _Level(Argument):
    """What is taken whole: a rack, a cell or a zone."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> Level:
        word = cursor.need(*LEVELS)
        level = next((level for level in LEVELS if level == word), None)
        if level is None:
            cursor.unexpected()
        cursor.take("keyword")
        return level


class _Rack(Argument):
    __slots__ = ()

    def offers(self, asked: Question) -> Iterator[Offer]:
        return _values(asked, "rack", asked.vocabulary.rack_names, asked.vocabulary.rack_paths)


class _Cell(Argument):
    __slots__ = ()

    def offers(self, asked: Question) -> Iterator[Offer]:
        return _values(asked, "cell", asked.vocabulary.cell_names, asked.vocabulary.cell_paths)


class _Zone(Argument):
    __slots__ = ()

    def offers(self, asked: Question) -> Iterator[Offer]:
        used = asked.others("value")
        for name in asked.names(asked.typed, asked.vocabulary.zones, MOST + len(used)):
            if name not in used:
                yield (name, "value", "zone")


def _is_place(cursor: Cursor) -> bool:
    """Whether another place follows, rather than a clause: perhaps misspelt, perhaps one that is still being typed."""
    word = cursor.word
    if not word or word.lower() in CLAUSES or word[0] in ',()="!':
        return False
    if "/" in word or standing(word, cursor.vocabulary.zones) != "unknown":
        return True
    if cursor.is_being_typed and any(clause.startswith(word) for clause in CLAUSES):
        return False
    return any(name in cursor.vocabulary.zones for name in closest(word, (*CLAUSES, *cursor.vocabulary.zones)))


def _paths(asked: Question) -> Iterator[tuple[str, str]]:
    """Give the places one level deep below what is typed: zones, then cells, then racks."""
    above, _, part = asked.typed.rpartition("/")
    inside = asked.vocabulary.inside
    for name in asked.names(part, inside.get(above, ()), MOST):
        path = f"{above}/{name}" if above else name
        within = f"{('cell', 'rack')[above.count('/')]} of {above}" if above else "zone"
        holds = len(inside.get(path, ()))
        held = f", {holds:,} {'rack' if above else 'cell'}{'' if holds == 1 else 's'}" if holds else ""
        yield path, within + held


def _values(asked: Question, field: str, names: tuple[str, ...], paths: dict[str, tuple[str, ...]]) -> Iterator[Offer]:
    """Give the racks or cells of the places that the command is in, by their bare names unless a path is begun."""
    if "/" in asked.typed:
        yield from ((path, "value", reason) for path, reason in _paths(asked))
        return
    within = [Place(*text.split("/")) for text in asked.others("place")]
    used = asked.others("value")
    for name in asked.names(asked.typed, names, len(names) if within else MOST + len(used)):
        here = paths_within(paths[name], within)
        if here and name not in used:
            yield (name, "value", here[0] if len(here) == 1 else f"{field} in {len(here):,} places")


PLACE = _Place("a zone, cell or rack")
LEVEL = _Level("rack, cell or zone")
RACK = _Rack("a rack")
CELL = _Cell("a cell")
ZONE = _Zone("a zone")
PATTERN = Argument("a name or a pattern such as index-00*")
