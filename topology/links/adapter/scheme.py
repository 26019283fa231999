"""Adapters as kinds of sources: `exec:` runs a program, `unix:` reaches one that listens at a socket."""

import os
from pathlib import Path

from topology.links.adapter.reader import AdapterReader
from topology.links.adapter.source import AdapterSource
from topology.links.adapter.wire.peers import Opener, child_opener, socket_opener
from topology.links.adapter.wire.program import ProgramLine
from topology.links.registry import Opening, Scheme


def _program(target: str, opening: Opening) -> Opener:
    given = {name: os.environ[name] for name in opening.environment if name in os.environ}
    return child_opener(ProgramLine.parse(target), given)


async def _exec_reader(target: str, opening: Opening) -> AdapterReader:
    reader = AdapterReader(f"exec:{target}", _program(target, opening), opening.operator, opening.log, stays_down=True)
    await reader.open()
    return reader


async def _exec_actor(target: str, opening: Opening) -> AdapterSource:
    source = AdapterSource(f"exec:{target}", _program(target, opening), opening.operator, opening.log, stays_down=True)
    await source.open()
    return source


async def _unix_reader(target: str, opening: Opening) -> AdapterReader:
    opener = socket_opener(Path(target))
    reader = AdapterReader(f"unix:{target}", opener, opening.operator, opening.log, stays_down=False)
    await reader.open()
    return reader


async def _unix_actor(target: str, opening: Opening) -> AdapterSource:
    opener = socket_opener(Path(target))
    source = AdapterSource(f"unix:{target}", opener, opening.operator, opening.log, stays_down=False)
    await source.open()
    return source


def _parse_exec(text: str) -> str:
    return str(ProgramLine.parse(text))


def _parse_unix(text: str) -> str:
    if not Path(text).is_absolute():
        raise ValueError("the path of the socket is not absolute")
    if not text.isprintable():
        raise ValueError("a sign in it cannot be printed")
    return text


EXEC = Scheme(
    name="exec",
    what="an adapter that is run",
    example="exec:/usr/lib/racks/adapter --site eu",
    parse=_parse_exec,
    describe=lambda target: f"runs {target} as you, and speaks with it through its standard input and output",
    reader=_exec_reader,
    actor=_exec_actor,
)
UNIX = Scheme(
    name="unix",
    what="an adapter that listens at a socket",
    example="unix:/run/racks/adapter.sock",
    parse=_parse_unix,
    describe=lambda target: f"speaks with the adapter that listens at {target}",
    reader=_unix_reader,
    actor=_unix_actor,
)
