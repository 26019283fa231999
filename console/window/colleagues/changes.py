"""Notices what others do to the plan that is on show here."""

from console.operating.colleagues.gathering import Gathering
from console.operating.notice import Notice
from console.operating.workbench import Work
from console.words.colleagues import changed_by
from topology.fleet.batches import EventBatch

KEY = "changed-by-others"


class ChangesByOthers:
    """Compares the plan on show with the one before, while the command is the same; *operator* is who sits here."""

    def __init__(self, operator: str) -> None:
        self._operator = operator
        self._actors: set[str] = set()
        self._before: Work | None = None
        self._text = ""

    def heard(self, batch: EventBatch) -> None:
        """Take in whose act facts come from."""
        if batch.actor and batch.actor != self._operator:
            self._actors.add(batch.actor)

    def notice(self, work: Work, gathering: Gathering) -> Notice:
        """Say what changed since the command was typed; the text is empty where nothing did."""
        before, self._before = self._before, work
        if before is None or before.plan is None or work.plan is None or before.command != work.command:
            self._text = ""
            self._actors.clear()
            return Notice(KEY, "")
        running = {one.operator for one in gathering.executions if one.carried_out}
        found = changed_by(before.plan, work.plan, sorted((self._actors | running) - {self._operator}))
        self._text = found or self._text
        return Notice(KEY, self._text, "caution")
