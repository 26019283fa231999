"""A source that comes back as another region: nothing of it is believed, nothing is done there, and ours is followed again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.topology.links.live.rig import Rig, answers, ran, until
from tests.topology.links.live.scripted_source import REMOVED, SERVING
from topology.region.errors import LinkError


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.mark.parametrize("atomic", [True, False])
def test_that_nothing_of_another_region_is_believed_or_done(rig: Rig, atomic: bool) -> None:
    rig.source.abilities = replace(rig.source.abilities, atomic_waves=atomic)

    async def work() -> None:
        one, other = rig.link(), rig.link()
        for link in (one, other):
            await link.load()
        rig.source.region = "scripted-2"
        rig.source.set({"n7": REMOVED}, actor="somebody there")
        await until(lambda: not one.freshness.connected and not other.freshness.connected)
        for link, execution in ((one, "a"), (other, "b")):
            assert "another region answers" in link.freshness.reason
            state = await link.load()
            assert state.fleet.state[state.fleet.position["n7"]] == SERVING, "that was another n7"
            try:
                outcome = await link.remove(rig.wave("n0", execution=execution))
            except LinkError as error:
                assert "another region answers" in str(error)
            else:
                assert answers(outcome) == {"n0": "refused"}
        assert [what for what, _ in rig.source.calls if what == "take"] == []
        # It stays so however often the other one says that it is alive.
        await asyncio.sleep(6 * rig.source.heartbeat_s)
        assert not one.freshness.connected

    ran(rig, work())


def test_that_ours_is_followed_again_once_it_is_back(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        rig.source.region = "scripted-2"
        with pytest.raises(LinkError, match="another region answers"):
            await link.remove(rig.wave("n0"))
        await until(lambda: not link.freshness.connected)
        rig.source.region = "scripted-1"
        await until(lambda: link.freshness.connected, 20)
        assert answers(await link.remove(rig.wave("n0", number=2))) == {"n0": "done"}

    ran(rig, work())


def test_that_another_region_is_never_asked_what_became_of_a_wave(rig: Rig) -> None:
    """It would say that it never happened, and what ours did would not count any more."""

    async def work() -> None:
        one, other = rig.link(), rig.link()
        for link in (one, other):
            await link.load()
        rig.source.loses_answer = True
        assert answers(await one.remove(rig.wave("n0", "n1", "n2"))) == dict.fromkeys(("n0", "n1", "n2"), "unknown")
        rig.source.loses_answer, rig.source.region = False, "scripted-2"
        known, rig.source.waves = rig.source.waves, {}
        for link in (one, other):
            with pytest.raises(LinkError, match="another region answers"):
                await link.outcome("e.1")
            with pytest.raises(LinkError, match="another region answers"):
                await link.stop("e", "sam")
        assert (rig.source.burnt, rig.source.stopped) == (set(), set())
        rig.source.region, rig.source.waves = "scripted-1", known
        assert answers(await other.outcome("e.1")) == dict.fromkeys(("n0", "n1", "n2"), "done")

    ran(rig, work())
