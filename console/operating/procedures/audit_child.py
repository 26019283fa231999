"""The process that carries an audit out: the region comes in, progress and the report go out, one JSON text a line.

In a process of its own it can take as long as it takes: a thread would hold up the painting of the window.
"""

import pickle
from dataclasses import fields
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from console.operating.procedures.playbooks import runnable_playbooks
from topology.command.slips.keyboards import LAYOUTS
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.region.region import Region

Order = tuple[Region, NDArray[np.uint8], str, dict[str, Any]]
"""The region, the state of each server, the name of the keyboard, and everything else that a state holds."""


def packed(state: State, keyboard: str) -> bytes:
    """Write what the child needs to know of *state*."""
    rest = {one.name: getattr(state, one.name) for one in fields(State) if one.name not in ("region", "fleet")}
    order: Order = (state.region, state.fleet.state, keyboard, rest)
    return pickle.dumps(order, protocol=5)


def main(source: BinaryIO, sink: BinaryIO) -> int:
    """Audit every playbook that can be run against the region that *source* holds; give the exit status."""
    # Only the child audits: the window, which packs what the child is to read, loads nothing of how.
    from topology.audit.auditing import audit

    order: Order = pickle.load(source)  # written by the console that started this process
    region, states, keyboard, rest = order
    fleet = Fleet(region)
    fleet.state[:] = states
    fleet.recount()

    def tell(done: int, total: int, playbook: str) -> None:
        _say(sink, {"done": done, "total": total, "playbook": playbook})

    playbooks, _ = runnable_playbooks()  # what is wrong with the others is told where they are run
    report = audit(playbooks, State(region, fleet, **rest), LAYOUTS[keyboard], tell)
    _say(sink, {"report": report.to_json().decode()})
    return 0


def _say(sink: BinaryIO, what: dict[str, object]) -> None:
    sink.write(msgspec.json.encode(what) + b"\n")
    sink.flush()
