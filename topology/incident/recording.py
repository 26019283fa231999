"""Keeps what happens in a session, and writes it down as an incident that replays exactly. Values in, text out."""

import json
import math
from array import array

import numpy as np

from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.region.sentences.clock import moment_at, zone_of

MOST_CHANGES = 5_000_000
"""Changes of single servers that are kept; a session with more ends there, and says so."""
LATEST_END_S = 1.0
RECORD = "record.csv"


class Recorder:
    """Follows one region from a moment on. *full* is whether it kept all it can.

    *run_of* names the replay whose training run it is, empty for a region: what a run made of an incident is told by nobody but
    its model, and is never written down as a fact.
    """

    def __init__(self, state: State, run_of: str = "") -> None:
        self.run_of = run_of
        self.region = state.region
        self.starts = float(math.floor(state.time))
        self.full = False
        self._latest = state.time
        self._changes = 0
        # In columns that grow, 13 bytes a change: an array for each batch would take hundreds.
        self._times = array("d")
        self._servers = array("i")
        self._states = array("B")
        self._told: list[tuple[float, str, str]] = []
        self._now = state.region.roster.state.copy()
        # Where the session begins is not where the description does: the difference is the first thing recorded.
        self.see(state)

    def see(self, state: State) -> None:
        """Take in a state that was loaded anew, of the same region."""
        changed = np.flatnonzero(state.fleet.state != self._now).astype(np.int32)
        self._keep(max(state.time, self._latest), changed, state.fleet.state[changed])

    def hear(self, batch: EventBatch) -> None:
        """Take in a batch of facts."""
        self._keep(max(batch.time, self._latest), batch.servers, batch.states)

    def tell(self, time: float, text: str, command: str = "") -> None:
        """Keep what was said or done; *command* is the text that was confirmed."""
        self._told.append((max(time, self._latest), text, command))

    def go_on_from(self, before: "Recorder") -> None:
        """Take over what was told since this one begins: an act that takes over is told before the run is loaded."""
        self._told += [one for one in before._told if one[0] >= self.starts]  # noqa: SLF001 - of the same class

    def _keep(self, time: float, servers: np.ndarray, states: np.ndarray) -> None:
        self._latest = time
        if self.full or not len(servers):
            return
        self._changes += len(servers)
        self.full = self._changes > MOST_CHANGES
        self._now[servers] = states
        self._times.extend([time] * len(servers))
        self._servers.frombytes(servers.astype(np.int32).tobytes())
        self._states.frombytes(states.astype(np.uint8).tobytes())

    def incident_text(self, name: str, title: str, until: float) -> str:
        """Write the incident's own file; its record is that of `record_text`."""
        zone = self.region.time_zone
        ends = float(math.ceil(max(until, self._latest) + LATEST_END_S))
        day = moment_at(self.starts, zone_of(zone)).date().isoformat()
        lines = [
            f"# {self._what()} Add decisions and objectives to make a training of it.",
            "format = 1",
            "# Keys and kinds of this file: underkeel schema incident",
            'region = "region.toml"',
            f'record = "{RECORD}"',
            "",
            "[incident]",
            f"name = {_text(name)}",
            f"title = {_text(title)}",
            f"date = {day}",
            f"time_zone = {_text(zone)}",
            f"starts = {_moment(self.starts, zone)}",
            f"ends = {_moment(ends, zone)}",
            f"summary = {_text(self._what())}",
            'lessons = ["RECORDED"]',
            "",
            "[[source]]",
            'id = "session"',
            f"title = {_text(('The run itself: ' if self.run_of else 'The session itself: ') + title)}",
            'url = "recorded by the console"',
            f'verified = "{"made by the model of a training" if self.run_of else "facts as the link gave them"}"',
        ]
        for time, text, command in self._told or [(self.starts, "The recording begins.", "")]:
            lines += ["", "[[event]]", f"time = {_moment(float(math.floor(time)), zone)}", f"text = {_text(text)}"]
            lines += (
                ['source = "model"', 'confidence = "NP"', "illustrative = true"]
                if self.run_of
                else ['source = "session"', 'confidence = "P"', "illustrative = false"]
            )
            lines += [f"command = {_text(command)}"] if command else []
        return "\n".join((*lines, ""))

    def _what(self) -> str:
        """Say what it is of, in a sentence."""
        if self.run_of:
            return f"A training run of {self.run_of}, by its model: nothing in it happened."
        return "A session of the console, recorded."

    def record_text(self) -> str:
        """Write every change, in order."""
        # Every session records, and most are never written down: what incidents are is loaded by those that are.
        from topology.incident.model import Recorded
        from topology.incident.record import write_record

        if not self._times:
            return write_record(Recorded(), self.region, self.starts)
        # Copies, since a column that is looked into cannot grow.
        found = Recorded(
            np.array(self._times, np.float64), np.array(self._servers, np.int32), np.array(self._states, np.uint8)
        )
        return write_record(found, self.region, self.starts)


def _text(text: str) -> str:
    # What JSON escapes in a string, TOML's basic strings escape alike.
    return json.dumps(text, ensure_ascii=False)


def _moment(time: float, zone: str) -> str:
    return _text(moment_at(time, zone_of(zone)).isoformat(sep=" "))
