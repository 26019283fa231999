"""What a trainee answered, beside what is true. Values alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.incident.lesson.model import LessonQuestion


@dataclass(frozen=True, slots=True)
class LessonAnswer:
    """An answer to a question: a choice by its number, or a text; *time* (seconds since 1970 UTC) is when it was asked."""

    question: LessonQuestion
    choice: int | None
    text: str
    time: float

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


def counted(answers: Iterable[LessonAnswer]) -> tuple[int, int]:
    """Count the answers to questions that have a right one, and those that are right."""
    closed = [one for one in answers if not one.is_open]
    return len(closed), sum(one.is_right for one in closed)
