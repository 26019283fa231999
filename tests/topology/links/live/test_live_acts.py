"""What a live region does with waves: judged on ledger and source, answered server by server, done once."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.words.findings.lowered import lowered_sentences
from console.words.refusals.table import refusal_sentence
from tests.topology.links.live.rig import Rig, answers, codes, ran, server, until
from tests.topology.links.live.scripted_source import DRAINING, REMOVED, SERVING
from tests.topology.links.live.stepwise import Steps, StepwiseLedger, StepwiseSource
from topology.fleet.lowered import GuardedBy, GuardNumber, NumberLowered
from topology.fleet.reasons.looking import DescribedReadOnly
from topology.links.deadline import Deadlines
from topology.links.fleet_source import Abilities, Answer, SourceWave, Taken
from topology.links.live.link import LiveLink
from topology.region.errors import LinkError
from topology.region.learnt import Budget


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def taken_by(rig: Rig) -> list[str]:
    return [name for what, wave in rig.source.calls if what == "take" for name in wave.servers]  # type: ignore[attr-defined]


def test_that_a_wave_is_taken_and_seen_with_its_act_and_its_actor(rig: Rig) -> None:
    rig.source.attributes = False

    async def work() -> None:
        link = rig.link()
        state = await link.load()
        events = link.events(state.revision)
        outcome = await link.remove(rig.wave("n0", "n1"))
        assert answers(outcome) == {"n0": "done", "n1": "done"}
        async for batch in events:
            if len(batch.servers):
                break
        assert (batch.operation, batch.actor, batch.states.tolist()) == ("e.1", "pat", [DRAINING, DRAINING])
        assert rig.source.serving("index") == 8

    ran(rig, work())


def test_that_the_same_wave_twice_is_done_once(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        first = await link.remove(rig.wave("n0"))
        assert await link.remove(rig.wave("n0")) == first
        assert taken_by(rig) == ["n0"]
        assert codes(await link.remove(rig.wave("n2"))) == ["stale"], "the id is another wave's"
        assert taken_by(rig) == ["n0"]

    ran(rig, work())


def test_that_a_floor_is_kept_by_the_recount_before_anything_is_sent(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link()
        await link.load()
        outcome = await link.remove(rig.wave("n0", "n1", "n2", "n3", "n4"))
        assert (answers(outcome)["n0"], codes(outcome)) == ("refused", ["floor"])
        assert rig.source.calls == []

    ran(rig, work())


def test_that_what_is_reserved_counts_as_gone_before_the_source_shows_it(rig: Rig) -> None:
    """Two consoles: the drains of the one are accepted and not shown yet when the other asks."""
    slow = replace(rig.source.abilities)
    rig.source.abilities = slow
    rig.source.set = lambda *_, **__: None  # type: ignore[method-assign,assignment]  # accepted, and not begun yet

    async def work() -> None:
        one, other = rig.link(), rig.link()
        await one.load()
        await other.load()
        assert codes(await one.remove(rig.wave("n0", "n1", "n2", execution="a"))) == []
        assert rig.source.serving("index") == 10
        outcome = await other.remove(rig.wave("n3", "n4", execution="b"))
        assert codes(outcome) == ["floor"]
        assert "index 7 → 5, floor 6" in refusal_sentence(outcome.refusals[0])
        assert codes(await other.remove(rig.wave("n3", execution="b", number=2))) == []
        assert rig.source.floors[-1].floors[0].units == 6 + 3, (
            "a source that judges too is told what is as good as gone"
        )

    ran(rig, work())


def test_that_what_was_done_of_one_is_kept_whatever_the_others_are(rig: Rig) -> None:
    rig.source.says = {"n1": Answer.TOO_SOON, "n2": Answer.UNKNOWN}
    rig.source.retry_after_s = 60.0

    async def work() -> None:
        link = rig.link()
        await link.load()
        outcome = await link.remove(rig.wave("n0", "n1", "n2"))
        assert answers(outcome) == {"n0": "done", "n1": "too_soon", "n2": "unknown"}
        assert outcome.not_before == rig.clock.time + 60

    ran(rig, work())


def test_that_what_was_all_too_soon_may_be_sent_again_and_what_was_done_may_not(rig: Rig) -> None:
    rig.source.says = {"n0": Answer.TOO_SOON}

    async def work() -> None:
        link = rig.link()
        await link.load()
        wave = rig.wave("n0")
        assert answers(await link.remove(wave)) == {"n0": "too_soon"}
        assert answers(await link.outcome("e.1")) == {"n0": "too_soon"}
        rig.source.says = {}
        assert answers(await link.remove(wave)) == {"n0": "done"}
        assert answers(await link.outcome("e.1")) == {"n0": "done"}
        ids = [sent.id for what, sent in rig.source.calls if what == "take" and isinstance(sent, SourceWave)]
        assert ids == ["e.1", "e.1-2"], "a source that remembers ids is asked under another one"

    ran(rig, work())


def test_that_an_answer_that_never_comes_is_unknown_and_found_afterwards(rig: Rig) -> None:
    rig.source.loses_answer = True

    async def work() -> None:
        link = await opened(rig)
        outcome = await link.remove(rig.wave("n0"))
        assert answers(outcome) == {"n0": "unknown"}
        assert answers(await link.outcome("e.1")) == {"n0": "done"}

    ran(rig, work())


def test_that_a_source_that_forgets_is_judged_by_states_and_what_they_cannot_decide_stays_unknown(rig: Rig) -> None:
    rig.source.abilities = replace(rig.source.abilities, remembers_waves=False)
    rig.source.says = {"n1": Answer.UNKNOWN}

    async def work() -> None:
        link = await opened(rig)
        rig.source.says = {"n0": Answer.UNKNOWN, "n1": Answer.UNKNOWN}
        await link.remove(rig.wave("n0", "n1"))
        rig.source.set({"n0": DRAINING})
        for _ in range(2):
            assert answers(await link.outcome("e.1")) == {"n0": "done", "n1": "unknown"}
        assert taken_by(rig) == ["n0", "n1"], "and nothing of it is ever sent again"
        assert codes(await link.remove(rig.wave("n2", "n3", "n4", number=2))) == ["floor"], "n1 counts as leaving"

    ran(rig, work())


def test_that_a_wave_the_source_never_heard_of_is_burnt_before_that_is_said(rig: Rig) -> None:
    async def work() -> None:
        link = await opened(rig)
        rig.source.hangs = {"take"}
        assert answers(await link.remove(rig.wave("n0"))) == {"n0": "unknown"}
        assert await link.outcome("e.1") is None
        assert rig.source.burnt == {"e.1"}
        rig.source.hangs = set()
        await asyncio.sleep(0.05)
        assert rig.source.state_of("n0") is SERVING, "what arrives late is refused"
        assert codes(await link.remove(rig.wave("n0"))) == ["stale"]

    ran(rig, work())


def test_that_a_crash_between_intent_and_answer_is_found_by_the_next_console(rig: Rig) -> None:
    async def work() -> None:
        first = await opened(rig)
        rig.source.loses_answer = True
        task = asyncio.get_running_loop().create_task(first.remove(rig.wave("n0")))
        while not rig.source.waves:  # noqa: ASYNC110 - a test's hand in another's pocket
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await first.aclose()
        rig.source.loses_answer = False
        second = await opened(rig)
        assert answers(await second.outcome("e.1")) == {"n0": "done"}
        assert taken_by(rig) == ["n0"]

    ran(rig, work())


def test_that_a_stop_gives_back_what_drains_and_lets_nobody_send_more(rig: Rig) -> None:
    async def work() -> None:
        one, other = await opened(rig), await opened(rig)
        await one.remove(rig.wave("n0"))
        assert await other.stop("e", "sam") == ("n0",)
        assert answers(await one.outcome("e.1")) == {"n0": "returned"}
        assert codes(await one.remove(rig.wave("n1", number=2))) == ["stopped"]
        await one.resume("e", "pat")
        assert codes(await one.remove(rig.wave("n1", number=3))) == []

    ran(rig, work())


def test_that_nobody_goes_on_with_an_execution_that_somebody_carries_out(rig: Rig) -> None:
    async def work() -> None:
        one, other = await opened(rig), await opened(rig)
        await one.remove(rig.wave("n0"))
        with pytest.raises(LinkError, match="carried out by another console"):
            await other.remove(rig.wave("n1", number=2))
        await one.finish("e", "halted")
        assert codes(await other.remove(rig.wave("n1", number=2))) == []

    ran(rig, work())


def test_that_the_pace_holds_over_all_consoles_by_the_ledger(rig: Rig) -> None:
    rig.text = rig.text.replace("100/min", "2/min")

    async def work() -> None:
        one, other = await opened(rig), await opened(rig)
        await one.remove(rig.wave("n0", "n1", execution="a"))
        rig.clock.time += 20
        outcome = await other.remove(rig.wave("n2", execution="b"))
        assert (answers(outcome), outcome.refusals) == ({"n2": "too_soon"}, ())
        assert outcome.not_before == pytest.approx(rig.clock.time + 40)
        rig.clock.time += 41
        assert answers(await other.remove(rig.wave("n2", execution="b"))) == {"n2": "done"}

    ran(rig, work())


def test_that_what_left_behind_our_back_since_the_last_reading_counts_at_the_act(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link(StepwiseSource(rig.source))  # which says nothing by itself
        await link.load()
        rig.source.set(dict.fromkeys(("n1", "n2", "n3", "n4"), REMOVED), actor="somebody")
        outcome = await link.remove(rig.wave("n0"))
        assert (answers(outcome), codes(outcome)) == ({"n0": "refused"}, ["floor"])
        assert rig.source.calls == []

    ran(rig, work())


def test_that_only_what_this_ledger_took_is_given_back(rig: Rig) -> None:
    rig.source.servers["n5"] = replace(rig.source.servers["n5"], state=REMOVED)

    async def work() -> None:
        link = await opened(rig)
        await link.remove(rig.wave("n0"))
        rig.source.set({"n0": REMOVED})
        assert codes(await link.restore(rig.wave("n5", execution="r"))) == ["stale"]
        assert answers(await link.restore(rig.wave("n0", execution="r", number=2))) == {"n0": "done"}

    ran(rig, work())


def test_that_a_shadow_sees_everything_and_does_nothing(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link(read_only=True)
        state = await link.load()
        assert (link.only_looks, len(state.region.roster)) == (DescribedReadOnly(), 10)
        assert codes(await link.remove(rig.wave("n0"))) == ["read-only"]
        assert rig.source.calls == []

    ran(rig, work())


def test_that_the_sources_own_budget_is_a_floor_and_the_stricter_holds(rig: Rig) -> None:
    rig.source.budgets = (Budget("index", 9, "shop/index"), Budget("billing", 0, "shop/billing"))

    async def work() -> None:
        link = await opened(rig)
        assert codes(await link.remove(rig.wave("n0"))) == []
        outcome = await link.remove(rig.wave("n1", number=2))
        assert codes(outcome) == ["floor"]
        assert refusal_sentence(outcome.refusals[0]) == "index 9 → 8, floor 9 by shop/index: 1 below"

    ran(rig, work())


def test_that_a_subsystem_nobody_described_leaves_nothing(rig: Rig) -> None:
    rig.source.servers["x"] = server("x", "az1", "mystery")

    async def work() -> None:
        link = rig.link()
        state = await link.load()
        assert any('"mystery"' in gap for gap in state.region.gaps)
        assert codes(await link.remove(rig.wave("x"))) == ["unknown"]

    ran(rig, work())


def test_that_a_source_that_goes_one_by_one_gets_waves_of_one_unless_another_size_is_written(rig: Rig) -> None:
    async def work() -> None:
        assert (await rig.link().load()).region.policy.wave == 1
        rig.text = rig.text.replace("[policy]\n", "[policy]\nwave = 3\n")
        assert (await rig.link().load()).region.policy.wave == 3
        rig.source.abilities = Abilities(atomic_waves=True)
        rig.text = rig.text.replace("wave = 3\n", "")
        assert (await rig.link().load()).region.policy.wave == 5

    ran(rig, work())


def test_that_the_stricter_floor_of_another_description_holds_at_once(rig: Rig) -> None:
    async def work() -> None:
        link = await opened(rig)
        assert codes(await link.remove(rig.wave("n0"))) == []
        rig.text = rig.text.replace('floor = "60%"', 'floor = "90%"')
        other = await opened(rig)
        outcome = await link.remove(rig.wave("n1", number=2))
        assert codes(outcome) == ["unknown"]
        assert lowered_sentences(outcome.refusals[0].facts.lowered) == ("index floor 9 → 6",)
        await until(lambda: link.joined.guarding.unacknowledged)
        assert (await link.load()).unacknowledged == (NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 9, 6),)
        await other.acknowledge("sam")
        await link.acknowledge("pat")
        await until(lambda: other.joined.guarding._compared[0] == link.joined.guarding._compared[0])
        assert codes(await link.remove(rig.wave("n2", number=3))) == [], "though the stricter console is still there"
        assert codes(await other.remove(rig.wave("n3", execution="other"))) == ["floor"], "which its own floor holds"
        await other.aclose()
        again = await opened(rig)
        assert codes(await link.remove(rig.wave("n3", number=4))) == [], "nor does it come back with that"
        await again.aclose()
        rig.text = rig.text.replace('floor = "90%"', 'floor = "100%"')
        await opened(rig)
        assert codes(await link.remove(rig.wave("n4", number=5))) == ["unknown"], "a stricter one holds anew"

    ran(rig, work())


def test_that_a_reservation_is_ended_by_no_reading_that_began_before_the_answer(rig: Rig) -> None:
    rig.source.drains_late = True

    async def work() -> None:
        one = rig.link(StepwiseSource(rig.source), ledger=StepwiseLedger, deadlines=Deadlines())
        other = rig.link(StepwiseSource(rig.source), ledger=StepwiseLedger, deadlines=Deadlines())
        await one.load()
        await other.load()
        first = Steps(one.remove(rig.wave("n0", execution="a")))
        await first.until("take")
        rig.source.set({"n0": REMOVED})
        second = Steps(other.remove(rig.wave("n1", execution="b")))
        await second.until("source was read")  # which shows n0 as gone, by somebody else
        rig.source.set({"n0": SERVING})
        assert answers(await first.end()) == {"n0": "done"}
        assert answers(await second.end()) == {"n1": "done"}
        kept = await one._ledger.read()
        assert {name for reserved in kept.reservations for name in reserved.servers} == {"n0", "n1"}

    ran(rig, work())


def test_that_a_wave_that_was_written_down_is_not_sent_once_its_own_console_stopped_it(rig: Rig) -> None:
    async def work() -> None:
        link = rig.link(StepwiseSource(rig.source), ledger=StepwiseLedger, deadlines=Deadlines())
        await link.load()
        act = Steps(link.remove(rig.wave("n0")))
        await act.until("committed")
        await link.stop("e", "pat")
        assert codes(await act.end()) == ["stopped"]
        assert taken_by(rig) == []
        kept = await link._ledger.read()
        assert (kept.reservations, kept.departures) == ((), ())

    ran(rig, work())


@pytest.mark.parametrize("remembers", [True, False])
def test_that_what_a_stop_gave_back_is_known_though_whoever_stopped_died_before_writing_it(
    rig: Rig, remembers: bool
) -> None:
    rig.source.abilities = replace(rig.source.abilities, remembers_waves=remembers, shows_within_s=1.0)

    async def work() -> None:
        first = await opened(rig)
        assert answers(await first.remove(rig.wave("n0", "n1"))) == {"n0": "done", "n1": "done"}
        await first._ledger.stop("e", "sam")
        rig.source.set({"n0": SERVING, "n1": REMOVED})
        rig.source.waves["e.1"] = Taken("e.1", (("n0", Answer.RETURNED), ("n1", Answer.DONE)))
        await first.aclose()
        second = await opened(rig)
        assert answers(await second.outcome("e.1")) == {"n0": "returned", "n1": "done"}
        assert await second._ledger.taken() == ("n1",)

    ran(rig, work())


def test_that_a_source_that_shows_at_once_what_it_did_is_believed_when_it_shows_nothing_for_so_long(rig: Rig) -> None:
    rig.source.abilities = replace(rig.source.abilities, remembers_waves=False, shows_within_s=1.0)
    rig.source.hangs = {"take"}

    async def work() -> None:
        link = await opened(rig)
        assert answers(await link.remove(rig.wave("n0"))) == {"n0": "unknown"}
        assert answers(await link.outcome("e.1")) == {"n0": "unknown"}
        rig.clock.time += 1.1
        assert answers(await link.outcome("e.1")) == {"n0": "refused"}
        kept = await link._ledger.read()
        assert (kept.reservations, kept.unanswered, kept.departures) == ((), (), ())

    ran(rig, work())


async def opened(rig: Rig) -> LiveLink:
    link = rig.link()
    await link.load()
    return link
