"""Notices what others do to the plan that is on show here."""

from console.operating.colleagues.gathering import Gathering
from console.operating.notice import Notice
from console.operating.workbench import Work
from console.words.colleagues import changed_by
from topology.fleet.batches import EventBatch

KEY = "changed-by-others"


class ChangesByOthers:
    """Compares the plan on show with the first one of the same command; *operator* is who sits here."""

    def __init__(self, operator: str) -> None:
        self._operator = operator
        self._actors: set[str] = set()
        self._first: Work | None = None

    def heard(self, batch: EventBatch) -> None:
        """Take in whose act facts come from."""
        if batch.actor and batch.actor != self._operator:
            self._actors.add(batch.actor)

    def notice(self, work: Work, gathering: Gathering) -> Notice:
        """Say what changed since the command was typed; the text is empty where nothing did."""
        first = self._first
        if first is None or first.plan is None or work.plan is None or first.command != work.command:
            self._first = work
            self._actors.clear()
            return Notice(KEY, "")
        running = {one.operator for one in gathering.executions if one.carried_out}
        who = sorted((self._actors | running) - {self._operator})
        return Notice(KEY, changed_by(first.plan, work.plan, who), "caution")
