"""The order in which incidents are best played, and how far a trainee is along it."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass

import resources

FILE = "lessons/course.toml"


@dataclass(frozen=True, slots=True)
class CourseStep:
    """One incident of the order, by *number* from 1, and what it *adds* to those before it."""

    number: int
    incident: str
    adds: str


def course() -> tuple[CourseStep, ...]:
    """Give the order that ships with the program."""
    steps = tomllib.loads(resources.text(FILE))["step"]
    return tuple(CourseStep(number, step["incident"], step["adds"]) for number, step in enumerate(steps, 1))


def next_step(played: Collection[str]) -> CourseStep | None:
    """Give where to begin, or go on: the first step whose incident was not played; None when all were."""
    return next((step for step in course() if step.incident not in played), None)
