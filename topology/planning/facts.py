"""What a guard found, as typed values that can be put in words: numbers, names and times, never a sentence.

Each guard has facts of its own, next to it. The console has the sentences; facts from elsewhere bring theirs along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import msgspec

from topology.region.scope import decoded, plain

Weight = Literal["block", "caution", "note"]


class FindingFacts:
    """What one finding rests on. A guard's facts are a frozen dataclass that inherits from this.

    *kind* names them in JSON; facts of a kind that nobody here knows are read as `ToldFacts`.
    """

    __slots__ = ()
    kind: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type["FindingFacts"]]] = {}

    def __init_subclass__(cls) -> None:
        """Let the facts be read from JSON again."""
        super().__init_subclass__()
        if not cls.kind:
            return
        known = FindingFacts.kinds.setdefault(cls.kind, cls)
        # A dataclass with slots is made twice, under one name.
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.kind!r} is the kind of {known.__module__}.{known.__qualname__} already")
        FindingFacts.kinds[cls.kind] = cls

    def to_builtins(self) -> dict[str, Any]:
        """Give them as JSON has them, with their kind."""
        return {"kind": self.kind, **msgspec.to_builtins(self, enc_hook=plain)}

    @classmethod
    def of_builtins(cls, values: dict[str, Any]) -> Self:
        """Read what `to_builtins` gave, without the kind.

        Raises:
            ValueError: they are not facts of this kind.
        """
        return msgspec.convert(values, cls, dec_hook=decoded)


Say = Callable[[FindingFacts], str]
"""Puts facts in one sentence, without a full stop. The console has one; what carries out a plan is given it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that a guard has for a verdict, by how much its findings weigh.

    *blocks* stands after `Blocked:`, *cautions* after `Caution:`; *meanwhile* after `unavailable`, empty where `:` and the
    first will do. The guards of a removal's undo only caution, so what blocks elsewhere has words for that, too.
    """

    blocks: str = ""
    cautions: str = ""
    meanwhile: str = ""

    def of(self, weight: Weight) -> str:
        """Give the words for findings that weigh so much; empty where it has none."""
        return {"block": self.blocks, "caution": self.cautions, "note": ""}[weight]


class SpokenFacts(FindingFacts):
    """Facts that bring their own words along: those of a guard from elsewhere, for which the console has none."""

    __slots__ = ()
    words: ClassVar[Words] = Words()

    def sentence(self) -> str:
        """Say them in one sentence, without a full stop."""
        raise NotImplementedError

    def protects(self) -> str:
        """Say what is at stake; empty for nothing in particular."""
        return ""

    def satisfied_by(self) -> str:
        """Say what would make the guard content; empty where nothing would."""
        return ""


@dataclass(frozen=True, slots=True)
class ToldFacts(SpokenFacts):
    """What is only known as text: the findings of plans that an earlier version wrote, and answers from elsewhere."""

    kind: ClassVar[str] = "told"
    text: str
    at_stake: str = ""
    instead: str = ""

    def sentence(self) -> str:
        """Give the text."""
        return self.text

    def protects(self) -> str:
        """Give what it says is at stake."""
        return self.at_stake

    def satisfied_by(self) -> str:
        """Give what it says would do."""
        return self.instead


def by_kind(facts: FindingFacts) -> str:
    """Name facts where nobody gave words for them: by their kind, or in the words that they bring along."""
    return facts.sentence() if isinstance(facts, SpokenFacts) else facts.kind


def facts_of(body: Mapping[str, Any]) -> FindingFacts:
    """Read the facts of a finding in JSON, which may also have them in words.

    Raises:
        ValueError: the facts are not of their kind.
    """
    facts = body.get("facts")
    kind = facts.get("kind", "") if isinstance(facts, dict) else ""
    made = FindingFacts.kinds.get(kind)
    if made is None or not isinstance(facts, dict):
        return ToldFacts(body.get("message", kind), body.get("protects", ""), body.get("satisfied_by", ""))
    return made.of_builtins({name: value for name, value in facts.items() if name != "kind"})
