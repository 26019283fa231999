"""What a journal says of executions: also of one that was begun at another machine and taken over here."""

from contextlib import closing
from pathlib import Path

from topology.execution.journal_entries import Kind
from topology.execution.past_executions import PastExecutions
from topology.records.journal import Journal


def test_that_an_entry_stands_for_what_was_begun_at_another_machine_with_its_waves_until_it_is_settled(tmp_path: Path):
    with closing(Journal.open(tmp_path)) as journal:
        details = {"from": "ana", "action": "remove", "pace_per_minute": 4, "waves": {"1": ("a", "b"), "2": ("c",)}}
        said = journal.append(
            Kind.TAKEN_OVER,
            "ben",
            command="remove 4 servers",
            execution="E",
            servers=("a", "b", "c", "d"),
            details=details,
        )
        past = PastExecutions()
        past.fold(journal.entries())
        (one,) = past.open()
        assert (one.entry, one.operator, one.pace, one.action) == (said.number, "ana", 4, "remove")
        assert (one.servers, one.done) == (("a", "b", "c", "d"), ("a", "b", "c"))
        journal.append(Kind.TAKEN_OVER, "ben", execution="E", details={"from": "ana", "entry": said.number})
        journal.append(Kind.RECOVERED, "ben", execution="E", servers=("a", "c"))
        past.fold(journal.entries(after=past.last))
        assert past.open() == ()
        assert past.taken(past.by_entry[said.number]) == ("a", "c")
