"""The act checks approvals again: living, of this execution, and holding all that it does, whatever a screen said."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from console.words.refusals.table import refusal_sentence
from tests.topology.links.live.rig import TEXT, Rig, ran
from topology.approval.envelope import ScopeEffect, envelope_of
from topology.approval.request import ApprovalRequest, ApprovalWord, decided, used, withdrawn
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer, RegionLink, WaveOutcome
from topology.links.simulated.simulated import FileLink
from topology.records.clock import ManualClock
from topology.records.ledger.protocol import Meeting

POLICY = '[approval]\nmore_than = "10%"\nlifts = ["frozen", "too-large"]\n'
FREEZE = "[[freeze]]\nfrom = 2020-01-01T00:00:00Z\nuntil = 2030-01-01T00:00:00Z\n"
PLACES = (("region", 2), ("zone:az1", 1), ("zone:az2", 1), ("cell:az1/c1", 1), ("cell:az2/c1", 1))
TWO = envelope_of(2, [ScopeEffect("index", scope, units) for scope, units in PLACES])


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path, text=TEXT + POLICY)


async def approved(meeting: Meeting, execution: str = "e", lifts: tuple[str, ...] = ()) -> ApprovalRequest:
    request = ApprovalRequest("pat", "remove 2 from index", "d", "why", TWO, ("share",), lifts, lasts_s=60.0)
    request = decided(await meeting.ask_approval(request, b"{}"), "ben", ApprovalWord.APPROVE, "fine", 0.0)
    kept = await meeting.keep_approval(used(request, execution))
    assert kept is not None
    return kept


def why(outcome: WaveOutcome) -> list[tuple[str, str]]:
    assert not outcome.servers(Answer.DONE)
    return [(one.code, refusal_sentence(one)) for one in outcome.refusals]


def test_that_more_of_a_scope_than_the_policy_leaves_to_one_is_refused_without_an_approval(rig: Rig):
    async def work() -> None:
        link = rig.link()
        await link.load()
        found = why(await link.remove(rig.wave("n0", "n1")))
        assert ("approval", "2 of 10 units leave index, more than 10 % of it, and nobody has approved that") in found

    ran(rig, work())


def test_that_small_waves_do_not_add_up_to_what_nobody_approved(rig: Rig):
    rig.text = TEXT + POLICY.replace("10%", "20%")

    async def work() -> None:
        link = rig.link()
        await link.load()
        assert (await link.remove(rig.wave("n0"))).servers(Answer.DONE) == ("n0",)
        assert (await link.remove(rig.wave("n2", number=2))).servers(Answer.DONE) == ("n2",)
        found = why(await link.remove(rig.wave("n4", number=3)))
        assert found[0] == ("approval", "3 of 10 units leave index, more than 20 % of it, and nobody has approved that")

    ran(rig, work())


def test_that_an_approved_wave_is_sent_and_more_than_was_approved_is_not(rig: Rig):
    async def work() -> None:
        link = rig.link()
        await link.load()
        request = await approved(link.meeting)
        first = await link.remove(rig.wave("n0", "n1", approvals=(request.number,)))
        assert first.servers(Answer.DONE) == ("n0", "n1")
        found = why(await link.remove(rig.wave("n2", number=2, approvals=(request.number,))))
        assert ("approval", "outside of approval 1: 3 servers leave in all, approved are 2") in found
        assert ("approval", "outside of approval 1: 3 units leave index in all, approved are 2") in found

    ran(rig, work())


def test_that_nothing_more_leaves_once_an_approval_is_withdrawn_by_another_console(rig: Rig):
    async def work() -> None:
        link, other = rig.link(), rig.link()
        await link.load()
        await other.load()
        request = await approved(link.meeting)
        assert (await link.remove(rig.wave("n0", approvals=(1,)))).servers(Answer.DONE) == ("n0",)
        assert await other.meeting.keep_approval(withdrawn(request, "ben", "storm", 0.0)) is not None
        found = why(await link.remove(rig.wave("n1", number=2, approvals=(1,))))
        assert found == [("approval", "approval 1 was withdrawn by ben: storm")]

    ran(rig, work())


def test_that_an_approval_that_ran_out_or_is_of_another_execution_lets_nothing_leave(rig: Rig):
    async def work() -> None:
        link = rig.link()
        await link.load()
        await approved(link.meeting, "f")
        assert why(await link.remove(rig.wave("n0", approvals=(1,)))) == [
            ("approval", "approval 1 is of another execution")
        ]
        await approved(link.meeting)
        rig.clock.time += 61
        found = why(await link.remove(rig.wave("n0", number=2, approvals=(2,))))
        assert ("approval", "approval 2 ran out; ask again") in found
        found = why(await link.remove(rig.wave("n0", number=3, approvals=(7,))))
        assert ("approval", "there is no approval 7 in the ledger") in found

    ran(rig, work())


def test_that_a_zone_with_a_floor_of_its_own_has_a_share_of_its_own(rig: Rig):
    rig.text = (TEXT + POLICY.replace("10%", "20%")).replace('floor = "60%"', 'floor = "60%"\nzone_floor = 1')

    async def work() -> None:
        link = rig.link()
        await link.load()
        found = why(await link.remove(rig.wave("n0", "n2")))
        assert found[0] == (
            "approval",
            "2 of 5 units leave index in az1, more than 20 % of it, and nobody has approved that",
        )

    ran(rig, work())


def test_that_less_headroom_than_was_approved_lets_nothing_leave(rig: Rig):
    async def work() -> None:
        link = rig.link()
        await link.load()
        tight = envelope_of(2, [replace(one, headroom=4 if one.scope == "region" else None) for one in TWO.scopes])
        request = ApprovalRequest("pat", "c", "d", "why", tight, ("share",), lasts_s=60.0)
        request = decided(await link.meeting.ask_approval(request, b"{}"), "ben", ApprovalWord.APPROVE, "fine", 0.0)
        await link.meeting.keep_approval(used(request, "e"))
        found = why(await link.remove(rig.wave("n0", approvals=(1,))))
        assert ("approval", "outside of approval 1: index ends with headroom 3, approved was 4 or more") in found

    ran(rig, work())


def test_that_a_freeze_is_lifted_at_the_act_by_an_approval_that_lifts_it_and_a_floor_never(rig: Rig):
    rig.text = TEXT + POLICY + FREEZE

    async def work() -> None:
        link = rig.link()
        await link.load()
        await approved(link.meeting)
        assert why(await link.remove(rig.wave("n0", approvals=(1,))))[0][0] == "frozen"
        await approved(link.meeting, "e", ("frozen", "floor", "unknown", "protected"))
        assert (await link.remove(rig.wave("n0", number=2, approvals=(2,)))).servers(Answer.DONE) == ("n0",)
        found = why(await link.remove(rig.wave("n8", "n9", "n1", "n2", "n3", number=3, approvals=(2,))))
        assert "floor" in [code for code, _ in found]

    ran(rig, work())


def test_that_a_simulated_region_checks_approvals_too(tmp_path: Path):
    asyncio.run(simulated_region(tmp_path))


async def simulated_region(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    pool = '[[pool]]\nname = "index"\ncount = 10\nsupports = ["index"]\nzones = "az1"\n'
    text = TEXT.replace('[source]\nfleet = "exec:/nothing"\nread_only = false\n', "").partition("[[place]]")[0]
    path.write_text(text.replace('[[subsystem]]\nname = "billing"\nfloor = 1\n', "") + POLICY + pool)
    clock = ManualClock(1_700_000_000.0)
    link: RegionLink = FileLink(path, tmp_path / "state", clock=clock)
    await link.load()
    try:
        wave = Rig(tmp_path).wave("index-0001", "index-0002")
        wave = replace(wave, supports=(("index",), ("index",)))
        assert why(await link.remove(wave))[0][0] == "approval"
        one_zone = envelope_of(2, [ScopeEffect("index", scope, 2) for scope in ("region", "zone:az1", "cell:az1/c1")])
        request = ApprovalRequest("pat", "c", "d", "why", one_zone, ("share",), lasts_s=60.0)
        request = decided(await link.meeting.ask_approval(request, b"{}"), "ben", ApprovalWord.APPROVE, "fine", 0.0)
        kept = await link.meeting.keep_approval(used(request, "e"))
        assert kept is not None
        first = await link.remove(replace(wave, servers=wave.servers[:1], supports=wave.supports[:1], approvals=(1,)))
        assert first.servers(Answer.DONE) == ("index-0001",)
        await link.meeting.keep_approval(withdrawn(kept, "ben", "storm", 0.0))
        second = replace(wave, servers=wave.servers[1:], supports=wave.supports[1:], approvals=(1,), number=2)
        assert why(await link.remove(second)) == [("approval", "approval 1 was withdrawn by ben: storm")]
    finally:
        await link.aclose()


def test_that_the_live_link_is_the_meeting_of_its_ledger(rig: Rig):
    link: LiveLink = rig.link()
    assert link.meeting.only_here


@pytest.mark.parametrize(
    ("caution", "text"),
    [
        ("impact", "index ends at its floor, 6, and front needs it (impact), which wants a second person"),
        ("tight", "index ends with headroom 0 over 6 (tight), which wants a second person"),
        ("self", "index ends with headroom 0 over 6, and board stands on it (self), which wants a second person"),
    ],
)
def test_that_a_caution_that_wants_a_second_person_is_counted_at_the_act_whatever_the_screen_said(
    rig: Rig, caution: str, text: str
):
    front = '[[subsystem]]\nname = "front"\nfloor = 0\n[[dependency]]\nfrom = "front"\nto = "index"\n'
    front += '[[subsystem]]\nname = "board"\nexternal = true\nobserver = true\nreports_on = ["index"]\n'
    front += '[[dependency]]\nfrom = "board"\nto = "front"\n'
    rig.text = f'{TEXT}{front}[approval]\ncautions = ["{caution}"]\n'

    async def work() -> None:
        link = rig.link()
        await link.load()
        assert (await link.remove(rig.wave("n0", "n1", "n2"))).servers(Answer.DONE) == ("n0", "n1", "n2")
        found = why(await link.remove(rig.wave("n3", number=2)))
        assert [(code, message[: len(text)]) for code, message in found] == [("approval", text)]

    ran(rig, work())


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ('needs = ["front"]\n', "this console"),
        ('targets = [{ name = "cdn", to = "folder:/srv/cdn", needs = ["index"] }]\n', "target cdn of the status page"),
    ],
)
def test_that_what_publishes_the_status_page_counts_as_an_observer_at_the_act(rig: Rig, page: str, who: str):
    front = '[[subsystem]]\nname = "front"\nfloor = 0\n[[dependency]]\nfrom = "front"\nto = "index"\n'
    rig.text = f'{TEXT}{front}[status_page]\ntitle = "Shop"\n{page}[approval]\ncautions = ["self"]\n'

    async def work() -> None:
        link = rig.link()
        await link.load()
        assert (await link.remove(rig.wave("n0", "n1", "n2"))).servers(Answer.DONE) == ("n0", "n1", "n2")
        ((code, message),) = why(await link.remove(rig.wave("n3", number=2)))
        assert (code, f"and {who} stands on it (self)" in message) == ("approval", True)

    ran(rig, work())


def test_that_servers_that_support_by_now_what_the_command_did_not_name_want_the_second_person_of_collateral(rig: Rig):
    rig.text = f'{TEXT}[approval]\ncautions = ["collateral"]\n'

    async def work() -> None:
        link = rig.link()
        await link.load()
        wave = rig.wave("n0", named=("billing",))
        text = "servers leave index, which the command does not name (collateral), which wants a second person"
        assert [(code, message[: len(text)]) for code, message in why(await link.remove(wave))] == [("approval", text)]
        assert (await link.remove(rig.wave("n0", number=2, named=("index",)))).servers(Answer.DONE) == ("n0",)

    ran(rig, work())
