"""What an argument is, and what its offers may depend on; it knows no argument there is."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from topology.command.cursor import Cursor
from topology.command.grammar.reading import Reading, Slot
from topology.command.grammar.suggestions import one_key_away
from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import Meaning
from topology.command.grammar.vocabulary import Vocabulary, starting_with

MOST = 50
OfferKind = Literal["verb", "keyword", "quantity", "subsystem", "external", "place", "server", "field", "value", "pace"]
LargestSafe = Callable[[Command], int | None]
Offer = tuple[str, OfferKind, str]
"""What to insert, its kind and the reason."""


class Position(NamedTuple):
    """Where the cursor is: before or on token *number*, of which *typed* stands in front of the cursor."""

    number: int
    start: int
    end: int
    typed: str
    following: str
    """The word that follows, when something is put in front of it."""


class Question(NamedTuple):
    """What an offer may depend on."""

    reading: Reading
    position: Position
    vocabulary: Vocabulary
    parse: Callable[[str, Vocabulary], Reading]
    largest_safe: LargestSafe | None
    forgiving: bool = False
    """Whether a name one key away from what is typed will do."""

    @property
    def typed(self) -> str:
        """What stands in front of the cursor of the word it is on."""
        return self.position.typed

    def names(self, typed: str, names: Sequence[str], most: int) -> Sequence[str]:
        """Give the names that *typed* may become."""
        if self.forgiving:
            return tuple(islice(one_key_away(typed, names), most))
        return [name for name in starting_with(typed, names, most + 1) if name != typed]

    def others(self, meaning: Meaning) -> set[str]:
        """The words of the text that stand for *meaning*, but for the one at the cursor."""
        at_cursor = -1 if self.position.following else self.position.number
        pairs = enumerate(zip(self.reading.words, self.reading.meanings, strict=False))
        return {word for number, (word, taken) in pairs if taken == meaning and number != at_cursor}


class Argument(Slot):
    """One kind of thing in a command. What it reads prints itself with `str`, as it would be typed.

    The meaning with which it takes its word says how the word is coloured, and which slips of the hand it may have.
    """

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> object:
        """Read the word at *cursor* and take it, or say what is wrong with it; *verb* is for the sentence."""
        raise NotImplementedError

    def offers(self, asked: Question) -> Iterable[Offer]:
        """Give what could stand there, the most sensible first, each with the reason to choose it."""
        return ()
