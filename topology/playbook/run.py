"""Reads `run NAME a=1 b=az4`: a playbook's name and its arguments as text, each with its place.

It asks nothing about the playbook: which parameters there are and what their values mean is `topology.playbook.binding`'s
business. It stands on tokens alone, so that the verb table may use it.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from topology.command.names import NAME
from topology.command.reading import CommandError
from topology.command.tokens import LONGEST, Lexeme, cut, located, shown, unfit

_PLAIN = re.compile(r"[A-Za-z0-9_./%-]+")
_PARAMETER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Run:
    """A playbook by name, with its arguments as they were typed, in order."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join(("run", self.name, *(f"{name}={quoted(value)}" for name, value in self.arguments)))


@dataclass(frozen=True, slots=True)
class RunReading:
    """A text that begins with `run`: exactly one of three holds, there is a *run*, an *error*, or it is unfinished.

    *spans* has for each argument where its value stands, for a message of the binding.
    """

    text: str
    run: Run | None
    error: CommandError | None
    expected: tuple[str, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()

    @property
    def incomplete(self) -> bool:
        """Whether the text is merely unfinished."""
        return self.run is None and self.error is None


def quoted(value: str) -> str:
    """Write *value* as an argument: bare where it is one plain word, else in quotes."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Stop(Exception):  # noqa: N818 - the text is unfinished, or its error is in it
    def __init__(self, error: CommandError | None, expected: tuple[str, ...]) -> None:
        super().__init__()
        self.error = error
        self.expected = expected


def read_run(text: str) -> RunReading:
    """Read *text*, whatever it is."""
    if len(text) > LONGEST:
        message = f"a command has at most {LONGEST:,} characters, this text has {len(text):,}"
        return RunReading(text, None, CommandError(message, LONGEST, len(text)))
    words = cut(text)
    bad = unfit(text, words)
    if bad is not None:
        return RunReading(text, None, CommandError(bad.message, bad.start, bad.end, (), bad.mended))
    reader = _Reader(text, located(text, words))
    try:
        run = reader.run()
    except _Stop as stop:
        return RunReading(text, None, stop.error, stop.expected, tuple(reader.spans))
    return RunReading(text, run, None, ("a parameter, as in count=4",), tuple(reader.spans))


class _Reader:
    def __init__(self, text: str, lexemes: list[Lexeme]) -> None:
        self._text = text
        self._lexemes = lexemes
        self._place = 0
        self.spans: list[tuple[str, int, int]] = []

    def run(self) -> Run:
        word = self._next("run").word
        if word != "run":
            if "run".startswith(word) and self._text.endswith(word) and self._place == len(self._lexemes):
                raise _Stop(None, ("run",))
            self._place -= 1
            self._wrong("a run begins with the word run", "run")
        name = self._next("the name of a playbook")
        if not NAME.fullmatch(name.word):
            self._place -= 1
            self._wrong(f"{shown(name.word)} is not the name of a playbook", "the name of a playbook")
        arguments: dict[str, str] = {}
        while self._place < len(self._lexemes):
            self._argument(arguments)
        return Run(name.word, tuple(arguments.items()))

    def _argument(self, arguments: dict[str, str]) -> None:
        name = self._next("a parameter")
        if not _PARAMETER.fullmatch(name.word) or name.word in arguments:
            self._place -= 1
            again = f"{name.word} is given twice"
            self._wrong(
                again if name.word in arguments else f"{shown(name.word)} is not the name of a parameter", "a parameter"
            )
        equals = self._next("=")
        if equals.word != "=":
            self._place -= 1
            self._wrong(f"write {name.word}=VALUE: there is no = after {name.word}", "=")
        value = self._next("a value")
        self.spans.append((name.word, value.start, value.end))
        arguments[name.word] = self._value(value)

    def _value(self, lexeme: Lexeme) -> str:
        word = lexeme.word
        if word[0] != '"':
            if not _PLAIN.fullmatch(word):
                self._place -= 1
                self._wrong(
                    f"{shown(word)} needs quotes: only words of letters, digits and _ . / % - go without", "a value"
                )
            return word
        for escape in _ESCAPE.finditer(word):
            if escape[1] not in '"\\':
                start = lexeme.start + escape.start()
                message = f'only \\" and \\\\ are known after a \\, not \\{escape[1]}'
                raise _Stop(CommandError(message, start, start + 2), ())
        closed = _QUOTED.fullmatch(word)
        if closed is None:
            raise _Stop(None, ("a closing quote",))
        return _ESCAPE.sub(r"\1", closed[1])

    def _next(self, expected: str) -> Lexeme:
        if self._place == len(self._lexemes):
            raise _Stop(None, (expected,))
        self._place += 1
        return self._lexemes[self._place - 1]

    def _wrong(self, message: str, expected: str) -> NoReturn:
        here = self._lexemes[self._place]
        raise _Stop(CommandError(message, here.start, here.end, (expected,)), (expected,))
