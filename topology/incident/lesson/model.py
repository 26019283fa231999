"""A lesson as read: why it happened, what its operator changed, what of that this console does, and questions. Frozen values."""

from dataclasses import dataclass
from typing import Literal

from topology.incident.model import Confidence

Does = Literal["yes", "partly", "no"]


@dataclass(frozen=True, slots=True)
class Statement:
    """Something an account says, by the id of its source and how it was read."""

    text: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LessonChange:
    """Something that the operator changed afterwards, whether *this* console does it, how, and on which *page* of the manual."""

    changed: Statement
    does: Does
    here: str
    page: str


@dataclass(frozen=True, slots=True)
class LessonQuestion:
    """One question with its *choices*, of which that at *answer* is right *because* of something; *code* is its lesson."""

    name: str
    asks: str
    choices: tuple[str, ...]
    answer: int
    because: str
    code: str = ""

    def is_right(self, choice: int | None) -> bool:
        """Whether a choice, by its number from 0, is the right one; None is no answer."""
        return choice == self.answer

    @property
    def truth(self) -> str:
        """The right choice in words."""
        return self.choices[self.answer]


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that is told after an incident; empty where nothing is."""

    why: tuple[Statement, ...] = ()
    remedies: tuple[LessonChange, ...] = ()
    questions: tuple[LessonQuestion, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.why or self.remedies or self.questions)


NO_LESSON = Lesson()
