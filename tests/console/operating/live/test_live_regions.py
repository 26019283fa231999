"""A live region is opened by its description: trusted, over a real adapter, and acted on through the one protocol."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from console.operating.access import NAME, journal_path
from console.operating.live.desk import LiveDesk
from console.operating.live.record import Record
from console.operating.live.recovery import compare_heads
from console.operating.refusal import RefusedError
from console.operating.regions import address_of, folder_of, open_link, read_file
from console.terminal.journal_command import verify_entries
from tests.console.operating.live.described_racks import described_racks, trusted
from tests.topology.links.adapter.adapters import inventory, racks, states
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Kind
from topology.execution.progress import Phase
from topology.links.live.link import LiveLink
from topology.links.live.opening import ledger_file
from topology.links.protocol import Answer, Wave
from topology.planning.plan import Confirmation, Effort
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.description import RegionError


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    found = tmp_path / "racks.toml"
    found.write_text(described_racks(racks(inventory(tmp_path / "inventory.db"))))
    return found


def test_that_a_source_that_is_not_trusted_is_not_opened_and_the_line_to_type_is_said(path: Path) -> None:
    address = address_of(str(path))
    with pytest.raises(RegionError, match=f"underkeel trust {path}"):
        open_link(address, folder_of(address))


def test_that_a_ledger_is_never_forgotten(path: Path) -> None:
    trusted(path)
    with pytest.raises(RegionError, match="not forgotten by --fresh"):
        open_link(address_of(str(path)), path.parent, fresh=True)


def test_that_a_trusted_region_is_acted_on_through_its_adapter(path: Path) -> None:
    trusted(path)
    address = address_of(str(path))

    async def work() -> None:
        link = open_link(address, folder_of(address))
        assert isinstance(link, LiveLink)
        try:
            state = await link.load()
            assert (len(state.region.roster), link.source.region, link.only_looks) == (40, "racks-test", None)
            assert link.abilities.atomic_waves
            wave = Wave("e", 1, "op1", ("n001", "n002"), (("index",), ("index",)))
            outcome = await link.remove(wave)
            assert outcome.servers(Answer.DONE) == ("n001", "n002"), outcome
            async for batch in link.events(state.revision):
                state.fold(batch)
                if batch.operation == "e.1":
                    break
            assert state.fleet.capacity[state.fleet.scopes.region_row[0]] == 38
            refused = await link.remove(Wave("e", 2, "op1", ("n003", "n004", "n005"), (("index",),) * 3))
            assert [refusal.code for refusal in refused.refusals] == ["floor"]
        finally:
            await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))
    assert [name for name, letter in states(path.parent / "inventory.db").items() if letter != "s"] == ["n001", "n002"]


def carried_out(path: Path, text: str, meddle: Callable[[Path], None] = lambda inventory: None) -> LiveDesk:
    """Type a command, confirm it and carry it out, with a desk over the region's adapter; gives the desk at its end."""
    address = address_of(str(path))

    async def work() -> LiveDesk:
        link = open_link(address, folder_of(address))
        journal = Journal.open(folder_of(address))
        desk = LiveDesk(link, journal, "ana", folder_of(address))
        state = await link.load()
        desk.follow(state)

        async def follow() -> None:
            async for batch in link.events(state.revision):
                state.fold(batch)
                desk.heard(batch)
                if batch.operation:
                    meddle(path.parent / "inventory.db")

        following = asyncio.get_running_loop().create_task(follow())
        try:
            command = parse(text, vocabulary_of(state)).command
            assert isinstance(command, Planned)
            plan = preview(state, command)
            effort = Effort.COUNT if plan.verdict.value == "caution" else Effort.KEY
            await desk.confirm(plan, command, Confirmation(plan.digest, effort))
            await desk.run()
        finally:
            following.cancel()
            await desk.aclose()
            await link.aclose()
            journal.close()
        return desk

    return asyncio.run(asyncio.wait_for(work(), 60))


def test_that_a_confirmed_plan_is_carried_out_to_its_end(path: Path) -> None:
    trusted(path)
    progress = carried_out(path, "remove 2 servers from index").progress
    assert progress is not None
    assert (progress.phase, progress.done) == (Phase.FINISHED, 2), progress.sentence
    assert sorted(states(path.parent / "inventory.db").values()).count("r") == 2


def ledger_of(path: Path) -> Path:
    source = read_file(path, str(path)).source
    assert source is not None
    return ledger_file(folder_of(address_of(str(path))), source)


def test_that_two_descriptions_of_one_source_share_its_ledger_and_the_stricter_floor_holds(path: Path) -> None:
    trusted(path)
    laxer = path.with_name("mine.toml")
    laxer.write_text(path.read_text().replace('floor = "90%"', 'floor = "10%"'))
    trusted(laxer)
    carried_out(path, "remove 1 server from index")
    assert ledger_of(laxer) == ledger_of(path)
    assert ledger_of(path).exists()
    with pytest.raises(RefusedError, match=r"unknown|acknowledge"):
        carried_out(laxer, "remove 5 servers from index")
    assert sorted(states(path.parent / "inventory.db").values()).count("r") == 1


