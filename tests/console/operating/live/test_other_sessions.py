"""What another console carries out counts here: read from the journal they share, and from its lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.other_sessions import OtherSessions
from console.operating.live.record import Record
from console.operating.regions import address_of, read_address
from topology.execution.journal_entries import Kind
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.records.journal import Journal
from topology.records.locks import ExecutionLock

SERVERS = ("billing-0001", "billing-0002", "billing-0003")


@pytest.fixture
def state() -> State:
    region = read_address(address_of(None))
    return State(region, Fleet(region))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path)
    journal.append(
        Kind.INTENT,
        "mary",
        command="remove 3 servers from billing",
        execution="one",
        servers=SERVERS,
        details={"action": "remove"},
    )
    yield journal
    journal.close()


class NoLeases:
    """Of a link, only that it keeps no leases: then locks say who carries what out."""

    leases = None


def sessions(folder: Path, journal: Journal) -> tuple[JournalFollower, OtherSessions]:
    """Give what this console knows of others; the journal is all that it needs of a link."""
    history = JournalFollower(Record(journal, "", None, "ana"), "ana")  # type: ignore[arg-type]
    return history, OtherSessions(history, Holding(NoLeases(), folder))  # type: ignore[arg-type]


def test_that_servers_which_another_console_will_take_are_pending_here(
    tmp_path: Path, state: State, journal: Journal
) -> None:
    history, others = sessions(tmp_path, journal)
    with_lock = ExecutionLock.take(tmp_path, "one")
    history.read_new()
    others.look(own=None)
    assert {state.region.roster.names[at] for at in others.pending(state)} == set(SERVERS)
    assert "mary is carrying out entry 1 at another console" in others.notice().text
    assert others.notice().offers == (("Stop it", "stop"),)

    journal.append(Kind.WAVE, "mary", execution="one", servers=SERVERS[:2], details={"wave": 1})
    history.read_new()
    assert [state.region.roster.names[at] for at in others.pending(state)] == [SERVERS[2]]

    with_lock.release()
    others.look(own=None)
    assert len(others.pending(state)) == 0
    assert others.notice().text == ""


def test_that_ones_own_execution_is_not_of_others(tmp_path: Path, state: State, journal: Journal) -> None:
    history, others = sessions(tmp_path, journal)
    lock = ExecutionLock.take(tmp_path, "one")
    history.read_new()
    others.look(own="one")
    assert len(others.pending(state)) == 0
    lock.release()


def test_that_an_execution_that_has_ended_takes_nothing_more(tmp_path: Path, state: State, journal: Journal) -> None:
    history, others = sessions(tmp_path, journal)
    lock = ExecutionLock.take(tmp_path, "one")
    journal.append(Kind.FINISHED, "mary", execution="one", servers=SERVERS)
    history.read_new()
    others.look(own=None)
    assert len(others.pending(state)) == 0
    lock.release()


def test_that_servers_of_which_the_region_has_not_said_what_became_count_as_leaving_until_it_has(
    tmp_path: Path, state: State, journal: Journal
) -> None:
    history, others = sessions(tmp_path, journal)
    journal.append(Kind.WAVE, "mary", execution="one", servers=SERVERS[:2], details={"wave": 1})
    journal.append(Kind.FINISHED, "mary", execution="one", details={"unknown": SERVERS[:2]})
    history.read_new()
    others.look(own=None)
    assert {state.region.roster.names[at] for at in others.pending(state)} == set(SERVERS[:2])
    settled = {"wave": 1, "after_end": True}
    journal.append(Kind.OUTCOME, "mary", execution="one", servers=SERVERS[:1], details=settled)
    history.read_new()
    others.look(own=None)
    assert len(others.pending(state)) == 0
    assert history.past.taken(history.past.by_id["one"]) == SERVERS[:1]
