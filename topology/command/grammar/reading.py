"""What reading a text gives: a command, an error with its place, or the knowledge that it is unfinished."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import Meaning, Token, located


class Slot:
    """What may stand somewhere, where it is not a word of the language; *says* names it to the operator."""

    __slots__ = ("says",)

    def __init__(self, says: str) -> None:
        self.says = says

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.says!r})"


Want = str | Slot
"""Something that may come next: a word of the language, or a kind of thing."""

_MARKS = {
    ",": "a comma",
    "(": "an opening parenthesis",
    ")": "a closing parenthesis",
    "in (": "in",
    '"': "a closing quote",
}


@dataclass(frozen=True, slots=True)
class CommandError:
    """Why a text is no command: one sentence about the text from *start* to *end* (not included).

    *expected* says what could have stood there. *suggestion* is the whole text put right, where that is plain.
    """

    message: str
    start: int
    end: int
    expected: tuple[str, ...] = ()
    suggestion: str | None = None

    @property
    def column(self) -> int:
        """Where it is, counted from 1."""
        return self.start + 1


@dataclass(frozen=True)
class Reading:
    """A text and what it says.

    Exactly one of three holds: there is a *command*, there is an *error*, or the text is *incomplete*: right as far as
    it goes. *notes* are remarks on a command that may not mean what it seems to.

    *wants* is for the completion: what the grammar could take in place of each token, and last what could follow; it
    ends early where the reading did. *words* and *meanings* are the tokens before anybody asked where they stand.
    """

    text: str
    command: Command | None
    error: CommandError | None
    notes: tuple[str, ...] = ()
    words: Sequence[str] = ()
    meanings: Sequence[Meaning] = ()
    wants: Sequence[Sequence[Want]] = ()

    @property
    def incomplete(self) -> bool:
        """Whether the text is merely unfinished."""
        return self.command is None and self.error is None

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """What each visible stretch of the text stands for; whatever follows an error is `unknown`."""
        rest: list[Meaning] = ["unknown"] * (len(self.words) - len(self.meanings))
        pairs = zip(located(self.text, self.words), [*self.meanings, *rest], strict=True)
        return tuple(Token(start, end, meaning) for (start, end, _), meaning in pairs)

    @cached_property
    def expected(self) -> tuple[str, ...]:
        """Say in words what may come next: at the end, also of a command, or where the error is."""
        if self.error is not None:
            return self.error.expected
        wants = self.wants[-1]
        typed = self.words[len(self.wants) - 1] if len(self.wants) <= len(self.words) else ""
        return in_words([want for want in wants if isinstance(want, Slot) or want.startswith(typed)])


def in_words(wants: Sequence[Want]) -> tuple[str, ...]:
    """Say what may come next, each once and in order."""
    words = [want.says if isinstance(want, Slot) else _MARKS.get(want, want) for want in wants]
    return tuple(dict.fromkeys(words))


def listed(words: tuple[str, ...], last: str = "or", most: int = 12) -> str:
    """Join *words* for a sentence; beyond *most* the rest is counted."""
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1:,} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
