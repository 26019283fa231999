"""Who carries an execution out is known by the region's ledger, so also to a console that shares no folder with that one."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.refusal import RefusedError
from tests.topology.links.live.rig import Rig, ran, until
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Kind
from topology.execution.progress import Phase
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.errors import LinkError

TEXT = "remove 2 servers from index"


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


class Seat:
    """One operator at a console of its own on the rig's region, with the journal in *folder*."""

    def __init__(self, rig: Rig, name: str, folder: str) -> None:
        self.link: LiveLink = rig.link()
        self.journal = Journal.open(rig.folder / folder)
        self.desk = LiveDesk(self.link, self.journal, name, rig.folder / folder)
        self.folder = rig.folder / folder

    async def sit(self) -> State:
        self.state = await self.link.load()
        self.desk.follow(self.state)
        self.following = asyncio.get_running_loop().create_task(self._follow())
        return self.state

    async def _follow(self) -> None:
        async for batch in self.link.events(self.state.revision):
            self.state.fold(batch)
            self.desk.heard(batch)

    async def confirm(self) -> Plan:
        command = parse(TEXT, vocabulary_of(self.state)).command
        assert isinstance(command, Planned)
        plan = preview(self.state, command)
        effort = Effort.COUNT if plan.verdict is Verdict.CAUTION else Effort.KEY
        await self.desk.confirm(plan, command, Confirmation(plan.digest, effort))
        return plan

    async def leave(self) -> None:
        self.following.cancel()
        await self.desk.aclose()
        self.journal.close()


def seated(rig: Rig, work: Callable[..., Coroutine[None, None, None]], *folders: str) -> None:
    async def whole() -> None:
        seats = [Seat(rig, name, folder) for name, folder in zip(("ana", "ben", "cid"), folders, strict=False)]
        for seat in seats:
            await seat.sit()
        try:
            await work(*seats)
        finally:
            for seat in seats:
                await seat.leave()

    ran(rig, whole())


def test_that_an_execution_is_in_the_ledger_before_anything_of_it_is_written_or_done(rig: Rig) -> None:
    async def work(ana: Seat, ben: Seat) -> None:
        plan = await ana.confirm()
        await until(lambda: ben.link.leases.elsewhere)
        (one,) = ben.link.leases.elsewhere
        assert (one.operator, one.command) == ("ana", TEXT)
        kept = await ben.link._ledger.execution(one.execution)
        assert kept is not None
        assert (kept.plan, kept.number, kept.outcome) == (plan.digest, 2, "")
        assert not (ana.folder / "locks").exists(), "one lease is enough"
        ana.desk.stop_now()
        await ana.desk.run()
        await until(lambda: not ben.link.leases.elsewhere)

    seated(rig, work, "a", "b")


def test_that_an_execution_at_another_machine_is_stopped_from_here(rig: Rig) -> None:
    async def work(ana: Seat, ben: Seat) -> None:
        await ana.confirm()
        await until(lambda: ben.link.leases.elsewhere)
        said = await ben.desk.control("stop")
        assert said == f"Stopped {TEXT} of ana: no further server leaves."
        await ana.desk.run()
        progress = ana.desk.progress
        assert progress is not None
        assert (progress.phase, progress.done) == (Phase.STOPPED, 0)
        assert not [call for call, _ in rig.source.calls if call == "take"]

    seated(rig, work, "a", "b")


def test_that_a_stop_of_all_that_others_carry_out_names_each_and_waits_for_none(rig: Rig) -> None:
    async def work(ana: Seat, ben: Seat, cid: Seat) -> None:
        await ana.confirm()
        await cid.confirm()
        await until(lambda: len(ben.link.leases.elsewhere) == 2)
        first, second = ben.link.leases.elsewhere
        stop = ben.link.stop

        async def refused(execution: str, operator: str) -> tuple[str, ...]:
            if execution == first.execution:
                raise LinkError("the ledger says no")
            return await stop(execution, operator)

        ben.link.stop = refused  # type: ignore[method-assign]
        with pytest.raises(
            RefusedError, match=f"of {first.operator}: the ledger says no; stopped: .* of {second.operator}"
        ):
            await ben.desk.control("stop")
        seen = await ben.link._ledger.read()
        assert [one.execution for one in seen.stops] == [second.execution]
        ben.link.stop = stop  # type: ignore[method-assign]
        said = await ben.desk.control("stop")
        assert f"{first.command} of {first.operator}" in said
        assert f"{second.command} of {second.operator}" in said
        for seat in (ana, cid):
            await seat.desk.run()

    seated(rig, work, "a", "b", "c")


def test_that_nothing_is_cut_off_while_its_lease_is_held_and_is_once_its_console_died(rig: Rig) -> None:
    async def work(ana: Seat, ben: Seat) -> None:
        await ana.confirm()
        await until(lambda: ben.link.leases.elsewhere)
        assert (await ben.desk.recover())[1] == ()
        await ana.link.aclose()
        await until(lambda: not ben.link.leases.elsewhere)
        (found,) = (await ben.desk.recover())[1]
        assert (found.command, found.not_done) != ("", ())
        kept = await ben.link._ledger.execution(found.execution)
        assert kept is not None
        assert (kept.outcome, kept.owner) == ("recovered", "ben")
        assert (await ben.link._ledger.read()).executions == ()

    seated(rig, work, "shared", "shared")


def test_that_nothing_is_begun_where_the_ledger_cannot_be_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object) -> None:
        raise LinkError("the ledger is gone")

    async def work(ana: Seat, ben: Seat) -> None:
        monkeypatch.setattr(ana.link._ledger, "begin", lost)
        with pytest.raises(RefusedError, match="so it is not: the ledger is gone"):
            await ana.confirm()
        assert not [entry for entry in ana.journal.entries() if entry.kind is Kind.INTENT]
        assert not ana.desk.is_running

    seated(rig, work, "a", "b")
