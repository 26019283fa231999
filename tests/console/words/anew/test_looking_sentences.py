"""Every reason to only look at a region has its words, and a ledger keeps it in a refusal."""

from typing import get_args

import pytest

from console.words.anew.looking import SENTENCES, looks_sentence
from console.words.refusals.table import refusal_sentence
from topology.fleet.reasons import looking
from topology.fleet.reasons.looking import WhyLooks
from topology.refusals.at_act import OnlyLookedAt
from topology.refusals.refusal import Refusal, kept_as_text, read_kept

SAID: list[tuple[WhyLooks, str]] = [
    (looking.DescribedReadOnly(), "nothing can be done from here"),
    (looking.LedgerRightMissing("eve"), "eve may only look at it (etcd gives them no right to write)"),
    (looking.LedgerRightMissing("op2", was_taken=True), "op2 may not write it any more (etcd denies it)"),
    (looking.LedgerRightMissing("", was_taken=True), "nobody may write it any more (etcd denies it)"),
    (looking.PrefixRightMissing("eve", "/shop/"), "etcd lets eve only look at /shop/"),
    (looking.PrefixRightMissing("", "/shop/"), "etcd lets nobody without a certificate only look at /shop/"),
    (looking.AccountRightMissing("eve", "patch", "nodes"), "the account eve may not patch nodes"),
    (looking.LooksTold("the site is handed over"), "the site is handed over"),
]


def test_that_every_reason_has_its_words() -> None:
    assert set(SENTENCES) == set(get_args(WhyLooks)) == {type(why) for why, _ in SAID}


@pytest.mark.parametrize(("why", "said"), SAID)
def test_that_it_says_who_may_only_look_and_by_whose_word(why: WhyLooks, said: str) -> None:
    assert looks_sentence(why) == f"read-only: {said}"
    refusal = Refusal("read-only", OnlyLookedAt(why))
    assert refusal_sentence(refusal) == f"read-only: {said}"
    assert read_kept(kept_as_text([refusal])) == (refusal,)


def test_that_what_an_earlier_version_kept_is_said_as_it_was() -> None:
    (earlier,) = read_kept([("read-only", '{"kind":"told","text":"read-only: nothing can be done from here"}')])
    assert refusal_sentence(earlier) == "read-only: nothing can be done from here"
