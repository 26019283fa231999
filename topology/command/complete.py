"""Offers what could stand at the cursor, the most sensible first, each with the reason to choose it.

The grammar is asked, not repeated: `Reading.wants` says what it would take, and this puts the region's names to it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from topology.command.grammar.names import MOST_NAMES, Named, read_names, split_number
from topology.command.grammar.reading import Kind, Reading, Want
from topology.command.grammar.suggestions import one_key_away
from topology.command.grammar.syntax import Command, NameRange, Place
from topology.command.grammar.tokens import Lexeme, Meaning, located
from topology.command.grammar.vocabulary import Parameter, Vocabulary, paths_within, standing, starting_with
from topology.command.parse import parse
from topology.command.verbs import CLAUSES, FIELDS, VERBS, WORDS

MOST = 50
MOST_SERVERS = 20
_LOOK_THROUGH = 200
"""Server names looked at to find some that the command does not name yet."""

OfferKind = Literal["verb", "keyword", "quantity", "subsystem", "external", "place", "server", "field", "value", "pace"]
LargestSafe = Callable[[Command], int | None]


class Completion(NamedTuple):
    """Text to put in place of the text from *start* to *end* (not included), and why one would."""

    insert: str
    start: int
    end: int
    kind: OfferKind
    reason: str


_Offer = tuple[str, OfferKind, str]
"""What to insert, its kind and the reason."""


class _Spot(NamedTuple):
    """Where the cursor is: before or on token *number*, of which *typed* stands in front of the cursor."""

    number: int
    start: int
    end: int
    typed: str
    following: str
    """The word that follows, when something is put in front of it."""


class _Ask(NamedTuple):
    """What an offer may depend on."""

    reading: Reading
    spot: _Spot
    vocabulary: Vocabulary
    largest_safe: LargestSafe | None
    forgiving: bool = False
    """Whether a name one key away from what is typed will do."""

    def names(self, typed: str, names: Sequence[str], most: int) -> Sequence[str]:
        """Give the names that *typed* may become."""
        if self.forgiving:
            return tuple(islice(one_key_away(typed, names), most))
        return [name for name in starting_with(typed, names, most + 1) if name != typed]

    def others(self, meaning: Meaning) -> set[str]:
        """The words of the text that stand for *meaning*, but for the one at the cursor."""
        at_cursor = -1 if self.spot.following else self.spot.number
        pairs = enumerate(zip(self.reading.words, self.reading.meanings, strict=False))
        return {word for number, (word, taken) in pairs if taken == meaning and number != at_cursor}


def complete(
    reading: Reading, cursor: int, vocabulary: Vocabulary, largest_safe: LargestSafe | None = None
) -> tuple[Completion, ...]:
    """Offer at most 50 completions for the *cursor*, a place in the text of *reading*, which may be in its middle.

    *largest_safe* gives the largest count for which a command is not blocked, None when there is none; it is only asked
    where a quantity is wanted and the rest of the command is known.
    """
    spot = _spot(reading, min(max(cursor, 0), len(reading.text)))
    if spot is None or spot.number >= len(reading.wants):
        return ()
    ask = _Ask(reading, spot, vocabulary, largest_safe)
    wants = _sensible(reading.wants[spot.number], spot)
    found = _gather(wants, ask)
    if not found and _is_amiss(reading, spot, vocabulary):
        found = _gather(wants, ask._replace(forgiving=True))
    touches = spot.following and reading.text[spot.end : spot.end + 1] not in ("", " ")
    space = " " if touches else ""
    return tuple(Completion(insert + space, spot.start, spot.end, kind, reason) for insert, kind, reason in found)


def _is_amiss(reading: Reading, spot: _Spot, vocabulary: Vocabulary) -> bool:
    """Whether what stands at the cursor is no name and the beginning of none."""
    if len(spot.typed) < 2:
        return False
    if spot.number >= len(reading.meanings):
        return True
    meaning = reading.meanings[spot.number]
    return meaning == "unknown" or (meaning == "server" and standing(spot.typed, vocabulary.server_names) == "unknown")


def _gather(wants: Sequence[Want], ask: _Ask) -> list[_Offer]:
    found: dict[str, _Offer] = {}
    for want in wants:
        for offer in _KINDS[want](ask) if isinstance(want, Kind) else _word(want, ask):
            found.setdefault(offer[0], offer)
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def _spot(reading: Reading, cursor: int) -> _Spot | None:
    text, words = reading.text, reading.words
    if cursor == len(text) and words:  # as a rule: told without asking where every word stands
        places = [Lexeme(cursor - len(words[-1]), cursor, words[-1])] if text[-1] != " " or words[-1][0] == '"' else []
        first = len(words) - len(places)
    else:
        places, first = located(text, words), 0
    for number, (start, end, word) in enumerate(places, first):
        if cursor <= start:
            return _Spot(number, cursor, cursor, "", word)
        is_mark = word[0] in ",()=" or word == "!="
        if cursor < end or (cursor == end and not is_mark):
            return None if word[0] == '"' or is_mark else _Spot(number, start, end, text[start:cursor], "")
    return _Spot(len(words), cursor, cursor, "", "")


def _sensible(wants: Sequence[Want], spot: _Spot) -> list[Want]:
    """Put a quantity in front of the words, and leave out the clauses that belong behind what follows."""
    order = tuple(CLAUSES)
    if spot.following in CLAUSES:
        late = order[order.index(spot.following) :]
        wants = [want for want in wants if want not in late]
    is_quantity = Kind.COUNT in wants
    return sorted(wants, key=lambda want: not isinstance(want, Kind)) if is_quantity else list(wants)


def _word(word: str, ask: _Ask) -> Iterator[_Offer]:
    typed = ask.spot.typed
    if word == typed or not word.startswith(typed) or (word == "all" and not typed):
        return  # "all" is never put into anybody's mouth
    if word in VERBS:
        yield (word, "verb", VERBS[word].help)
    elif word in FIELDS:
        yield (word, "field", FIELDS[word])
    elif reason := CLAUSES.get(word) or WORDS.get(word):
        yield (word, "keyword", reason)


def _counts(ask: _Ask) -> Iterator[_Offer]:
    reading, spot = ask.reading, ask.spot
    if ask.largest_safe is None or (spot.typed and not spot.typed[0].isdigit()):
        return
    command = reading.command
    if command is None or spot.following:
        whole = f"{reading.text[: spot.start]}1 {reading.text[spot.end :]}"
        command = parse(whole, ask.vocabulary).command
    largest = ask.largest_safe(command) if command is not None else None
    if largest is not None and largest > 0:
        yield (str(largest), "quantity", "the largest count that nothing blocks")


def _subsystems(ask: _Ask) -> Iterator[_Offer]:
    used = ask.others("subsystem")
    for name in ask.names(ask.spot.typed, ask.vocabulary.subsystems, MOST + len(used)):
        if name not in used:
            capacity = ask.vocabulary.capacities.get(name)
            yield (name, "subsystem", "subsystem" if capacity is None else f"{capacity:,} in service")


def _nodes(ask: _Ask) -> Iterator[_Offer]:
    for name in ask.names(ask.spot.typed, ask.vocabulary.nodes, MOST):
        capacity = ask.vocabulary.capacities.get(name)
        if name in ask.vocabulary.externals:
            yield (name, "external", "external")
        else:
            yield (name, "subsystem", "subsystem" if capacity is None else f"{capacity:,} in service")


def _places(ask: _Ask) -> Iterator[_Offer]:
    used = ask.others("place")
    for name, reason in _paths(ask):
        if not any(name == other or name.startswith(f"{other}/") for other in used):
            yield (name, "place", reason)


def _paths(ask: _Ask) -> Iterator[tuple[str, str]]:
    """Give the places one level deep below what is typed: zones, then cells, then racks."""
    above, _, part = ask.spot.typed.rpartition("/")
    inside = ask.vocabulary.inside
    for name in ask.names(part, inside.get(above, ()), MOST):
        path = f"{above}/{name}" if above else name
        within = f"{('cell', 'rack')[above.count('/')]} of {above}" if above else "zone"
        holds = len(inside.get(path, ()))
        held = f", {holds:,} {'rack' if above else 'cell'}{'' if holds == 1 else 's'}" if holds else ""
        yield path, within + held


def _servers(ask: _Ask) -> Iterator[_Offer]:
    names, typed = ask.vocabulary.server_names, ask.spot.typed
    if ".." in typed:
        yield from _run_ends(ask)
        return
    used = ask.others("server")
    named = _named(used)
    some = ask.names(typed, names, _LOOK_THROUGH if used else MOST_SERVERS)
    free = (name for name in some if not used or not named.first_repeated(NameRange("", name)))
    for name in islice(free, MOST_SERVERS):
        yield (name, "server", "server")


def _named(words: set[str]) -> Named:
    named = Named()
    for word in words:
        names = read_names(word)
        if isinstance(names, NameRange):
            named.add(names)
    return named


def _run_ends(ask: _Ask) -> Iterator[_Offer]:
    first, _, begun = ask.spot.typed.partition("..")
    prefix, digits = split_number(first)
    if not digits:
        return
    named = _named(ask.others("server"))
    start = begun if prefix and begun.startswith(prefix) else prefix + begun
    for name in starting_with(start, ask.vocabulary.server_names, MOST_SERVERS, after=first):
        last = name[len(prefix) :]
        if not (len(name) == len(first) and last.isdigit() and int(last) - int(digits) < MOST_NAMES):
            continue
        if not named.first_repeated(NameRange(prefix, digits, last)):
            yield (f"{first}..{last}", "server", f"{int(last) - int(digits) + 1:,} servers")


def _racks(ask: _Ask) -> Iterator[_Offer]:
    return _values(ask, "rack", ask.vocabulary.rack_names, ask.vocabulary.rack_paths)


def _cells(ask: _Ask) -> Iterator[_Offer]:
    return _values(ask, "cell", ask.vocabulary.cell_names, ask.vocabulary.cell_paths)


def _values(ask: _Ask, field: str, names: tuple[str, ...], paths: dict[str, tuple[str, ...]]) -> Iterator[_Offer]:
    """Give the racks or cells of the places that the command is in, by their bare names unless a path is begun."""
    if "/" in ask.spot.typed:
        yield from ((path, "value", reason) for path, reason in _paths(ask))
        return
    within = [Place(*text.split("/")) for text in ask.others("place")]
    used = ask.others("value")
    for name in ask.names(ask.spot.typed, names, len(names) if within else MOST + len(used)):
        here = paths_within(paths[name], within)
        if here and name not in used:
            yield (name, "value", here[0] if len(here) == 1 else f"{field} in {len(here):,} places")


def _zones(ask: _Ask) -> Iterator[_Offer]:
    used = ask.others("value")
    for name in ask.names(ask.spot.typed, ask.vocabulary.zones, MOST + len(used)):
        if name not in used:
            yield (name, "value", "zone")


def _paces(ask: _Ask) -> Iterator[_Offer]:
    allowed = ask.vocabulary.pace_per_minute
    if not allowed:
        return
    for pace in dict.fromkeys((allowed, allowed // 2, 1)):
        if pace and f"{pace}/min".startswith(ask.spot.typed):
            share = "the policy's pace" if pace == allowed else f"{round(100 * pace / allowed)}% of the policy's pace"
            yield (f"{pace}/min", "pace", share)


def _playbooks(ask: _Ask) -> Iterator[_Offer]:
    for name in ask.names(ask.spot.typed, tuple(sorted(ask.vocabulary.playbooks)), MOST):
        names = ", ".join(parameter.name for parameter in ask.vocabulary.playbooks[name])
        yield (name, "value", f"a playbook; takes {names}" if names else "a playbook")


def _parameters_of(ask: _Ask) -> tuple[Parameter, ...]:
    words = ask.reading.words
    return ask.vocabulary.playbooks.get(words[1], ()) if len(words) > 1 else ()


def _parameters(ask: _Ask) -> Iterator[_Offer]:
    used = ask.others("field")
    for parameter in _parameters_of(ask):
        if parameter.name.startswith(ask.spot.typed) and parameter.name not in used:
            yield (f"{parameter.name}=", "field", parameter.reason)


def _arguments(ask: _Ask) -> Iterator[_Offer]:
    number = ask.spot.number - 2
    name = ask.reading.words[number] if 0 <= number < len(ask.reading.words) else ""
    for parameter in _parameters_of(ask):
        if parameter.name == name:
            for value in parameter.values:
                if value.startswith(ask.spot.typed) and value != ask.spot.typed:
                    yield (value, "value", parameter.reason)


def _none(ask: _Ask) -> Iterator[_Offer]:
    return iter(())


_KINDS: dict[Kind, Callable[[_Ask], Iterator[_Offer]]] = {
    Kind.COUNT: _counts,
    Kind.PERCENT: _none,
    Kind.SUBSYSTEM: _subsystems,
    Kind.NODE: _nodes,
    Kind.PLACE: _places,
    Kind.SERVER: _servers,
    Kind.RACK: _racks,
    Kind.CELL: _cells,
    Kind.ZONE: _zones,
    Kind.PATTERN: _none,
    Kind.PACE: _paces,
    Kind.TEXT: _none,
    Kind.ENTRY: _none,
    Kind.PLAYBOOK: _playbooks,
    Kind.PARAMETER: _parameters,
    Kind.ARGUMENT: _arguments,
}
