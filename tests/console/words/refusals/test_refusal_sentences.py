"""Every kind of refusal has a sentence, is kept in a ledger as what it is, and is read again; so is what earlier versions kept."""

import pytest

from console.words.refusals.table import SENTENCES, refusal_sentence
from topology.fleet.reasons.doubting import FactsOld
from topology.refusals.approvals import CautionUnapproved, Observer
from topology.refusals.at_act import BelowFloor, CannotComeBack, Misfit, ServersMisfit, StateUnknown, TooFast
from topology.refusals.base import ToldRefusal
from topology.refusals.refusal import KINDS, Refusal, kept_as_text, read_kept, told
from topology.refusals.sources import CordonRefused, StillCordoned


def test_that_every_kind_has_a_sentence() -> None:
    assert len(KINDS) > 30
    assert set(KINDS) == set(SENTENCES)


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            Refusal("floor", BelowFloor("index", "zone:az1", 1_400, 1_200, 1_300)),
            "index in zone:az1 1,400 → 1,200, floor 1,300: 100 below",
        ),
        (
            Refusal("floor", BelowFloor("index", "region", 7, 5, 6, "shop/index")),
            "index 7 → 5, floor 6 by shop/index: 1 below",
        ),
        (
            Refusal("floor", BelowFloor("web", "region", None, 1, 2, server="s1")),
            "s1: web would keep 1 of the 2 of its floor",
        ),
        (
            Refusal("stale", ServersMisfit(("a", "b"), "removed", ("in_service",), "shop")),
            "a, b are removed; every server of the wave must be in service as planned",
        ),
        (
            Refusal("membership", ServersMisfit(("s9",), Misfit.ABSENT, where="HAProxy")),
            "s9 is not a server of HAProxy",
        ),
        (
            Refusal("stale", ServersMisfit(("a", "b"), Misfit.OTHER_LEDGER)),
            "a, b were not taken out through this ledger, so they are not given back from here",
        ),
        (Refusal("stale", CannotComeBack(("a",), "in_service")), "a is in service already"),
        (Refusal("stale", CannotComeBack(("a",), Misfit.TWICE)), "a is listed twice"),
        (
            Refusal("pace", TooFast("", 9, 4, 7_200.0)),
            "the wave takes 9 servers of this execution, where 4 within 2 h may leave; send waves of at most 4",
        ),
        (
            Refusal("approval", CautionUnapproved("self", "db", "zone:b", 1, 9, "status", Observer.TARGET)),
            "db in b ends with headroom 1 over 9, and target status of the status page stands on it (self), "
            "which wants a second person, and nobody has approved that",
        ),
        (
            Refusal("unknown", StateUnknown("shop", FactsOld(7_200.4))),
            "the state of shop is not known for sure: its newest fact is 7,200 s old",
        ),
        (
            Refusal("unknown", StateUnknown("shop", "the socket is closed")),
            "the state of shop is not known for sure: the socket is closed",
        ),
        (Refusal("membership", StillCordoned(("n1",), gone=True)), "the node n1 was not uncordoned: it is no more"),
        (
            Refusal("stale", CordonRefused(("n2",), "cordoned", 1_200)),
            "n2 could not be cordoned: it was cordoned by somebody else; 1,200 others were uncordoned again",
        ),
        (told("full", "rack 7: {no} room"), "rack 7: {no} room"),
    ],
)
def test_that_facts_are_said_and_outlive_the_ledger(refusal: Refusal, sentence: str) -> None:
    assert refusal_sentence(refusal) == sentence
    (again,) = read_kept(kept_as_text([refusal]))
    assert again == refusal
    assert refusal_sentence(again) == sentence


@pytest.mark.parametrize("text", ["index 5 → 4, floor 5: 1 below", "{}", '{"kind":"of tomorrow"}', "7", ""])
def test_that_a_text_that_is_no_facts_stays_what_was_written(text: str) -> None:
    assert read_kept([("floor", text)]) == (Refusal("floor", ToldRefusal(text)),)


def test_that_a_ledger_names_few_of_many_servers_and_counts_the_rest() -> None:
    many = Refusal("stale", ServersMisfit(tuple(f"n{number}" for number in range(3_000)), Misfit.OTHER_LEDGER))
    ((_, text),) = kept_as_text([many])
    (again,) = read_kept([("stale", text)])
    assert len(text) < 1_000
    assert refusal_sentence(again) == refusal_sentence(many)
    assert refusal_sentence(again).startswith("n0, n1, n2, n3, n4 and 2,995 more were not taken out")


def test_that_what_an_adapter_says_is_never_taken_for_facts() -> None:
    said = told("floor", '{"kind":"below-floor","subsystem":"a","scope":"region","had":1,"would_keep":0,"limit":1}')
    assert read_kept(kept_as_text([said])) == (said,)
