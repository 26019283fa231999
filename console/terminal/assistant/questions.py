"""The questions that an assistant may ask of one region: each answers what the subcommand of the same name does.

It holds the name of a region and nothing else: no link, no journal that could be written, no way to act.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any, TextIO

from console.terminal.audit_command import audit_command
from console.terminal.facts.explain_command import explain_command, restart_command
from console.terminal.facts.headroom_command import headroom_command
from console.terminal.journal_command import list_entries
from console.terminal.preview_command import preview_command

Answer = dict[str, Any]
MOST_ENTRIES = 200
"""Entries of a journal given at once."""


class NoAnswerError(Exception):
    """A question that cannot be answered; the text says why, as the terminal would."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What may be asked of *region*, a name or a path; with *live* of its source, now."""

    region: str | None
    live: bool = False

    def preview(self, command: str) -> Answer:
        """Say what a command such as `remove 40 servers from billing` would do: servers, floors, findings, verdict."""
        return self._asked(lambda out, err: preview_command(command, self.region, True, out, err, live=self.live))

    def headroom(self, scope: str = "") -> Answer:
        """Say capacity, floor and headroom of every subsystem, or of a *scope* such as `billing in az4`."""
        words = scope.split()
        return self._asked(lambda out, err: headroom_command(words, self.region, True, out, err, live=self.live))

    def explain(self, subsystem: str) -> Answer:
        """Say which floors hold for a subsystem, what it needs, who needs it, and what shares its servers."""
        return self._asked(lambda out, err: explain_command(subsystem, self.region, True, out, err, live=self.live))

    def restart(self, subsystem: str = "") -> Answer:
        """Say what a full restart of a subsystem, or of each, would take by the description. Restarts nothing."""
        name = subsystem or None
        return self._asked(lambda out, err: restart_command(name, self.region, True, out, err, live=self.live))

    def audit(self, playbook: str = "") -> Answer:
        """Say which inputs of a playbook, or of all that come with the console, would break a floor."""
        names = [playbook] if playbook else []
        return self._asked(lambda out, err: audit_command(names, self.region, True, None, out, err, live=self.live))

    def journal(self, limit: int = 20) -> Answer:
        """Give the last entries of the region's journal on this machine, oldest first."""
        out, err = StringIO(), StringIO()
        if list_entries(self.region, min(max(limit, 1), MOST_ENTRIES), True, out, err):
            raise NoAnswerError(err.getvalue().strip())
        return {"format": 1, "entries": [json.loads(line) for line in out.getvalue().splitlines()]}

    def _asked(self, ask: Callable[[TextIO, TextIO], int]) -> Answer:
        out, err = StringIO(), StringIO()
        ask(out, err)
        if not out.getvalue():
            raise NoAnswerError(err.getvalue().strip())
        answer: Answer = json.loads(out.getvalue())
        if "error" in answer:
            raise NoAnswerError(err.getvalue().strip())
        return answer
