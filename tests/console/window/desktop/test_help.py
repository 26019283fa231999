"""The help window: every page of the manual, searchable; every key of every panel; versions, licences, what is new."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import resources
from console.kit.theme import load_theme
from console.panels.fleet_map.keys import BINDINGS as MAP_KEYS
from console.panels.topology.keys import BINDINGS as TOPOLOGY_KEYS
from console.window.actions import ACTIONS
from console.window.frame.base_window import room_on
from console.window.help.about import STANDS_ON, about_page, licence_of, news_page
from console.window.help.keys_table import key_sections, keys_page
from console.window.help.pages import INDEX, manual_pages, matching_pages
from console.window.help.window import ABOUT, USUAL, HelpWindow


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def shown(qtbot: QtBot, holder: QWidget) -> HelpWindow:
    return HelpWindow(holder, load_theme("night"))


def titles(window: HelpWindow) -> list[str]:
    return [window.list.item(row).text() for row in range(window.list.count())]


def test_that_escape_empties_the_search_and_then_closes(shown: HelpWindow, qtbot: QtBot) -> None:
    shown.open_at(ABOUT)
    qtbot.waitUntil(shown.isVisible)
    shown.search.setText("floor")
    QTest.keyClick(shown.search, Qt.Key.Key_Escape)
    assert shown.isVisible()
    assert shown.search.text() == ""
    QTest.keyClick(shown.search, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_that_the_help_window_fits_the_screen(shown: HelpWindow) -> None:
    room = shown.screen().availableGeometry().size()
    assert room.width() < USUAL.width()  # else this says nothing
    assert shown.size() == room_on(room).boundedTo(USUAL)


def test_that_every_page_of_the_manual_is_there_and_the_index_comes_first() -> None:
    pages = manual_pages()
    assert {page.name for page in pages} == {file.name for file in resources.path("manual").glob("*.md")}
    assert pages[0].name == INDEX
    assert all(page.title for page in pages)


def test_that_a_search_finds_pages_with_all_of_its_words_wherever_they_stand() -> None:
    found = {page.name for page in matching_pages(manual_pages(), "SPLITBRAIN nowhere")}
    assert found == set()
    hits = matching_pages(manual_pages(), "alarms shelved")
    assert hits
    assert all("alarms" in page.text.lower() and "shelved" in page.text.lower() for page in hits)
    assert "alarm" in hits[0].title.lower()


def test_that_typing_leaves_the_pages_that_fit_and_shows_the_first_place(shown: HelpWindow) -> None:
    everything = titles(shown)
    shown.search.setText("playbook audit")
    assert 0 < len(titles(shown)) < len(everything)
    assert shown.text.textCursor().selectedText().lower() == "playbook"
    shown.search.clear()
    assert titles(shown) == everything


def test_that_what_is_nowhere_is_said(shown: HelpWindow) -> None:
    shown.search.setText("xyzzy")
    assert titles(shown) == []
    assert shown.text.toPlainText() == "Nothing in the manual has 'xyzzy'."


def test_that_links_between_pages_are_followed_inside(shown: HelpWindow) -> None:
    shown.search.setText("xyzzy")
    shown.follow(QUrl("topology.md"))
    assert shown.list.currentItem().text() == next(page.title for page in shown.pages if page.name == "topology.md")


def test_that_no_link_of_the_manual_leads_nowhere() -> None:
    pages = manual_pages()
    names = {page.name for page in pages}
    for page in pages:
        assert set(re.findall(r"\]\(([\w-]+\.md)", page.text)) <= names, page.name


def test_that_the_table_of_keys_has_every_action_and_every_binding_of_the_panels() -> None:
    told = dict(key_sections())
    assert {words for _, words in told["Everywhere"]} == {entry.help for entry in ACTIONS if entry.shortcut}
    assert {words for _, words in told["Topology"]} == {binding.words for binding in TOPOLOGY_KEYS}
    assert {words for _, words in told["Fleet map"]} == {binding.words for binding in MAP_KEYS}
    assert ("N", "next that is abnormal or touched by the plan") in told["Topology"]
    assert ("Ctrl+← Ctrl+→ Ctrl+↑ Ctrl+↓", "pan") in told["Fleet map"]
    assert all(f"| {title} | {keys} | {words} |" in keys_page() for title, rows in told.items() for keys, words in rows)


def test_that_the_manuals_page_of_keys_is_the_one_that_the_program_makes() -> None:
    assert resources.text("manual/keys.md") == keys_page()


def test_that_about_names_everything_it_stands_on_with_version_and_licence(shown: HelpWindow) -> None:
    page = about_page()
    for name in STANDS_ON:
        assert re.search(rf"\| {name} \| [\d.]+ \| (?!not )\S", page), name
    assert licence_of("underkeel") == "Apache-2.0"
    assert licence_of("no-such-distribution") == "not installed"
    shown.open_at(ABOUT)
    assert "SIL Open Font License" in shown.text.toPlainText()


def test_that_what_is_new_is_the_changelog() -> None:
    assert news_page().startswith("# Changelog")
