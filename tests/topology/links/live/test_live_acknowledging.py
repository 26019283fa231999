"""What a live region takes as accepted, what waits for an operator, and that what one acknowledges counts for all."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.words.findings.lowered import lowered_sentences
from tests.topology.links.live.rig import TEXT, Rig, answers, codes, ran, until
from tests.topology.links.live.scripted_source import SERVING
from topology.links.description import FixedDescription
from topology.links.fleet_source import Answer
from topology.links.live.link import LiveLink
from topology.records.clock import ManualClock
from topology.refusals.at_act import NobodyKnows
from topology.refusals.refusal import Refusal, read_kept
from topology.region.description import read_region
from topology.region.learnt import Budget


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def describe(link: LiveLink, old: str, new: str) -> None:
    """Let the description be another one from the next look on."""
    description = link.joined._description
    assert isinstance(description, FixedDescription)
    assert old in TEXT

    def look(now: float) -> bool:
        description.read_at, description.look = now, FixedDescription.look.__get__(description)  # type: ignore[method-assign]
        description.region = read_region(TEXT.replace(old, new), "shop.toml")
        return True

    description.look = look  # type: ignore[method-assign]


async def lowered(link: LiveLink) -> tuple[str, ...]:
    return lowered_sentences((await link.load()).unacknowledged)


def floor_of(link: LiveLink) -> int:
    fleet = link.joined.following.state.fleet
    return int(fleet.scopes.floor[fleet.scopes.region_row[0]])


def test_that_a_stricter_description_is_what_later_ones_are_compared_with(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        describe(link, 'floor = "60%"', 'floor = "80%"')
        await until(lambda: floor_of(link) == 8)
        assert await lowered(link) == ()
        describe(link, 'floor = "60%"', 'floor = "70%"')
        await until(lambda: floor_of(link) == 7)
        await until(lambda: link.joined.guarding.unacknowledged)
        assert await lowered(link) == ("index floor 8 → 7",)
        assert codes(await link.remove(rig.wave("n0"))) == ["unknown"]
        await link.aclose()
        again = rig.link()
        assert "index floor 8 → 6" in await lowered(again), "the one it was opened with first is below both"

    ran(rig, work())


def test_that_a_larger_pace_is_compared_with_the_last_that_was_accepted(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        for pace, told in (("50/min", ()), ("60/min", ("pace a minute 50 → 60",))):
            describe(link, 'pace = "100/min"', f'pace = "{pace}"')
            await until(lambda pace=pace: link.joined.following.state.region.policy.pace_per_minute == int(pace[:2]))
            await until(lambda told=told: lowered_sentences(link.joined.guarding.unacknowledged) == told)

    ran(rig, work())


def test_that_what_one_console_acknowledges_counts_for_the_others(rig: Rig) -> None:
    async def work() -> None:
        one, other = rig.link(), rig.link()
        await one.load()
        await other.load()
        for link in (one, other):
            describe(link, 'floor = "60%"', 'floor = "50%"')
        await until(lambda: one.joined.guarding.unacknowledged and other.joined.guarding.unacknowledged)
        await one.acknowledge("sam")
        await until(lambda: not other.joined.guarding.unacknowledged)
        assert codes(await other.remove(rig.wave("n0"))) == []

    ran(rig, work())


def test_that_what_is_acknowledged_elsewhere_during_a_comparison_counts(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        lower = rig.text
        rig.text = lower.replace('floor = "60%"', 'floor = "90%"')
        first = rig.link()
        await first.load()
        await first.aclose()
        rig.text = lower
        one, other = rig.link(), rig.link()
        await one.load()
        await other.load()
        assert lowered_sentences(one.joined.guarding.unacknowledged) == ("index floor 9 → 6",)
        keep, told = one._ledger.keep_floors, []

        async def keep_after_the_other(*what: object) -> object:
            if not told:
                told.append(await other.acknowledge("sam"))
            return await keep(*what)

        monkeypatch.setattr(one._ledger, "keep_floors", keep_after_the_other)
        await one.joined.guarding.compare()
        assert told
        assert one.joined.guarding.unacknowledged == ()
        assert codes(await one.remove(rig.wave("n0"))) == []

    ran(rig, work())


def test_that_a_clock_that_leapt_is_said_and_followed_once_acknowledged(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        rig.clock.leap(7200)
        await until(lambda: link.joined.guarding.to_acknowledge())
        (sentence,) = await lowered(link)
        assert "leapt 2.0 hours ahead" in sentence
        assert codes(await link.remove(rig.wave("n0"))) == ["unknown"]
        await link.acknowledge("ana")
        assert await lowered(link) == ()
        assert link.now() == rig.clock.time
        assert codes(await link.remove(rig.wave("n0"))) == []

    ran(rig, work())


def forgetful(rig: Rig) -> None:
    """A source that answers nothing of a wave, does nothing, and remembers nothing."""
    rig.source.abilities = replace(rig.source.abilities, remembers_waves=False)
    rig.source.says = {"n0": Answer.UNKNOWN, "n1": Answer.UNKNOWN}


def test_that_servers_that_nobody_can_decide_count_as_leaving_until_they_are_acknowledged(rig: Rig) -> None:
    forgetful(rig)

    async def work() -> None:
        link = rig.link()
        await link.load()
        assert answers(await link.remove(rig.wave("n0", "n1"))) == {"n0": "unknown", "n1": "unknown"}
        assert (await link.load()).undecided == (), "it may still come about"
        pass_drain_timeout(rig.clock)
        await until(lambda: link.acts.undecided)
        assert (await link.load()).undecided == ("n0", "n1")
        assert codes(await link.remove(rig.wave("n2", "n3", "n4", number=2))) == ["floor"]
        await link.acknowledge("ana", ("n0",))
        await until(lambda: link.acts.undecided == ("n1",))
        assert answers(await link.outcome("e.1")) == {"n0": "refused", "n1": "unknown"}
        await link.acknowledge("ana", ("n1",))
        assert (await link.load()).undecided == ()
        assert codes(await link.remove(rig.wave("n2", "n3", "n4", number=3))) == []
        kept = await link._ledger.wave("e.1")
        assert kept is not None
        assert Refusal("unknown", NobodyKnows("ana", ("n0",))) in read_kept(kept.refusals)

    ran(rig, work())


def test_that_a_wave_without_an_answer_is_decided_by_its_source_where_that_remembers(rig: Rig) -> None:
    async def work() -> None:
        first = rig.link()
        await first.load()
        rig.source.hangs = {"take", "found"}
        assert answers(await first.remove(rig.wave("n0"))) == {"n0": "unknown"}
        await first.aclose()
        pass_drain_timeout(rig.clock)
        rig.source.hangs = {"take"}
        link = rig.link()
        await link.load()
        await until(lambda: link.acts.undecided)
        await link.acknowledge("ana", ("n0",))
        assert await link.outcome("e.1") is None
        assert rig.source.burnt == {"e.1"}
        assert rig.source.state_of("n0") is SERVING

    ran(rig, work())


def pass_drain_timeout(clock: ManualClock) -> None:
    clock.time += 601


@pytest.mark.parametrize(
    ("floor", "wanted", "told"),
    [
        ("0", (("billing", 0),), ()),
        ("1", (("billing", 0),), ("billing had 2 units and has no server in the fleet any more",)),
        ("0", (("billing", 2),), ("billing had 2 units and has no server in the fleet any more",)),
        ("0", (), ("billing had 2 units and has no server in the fleet any more",)),
    ],
)
def test_that_a_subsystem_is_lost_unless_its_source_means_it_to_have_nothing_and_no_floor_minds(
    rig: Rig, floor: str, wanted: tuple[tuple[str, int], ...], told: tuple[str, ...]
) -> None:
    rig.text = rig.text.replace('name = "billing"\nfloor = 1', f'name = "billing"\nfloor = {floor}')
    rig.source.wanted = (("billing", 2),)

    async def work() -> None:
        link = rig.link()
        await link.load()
        rig.source.wanted = wanted
        for name in ("n8", "n9"):
            one = rig.source.servers[name]
            rig.source.servers[name] = replace(one, supports=(("index", 1),))
        await link.joined.following.read(None)
        await link.joined.guarding.look_again()
        assert await lowered(link) == told

    ran(rig, work())


def test_that_a_floor_that_only_the_source_states_is_no_gap_and_is_told(rig: Rig) -> None:
    rig.text = rig.text.replace('name = "billing"\nfloor = 1', 'name = "billing"')
    rig.source.servers["n0"] = replace(rig.source.servers["n0"], supports=(("extra", 1), ("index", 1)))

    async def work() -> None:
        bare = (await rig.link().load()).region
        missing, unknown = bare.gaps
        assert 'subsystem "billing".floor is missing' in missing
        assert unknown.startswith('the fleet has "extra", which is not described')
        rig.source.budgets = (Budget("billing", 1, "budget b"), Budget("extra", 1, "budget e"))
        guarded = (await rig.link().load()).region
        assert guarded.gaps == ()
        assert guarded.remarks[-2:] == (
            'subsystem "billing" states no floor; its only one is the budget b',
            'the fleet has "extra", which is not described; its only floor is the budget e',
        )

    ran(rig, work())
