"""A subsystem with servers, and any node of the graph."""

from collections.abc import Iterator

from topology.command.arguments.argument import MOST, Argument, Offer, Question
from topology.command.cursor import Cursor
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import Vocabulary, standing, starting_with
from topology.command.words import CLAUSES


class _Subsystem(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        return self.known(cursor, f"so there is nothing to {verb}")

    def known(self, cursor: Cursor, why_no_external: str) -> str:
        """Read a subsystem with servers, which an external is not; *why_no_external* ends the sentence about one."""
        return _known(cursor, self, cursor.vocabulary.subsystems, "subsystem", why_no_external)

    def several(self, cursor: Cursor, verb: str) -> tuple[str, ...]:
        """Read one or more, separated by commas."""
        names = [self.read(cursor, verb)]
        while cursor.accept(",", "noise"):
            if cursor.word in names:
                _named_twice(cursor)
            names.append(self.read(cursor, verb))
        if standing(cursor.word, cursor.vocabulary.subsystems) == "name" and cursor.word not in CLAUSES:
            before = cursor.text[: cursor.here.start].rstrip(" ")
            cursor.unexpected("subsystems are separated by commas", f"{before}, {cursor.text[cursor.here.start :]}")
        return tuple(names)

    def offers(self, asked: Question) -> Iterator[Offer]:
        used = asked.others("subsystem")
        for name in asked.names(asked.typed, asked.vocabulary.subsystems, MOST + len(used)):
            if name not in used:
                yield (name, "subsystem", _in_service(name, asked.vocabulary))


class _Node(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        return _known(cursor, self, cursor.vocabulary.nodes, "subsystem or external", "")

    def offers(self, asked: Question) -> Iterator[Offer]:
        for name in asked.names(asked.typed, asked.vocabulary.nodes, MOST):
            if name in asked.vocabulary.externals:
                yield (name, "external", "external")
            else:
                yield (name, "subsystem", _in_service(name, asked.vocabulary))


def _in_service(name: str, vocabulary: Vocabulary) -> str:
    capacity = vocabulary.capacities.get(name)
    return "subsystem" if capacity is None else f"{capacity:,} in service"


def _known(cursor: Cursor, argument: Argument, names: tuple[str, ...], what: str, why_no_external: str) -> str:
    word = cursor.need(argument)
    found = standing(word, names)
    if found == "name":
        cursor.take("subsystem")
    elif standing(word, cursor.vocabulary.externals) == "name":
        message = f"{word} is external: it has no servers here, {why_no_external}"
        cursor.wrong(Wrong(message, unfinished=found == "beginning"), "subsystem")
    else:
        message = f"no {what} is called {shown(word)}"
        cursor.wrong(Wrong(message, unfinished=found == "beginning", near=names), "subsystem")
    return word


def _named_twice(cursor: Cursor) -> None:
    """Refuse a subsystem that is there already, unless it is on its way to another (`index` to `index-2`)."""
    cursor.wanted = [SUBSYSTEM]
    if cursor.is_being_typed and len(starting_with(cursor.word, cursor.vocabulary.subsystems, 2)) > 1:
        cursor.unfinished("subsystem")
    cursor.unexpected(f"{cursor.word} is named twice")


SUBSYSTEM = _Subsystem("a subsystem")
NODE = _Node("a subsystem or an external")
