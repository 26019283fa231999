"""What a trainee answered, beside what is true, as HTML that stands in the debrief."""

from collections.abc import Iterator
from html import escape

from topology.incident.lesson.said import MARKS, LessonAnswer, counted
from topology.incident.times import clock_text


def said_html(title: str, answers: tuple[LessonAnswer, ...], time_zone: str) -> str:
    """Write one table of answers; nothing where there are none."""
    return "\n".join(_table(title, answers, time_zone)) if answers else ""


def _table(title: str, answers: tuple[LessonAnswer, ...], time_zone: str) -> Iterator[str]:
    asked, right = counted(answers)
    yield f"<h2>{escape(title)}</h2><p class='soft'>{right} of {asked} right; these are no part of the score.</p>"
    yield "<table><tr><th>Asked at</th><th>Question</th><th>Answer</th><th>True is</th></tr>"
    for one in answers:
        mark = _marked(one) if one.is_open else "right: " if one.is_right else "not right: "
        yield f"<tr><td class='t'>{escape(clock_text(one.time, time_zone)[:5])}</td><td>{escape(one.question.asks)}</td>"
        yield f"<td>{mark}{escape(one.words)}</td><td>{escape(one.truth)}</td></tr>"
    yield "</table>"


def _marked(one: LessonAnswer) -> str:
    """Say how people marked an open answer."""
    return f"<b>{MARKS[one.mark]}</b> ({escape(one.marked_by)}): " if one.mark else ""


def remarks_html(title: str, lines: list[tuple[str, str, str]]) -> str:
    """Write a table of what was said or noted: clock, who, what; nothing where nothing was."""
    if not lines:
        return ""
    rows = "".join(
        f"<tr><td class='t'>{escape(clock)}</td><td>{escape(who)}</td><td>{escape(text)}</td></tr>"
        for clock, who, text in lines
    )
    return f"<h2>{escape(title)}</h2><table><tr><th>Time</th><th>Who</th><th>What</th></tr>{rows}</table>"
