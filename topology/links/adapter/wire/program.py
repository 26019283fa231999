"""Which programs may be run as an adapter: by an absolute path that nobody else can change. No shell ever reads the line."""

import os
import re
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from topology.links.adapter.wire.text import as_text
from topology.machine.system import account_name, is_own_group, is_trusted_owner
from topology.region.errors import LinkError

_INTERPRETERS = re.compile(r"(python|perl|ruby|node|lua|bash|dash|ksh|zsh|sh|php)[0-9.]*")


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A program and its arguments, as they are handed to the system."""

    program: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return shlex.join((self.program, *self.arguments))

    @classmethod
    def parse(cls, text: str) -> "ProgramLine":
        """Read a line as a shell would split it; nothing is expanded.

        Raises:
            ValueError: with a sentence.
        """
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise ValueError(f"a quote is not closed ({error})") from error
        if not words:
            raise ValueError("it names no program")
        if not Path(words[0]).is_absolute():
            raise ValueError(f"the program {as_text(words[0])!r} is no absolute path")
        if any(not word.isprintable() for word in words):
            raise ValueError("a sign in it cannot be printed")
        return cls(words[0], tuple(words[1:]))


def checked_program(line: ProgramLine) -> Path:
    """Give the file that would run, when nobody but its owner and root can change it or its folders.

    Raises:
        LinkError: it is missing, cannot be run, or others may change it.
    """
    real = _protected(Path(line.program))
    if not os.access(real, os.X_OK):
        raise LinkError(f"{line.program}: may not be executed; chmod u+x it")
    script = _script(real, line.arguments)
    if script is not None:
        _protected(script)
    return real


def _script(program: Path, arguments: tuple[str, ...]) -> Path | None:
    """Give what an interpreter would run: that is the program then."""
    if _INTERPRETERS.fullmatch(program.name) is None:
        return None
    first = next((word for word in arguments if not word.startswith("-")), "")
    return Path(first) if Path(first).is_absolute() else None


def _protected(path: Path) -> Path:
    try:
        real = path.resolve(strict=True)
        if not real.is_file():
            raise LinkError(f"{path}: is no file; name the program itself")
        for place in dict.fromkeys((real, *real.parents, *path.parents)):
            doubt = _doubt(place)
            if doubt:
                raise LinkError(f"{path}: is not run, because {place} {doubt}")
    except OSError as error:
        raise LinkError(f"{path}: cannot be run: {error.strerror}; give the absolute path of the adapter") from error
    return real


def _doubt(place: Path) -> str:
    """Say who else may change a file or folder; empty for nobody."""
    found = place.stat()
    mode, folder = found.st_mode, stat.S_ISDIR(found.st_mode)
    if not is_trusted_owner(found.st_uid):
        return f"belongs to {account_name(found.st_uid)}; only you or root may own it"
    if folder and mode & stat.S_ISVTX:
        return ""  # Others may write there, but neither remove nor replace what is ours.
    if mode & stat.S_IWOTH:
        return "may be written by anybody; chmod o-w it"
    if mode & stat.S_IWGRP and not is_own_group(found.st_gid):
        return "may be written by its group; chmod g-w it"
    return ""
