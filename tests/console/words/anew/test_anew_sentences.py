"""Every reason to read a region anew has a sentence, and a whole one."""

import pytest

from console.words.anew.sentences import SENTENCES, anew_sentence
from topology.fleet.lowered import ToldChange
from topology.fleet.reasons import anew
from topology.fleet.reasons.anew import WhyAnew

KINDS = {
    one for one in vars(anew).values() if isinstance(one, type) and issubclass(one, WhyAnew) and one is not WhyAnew
}


def test_that_every_reason_has_a_sentence() -> None:
    assert len(KINDS) > 30
    assert set(SENTENCES) == KINDS


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (anew.SourceTold("n999 joined"), "N999 joined; the region was read anew."),
        (anew.CallsSeen((("public", "web"),)), "The frontend public sends to web; the region was read anew."),
        (anew.CallObserved("a", "b"), "a was seen calling b for the first time."),
        (anew.CallObserved("a", "b", 2), "a was seen calling b for the first time, and so were 2 edges more."),
        (anew.WorkloadWants("deployment/x", 4), "Deployment/x wants 4 pods now; the region was read anew."),
        (
            anew.ClusterChanged(
                (anew.ObjectGone("the budget a"), *(anew.BudgetAsks("budget b", n) for n in (1, 2, 3)))
            ),
            "The budget a is no more; the budget b asks for 1 healthy pods now; the budget b asks for 2 healthy pods now; "
            "the region was read anew.",
        ),
        (anew.LedgerInDoubt((ToldChange("the clock leapt"),)), "The clock leapt."),
    ],
)
def test_that_it_says_what_was_found(why: WhyAnew, sentence: str) -> None:
    assert anew_sentence(why) == sentence
