"""A guard of an organisation's own, held to what it may do: add findings of its own code, in its own words.

Whatever else it does blocks the plan as `unknown` and names it: what it would have said, nobody knows. It is asked besides
ours and sees their case, so that it can take no finding away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from topology.planning.facts import FindingFacts, SpokenFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "unknown"
ORDER = 25
"""Behind what else is unknown."""

Wrong = Literal["raised", "no-finding", "another-code", "no-words", "not-loaded", "asks-nothing"]


@dataclass(frozen=True, slots=True)
class GuardFailed(FindingFacts):
    """A *guard* from elsewhere that gave no answer, what is *wrong* with it, and what that is about: an error, a type.

    *said* is what the error itself says.
    """

    kind: ClassVar[str] = "unknown-guard"
    guard: str
    wrong: Wrong
    about: str = ""
    said: str = ""


def held(guard: Guard) -> Guard:
    """Give *guard* so that a plan is judged whatever it does; it is asked even where something cautions already."""
    asked = guard.ask
    if asked is None:
        return absent(guard.code, "asks-nothing")

    def ask(case: Case) -> tuple[Finding, ...]:
        try:
            return tuple(_checked(guard.code, one) for one in asked(case))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, what it would have said is unknown
            return (_failed(guard.code, "raised", type(error).__name__, str(error)),)

    return replace(guard, worst=Severity.BLOCK, held_at_act=False, ask=ask)


def absent(name: str, wrong: Wrong, about: str = "") -> Guard:
    """Stand in for a guard that is installed and cannot be asked: it blocks every plan, and says why."""

    def ask(_: Case) -> Iterator[Finding]:
        yield _failed(name, wrong, about)

    return Guard(name, Severity.BLOCK, ORDER, held_at_act=False, ask=ask)


def _failed(guard: str, wrong: Wrong, about: str, said: str = "") -> Finding:
    return Finding(CODE, Severity.BLOCK, GuardFailed(guard, wrong, about, said))


def _checked(code: str, found: Finding) -> Finding:
    """Give a finding that can be shown with the words that it brings along, or say what is wrong with it."""
    if not isinstance(found, Finding) or not isinstance(found.severity, Severity):
        return _failed(code, "no-finding", type(found).__name__)
    if found.code != code:
        return _failed(code, "another-code", found.code)
    facts = found.facts
    if not isinstance(facts, SpokenFacts):
        return _failed(code, "no-words", type(facts).__name__)
    said = (facts.sentence(), facts.protects(), facts.satisfied_by())
    return found if all(isinstance(one, str) for one in said) else _failed(code, "no-words", type(facts).__name__)
