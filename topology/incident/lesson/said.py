"""What a trainee answered, beside what is true. Values alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.incident.lesson.model import LessonQuestion

MARKS = {
    "agrees": "as the account has it",
    "sensible": "another way, and sensible",
    "doubtful": "not sensible here",
}
"""How an open answer can be marked by people: no rule judges it."""


@dataclass(frozen=True, slots=True)
class LessonAnswer:
    """An answer to a question: a choice by its number, or a text; *time* (seconds since 1970 UTC) is when it was asked.

    *mark* is one of `MARKS`, given by *marked_by* to an open answer once both have read what the account says.
    """

    question: LessonQuestion
    choice: int | None
    text: str
    time: float
    mark: str = ""
    marked_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nothing is right or wrong about it: a question without choices."""
        return not self.question.choices

    @property
    def is_right(self) -> bool:
        """Whether it is the right choice."""
        return not self.is_open and self.question.is_right(self.choice)

    @property
    def words(self) -> str:
        """The answer in words."""
        if self.is_open:
            return self.text or "nothing"
        return "nothing" if self.choice is None else self.question.choices[self.choice]

    @property
    def truth(self) -> str:
        """What is true; of an open question, what the account says."""
        return self.question.because if self.is_open else f"{self.question.truth} ({self.question.because})"

    def values(self) -> dict[str, object]:
        """Give it as plain values, as a debrief is saved."""
        judged = {"mark": self.mark, "marked_by": self.marked_by} if self.is_open else {"right": self.is_right}
        return {"asks": self.question.asks, "answer": self.words, "truth": self.truth, **judged}


def counted(answers: Iterable[LessonAnswer]) -> tuple[int, int]:
    """Count the answers to questions that have a right one, and those that are right."""
    closed = [one for one in answers if not one.is_open]
    return len(closed), sum(one.is_right for one in closed)
