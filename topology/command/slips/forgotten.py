"""Slips of memory: the command without one of its clauses, or without one of several names, places or conditions."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from topology.command.grammar.names import read_names
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.tokens import Token
from topology.command.slips.edits import Edit, SlipKind, Word
from topology.command.words import CLAUSES

_LISTED = ("subsystem", "place", "server")
"""Meanings of which a command may have several, one after the other."""


def forgotten(text: str, tokens: Sequence[Token]) -> Iterator[Edit]:
    """Give what may be forgotten of a command; some of it may leave no command."""
    words = [text[token.start : token.end] for token in tokens]
    yield from _clauses(text, tokens, words)
    for meaning in _LISTED:
        yield from _one_of([token for token in tokens if token.meaning == meaning])
    yield from _conditions(tokens, words)
    for token, word in zip(tokens, words, strict=True):
        yield from _parts(Word(token.start, token.end, word), token.meaning)


def _clauses(text: str, tokens: Sequence[Token], words: Sequence[str]) -> Iterator[Edit]:
    following = [*words[1:], ""]
    starts = [
        token.start
        for token, word, after in zip(tokens, words, following, strict=True)
        if token.meaning == "keyword" and word in CLAUSES and not (word == "in" and after == "(")
    ]
    for start, end in pairwise([*starts, len(text)]):
        before = len(text[:start].rstrip(" "))
        yield _without(before, end, " " if end < len(text) else "")


def _one_of(several: Sequence[Token]) -> Iterator[Edit]:
    """Give the list without each of *several*; what stands between two goes with the one before."""
    if len(several) < 2:
        return
    for token, after in pairwise(several):
        yield _without(token.start, after.start)
    yield _without(several[-2].end, several[-1].end)


def _conditions(tokens: Sequence[Token], words: Sequence[str]) -> Iterator[Edit]:
    for number, token in enumerate(tokens):
        if token.meaning == "keyword" and words[number] == "not":
            yield _without(token.start, tokens[number + 1].start)
        elif token.meaning == "field":
            end = number + 2 if words[number + 1] != "in" else words.index(")", number)
            yield from _one_of([one for one in tokens[number:end] if one.meaning == "value"])
            yield from _comparison(tokens, words, number, end)


def _comparison(tokens: Sequence[Token], words: Sequence[str], first: int, last: int) -> Iterator[Edit]:
    """Give the condition without the comparison of tokens *first* to *last*, and without what joins it to another."""
    while words[first - 1] == "not":
        first -= 1
    joiners = ("and", "or")
    if last + 1 < len(words) and tokens[last + 1].meaning == "keyword" and words[last + 1] in joiners:
        yield _without(tokens[first].start, tokens[last + 2].start)
    elif tokens[first - 1].meaning == "keyword" and words[first - 1] in joiners:
        yield _without(tokens[first - 2].end, tokens[last].end)


def _parts(word: Word, meaning: str) -> Iterator[Edit]:
    """Give a place without its last part, a value without the places before it, a run without its end."""
    if meaning == "place" and "/" in word.text:
        yield _without(word.start + word.text.rindex("/"), word.end)
    elif meaning == "value" and "/" in word.text:
        yield _without(word.start, word.start + word.text.rindex("/") + 1)
    elif meaning == "server" and ".." in word.text and not isinstance(read_names(word.text), Wrong):
        yield _without(word.start + word.text.index(".."), word.end)


def _without(start: int, end: int, instead: str = "") -> Edit:
    return Edit(SlipKind.FORGOTTEN, start, end, instead)
