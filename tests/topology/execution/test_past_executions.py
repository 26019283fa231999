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


def test_that_of_an_execution_that_ended_every_name_is_kept_once(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path)) as journal:
        said = journal.append(Kind.INTENT, "ana", command="remove 2", execution="E", servers=("a-1", "b-2"))
        for wave, name in enumerate(("a-1", "b-2"), 1):
            journal.append(Kind.WAVE, "ana", execution="E", servers=(name,), details={"wave": wave})
            journal.append(Kind.OUTCOME, "ana", execution="E", servers=(name,), details={"wave": wave})
        past = PastExecutions()
        past.fold(journal.entries())
        assert past.by_entry[said.number].outcomes == {1: ("a-1",), 2: ("b-2",)}
        journal.append(Kind.FINISHED, "ana", execution="E", servers=("a-1", "b-2"), details={"phase": "finished"})
        past.fold(journal.entries(after=past.last))
    one = past.by_entry[said.number]
    assert past.taken(one) == one.done == ("a-1", "b-2")
    assert not one.outcomes
    assert one.done[0] is one.servers[0] is one.waves[1][0]
    assert past.rest_of("E") == (Kind.FINISHED, True)


def test_that_what_is_carried_on_after_a_halt_counts_with_what_was_done_before(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path)) as journal:
        said = journal.append(Kind.INTENT, "ana", command="remove 2", execution="E", servers=("a-1", "b-2"))
        journal.append(Kind.WAVE, "ana", execution="E", servers=("a-1",), details={"wave": 1})
        journal.append(Kind.OUTCOME, "ana", execution="E", servers=("a-1",), details={"wave": 1})
        journal.append(Kind.HALT, "ana", execution="E", servers=("a-1",), details={"phase": "halted"})
        journal.append(Kind.WAVE, "ana", execution="E", servers=("b-2",), details={"wave": 2})
        journal.append(Kind.OUTCOME, "ana", execution="E", servers=("b-2",), details={"wave": 2})
        past = PastExecutions()
        past.fold(journal.entries())
    assert past.by_entry[said.number].done == ("a-1", "b-2")
