"""Reads the lesson of an incident: every problem is named with its place, all at once."""

from collections import Counter
from collections.abc import Collection
from typing import cast

from topology.incident.lesson.model import Does, Lesson, LessonChange, LessonQuestion, Statement
from topology.incident.lesson_codes import CODES
from topology.incident.model import CONFIDENCE, Confidence, Incident
from topology.incident.reading import IncidentError, decoded
from topology.region.region import shown
from topology.region.tables import Problems, Table

FORMAT = 1
DOES = ("yes", "partly", "no")
FEWEST_CHOICES = 2


def read_lesson(text: str, source: str, incident: Incident, pages: Collection[str]) -> Lesson:
    """Read what is taught after *incident*; *pages* are those of the manual that it may name.

    Raises:
        IncidentError: with every problem found.
    """
    problems = Problems(source, text)
    top = Table(decoded(text, source), "", problems)
    top.only({"format", "why", "changed", "question"})
    if top.get("format") != FORMAT:
        problems.add("format", f"is {shown(top.get('format'))}; this version reads format = {FORMAT}")
    reader = _LessonReader({one.id for one in incident.sources}, set(pages))
    lesson = Lesson(
        tuple(reader.why(table) for table in top.tables("why")),
        tuple(reader.remedy(table) for table in top.tables("changed")),
        tuple(reader.question(table) for table in top.tables("question")),
    )
    for name, count in Counter(question.name for question in lesson.questions).items():
        if name and count > 1:
            problems.add(f'question "{name}"', "is asked twice; names are unique")
    problems.raise_if_any(IncidentError)
    return lesson


class _LessonReader:
    """Reads the tables of one lesson."""

    def __init__(self, sources: set[str], pages: set[str]) -> None:
        self._sources, self._pages = sources, pages

    def why(self, table: Table) -> Statement:
        """Read one reason."""
        table.only({"text", "source", "confidence"})
        return self._statement(table)

    def remedy(self, table: Table) -> LessonChange:
        """Read one thing that was changed."""
        table.only({"text", "source", "confidence", "does", "here", "page"})
        does, page = table.text("does"), table.text("page")
        if does not in DOES:
            table.problem(
                "does", f"is {shown(does)}; write one of {', '.join(DOES)}: whether this console does the same"
            )
        if page and page not in self._pages:
            table.problem("page", f"names {shown(page)}, which is no page of the manual")
        return LessonChange(self._statement(table), cast("Does", does), _needed(table, "here"), page)

    def question(self, table: Table) -> LessonQuestion:
        """Read one question."""
        table.only({"name", "asks", "choices", "answer", "because", "code"})
        choices, code = table.texts("choices", required=True), table.text("code")
        answer = table.count("answer", 1, least=1, required=True)
        if len(choices) < FEWEST_CHOICES or len(set(choices)) != len(choices):
            table.problem("choices", "needs two or more choices, each another one")
        elif answer > len(choices):
            table.problem("answer", f"is {answer}, but there are {len(choices)} choices; count from 1")
        if code and code not in CODES:
            table.problem("code", f"is {shown(code)}, which is no lesson; there are {', '.join(CODES)}")
        because = _needed(table, "because")
        return LessonQuestion(table.name("name"), _needed(table, "asks"), choices, answer - 1, because, code)

    def _statement(self, table: Table) -> Statement:
        source, confidence = table.text("source"), table.text("confidence")
        if source not in self._sources:
            table.problem("source", f"is {shown(source)}, which is no [[source]] of the incident")
        if confidence not in CONFIDENCE:
            table.problem("confidence", f"is {shown(confidence)}; write one of {', '.join(CONFIDENCE)}")
        return Statement(_needed(table, "text"), source, cast("Confidence", confidence))


def _needed(table: Table, key: str) -> str:
    text = table.text(key)
    if not text and table.get(key) in (None, ""):
        table.problem(key, "is missing or empty; write a text")
    return text
