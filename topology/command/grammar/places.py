"""Reads places (`az4`, `az4/c1`, `az4/c1/r12`) and the places that a condition names."""

from topology.command.grammar.quantities import Wrong
from topology.command.grammar.reading import listed
from topology.command.grammar.syntax import Field, Place
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import Vocabulary, paths_within, standing, starting_with
from topology.region.sentences.counting import first_of

LEVELS = ("zone", "cell", "rack")


def read_place(word: str, vocabulary: Vocabulary) -> Place | Wrong:
    """Read a zone, cell or rack that exists; the sentence about one that does not lists what there is."""
    parts = word.split("/")
    above, start = "", 0
    for level, part in zip(LEVELS, parts, strict=False):
        names = vocabulary.inside.get(above, ())
        found = standing(part, names)
        end = start + len(part)
        if found != "name":
            unfinished = found == "beginning" and end == len(word)
            return Wrong(_unknown(level, part, above, names), None, unfinished, start, end, names)
        above, start = word[:end], end + 1
    if len(parts) > len(LEVELS):
        return Wrong("a place is a zone, zone/cell or zone/cell/rack, nothing deeper", "", start=start - 1)
    return Place(*parts)


def overlap(place: Place, seen: dict[str, Place], vocabulary: Vocabulary) -> Wrong | None:
    """Say how *place* overlaps one of those before it; *seen* has each of these and all that they are inside of.

    The overlap may yet go away while the place is being typed: `az4/c1` may become `az4/c10`.
    """
    text = str(place)
    outer, _, last = text.rpartition("/")
    other = seen.get(text)
    if other == place:
        has_longer = len(starting_with(last, vocabulary.inside.get(outer, ()), 2)) > 1
        return Wrong(f"{place} is named twice", unfinished=has_longer)
    if other is not None:
        return Wrong(f"{place} holds {other}, which is already named", unfinished=True)
    around = []
    while outer:
        if str(seen.get(outer)) == outer:
            return Wrong(f"{place} is inside {outer}, which is already named")
        around.append(outer)
        outer = outer.rpartition("/")[0]
    seen[text] = place
    for outer in around:
        seen.setdefault(outer, place)
    return None


def read_value(field: Field, word: str, vocabulary: Vocabulary) -> Wrong | None:
    """Say what is wrong with a value that *field* is compared with: a place that is not there, a bad pattern."""
    if field == "name":
        return _wrong_pattern(word)
    if "/" in word and field != "zone":
        place = read_place(word, vocabulary)
        if isinstance(place, Wrong):
            return place
        if word.count("/") == LEVELS.index(field):
            return None
        begun = field == "rack"
        return Wrong(f"{word} is no {field}: write {field} or zone/cell{'/rack' if begun else ''}", unfinished=begun)
    names = {"zone": vocabulary.zones, "cell": vocabulary.cell_names, "rack": vocabulary.rack_names}[field]
    found = standing(word, names)
    if found == "name":
        return None
    unfinished = found == "beginning" or (field != "zone" and standing(word, vocabulary.zones) != "unknown")
    return Wrong(_unknown(field, word, "", names), unfinished=unfinished, near=names)


def remark(field: Field, word: str, within: tuple[Place, ...], vocabulary: Vocabulary) -> str | None:
    """Say so when a bare rack or cell name stands for several places, or for none of those that the command is in."""
    if field not in ("rack", "cell") or "/" in word:
        return None
    paths = (vocabulary.rack_paths if field == "rack" else vocabulary.cell_paths).get(word, ())
    here = paths_within(paths, within)
    if not here:
        return f"{field} {word} is not in {listed(tuple(map(str, within)))}"
    if len(here) < 2:
        return None
    listing = listed(here, "and") if len(here) <= 6 else first_of(here, 6)
    return f"{field} {word} is in {len(here):,} places, and each counts: {listing}"


def _unknown(level: str, part: str, above: str, names: tuple[str, ...]) -> str:
    if not names:
        return f"{above or 'this region'} names no {level}s"
    if not part:
        return f"a {level} of {above} is missing: there are {listed(names, 'and')}"
    where = f"in {above}" if above else "here"
    return f"there is no {level} {shown(part)} {where}: there are {listed(names, 'and')}"


def _wrong_pattern(word: str) -> Wrong | None:
    odd = next((mark for mark in word if not (mark.isalnum() or mark in "-._*?[]!")), None)
    if odd is not None:
        return Wrong(
            f"a name pattern has letters, digits, - . and * ? [ ], not {odd}",
            start=word.index(odd),
            end=word.index(odd) + 1,
        )
    opened = word.rfind("[")
    if opened > word.rfind("]"):
        return Wrong("the [ of this pattern is not closed", f"{word[opened:]}]", unfinished=True, start=opened)
    return None
