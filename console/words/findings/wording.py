"""How facts of one kind are said: a sentence, what is at stake, and what would make the guard content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from topology.planning.facts import FindingFacts
from topology.region.sentences.counting import counted

F = TypeVar("F", bound=FindingFacts)


@dataclass(frozen=True, slots=True)
class Wording(Generic[F]):
    """The words for the facts of one *kind*: a sentence without a full stop, and two texts that may be empty."""

    kind: type[F]
    sentence: Callable[[F], str]
    protects: Callable[[F], str]
    satisfied_by: Callable[[F], str]


def said(
    kind: type[F],
    sentence: Callable[[F], str],
    protects: Callable[[F], str] | str = "",
    satisfied_by: Callable[[F], str] | str = "",
) -> Wording[F]:
    """Give the words for facts of one *kind*; what is the same for all of them is a text."""
    return Wording(kind, sentence, _made(protects), _made(satisfied_by))


def _made(words: Callable[[F], str] | str) -> Callable[[F], str]:
    return (lambda _: words) if isinstance(words, str) else words


def servers(count: int) -> str:
    """Count servers: `1 server`, `2,600 servers`."""
    return counted(count, "server")
