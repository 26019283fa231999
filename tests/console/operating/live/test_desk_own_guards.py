"""A region's desk asks an organisation's own guards when a plan is confirmed, before each wave, and for an undo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.operating.refusal import RefusedError
from console.words.findings.table import message
from topology.execution.progress import Phase
from topology.planning.facts import ToldFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.outside import held
from topology.planning.plan import Finding, Severity

Play = Callable[..., None]


class Calm:
    """A guard that blocks every removal once there is news."""

    news = False

    def guard(self) -> Guard:
        return held(Guard("calm", Severity.BLOCK, 300, held_at_act=False, ask=self._ask))

    def _ask(self, case: Case) -> Iterator[Finding]:
        if self.news and case.removes:
            yield Finding("calm", Severity.BLOCK, ToldFacts("there is news"))


def test_that_it_refuses_a_plan_that_was_clear_before(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        calm = Calm()
        desk.operator.guards = (calm.guard(),)
        calm.news = True
        with pytest.raises(RefusedError, match="there is news"):
            await desk.confirm("remove 5 servers from billing")
        assert desk.kinds() == []

    play(scenario)


def test_that_it_halts_what_runs_before_the_next_wave(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        calm = Calm()
        desk.operator.guards = (calm.guard(),)
        await desk.carry_out(begin, "remove 6 servers from billing")
        calm.news = True
        await desk.until_after(60, lambda: desk.progress.phase is Phase.HALTED)
        assert "before wave 2, there is news" in desk.progress.sentence
        assert len(desk.out()) == 3

    play(scenario)


def test_that_it_blocks_no_undo_of_a_removal_and_every_undo_of_a_restore(play: Play) -> None:
    async def scenario(desk: Any, begin: Any) -> None:
        calm = Calm()
        desk.operator.guards = (calm.guard(),)
        await desk.carry_out(begin, "remove 2 servers from billing")
        await desk.until_after(120, lambda: not desk.operator.is_running)
        calm.news = True
        back, _ = desk.plan("undo")
        assert not back.blocked
        await desk.carry_out(begin, "undo")
        await desk.until_after(120, lambda: not desk.operator.is_running)
        calm.news = False
        await desk.carry_out(begin, "remove 2 servers from index")
        await desk.until_after(120, lambda: not desk.operator.is_running)
        await desk.carry_out(begin, "restore 2 to index")
        await desk.until_after(120, lambda: not desk.operator.is_running)
        calm.news = True
        again, _ = desk.plan("undo")
        assert [message(one) for one in again.findings if one.code == "calm"] == ["there is news"]
        assert again.blocked

    play(scenario)
