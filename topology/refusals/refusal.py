"""A refusal: the code of a finding, and the facts it rests on; and how ledgers keep both as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

import msgspec

from topology.refusals import approvals, at_act, sources
from topology.refusals.base import RefusalFacts, ToldRefusal

KINDS: tuple[type[RefusalFacts], ...] = (
    ToldRefusal,
    *(
        one
        for room in (at_act, approvals, sources)
        for one in vars(room).values()
        if isinstance(one, type) and issubclass(one, RefusalFacts) and one is not RefusalFacts
    ),
)
"""Every kind of facts."""
MOST_KEPT = 20
"""Servers that a ledger names in one refusal; the rest is counted."""
_decoder = msgspec.json.Decoder(Union[KINDS])  # noqa: UP007 - made of values
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done: the *code* of a finding, and the *facts*. The console puts both in words."""

    code: str
    facts: RefusalFacts


def told(code: str, text: str) -> Refusal:
    """Give a refusal that is only known as text."""
    return Refusal(code, ToldRefusal(text))


def servers_of(facts: RefusalFacts) -> tuple[str, ...]:
    """Give the servers that facts name; those that name none say nothing of single servers."""
    named: tuple[str, ...] = getattr(facts, "servers", ())
    return named


def kept_as_text(refusals: Iterable[Refusal]) -> tuple[tuple[str, str], ...]:
    """Write refusals as ledgers keep them: each a code, and its facts as JSON."""
    return tuple((one.code, _encoder.encode(_short(one.facts)).decode()) for one in refusals)


def read_kept(pairs: Iterable[tuple[str, str]]) -> tuple[Refusal, ...]:
    """Read what `kept_as_text` wrote; what an earlier version wrote is a sentence, and stays one."""
    return tuple(Refusal(code, _facts_in(text)) for code, text in pairs)


def _short(facts: RefusalFacts) -> RefusalFacts:
    """Give facts that name few servers: a wave may have thousands, and a ledger's entry is small."""
    if not isinstance(facts, at_act.ServersMisfit) or len(facts.servers) <= MOST_KEPT:
        return facts
    rest = len(facts.servers) - MOST_KEPT
    return msgspec.structs.replace(facts, servers=facts.servers[:MOST_KEPT], more=facts.more + rest)


def _facts_in(text: str) -> RefusalFacts:
    try:
        facts: RefusalFacts = _decoder.decode(text)
    except msgspec.DecodeError:
        return ToldRefusal(text)
    return facts
