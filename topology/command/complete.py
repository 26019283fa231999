"""Offers what could stand at the cursor, the most sensible first, each with the reason to choose it.

The grammar is asked, not repeated: `Reading.wants` says what it would take, and this puts the region's names to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from topology.command.arguments.argument import MOST, Argument, LargestSafe, Offer, OfferKind, Position, Question
from topology.command.arguments.quantities import COUNT
from topology.command.grammar.reading import Reading, Slot, Want
from topology.command.grammar.tokens import Lexeme, located
from topology.command.grammar.vocabulary import Vocabulary, standing
from topology.command.parse import parse
from topology.command.verbs import VERBS
from topology.command.words import CLAUSES, FIELDS, WORDS


class Completion(NamedTuple):
    """Text to put in place of the text from *start* to *end* (not included), and why one would."""

    insert: str
    start: int
    end: int
    kind: OfferKind
    reason: str


def complete(
    reading: Reading, cursor: int, vocabulary: Vocabulary, largest_safe: LargestSafe | None = None
) -> tuple[Completion, ...]:
    """Offer at most 50 completions for the *cursor*, a place in the text of *reading*, which may be in its middle.

    *largest_safe* gives the largest count for which a command is not blocked, None when there is none; it is only asked
    where a quantity is wanted and the rest of the command is known.
    """
    position = _position(reading, min(max(cursor, 0), len(reading.text)))
    if position is None or position.number >= len(reading.wants):
        return ()
    asked = Question(reading, position, vocabulary, parse, largest_safe)
    wants = _sensible(reading.wants[position.number], position)
    found = _gather(wants, asked)
    if not found and _is_amiss(reading, position, vocabulary):
        found = _gather(wants, asked._replace(forgiving=True))
    touches = position.following and reading.text[position.end : position.end + 1] not in ("", " ")
    space = " " if touches else ""
    return tuple(
        Completion(insert + space, position.start, position.end, kind, reason) for insert, kind, reason in found
    )


def _is_amiss(reading: Reading, position: Position, vocabulary: Vocabulary) -> bool:
    """Whether what stands at the cursor is no name and the beginning of none."""
    if len(position.typed) < 2:
        return False
    if position.number >= len(reading.meanings):
        return True
    meaning = reading.meanings[position.number]
    return meaning == "unknown" or (
        meaning == "server" and standing(position.typed, vocabulary.server_names) == "unknown"
    )


def _gather(wants: Sequence[Want], asked: Question) -> list[Offer]:
    found: dict[str, Offer] = {}
    for want in wants:
        for offer in _offers(want, asked):
            found.setdefault(offer[0], offer)
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def _offers(want: Want, asked: Question) -> Iterable[Offer]:
    if isinstance(want, str):
        return _word(want, asked)
    return want.offers(asked) if isinstance(want, Argument) else ()


def _position(reading: Reading, cursor: int) -> Position | None:
    text, words = reading.text, reading.words
    if cursor == len(text) and words:  # as a rule: told without asking where every word stands
        places = [Lexeme(cursor - len(words[-1]), cursor, words[-1])] if text[-1] != " " or words[-1][0] == '"' else []
        first = len(words) - len(places)
    else:
        places, first = located(text, words), 0
    for number, (start, end, word) in enumerate(places, first):
        if cursor <= start:
            return Position(number, cursor, cursor, "", word)
        is_mark = word[0] in ",()=" or word == "!="
        if cursor < end or (cursor == end and not is_mark):
            return None if word[0] == '"' or is_mark else Position(number, start, end, text[start:cursor], "")
    return Position(len(words), cursor, cursor, "", "")


def _sensible(wants: Sequence[Want], position: Position) -> list[Want]:
    """Put a quantity in front of the words, and leave out the clauses that belong behind what follows."""
    order = tuple(CLAUSES)
    if position.following in CLAUSES:
        late = order[order.index(position.following) :]
        wants = [want for want in wants if want not in late]
    is_quantity = COUNT in wants
    return sorted(wants, key=lambda want: not isinstance(want, Slot)) if is_quantity else list(wants)


def _word(word: str, asked: Question) -> Iterator[Offer]:
    typed = asked.typed
    if word == typed or not word.startswith(typed) or (word == "all" and not typed):
        return  # "all" is never put into anybody's mouth
    if word in VERBS:
        yield (word, "verb", VERBS[word].help)
    elif word in FIELDS:
        yield (word, "field", FIELDS[word])
    elif reason := CLAUSES.get(word) or WORDS.get(word):
        yield (word, "keyword", reason)
