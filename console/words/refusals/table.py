"""The one table from refusals to sentences: whoever shows why a wave was not done asks here, whoever refused it."""

from collections.abc import Callable
from typing import Any

from console.words.refusals import approvals, at_act, sources
from topology.refusals.base import RefusalFacts, ToldRefusal
from topology.refusals.refusal import Refusal

SENTENCES: dict[type[RefusalFacts], Callable[[Any], str]] = {
    ToldRefusal: lambda facts: facts.text,
    **at_act.SENTENCES,
    **approvals.SENTENCES,
    **sources.SENTENCES,
}


def refusal_sentence(refusal: Refusal) -> str:
    """Say why something was not done, without a full stop; what is only known as text stays what was said."""
    return SENTENCES[type(refusal.facts)](refusal.facts)
