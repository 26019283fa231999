"""A report as JSON has it: facts under names of their own, beside which whoever shows it may put sentences."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

from topology.planning.facts import FindingFacts, ToldFacts, facts_of
from topology.region.scope import decoded, plain

_KEPT_AS = {"origin": "origin_facts", "stopped_by": "stopped_by_facts", "not_evaluated": "not_evaluated_facts"}
"""The name in JSON of fields that are facts, where their own is that of the sentence."""
_FIELDS = {kept: name for name, kept in _KEPT_AS.items()}
_FACTS_OF = {"message": "facts", "why": "facts", **_KEPT_AS}
"""What is said, and the name in JSON of the facts that it is made of."""


def report_builtins(value: Any, told: Callable[[Any], Mapping[str, Any]] = lambda _: {}) -> Any:
    """Give a report, or a part of it, as JSON has it; *told* gives the sentences that stand beside a part's facts."""
    if isinstance(value, FindingFacts):
        return value.to_builtins()
    if isinstance(value, tuple):
        return [report_builtins(one, told) for one in value]
    if not is_dataclass(value):
        return msgspec.to_builtins(value, enc_hook=plain)
    parts = ((_KEPT_AS.get(one.name, one.name), getattr(value, one.name)) for one in fields(value))
    return {**told(value), **{name: report_builtins(part, told) for name, part in parts}}


def fields_of(body: Any) -> Any:
    """Give what `report_builtins` gave by the names of fields, without sentences: those of an earlier version are the facts."""
    if isinstance(body, list):
        return [fields_of(one) for one in body]
    if not isinstance(body, dict):
        return body
    facts = {kept: body[kept] for kept in _FACTS_OF.values() if kept in body}
    for said, kept in _FACTS_OF.items():
        if said in body:
            facts.setdefault(kept, _TOLD[said](body[said]))
    rest = {name: fields_of(one) for name, one in body.items() if name not in _FACTS_OF and name not in facts}
    return rest | {_FIELDS.get(kept, kept): one for kept, one in facts.items()}


def facts_or_scope(kind: type, value: Any) -> Any:
    """Read what JSON has no type for."""
    return facts_of({"facts": value}) if issubclass(kind, FindingFacts) else decoded(kind, value)


def _told(said: object) -> dict[str, Any]:
    return ToldFacts(str(said)).to_builtins()


_TOLD: dict[str, Callable[[Any], Any]] = {
    "message": _told,
    "why": _told,
    "origin": lambda said: [_told(said)],
    "stopped_by": lambda said: _told(said) if said else None,
    "not_evaluated": lambda said: [_told(one) for one in said],
}
