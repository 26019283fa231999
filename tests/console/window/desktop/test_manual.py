"""The manual says what is so: every code, setting, exit status and key, a tutorial that works, and pictures that are there."""

import argparse
import io
import re
from pathlib import Path

import pytest
from manual_pictures import PICTURES, README, WANTED, shop_description
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import resources
from console.app.cli import COMMANDS, whole_parser, window_parser
from console.kit.theme import load_theme
from console.operating.regions import bundled
from console.terminal.checks.check_command import check_command
from console.terminal.preview_command import preview_command
from console.window.help.pages import manual_pages
from console.window.help.window import HelpWindow
from console.window.settings import Settings
from topology.planning.guards.table import GUARDS
from topology.playbook.unmet import GUARD as EXPECTS


def section(page: str, title: str) -> str:
    """Give what stands below a heading, to the next."""
    found = re.search(
        rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", resources.text(f"manual/{page}"), re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found is not None else ""


@pytest.mark.parametrize("code", sorted({guard.code for guard in (*GUARDS, EXPECTS)}))
def test_that_every_code_has_a_paragraph_what_it_means_why_it_exists_and_what_lifts_it(code: str) -> None:
    said = section("codes.md", code)
    assert len(said) > 120
    assert re.search(r"\bIt exists\b|\bA note of\b", said)
    assert re.search(r"\bWhat\s+lifts it\b|\bto lift\b", said)


def test_that_the_page_of_codes_has_no_code_that_no_guard_has() -> None:
    told = set(re.findall(r"^## ([\w-]+)$", resources.text("manual/codes.md"), re.MULTILINE))
    assert told == {guard.code for guard in (*GUARDS, EXPECTS)}


def test_that_every_subcommand_has_its_exit_statuses() -> None:
    table = section("codes.md", "Exit statuses")
    assert [name for name in COMMANDS if f"`underkeel {name}" not in table] == []


def test_that_every_setting_is_told_with_its_default() -> None:
    table = section("settings.md", "Settings")
    assert [name for name in Settings.__dataclass_fields__ if f"`{name}`" not in table] == []


def test_that_the_tutorial_says_what_the_program_says(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(shop_description(), "utf-8")
    page = resources.text("manual/first-region.md")
    out = io.StringIO()
    assert check_command([file], out, io.StringIO()) == 0
    assert out.getvalue().strip().removeprefix(f"{tmp_path}/") in page
    verdicts = dict(re.findall(r"\| `(remove [^`]+)` \| \*(\w+)\*", page))
    assert len(verdicts) == 4
    for command, verdict in verdicts.items():
        out = io.StringIO()
        preview_command(command, str(file), as_json=False, out=out, err=io.StringIO())
        assert out.getvalue().startswith(f"{verdict.upper()}:"), command


def test_that_every_picture_of_the_manual_is_there_and_made_by_the_program() -> None:
    shown = {name for page in manual_pages() for name in re.findall(r"!\[[^\]]+\]\(pictures/([\w.-]+)\)", page.text)}
    assert shown == {one.name for one in WANTED} == {file.name for file in PICTURES.iterdir()}
    for one in (*WANTED, README):
        image = QImage(str(one.folder / one.name))
        assert f"{image.width()}x{image.height()}" == one.size


def test_that_help_shows_the_pictures_as_wide_as_there_is_room(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    window = HelpWindow(holder, load_theme("night"))
    window.open_at("first-region.md")
    qtbot.waitExposed(window)
    for width in (1040, 700, 1500):
        window.resize(width, 700)
        qtbot.waitUntil(lambda: window.text.horizontalScrollBar().maximum() == 0)
        drawn = window.text.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/shop.png"))
        assert window.text.document().findBlockByNumber(1).begin().fragment().charFormat().fontWeight() == 400
        assert drawn.deviceIndependentSize().width() == min(1120, window.text.picture_width())
    window.close()


def written_commands() -> list[tuple[str, str]]:
    """Give every call of the program that stands in the manual as code, with its page."""
    within = re.compile(r"`(underkeel [^`\n]+)`|^(?:\s*- run: | {4})?(underkeel .+)$", re.MULTILINE)
    return [(page.name, next(filter(None, found))) for page in manual_pages() for found in within.findall(page.text)]


def test_that_every_call_in_the_manual_is_of_a_subcommand_and_of_options_that_it_has() -> None:
    parser = whole_parser()
    [made] = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    found = written_commands()
    assert len(found) > 80
    for page, call in found:
        words = re.split(r"[|>&]|\s-- ", call)[0].split()[1:]
        called = made.choices.get(words[0]) or window_parser()
        known = {text for action in called._actions for text in action.option_strings}
        asked = {word.strip("[]") for word in re.findall(r"\[?--[a-z-]+", " ".join(words))}
        plain = re.fullmatch(r"[a-z]+(-[a-z]+)*", words[0])
        assert plain is None or words[0] in made.choices or words[0] in bundled(), f"{page}: {call}"
        assert asked <= known, f"{page}: {call}: {asked - known}"
