"""What stands behind `run`: a playbook's name, and its arguments as text, `count=4 zone=az4`.

It asks nothing about the playbook: which parameters there are and what their values mean is `topology.playbook`'s business.
"""

import re
from collections.abc import Iterator

from topology.command.arguments.argument import MOST, Argument, Offer, Question
from topology.command.arguments.reason import leave_open, refuse_other_escapes, unescaped
from topology.command.cursor import Cursor, Halt
from topology.command.grammar.names import NAME
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.syntax import PLAIN_ARGUMENT
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import ParameterWords, standing

PARAMETER_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


class _Playbook(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        word = cursor.need(self)
        if not NAME.fullmatch(word):
            cursor.unexpected(f"{shown(word)} is not the name of a playbook")
        known = tuple(sorted(cursor.vocabulary.playbooks))
        found = standing(word, known) if known else "name"
        if found == "name":
            cursor.take("subsystem")
        else:
            message = f"no playbook is called {shown(word)}"
            cursor.wrong(Wrong(message, unfinished=found == "beginning", near=known), "subsystem")
        return word

    def offers(self, asked: Question) -> Iterator[Offer]:
        for name in asked.names(asked.typed, tuple(sorted(asked.vocabulary.playbooks)), MOST):
            names = ", ".join(parameter.name for parameter in asked.vocabulary.playbooks[name])
            yield (name, "value", f"a playbook; takes {names}" if names else "a playbook")


class _Parameter(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> tuple[str, str]:
        """Read `name=value`; gives both."""
        word = cursor.need()
        if not PARAMETER_NAME.fullmatch(word):
            cursor.unexpected(f"{shown(word)} is not the name of a parameter")
        if any(taken.word == word for taken in cursor.taken_as("field")):
            cursor.unexpected(f"{word} is given twice")
        cursor.take("field")
        if cursor.word and cursor.word != "=":
            cursor.unexpected(f"write {word}=VALUE: there is no = after {word}")
        cursor.require("=", "noise")
        return word, VALUE.read(cursor, verb)

    def offers(self, asked: Question) -> Iterator[Offer]:
        used = asked.others("field")
        for parameter in _parameters_of(asked):
            if parameter.name.startswith(asked.typed) and parameter.name not in used:
                yield (f"{parameter.name}=", "field", parameter.reason)


class _Value(Argument):
    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        cursor.wanted.append(self)
        word = cursor.word
        if not word:
            raise Halt
        if word[0] != '"':
            if not PLAIN_ARGUMENT.fullmatch(word):
                message = f"{shown(word)} needs quotes: only words of letters, digits and _ . / % - go without"
                cursor.unexpected(message)
            cursor.take("value")
            return word
        refuse_other_escapes(cursor, cursor.here.start, word)
        closed = _QUOTED.fullmatch(word)
        if closed is None:
            leave_open(cursor)
        cursor.take("text")
        return unescaped(closed[1])

    def offers(self, asked: Question) -> Iterator[Offer]:
        number = asked.position.number - 2
        name = asked.reading.words[number] if 0 <= number < len(asked.reading.words) else ""
        for parameter in _parameters_of(asked):
            if parameter.name == name:
                for value in parameter.values:
                    if value.startswith(asked.typed) and value != asked.typed:
                        yield (value, "value", parameter.reason)


def _parameters_of(asked: Question) -> tuple[ParameterWords, ...]:
    words = asked.reading.words
    return asked.vocabulary.playbooks.get(words[1], ()) if len(words) > 1 else ()


PLAYBOOK = _Playbook("the name of a playbook")
PARAMETER = _Parameter("a parameter, as in count=4")
VALUE = _Value("a value")
