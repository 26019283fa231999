"""Walks over the words of a text: what stands here, what could, and what to say when it does not fit."""

from typing import NoReturn

from topology.command.grammar.quantities import Wrong
from topology.command.grammar.reading import CommandError, Reading, Want, in_words, listed
from topology.command.grammar.suggestions import closest
from topology.command.grammar.syntax import Command
from topology.command.grammar.tokens import Lexeme, Meaning, cut, located, shown, unfit
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.words import CLAUSES


class Halt(Exception):  # noqa: N818 - not an error: the text is unfinished, or its error is already noted
    """Reading ends here."""


class Cursor:
    """A place in a text that is being read, from left to right.

    What is looked for is written down as it is looked for, so that what was *expected* and what completes a text are
    always what the grammar would have taken, without a list of their own.
    """

    __slots__ = (
        "_error",
        "_index",
        "_meanings",
        "_rest",
        "_wants",
        "_words",
        "notes",
        "text",
        "vocabulary",
        "wanted",
        "word",
    )

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.notes: list[str] = []
        self._words = cut(text)
        self._meanings: list[Meaning] = []
        self._wants: list[list[Want]] = []
        self._error: CommandError | None = None
        self._index = 0
        self._rest = iter(self._words)
        self.wanted: list[Want] = []
        """What was looked for at this place so far."""
        self.word = next(self._rest, "")
        """The word, mark or quoted text at this place; empty at the end of the text."""

    @property
    def here(self) -> Lexeme:
        """Where the word at this place stands, which must not be the end."""
        return located(self.text, self._words)[self._index]

    @property
    def is_last(self) -> bool:
        """Whether nothing follows the word at this place."""
        return self._index == len(self._words) - 1

    @property
    def is_being_typed(self) -> bool:
        """Whether the text ends right behind the word at this place, so that it may still grow."""
        return self._index == len(self._words) - 1 and self.text[-1] != " "

    @property
    def begins_a_keyword(self) -> bool:
        """Whether the word at this place is the beginning of one that could stand here as well."""
        return any(isinstance(want, str) and want.startswith(self.word) for want in self.wanted)

    def ahead(self, steps: int) -> str:
        """Give the word that stands *steps* further, or nothing."""
        place = self._index + steps
        return self._words[place] if place < len(self._words) else ""

    def take(self, meaning: Meaning) -> None:
        """Go on behind the word at this place."""
        self._meanings.append(meaning)
        self._wants.append(self.wanted)
        self.wanted = []
        self._index += 1
        self.word = next(self._rest, "")

    def accept(self, want: str, meaning: Meaning = "keyword") -> bool:
        """Take the word at this place if it is *want*."""
        self.wanted.append(want)
        if self.word != want:
            return False
        self.take(meaning)
        return True

    def require(self, want: str, meaning: Meaning = "keyword") -> None:
        """Take *want*, or end the reading."""
        if not self.accept(want, meaning):
            self.unexpected()

    def need(self, *wants: Want) -> str:
        """Give the word at this place, which must be a word, hopefully one of *wants*; it is not taken yet."""
        self.wanted.extend(wants)
        if not self.word or self.word[0] in ',()="' or self.word == "!=":
            self.unexpected()
        return self.word

    def unexpected(self, because: str | None = None, suggestion: str | None = None) -> NoReturn:
        """End the reading: the text is unfinished, or there is something that does not belong here."""
        word = self.word
        if not word:
            raise Halt
        words = [want for want in self.wanted if isinstance(want, str)]
        if self.is_being_typed and any(want.startswith(word) for want in words):
            self.unfinished("keyword" if self._index else "verb")
        if because is None and word.lower() in words:
            because = f"words are written in lower case: {word.lower()}, not {shown(word)}"
        if because is None:
            because = f"expected {listed(in_words(self.wanted)) or 'nothing more'} here, not {shown(word)}"
        if suggestion is None:
            # What only looks like `all` is no reason to offer everything.
            likely = [want for want in words if want.replace("-", "").isalpha() and (want != "all" or word[0] in "aA")]
            near = closest(word, likely)
            suggestion = self.instead(near[0]) if len(near) == 1 else None
            if 1 < len(near) <= 3:
                because += f": did you mean {listed(near)}?"
        start, end, _ = self.here
        self._note(CommandError(because, start, end, in_words(self.wanted), suggestion))
        raise Halt

    def unfinished(self, meaning: Meaning) -> NoReturn:
        """End the reading before the word at this place, which is right as far as it goes."""
        self._meanings.append(meaning)
        raise Halt

    def wrong(self, wrong: Wrong, meaning: Meaning) -> None:
        """Take a word that is not right: note the error and read on; or end the reading if it is still being typed."""
        if wrong.unfinished and self.is_being_typed:
            self.unfinished(meaning)
        if self._error is not None:
            self.take("unknown")
            return
        start, end, word = self.here
        stop = end if wrong.end is None else start + wrong.end
        start += wrong.start
        instead, message = wrong.instead, wrong.message
        if instead is None and wrong.near:
            names = closest(word[wrong.start : wrong.end], wrong.near)
            instead = names[0] if len(names) == 1 else None
            if 1 < len(names) <= 3 and names[0] not in message.replace(",", "").split(" "):
                message += f": did you mean {listed(names)}?"
        suggestion = None if instead is None else self.text[:start] + instead + self.text[stop:]
        self._note(CommandError(message, start, max(stop, start + 1), in_words(self.wanted), suggestion))
        self.take("unknown")

    def fail(self, message: str, start: int, end: int, suggestion: str | None = None) -> NoReturn:
        """End the reading with an error anywhere in the text."""
        self._note(CommandError(message, start, end, in_words(self.wanted), suggestion))
        raise Halt

    def instead(self, replacement: str) -> str:
        """Give the whole text with *replacement* for the word at this place."""
        start, end, _ = self.here
        return self.text[:start] + replacement + self.text[end:]

    def taken_as(self, meaning: Meaning) -> list[Lexeme]:
        """Give what was taken as *meaning* so far."""
        pairs = zip(located(self.text, self._words), self._meanings, strict=False)
        return [lexeme for lexeme, taken in pairs if taken == meaning]

    def clause_starts(self) -> list[tuple[int, str]]:
        """Give where the clauses of the text start, each with its word; `in (` compares and is none."""
        following = [*self._words[1:], ""]
        return [
            (start, word)
            for (start, _, word), after in zip(located(self.text, self._words), following, strict=True)
            if word in CLAUSES and not (word == "in" and after == "(")
        ]

    def reading(self, command: Command | None) -> Reading:
        """Close the reading; *command* is what was read, None where it ended before."""
        error = self._error
        bad = unfit(self.text, self._words)
        if bad is not None and (error is None or bad.first_of_all or bad.start <= error.end):
            error = CommandError(bad.message, bad.start, bad.end, (), bad.mended)
        self._wants.append(self.wanted)
        notes = tuple(dict.fromkeys(self.notes)) if self.notes else ()
        if error is not None:
            command = None
        return Reading(self.text, command, error, notes, self._words, self._meanings, self._wants)

    def _note(self, error: CommandError) -> None:
        if self._error is None:
            self._error = error
