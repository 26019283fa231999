"""`underkeel explain` and `underkeel restart`: facts of a region as described, in the terminal or as JSON. They change nothing."""

from typing import TextIO

import msgspec

from console.operating.explanation import explanation, restart_sections
from console.operating.state_reading import read_state
from topology.command.grammar.syntax import Explain
from topology.fleet.state import State
from topology.planning.answers import answer_text, section_text
from topology.planning.preview import Planner
from topology.planning.restart import CELLS, RestartCost, restart_cost
from topology.region.description import RegionError

FORMAT = 1
UNREADABLE = 2


def explain_command(
    subsystem: str, region: str | None, as_json: bool, out: TextIO, err: TextIO, *, live: bool = False
) -> int:
    """Explain one subsystem; gives 0, or 2 where the region cannot be read or has no such subsystem."""
    state = _state(region, err, live=live)
    if state is None or not _known(state, subsystem, err):
        return UNREADABLE
    answer = explanation(state, Planner(state.region), Explain(subsystem))
    if as_json:
        sections = [
            {"heading": one.heading, "columns": one.columns, "rows": [[str(cell) for cell in row] for row in one.rows]}
            for one in answer.sections
        ]
        body = {"format": FORMAT, "subsystem": subsystem, "sections": sections, "remarks": answer.remarks}
        out.write(msgspec.json.format(msgspec.json.encode(body), indent=2).decode() + "\n")
    else:
        out.write(answer_text(answer) + "\n")
    return 0


def restart_command(
    subsystem: str | None, region: str | None, as_json: bool, out: TextIO, err: TextIO, *, live: bool = False
) -> int:
    """Say what a full restart of one subsystem, or of each, takes; gives 0, or 2 as `explain_command` does."""
    state = _state(region, err, live=live)
    if state is None or (subsystem is not None and not _known(state, subsystem, err)):
        return UNREADABLE
    names = [one.name for one in state.region.subsystems if not one.external and subsystem in (None, one.name)]
    costs = [restart_cost(state, name) for name in names]
    if as_json:
        body = {"format": FORMAT, "restarts": [_json(cost) for cost in costs]}
        out.write(msgspec.json.format(msgspec.json.encode(body), indent=2).decode() + "\n")
    else:
        out.write("\n\n".join(_text(cost) for cost in costs) + "\n")
    return 0


def _text(cost: RestartCost) -> str:
    return "\n".join(section_text(section) for section in restart_sections(cost))


def _json(cost: RestartCost) -> dict[str, object]:
    by_cells = {str(cells): cost.with_cells(cells) for cells in CELLS}
    return {**msgspec.to_builtins(cost), "minutes_of_one_cell": by_cells}


def _state(region: str | None, err: TextIO, *, live: bool) -> State | None:
    try:
        return read_state(region, live=live)
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return None


def _known(state: State, subsystem: str, err: TextIO) -> bool:
    if subsystem in state.region.index:
        return True
    names = ", ".join(one.name for one in state.region.subsystems[:20])
    err.write(f"{state.region.name} has no subsystem {subsystem!r}: it has {names}.\n")
    return False
