"""A real browser looks at the page: both themes, a phone, without scripts, with what a screen reader gets; and W3C's checker."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from console.reports.status_page.bundle import bundle
from tests.console.reports.status_page.pages import page_of
from tests.folders import ROOT
from tests.servers.status_page.browser import Browser, needs_browser
from topology.status_page.page import PublicPage

VNU = Path(os.environ.get("VNU_JAR", ROOT / ".servers" / "vnu" / "package" / "build" / "dist" / "vnu.jar"))
LONG = "x" * 100_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    made = Browser(tmp_path_factory.mktemp("chromium"))
    yield made
    made.close()


def written(folder: Path, page: PublicPage) -> Path:
    for name, data in bundle(page).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return folder / "index.html"


def fresh(page: PublicPage) -> PublicPage:
    return replace(page, made=time.time(), holds_until=time.time() + 600)


def shown(browser: Browser, name: str) -> bool:
    return any(role == "alert" for role, _, _ in browser.tree()) and bool(
        browser.value(f"!document.getElementById('{name}').hidden")
    )


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_that_both_themes_are_readable(browser: Browser, tmp_path: Path, dark: bool) -> None:
    browser.open(written(tmp_path, fresh(page_of())), dark=dark)
    ground, text = (
        browser.value(f"getComputedStyle(document.body).{name}.match(/[0-9]+/g).map(Number)")
        for name in ("backgroundColor", "color")
    )
    assert (sum(ground) < 3 * 128) is dark
    assert _contrast(ground, text) >= 7
    for state in browser.value(
        "[...document.querySelectorAll('.state')].map(e => [getComputedStyle(e).color, "
        "getComputedStyle(e.closest('.box')).backgroundColor].map(c => c.match(/[0-9]+/g).map(Number)))"
    ):
        assert _contrast(*state) >= 4.5


@needs_browser
@pytest.mark.parametrize("text", ["Elevated errors for PUT", LONG])
def test_that_nothing_sticks_out_on_a_phone(browser: Browser, tmp_path: Path, text: str) -> None:
    browser.open(written(tmp_path, fresh(page_of(text, text[:3000]))), width=360)
    assert browser.value("document.documentElement.scrollWidth") <= 360


@needs_browser
def test_that_the_policy_of_the_page_refuses_nothing_of_its_own(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path, fresh(page_of())))
    assert browser.said() == []
    assert browser.value("getComputedStyle(document.querySelector('.box')).borderLeftWidth") == "6px"


@needs_browser
def test_that_an_old_page_says_so_in_the_readers_browser_and_a_fresh_one_does_not(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(tmp_path, fresh(page_of())))
    assert browser.value("document.getElementById('old').hidden") is True
    browser.open(written(tmp_path, page_of()))
    assert shown(browser, "old")
    assert any(
        (role == "alert" and "This page is old" in name) or "This page is old" in name
        for role, name, _ in browser.tree()
    )


@needs_browser
def test_that_without_scripts_the_page_says_until_when_it_holds(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path, page_of()), scripts=False)
    names = [name for _, name, _ in browser.tree()]
    assert any("It holds until 28 Feb 2017, 18:02 UTC" in name for name in names)
    assert not any("This page is old:" in name for name in names)


@needs_browser
def test_that_a_screen_reader_gets_headings_landmarks_and_each_services_days_in_words(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(tmp_path, fresh(page_of())))
    tree = browser.tree()
    levels = [properties["level"] for role, _, properties in tree if role == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {"main", "navigation", "banner", "contentinfo"} <= {role for role, _, _ in tree}
    pictures = [name for role, name, _ in tree if role in ("image", "img", "graphics-document")]
    assert len(pictures) == 4
    assert all("of the last 90 days" in name.lower() for name in pictures)
    assert any(name == "Available in part: PUT does not work" for _, name, _ in tree)


@pytest.mark.skipif(
    not VNU.exists() or shutil.which("java") is None,
    reason="W3C's checker is not there; python3 packaging/servers.py fetches it (it needs npm and java)",
)
def test_that_the_w3cs_checker_finds_nothing_wrong(tmp_path: Path) -> None:
    written(tmp_path, page_of("<b>&amp; \u202etext"))
    pages = sorted(str(path) for path in tmp_path.rglob("*.html"))
    found = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "gnu", "--errors-only", *pages],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stderr == ""
    assert found.returncode == 0


def _contrast(one: list[int], other: list[int]) -> float:
    """Give the contrast of two colours. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: list[int]) -> float:
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