def test_that_the_journals_of_two_descriptions_are_told_apart_in_the_ledger_that_they_share(path: Path) -> None:
    trusted(path)
    other = path.with_name("other.toml")
    other.write_text(path.read_text() + "\n# the same, by another name\n")
    trusted(other)
    carried_out(path, "remove 1 server from index")
    carried_out(other, "remove 1 server from index")

    async def doubt(one: Path) -> str:
        address = address_of(str(one))
        link, journal = open_link(address, folder_of(address)), Journal.open(folder_of(address))
        desk = LiveDesk(link, journal, "ana", folder_of(address))
        try:
            await link.load()
            return await compare_heads(desk.record, link)
        finally:
            await desk.aclose()
            await link.aclose()
            journal.close()

    for one in (path, other):
        assert asyncio.run(doubt(one)) == ""
        out, err = StringIO(), StringIO()
        assert verify_entries(str(one), None, False, out, err) == 0, err.getvalue()


def test_that_a_ledger_that_lies_beside_the_journal_already_stays_there(path: Path) -> None:
    folder = folder_of(address_of(str(path)))
    folder.mkdir(parents=True)
    (folder / "ledger.db").touch()
    assert ledger_of(path) == folder / "ledger.db"


def test_that_the_ledger_knows_what_was_carried_out_and_the_journals_head(path: Path) -> None:
    trusted(path)
    carried_out(path, "remove 2 servers from index")
    with closing(Journal.open(folder_of(address_of(str(path))), read_only=True)) as journal:
        (intent,) = [entry for entry in journal.entries() if entry.kind is Kind.INTENT]
    ledger = ledger_of(path)
    with closing(sqlite3.connect(ledger)) as db:
        ((plan, command, owner, outcome),) = db.execute(
            "SELECT plan, command, owner, outcome FROM execution"
        ).fetchall()
    assert (plan, command) == (intent.plan, "remove 2 servers from index")
    assert (owner, outcome) == ("ana", "finished")

    out, err = StringIO(), StringIO()
    assert verify_entries(str(path), None, False, out, err) == 0, err.getvalue()
    with closing(sqlite3.connect(journal_path(folder_of(address_of(str(path))), NAME))) as db, db:
        last = db.execute("SELECT MAX(number) FROM entry").fetchone()[0]
        db.execute("DELETE FROM entry WHERE number = ?", (last,))
    assert verify_entries(str(path), None, False, out, err) == 1, "the region keeps a later head"


def test_that_a_head_in_a_ledger_elsewhere_is_said_not_to_be_asked(path: Path) -> None:
    Journal.open(folder_of(address_of(str(path)))).close()
    path.write_text(path.read_text().replace("read_only = false", 'read_only = false\nledger = "etcd://h:1/racks/"'))
    out, err = StringIO(), StringIO()
    assert verify_entries(str(path), None, False, out, err) == 0
    assert "The region's own head is in etcd://h:1/racks/, which is not asked here" in err.getvalue()


def test_that_a_server_that_comes_back_behind_our_back_halts_the_execution(path: Path) -> None:
    path.write_text(path.read_text().replace("[policy]", "[policy]\nwave = 1"))
    trusted(path)
    done: list[str] = []

    def meddle(inventory: Path) -> None:
        """Another one with the inventory puts the first server that drains back, once."""
        db = sqlite3.connect(inventory)
        with db:
            found = db.execute("SELECT name FROM servers WHERE state IN ('d', 'r')").fetchone()
            if found and not done:
                db.execute(
                    "UPDATE servers SET state = 's', actor = 'autoscaler', since = since + 1 WHERE name = ?", found
                )
                done.extend(found)
        db.close()

    progress = carried_out(path, "remove 3 servers from index", meddle).progress
    assert progress is not None
    assert progress.phase is Phase.HALTED
    assert done[0] in progress.sentence


def test_that_a_program_that_is_not_there_is_said_when_the_region_loads(path: Path) -> None:
    path.write_text(described_racks("exec:/no/such/adapter"))
    trusted(path)

    async def work() -> None:
        link = open_link(address_of(str(path)), path.parent / "state")
        state = await link.load()
        assert "/no/such/adapter" in link.freshness.reason
        assert [one.name for one in state.region.subsystems] == ["index", "billing"]
        await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))


def test_that_a_plan_whose_beginning_was_cut_off_in_the_ledger_can_be_confirmed_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted(path)

    class Cut(BaseException):
        """The console dies."""

    async def dies(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(Record, "write", dies)
        patch.setattr(LiveLink, "finish", dies)
        with pytest.raises(Cut):
            carried_out(path, "remove 2 servers from index")
    progress = carried_out(path, "remove 2 servers from index").progress
    assert progress is not None
    assert (progress.phase, progress.done) == (Phase.FINISHED, 2), progress.sentence
