"""What a guard found, as typed values that can be put in words: numbers, names and times, never a sentence to take apart.

Each guard has facts of its own, next to it. Words are made when somebody wants to read them, and not before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from topology.region.scope import decoded, plain

Weight = Literal["block", "caution", "note"]


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


class FindingFacts:
    """What one finding rests on. A guard's facts are a frozen dataclass that inherits from this.

    *kind* names them in JSON; facts of a kind that nobody here knows are read as `ToldFacts`.
    """

    __slots__ = ()
    kind: ClassVar[str] = ""
    words: ClassVar[Words] = Words()
    kinds: ClassVar[dict[str, type["FindingFacts"]]] = {}

    def __init_subclass__(cls) -> None:
        """Let the facts be read from JSON again."""
        super().__init_subclass__()
        if cls.kind:
            FindingFacts.kinds[cls.kind] = cls

    def sentence(self) -> str:
        """Say them in one sentence, without a full stop."""
        raise NotImplementedError

    def protects(self) -> str:
        """Say what is at stake; empty for nothing in particular."""
        return ""

    def satisfied_by(self) -> str:
        """Say what would make the guard content; empty where nothing would."""
        return ""

    def to_builtins(self) -> dict[str, Any]:
        """Give them as JSON has them, with their kind."""
        return {"kind": self.kind, **msgspec.to_builtins(self, enc_hook=plain)}


@dataclass(frozen=True, slots=True)
class ToldFacts(FindingFacts):
    """What is only known as text: the findings of plans that an earlier version wrote, and of guards from elsewhere."""

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


def facts_of(body: Mapping[str, Any]) -> FindingFacts:
    """Read the facts of a finding in JSON, which also has them in words.

    Raises:
        ValueError: the facts are not of their kind.
    """
    facts = body.get("facts")
    made = FindingFacts.kinds.get(facts.get("kind", "")) if isinstance(facts, dict) else None
    if made is None or not isinstance(facts, dict):
        return ToldFacts(body.get("message", ""), body.get("protects", ""), body.get("satisfied_by", ""))
    values = {name: value for name, value in facts.items() if name != "kind"}
    found: FindingFacts = msgspec.convert(values, made, dec_hook=decoded)
    return found
