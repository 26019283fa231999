"""Reads `NAME a=1 b=az4` behind `run`: a playbook's name and its arguments as text.

It asks nothing about the playbook: which parameters there are and what their values mean is `topology.playbook`'s business.
"""

import re

from topology.command.cursor import Cursor, Halt
from topology.command.grammar.names import NAME
from topology.command.grammar.quantities import Wrong
from topology.command.grammar.reading import Kind
from topology.command.grammar.syntax import PLAIN_ARGUMENT, Run
from topology.command.grammar.tokens import shown
from topology.command.grammar.vocabulary import standing

PARAMETER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPE = re.compile(r"\\(.)")


def read_run(cursor: Cursor) -> Run:
    """Read what follows the verb, up to the end of the text."""
    name = _playbook(cursor)
    arguments: dict[str, str] = {}
    while True:
        cursor.wanted.append(Kind.PARAMETER)
        undo = cursor.accept("undo")
        if undo or not cursor.word:
            return Run(name, tuple(arguments.items()), undo)
        _argument(cursor, arguments)


def _playbook(cursor: Cursor) -> str:
    word = cursor.need(Kind.PLAYBOOK)
    if not NAME.fullmatch(word):
        cursor.unexpected(f"{shown(word)} is not the name of a playbook")
    known = tuple(sorted(cursor.vocabulary.playbooks))
    found = standing(word, known) if known else "name"
    if found == "name":
        cursor.take("subsystem")
    else:
        cursor.wrong(
            Wrong(f"no playbook is called {shown(word)}", unfinished=found == "beginning", near=known), "subsystem"
        )
    return word


def _argument(cursor: Cursor, arguments: dict[str, str]) -> None:
    word = cursor.need()
    if not PARAMETER.fullmatch(word):
        cursor.unexpected(f"{shown(word)} is not the name of a parameter")
    if word in arguments:
        cursor.unexpected(f"{word} is given twice")
    cursor.take("field")
    if cursor.word and cursor.word != "=":
        cursor.unexpected(f"write {word}=VALUE: there is no = after {word}")
    cursor.require("=", "noise")
    cursor.wanted.append(Kind.ARGUMENT)
    if not cursor.word:
        raise Halt
    arguments[word] = _value(cursor)


def _value(cursor: Cursor) -> str:
    word = cursor.word
    if word[0] != '"':
        if not PLAIN_ARGUMENT.fullmatch(word):
            message = f"{shown(word)} needs quotes: only words of letters, digits and _ . / % - go without"
            cursor.unexpected(message)
        cursor.take("value")
        return word
    start = cursor.here.start
    for escape in _ESCAPE.finditer(word):
        if escape[1] not in '"\\':
            place = start + escape.start()
            cursor.fail(f'only \\" and \\\\ are known after a \\, not \\{escape[1]}', place, place + 2)
    closed = _QUOTED.fullmatch(word)
    cursor.take("text")
    if closed is None:
        cursor.wanted = ['"']
        raise Halt
    return _ESCAPE.sub(r"\1", closed[1])
