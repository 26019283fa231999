"""What another console carries out counts here: read from the journal they share, and from its lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.operating.live.elsewhere import Elsewhere
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


def test_that_servers_which_another_console_will_take_are_pending_here(
    tmp_path: Path, state: State, journal: Journal
) -> None:
    elsewhere = Elsewhere(tmp_path)
    with_lock = ExecutionLock.take(tmp_path, "one")
    elsewhere.fold(journal.entries())
    elsewhere.look(own=None)
    assert {state.region.roster.names[at] for at in elsewhere.pending(state)} == set(SERVERS)
    assert "mary is carrying out entry 1 at another console" in elsewhere.notice().text
    assert elsewhere.notice().offers == (("Stop it", "stop"),)

    last = journal.append(Kind.WAVE, "mary", execution="one", servers=SERVERS[:2], details={"wave": 1})
    elsewhere.fold((last,))
    assert [state.region.roster.names[at] for at in elsewhere.pending(state)] == [SERVERS[2]]

    with_lock.release()
    elsewhere.look(own=None)
    assert len(elsewhere.pending(state)) == 0
    assert elsewhere.notice().text == ""


def test_that_ones_own_execution_is_not_elsewhere(tmp_path: Path, state: State, journal: Journal) -> None:
    elsewhere = Elsewhere(tmp_path)
    lock = ExecutionLock.take(tmp_path, "one")
    elsewhere.fold(journal.entries())
    elsewhere.look(own="one")
    assert len(elsewhere.pending(state)) == 0
    lock.release()


def test_that_an_execution_that_has_ended_takes_nothing_more(tmp_path: Path, state: State, journal: Journal) -> None:
    elsewhere = Elsewhere(tmp_path)
    lock = ExecutionLock.take(tmp_path, "one")
    journal.append(Kind.FINISHED, "mary", execution="one", servers=SERVERS)
    elsewhere.fold(journal.entries())
    elsewhere.look(own=None)
    assert len(elsewhere.pending(state)) == 0
    lock.release()
