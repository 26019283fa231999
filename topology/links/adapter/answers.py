"""Waves as they are sent, and what came back of them: every answer is of a server that was asked about, or it is none."""

from math import isfinite
from typing import Any

from topology.links.adapter.naming import write_supports
from topology.links.adapter.wire.messages import AdapterProtocolError, Answered
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import Answer, Floors, ScopeFloor, SourceWave, Taken
from topology.refusals.base import RefusalFacts
from topology.refusals.refusal import Refusal, told
from topology.region.region import NAME

NOT_DONE = (-32600, -32601, -32602)
"""Error codes by which an adapter says that it did nothing: the request is none, its method or its parameters are unknown."""
_LONGEST_WAIT_S = 86_400.0


def wave_params(wave: SourceWave, floors: Floors, *, atomic: bool, undo: bool | None = None) -> dict[str, Any]:
    """Write a wave. Only who judges in one step must know the floors; to others they are for information."""
    params = {
        "wave": wave.id,
        "execution": wave.execution,
        "operator": wave.operator,
        "servers": wave.servers,
        "supports": [write_supports(supports) for supports in wave.supports],
        "floors": [_scope(floor) for floor in floors.floors],
        "ceilings": [_scope(ceiling) for ceiling in floors.ceilings],
        "must": ["floors"] if atomic else [],
        "deadline_s": wave.deadline_s,
    }
    return params if undo is None else {**params, "undo": undo}


def read_taken(wave: str, servers: tuple[str, ...] | None, said: Answered) -> Taken:
    """Give an answer to a wave; a server of it that was left out is unknown. *servers* are None where they are not known.

    Raises:
        AdapterProtocolError: it is of another wave or server, or a word of it is no answer.
    """
    if said.wave != wave:
        raise AdapterProtocolError(f"it answered for wave {as_text(said.wave, 80)!r} instead of {wave!r}")
    found: dict[str, Answer] = {}
    for name, word in said.answers:
        known = NAME.fullmatch(name) is not None if servers is None else name in servers
        if not known or name in found:
            raise AdapterProtocolError(f"it answered for {as_text(name, 80)!r}, which wave {wave} does not have")
        found[name] = _answer(word)
    asked = tuple(found) if servers is None else servers
    refusals = tuple(told(as_text(code, 40), as_text(message)) for code, message in said.refusals)
    return Taken(wave, tuple((name, found.get(name, Answer.UNKNOWN)) for name in asked), refusals, _wait(said))


def read_returned(execution: str, names: list[str]) -> Taken:
    """Give what a stop gave back.

    Raises:
        AdapterProtocolError: a name of it is none.
    """
    for name in names:
        if NAME.fullmatch(name) is None:
            raise AdapterProtocolError(f"it gave back {as_text(name, 80)!r}, which is no name of a server")
    return Taken(execution, tuple((name, Answer.RETURNED) for name in dict.fromkeys(names)))


def refused(wave: SourceWave, code: str, why: RefusalFacts) -> Taken:
    """Give the answer to a wave of which nothing happened."""
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), (Refusal(code, why),))


def _scope(floor: ScopeFloor) -> tuple[str, str, int]:
    return floor.subsystem, floor.scope, floor.units


def _answer(word: str) -> Answer:
    try:
        return Answer(word)
    except ValueError as error:
        raise AdapterProtocolError(
            f"{as_text(word, 40)!r} is no answer; there are {', '.join(answer.value for answer in Answer)}"
        ) from error


def _wait(said: Answered) -> float | None:
    seconds = said.retry_after_s
    if seconds is not None and not (isfinite(seconds) and 0 <= seconds <= _LONGEST_WAIT_S):
        raise AdapterProtocolError(f"it asked to be tried again after {seconds!r} s; give 0 to {_LONGEST_WAIT_S:g}")
    return seconds
