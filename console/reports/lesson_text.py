"""The lesson of an incident as HTML that stands in a page: why, what was changed, what of it this console does, and the codes."""

from collections.abc import Callable, Iterator
from html import escape

from topology.incident.lesson.model import Lesson, Statement
from topology.incident.model import CONFIDENCE, Incident

DOES = {"yes": "this console does it", "partly": "this console does a part of it", "no": "this console does not"}
"""What each answer to "does this console do it?" says."""


def lesson_html(incident: Incident, lesson: Lesson, code_page: Callable[[str], str], *, links: bool = True) -> str:
    """Write a lesson; *links* leads to pages of the manual, where those can be opened, and has the sources below it."""
    return "\n".join(_parts(incident, lesson, code_page, links=links))


def _parts(incident: Incident, lesson: Lesson, code_page: Callable[[str], str], *, links: bool) -> Iterator[str]:
    yield f"<h2>What happened</h2><p>{escape(incident.summary)}</p>"
    if lesson.why:
        yield "<h2>Why</h2><ul>"
        yield from (f"<li>{_said(one)}</li>" for one in lesson.why)
        yield "</ul>"
    if lesson.remedies:
        yield "<h2>What they changed, and what of it this console does</h2><ol>"
        for one in lesson.remedies:
            page = f" (<a href='{escape(one.page)}'>more</a>)" if links and one.page else ""
            yield f"<li>{_said(one.changed)}<br><b>Here: {DOES[one.does]}.</b> {escape(one.here)}{page}</li>"
        yield "</ol>"
    codes = (
        f"<a href='{code_page(code)}'>{code}</a>" if links and code_page(code) else code for code in incident.lessons
    )
    yield f"<h2>What it teaches</h2><p>{' · '.join(codes)}</p>"
    if not links:
        return
    yield "<h2>Sources</h2><ul>"
    for source in incident.sources:
        yield f"<li><b>{escape(source.id)}</b>: {escape(source.title)}. {escape(source.url)} ({escape(source.verified)})</li>"
    yield f"</ul><p>{escape('; '.join(f'{mark}: {text}' for mark, text in CONFIDENCE.items()))}.</p>"


def _said(one: Statement) -> str:
    return f"{escape(one.text)} <i>({escape(one.source)}, {one.confidence})</i>"
