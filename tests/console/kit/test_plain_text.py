"""Texts of others are shown as they are written: no label, no tooltip and no question takes them for markup."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

import console
from console.kit.painting import plain_tip
from console.kit.theme import load_theme
from console.operating.strip import StripReading
from console.window.closing import ask_to_stop
from console.window.frame.top_strip import TopStrip

MARKUP = 'remove 4 servers from billing because "<h1>Nothing is running.</h1><!--": 4 of 8 are out.'
ROOT = Path(console.__file__).parent
_SAFE = ("plain_tip(", "as_tooltip(", "whole", "''")
"""What a text of a tooltip is made by; `whole` is what `plain_tip` gave."""


def tips() -> Iterator[tuple[str, str]]:
    """Give every text that becomes a tooltip, as it is written in the source."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "setToolTip":
                    yield str(path.relative_to(ROOT)), ast.unparse(node.args[-1])
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "show_tip":
                yield str(path.relative_to(ROOT)), ast.unparse(node.args[2])


def test_that_tooltips_of_a_place_are_shown_where_they_cover_nothing() -> None:
    asking = {path.name for path in ROOT.rglob("*.py") if "QToolTip.showText" in path.read_text()}
    assert asking == {"painting.py"}


def test_that_every_tooltip_is_made_plain() -> None:
    found = list(tips())
    assert len(found) > 10
    assert [one for one in found if not any(word in one[1] for word in _SAFE)] == []


def test_that_the_question_at_closing_shows_markup_as_it_is_written(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box = ask_to_stop(window, MARKUP, lambda: None)
    texts = [label for label in box.findChildren(QLabel) if label.text()]
    assert any(MARKUP in label.text() for label in texts)
    assert {label.textFormat() for label in texts} == {Qt.TextFormat.PlainText}
    box.close()


@pytest.mark.parametrize("field", ["region", "title"])
def test_that_the_strip_at_the_top_shows_markup_as_it_is_written(qtbot: QtBot, field: str) -> None:
    strip = TopStrip(load_theme("night"))
    qtbot.addWidget(strip)
    strip.show_reading(replace(StripReading(), **{field: MARKUP}))
    assert strip.toolTip().startswith("<qt>")
    assert "<h1>" not in strip.toolTip()


def test_that_a_tip_without_markup_stays_as_it_is() -> None:
    assert plain_tip("index 20 → 16") == "index 20 → 16"
