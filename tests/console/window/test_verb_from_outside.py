"""A verb is one entry: one that this file alone makes is read, completed, helped with, slipped at, printed and done."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.enter import ENTER, EnterTarget
from console.window.help_page import help_page
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until
from topology.command.arguments.argument import Argument, Offer, Question
from topology.command.arguments.quantities import COUNT
from topology.command.arguments.subsystems import SUBSYSTEM
from topology.command.complete import complete
from topology.command.cursor import Cursor
from topology.command.grammar.syntax import Command, Count, Quantity
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.slips import slips_of
from topology.command.verb import Takes, Verb
from topology.command.verbs import VERBS

VOCABULARY = Vocabulary(subsystems=("billing", "index"), capacities={"billing": 900, "index": 400})
DAYS = ("monday", "tuesday")


class Day(Argument):
    """An argument that no other verb has."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str:
        word = cursor.need(self)
        if word not in DAYS:
            if cursor.is_being_typed and any(day.startswith(word) for day in DAYS):
                cursor.unfinished("value")
            cursor.unexpected(f"{word} is no day on which one may {verb}")
        cursor.take("value")
        return word

    def offers(self, asked: Question) -> Iterator[Offer]:
        yield from ((day, "value", "a day") for day in asked.names(asked.typed, DAYS, 9))


@dataclass(frozen=True, slots=True)
class Rotate(Command):
    """Replace so many servers of a subsystem, on a day."""

    word: ClassVar[str] = "rotate"
    plans: ClassVar[bool] = True
    quantity: Quantity
    subsystem: str
    day: str


@pytest.fixture(autouse=True)
def rotate(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = ("rotate N|N%|all SUBSYSTEM DAY",)
    takes = Takes(Rotate, COUNT, SUBSYSTEM, Day("a day"))
    entry = Verb("rotate", takes, "replace servers by new ones", usage, "rotate 40 billing monday", makes_plan=True)
    monkeypatch.setitem(VERBS, "rotate", entry)


def test_that_it_is_read_and_prints_back() -> None:
    command = parse("rotate  40  billing monday", VOCABULARY).command

    assert command == Rotate(Count(40), "billing", "monday")
    assert str(command) == "rotate 40 billing monday"
    assert parse(str(command), VOCABULARY).command == command


def test_that_what_is_wrong_is_said_under_its_word() -> None:
    unknown = parse("rotate 40 biling monday", VOCABULARY).error
    never = parse("rotate 40 billing sunday", VOCABULARY).error
    more = parse("rotate 40 billing monday in az1", VOCABULARY).error

    assert unknown is not None
    assert unknown.suggestion == "rotate 40 billing monday"
    assert never is not None
    assert (never.message, never.start, never.expected) == ("sunday is no day on which one may rotate", 18, ("a day",))
    assert more is not None
    assert more.message == "rotate takes nothing more"
    assert parse("rotate 40 billing mon", VOCABULARY).incomplete


@pytest.mark.parametrize(
    ("text", "inserts"),
    [("rot", ["rotate"]), ("rotate 4 b", ["billing"]), ("rotate 4 index ", list(DAYS)), ("help ro", ["rotate"])],
)
def test_that_it_is_completed(text: str, inserts: list[str]) -> None:
    found = complete(parse(text, VOCABULARY), len(text), VOCABULARY)

    assert [one.insert for one in found] == inserts


def test_that_the_help_explains_it() -> None:
    assert ("rotate", "replace servers by new ones", "rotate 40 billing monday") in help_page("").sections[0].rows
    assert help_page("rotate").title == "help rotate"


def test_that_its_slips_are_looked_for() -> None:
    slips = {slip.text for slip in slips_of(parse("rotate 40 index monday", VOCABULARY), VOCABULARY)}

    assert {"rotate 4 index monday", "rotate 400 index monday", "rotate 40% index monday"} <= slips


def test_that_enter_does_what_its_entry_in_the_window_says(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Rotate] = []

    def rotating(workspace: EnterTarget, command: Rotate) -> bool:
        done.append(command)
        workspace.shown.emit(command.subsystem)
        return True

    monkeypatch.setitem(ENTER, Rotate, rotating)

    async def scenario(session: Session, window: MainWindow) -> None:
        session.workspace.submit("rotate 2 billing tuesday")
        await until(lambda: session.panels.topology.look.selection == "billing")

    play(qapp, tmp_path, scenario)

    assert done == [Rotate(Count(2), "billing", "tuesday")]
