"""`underkeel headroom`: capacity, floor and headroom as the command of the same name has them, in the terminal or as JSON."""

from typing import TextIO

import msgspec

from console.operating.state_reading import read_state
from topology.command.grammar.syntax import Headroom
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.answers import answer_text, headroom, headrooms
from topology.planning.standing import scope_verdict
from topology.region.description import RegionError

FORMAT = 1
GOOD, BELOW, UNREADABLE = 0, 1, 2


def headroom_command(
    words: list[str], region: str | None, as_json: bool, out: TextIO, err: TextIO, *, live: bool = False
) -> int:
    """Say the headroom of what *words* name; gives 0, 1 where a scope of it is below its floor, or 2 where nothing is said."""
    try:
        state = read_state(region, live=live)
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return UNREADABLE
    text = " ".join(("headroom", *words))
    reading = parse(text, vocabulary_of(state))
    command = reading.command
    if not isinstance(command, Headroom):
        why = reading.error.message if reading.error is not None else f"{text} is not finished"
        err.write(f"{why}; write such as: headroom billing in az4\n")
        return UNREADABLE
    if as_json:
        out.write(msgspec.json.format(msgspec.json.encode(_json(state, command)), indent=2).decode() + "\n")
    else:
        out.write(answer_text(headroom(state, command)) + "\n")
    return BELOW if any((one.headroom or 0) < 0 for one in headrooms(state, command)) else GOOD


def _json(state: State, command: Headroom) -> dict[str, object]:
    percent = state.region.policy.tight_percent
    scopes = [
        {
            "subsystem": one.subsystem,
            "scope": str(one.scope),
            "in_service": one.in_service,
            "floor": one.floor,
            "headroom": one.headroom,
            "verdict": scope_verdict(one.in_service, one.floor, percent).value,
        }
        for one in headrooms(state, command)
    ]
    return {"format": FORMAT, "region": state.region.name, "revision": state.revision, "scopes": scopes}
